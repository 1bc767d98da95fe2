"""Change what a class is called, means and looks like; no label is touched by it.

Every change is noted in the log of class changes, so that it can be undone and an export can be
made as of the moment before.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from labeler_app.errors import InputError
from labeler_app.services import class_keys, new_names
from labeler_app.services.class_keys import CLASS_KEYS, COLOURS, MANY_CLASSES, usable_among
from labeler_app.services.names import checked_name
from labeler_app.services.workspace import Workspace
from labeler_app.store import class_changes
from labeler_app.store import projects as rows
from labeler_app.store.class_changes import Fields, New

LONGEST_DEFINITION = 2000


def rename(ws: Workspace, class_id: int, name: str, *, person: int | None = None) -> int:
    """Rename a class; return the number of the change, 0 if it is called so already.

    Labels follow, since they name its number.

    Raises
    ------
    InputError
        If the class is not in use, or the name is none, or another class has it.
    """
    clean = checked_name(name, what="class name")
    with ws.store.write() as tx:
        project = in_use(tx, class_id)
        other = rows.class_named(tx, project, clean)
        if other not in (None, class_id):
            raise new_names.class_taken(tx, project, clean)
        return _write(ws, tx, project, "rename", {class_id: {"name": clean}}, person)


def define(ws: Workspace, class_id: int, told: str, *, person: int | None = None) -> int:
    """Say what belongs to a class; return the number of the change, 0 if nothing changes.

    Raises
    ------
    InputError
        If the class is not in use, or the definition is too long or has a NUL character.
    """
    clean = told.strip()
    if len(clean) > LONGEST_DEFINITION:
        raise InputError(
            f"The definition has {len(clean)} characters; {LONGEST_DEFINITION:,} fit.",
            hint="Say the rest in the guidelines.",
        )
    if "\0" in clean:
        raise InputError("The definition holds a NUL character.", hint="Type it again by hand.")
    with ws.store.write() as tx:
        project = in_use(tx, class_id)
        return _write(ws, tx, project, "define", {class_id: {"definition": clean}}, person)


def recolour(ws: Workspace, class_id: int, colour: int, *, person: int | None = None) -> int:
    """Give a class one of the 8 colours; return the number of the change, 0 if it has it already.

    Raises
    ------
    InputError
        If the class is not in use, or there is no such colour.
    """
    if not 1 <= colour <= COLOURS:
        raise InputError(f"There is no colour {colour}.", hint=f"Choose one of 1 to {COLOURS}.")
    with ws.store.write() as tx:
        project = in_use(tx, class_id)
        return _write(ws, tx, project, "recolour", {class_id: {"colour": colour}}, person)


def reorder(ws: Workspace, project: int, order: Sequence[int], *, person: int | None = None) -> int:
    """Put the classes in an order; keys follow it, but for those that a person set.

    Raises
    ------
    InputError
        If the order does not name every class in use once.
    """
    with ws.store.write() as tx:
        rows.hold(tx, project)
        known = {row.id for row in rows.classes(tx, project)}
        if len(order) != len(known) or set(order) != known:
            raise InputError(
                "The order does not name every class once: they changed meanwhile.",
                hint="Reload the page and order them again.",
            )
        after = {one: {"position": place} for place, one in enumerate(order)}
        return _write(ws, tx, project, "order", after, person)


def set_key(
    ws: Workspace, class_id: int, key: str, *, swap: bool = False, person: int | None = None
) -> int:
    """Give a class a key of its own; an empty one lets it follow the order again.

    Parameters
    ----------
    swap
        Whether a class that has the key gets the other's in return.

    Raises
    ------
    InputError
        If the class is not in use, the key is none for classes, or another class has it.
    """
    wanted = key.strip().upper()
    if wanted and wanted not in CLASS_KEYS:
        raise InputError(
            f"{key.strip()[:20]!r} is no key for a class.",
            hint=f"Free for classes are {' '.join(CLASS_KEYS)}; the others do something else.",
        )
    with ws.store.write() as tx:
        project = in_use(tx, class_id)
        used = rows.classes(tx, project)
        if wanted and wanted not in usable_among(len(used)):
            raise InputError(
                f"From {MANY_CLASSES} classes on the digits give the classes in the row on Label.",
                hint="Choose a letter.",
            )
        keys = class_keys.of(used)
        owner = next((one for one, has in keys.items() if wanted and has == wanted), class_id)
        after: dict[int, Fields] = {class_id: {"key": wanted}}
        if owner != class_id:
            after[owner] = {"key": keys[class_id]}
            if not swap:
                name = class_changes.classes(tx, project)[owner]["name"]
                raise InputError(
                    f"The key {wanted} is taken: it gives {name!r}.",
                    hint="Swap the keys of the two, or choose another.",
                )
        return _write(ws, tx, project, "key", after, person)


def in_use(tx: Connection, class_id: int) -> int:
    """Hold the project of a class that is in use, and return its number.

    Raises
    ------
    InputError
        If there is no such class, or it was retired or merged.
    """
    found = rows.class_of(tx, class_id)
    if found is None:
        raise InputError(f"There is no class number {class_id}.", hint="Reload the page.")
    project, name = found
    rows.hold(tx, project)
    if all(row.id != class_id for row in rows.classes(tx, project)):
        raise InputError(
            f"The class {name!r} is not in use any more.", hint="Bring it back under Classes."
        )
    return project


def _write(
    ws: Workspace,
    tx: Connection,
    project: int,
    kind: str,
    after: Mapping[int, Fields],
    person: int | None,
) -> int:
    return class_changes.write(tx, New(project, kind, ws.clock(), person), after)
