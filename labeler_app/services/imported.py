"""Labels that came with the files: stored as imported labels, each once."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from labeler_app.errors import InputError
from labeler_app.services import claims, people
from labeler_app.services.found_labels import FoundLabels
from labeler_app.services.intake import Intake
from labeler_app.services.names import checked_name
from labeler_app.services.projects import MOST_CLASSES
from labeler_app.services.workspace import Workspace
from labeler_app.store import events, imports, projects
from labeler_app.store import people as people_rows
from labeler_app.store.events import LabelEvent

CHUNK = 500
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


def store_labels(
    intake: Intake,
    read: Mapping[str, int],
    by_path: Mapping[str, str],
    classes: Mapping[str, int],
) -> int:
    """Store the label of every file that was read; return how many were new.

    The same item under two paths with two labels keeps the first; the other is reported as
    a problem of the import.

    Parameters
    ----------
    read
        The item by path, from `Intake.read_all`. A label whose path is not in it is left out: it
        was given to something that is no item, or not one yet.
    by_path
        The labels that came with the files.
    classes
        By label, from `add_classes`.

    Raises
    ------
    StateError
        If the project went to another process meanwhile; what is stored by then stays.
    """
    kind, chosen = intake.source.kind, dict[int, str]()
    clashes: list[tuple[str, str]] = []
    for path, item in read.items():
        label = by_path.get(path, "")
        if label in classes and chosen.setdefault(item, label) != label:
            told = f"the same {_NOUN[kind]} is labeled {chosen[item]!r} at another path"
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
            new = [self._event(*one) for one in chunk if said.get(one[0]) != one[1]]
            stored = events.append_all(tx, new)
            fresh = [one.item for one in new if one.event_id in stored]
            events.settle_all(tx, self.intake.project, fresh, self.annotator)
        return len(stored)

    def _event(self, item: int, class_id: int) -> LabelEvent:
        project = self.intake.project
        # An interrupted import that starts again gives the same ids.
        name = f"labeler_app/imported/{project}/{self.intake.run}/{item}/{class_id}"
        return LabelEvent(
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


def _chunks(pairs: Sequence[tuple[int, int]]) -> Iterator[Sequence[tuple[int, int]]]:
    return (pairs[start : start + CHUNK] for start in range(0, len(pairs), CHUNK))
