"""Labels that came with the files: stored as imported labels, each once."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from labeler_app.errors import InputError
from labeler_app.services import claims, people
from labeler_app.services.found_labels import FoundLabels
from labeler_app.services.intake import Intake
from labeler_app.services.names import checked_name
from labeler_app.services.projects import MOST_CLASSES
from labeler_app.services.workspace import Workspace
from labeler_app.store import events, imports, items, projects
from labeler_app.store import people as people_rows
from labeler_app.store.events import LabelEvent

CHUNK = 64
_NOUN = {"image": "picture", "text": "text", "table": "row"}


def checked_classes(ws: Workspace, project: int, labels: FoundLabels) -> dict[str, str]:
    """Return the class name for every label that came with the files.

    Raises
    ------
    InputError
        If one of them cannot be a class name, or the project would get too many classes.
    """
    names = {name: checked_name(name, what=f"class name {name[:40]!r}") for name in labels.counts()}
    with ws.store.read() as tx:
        known = {projects.name_key(one.name) for one in projects.classes(tx, project)}
    wanted = {projects.name_key(name) for name in names.values()}
    if len(known | wanted) > MOST_CLASSES:
        raise InputError(
            f"With the {len(wanted):,} labels found there would be {len(known | wanted):,} classes;"
            f" {MOST_CLASSES:,} is the most there can be.",
            hint="Check that the folders, or the column label, really name classes.",
        )
    return names


def add_classes(intake: Intake, names: Mapping[str, str]) -> dict[str, int]:
    """Add the classes that are not there yet; return the class by label.

    Raises
    ------
    StateError
        If the project went to another process meanwhile.
    """
    found: dict[str, int] = {}
    with claims.writing(intake.ws, intake.claim) as tx:
        for label, name in names.items():
            number = projects.add_class(tx, intake.project, name) or projects.class_named(
                tx, intake.project, name
            )
            if number is None:
                raise InputError(f"The class {name!r} cannot be added.")
            found[label] = number
    return found


def store_labels(intake: Intake, by_path: Mapping[str, str], classes: Mapping[str, int]) -> int:
    """Store the label of every file that was read; return how many were new.

    The same item under two paths with two labels keeps the first; the other is reported as
    a problem of the import.

    Parameters
    ----------
    by_path
        The labels that came with the files.
    classes
        By label, from `add_classes`.

    Raises
    ------
    StateError
        If the project went to another process meanwhile; what is stored by then stays.
    """
    with intake.ws.store.read() as tx:
        known = items.known_paths(tx, intake.project, intake.source.root)
    kind, chosen = intake.source.kind, dict[int, str]()
    clashes: list[tuple[str, str]] = []
    for path, one in known.items():
        label = by_path.get(path, "")
        if label in classes and chosen.setdefault(one.item, label) != label:
            told = f"the same {_NOUN[kind]} is labeled {chosen[one.item]!r} at another path"
            clashes.append((path, told))
    with claims.writing(intake.ws, intake.claim) as tx:
        imports.add_problems(tx, intake.run, clashes)
        who = people_rows.ensure(tx, people.IMPORTED, "import", at=intake.ws.clock())
    labels = _Labels(intake, who.id)
    said = [(item, classes[label]) for item, label in chosen.items()]
    return sum(labels.store(chunk) for chunk in _chunks(said))


@dataclass(frozen=True, slots=True)
class _Labels:
    """The labels of one import, on their way into the store."""

    intake: Intake
    annotator: int
    """The one that imported labels belong to."""

    def store(self, chunk: Sequence[tuple[int, int]]) -> int:
        """Store (item, class) pairs in one transaction; return how many say something new."""
        with claims.writing(self.intake.ws, self.intake.claim) as tx:
            projects.hold(tx, self.intake.project)
            said = events.classes_said(tx, [item for item, _ in chunk], self.annotator)
            new = [(item, class_id) for item, class_id in chunk if said.get(item) != class_id]
            return sum(self._append(tx, item, class_id) for item, class_id in new)

    def _append(self, tx: Connection, item: int, class_id: int) -> bool:
        project = self.intake.project
        # An interrupted import that starts again gives the same ids.
        name = f"labeler_app/imported/{project}/{self.intake.run}/{item}/{class_id}"
        event = LabelEvent(
            event_id=str(uuid.uuid5(uuid.NAMESPACE_URL, name)),
            project=project,
            item=item,
            annotator=self.annotator,
            kind="label",
            origin="imported",
            stored_at=self.intake.ws.clock(),
            class_id=class_id,
            selected_as="imported",
        )
        if not events.append(tx, event):
            return False
        events.settle(tx, project, item, self.annotator)
        return True


def _chunks(pairs: Sequence[tuple[int, int]]) -> Iterator[Sequence[tuple[int, int]]]:
    return (pairs[start : start + CHUNK] for start in range(0, len(pairs), CHUNK))
