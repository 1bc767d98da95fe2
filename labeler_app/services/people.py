"""Who labels here: names, no passwords yet; the start address's token guards the door."""

from dataclasses import dataclass

from labeler_app.errors import AccessError
from labeler_app.services.names import checked_name
from labeler_app.services.workspace import Workspace
from labeler_app.store import people

AUTOMATIC = "Automatic annotator"
IMPORTED = "Imported labels"
_RESERVED = {AUTOMATIC.casefold(): "oracle", IMPORTED.casefold(): "import"}


@dataclass(frozen=True, slots=True)
class Person:
    """An annotator; `kind` is human, oracle (automatic) or import (labels that came with data)."""

    id: int
    name: str
    kind: str


def join(ws: Workspace, name: str) -> Person:
    """Return the annotator of that name, made now if there was none.

    Raises
    ------
    InputError
        If the name is empty, too long or has control characters.
    AccessError
        If the name belongs to the automatic annotator or to imported labels.
    """
    clean = checked_name(name, what="name", longest=60)
    if clean.casefold() in _RESERVED:
        raise AccessError(
            f"The name {clean!r} is kept for labels no person gave.", hint="Choose another name."
        )
    with ws.store.write() as tx:
        return Person(*people.ensure(tx, clean, "human", at=ws.clock()))


def automatic(ws: Workspace) -> Person:
    """Return the automatic annotator of demonstrations; its labels have the origin ``oracle``."""
    with ws.store.write() as tx:
        return Person(*people.ensure(tx, AUTOMATIC, "oracle", at=ws.clock()))


def get(ws: Workspace, person: int) -> Person:
    """Return a person by id.

    Raises
    ------
    AccessError
        If there is none.
    """
    with ws.store.read() as tx:
        found = people.get(tx, person)
    if found is None:
        raise AccessError(
            f"There is no annotator number {person} here.", hint="Open the first page again."
        )
    return Person(*found)
