"""Labels that came with the files: stored as imported labels, each once."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from labeler_app.errors import InputError
from labeler_app.services import people
from labeler_app.services.names import checked_name
from labeler_app.services.sources import FoundLabels
from labeler_app.services.workspace import Workspace
from labeler_app.store import events, imports, items, projects
from labeler_app.store import people as people_rows
from labeler_app.store.events import LabelEvent

CHUNK = 64


def checked_classes(labels: FoundLabels) -> dict[str, str]:
    """Return the class name for every label that came with the files.

    Raises
    ------
    InputError
        If one of them cannot be a class name.
    """
    return {name: checked_name(name, what=f"class name {name[:40]!r}") for name in labels.counts()}


def add_classes(ws: Workspace, project: int, names: Mapping[str, str]) -> dict[str, int]:
    """Add the classes that are not there yet; return the class by label."""
    found: dict[str, int] = {}
    with ws.store.write() as tx:
        for label, name in names.items():
            number = projects.add_class(tx, project, name) or projects.class_named(
                tx, project, name
            )
            if number is None:
                raise InputError(f"The class {name!r} cannot be added.")
            found[label] = number
    return found


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of one import, on their way into the store."""

    ws: Workspace
    project: int
    run: int
    annotator: int
    classes: Mapping[str, int]

    @classmethod
    def of(cls, ws: Workspace, project: int, run: int, classes: Mapping[str, int]) -> "Labels":
        """Prepare to store labels; they belong to the annotator of imported labels."""
        with ws.store.write() as tx:
            who = people_rows.ensure(tx, people.IMPORTED, "import", at=ws.clock())
        return cls(ws, project, run, who.id, classes)

    def store(self, root: str, by_path: Mapping[str, str]) -> int:
        """Store the label of every known path below a root; return how many were new.

        The same picture under two paths with two labels keeps the first; the other is reported as
        a problem of the import.
        """
        with self.ws.store.read() as tx:
            known = items.known_paths(tx, self.project, root)
        chosen: dict[int, str] = {}
        clashes: list[tuple[str, str]] = []
        for path, one in known.items():
            label = by_path.get(path, "")
            if label in self.classes and chosen.setdefault(one.item, label) != label:
                told = f"the same picture is labeled {chosen[one.item]!r} at another path"
                clashes.append((path, told))
        with self.ws.store.write() as tx:
            imports.add_problems(tx, self.run, clashes)
        return sum(self._store(chunk) for chunk in _chunks(list(chosen.items())))

    def _store(self, chunk: Sequence[tuple[int, str]]) -> int:
        with self.ws.store.write() as tx:
            projects.hold(tx, self.project)
            said = events.classes_said(tx, [item for item, _ in chunk], self.annotator)
            new = [one for one in chunk if said.get(one[0]) != self.classes[one[1]]]
            return sum(self._append(tx, item, self.classes[label]) for item, label in new)

    def _append(self, tx: Connection, item: int, class_id: int) -> bool:
        # An interrupted import that starts again gives the same ids.
        name = f"labeler_app/imported/{self.project}/{self.run}/{item}/{class_id}"
        event = LabelEvent(
            event_id=str(uuid.uuid5(uuid.NAMESPACE_URL, name)),
            project=self.project,
            item=item,
            annotator=self.annotator,
            kind="label",
            origin="imported",
            stored_at=self.ws.clock(),
            class_id=class_id,
            selected_as="imported",
        )
        if not events.append(tx, event):
            return False
        events.settle(tx, self.project, item, self.annotator)
        return True


def _chunks(pairs: Sequence[tuple[int, str]]) -> Iterator[Sequence[tuple[int, str]]]:
    return (pairs[start : start + CHUNK] for start in range(0, len(pairs), CHUNK))
