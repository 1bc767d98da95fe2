"""Labels that came with the files: stored as imported labels, each once."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from labeler_app.errors import InputError
from labeler_app.services import claims, people
from labeler_app.services.intake import Intake
from labeler_app.store import class_changes, class_sets, events, imports, projects
from labeler_app.store import people as people_rows
from labeler_app.store.class_changes import New
from labeler_app.store.events import LabelEvent

CHUNK = 500
_NOUN = {"image": "picture", "text": "text", "table": "row"}


def add_classes(intake: Intake, names: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """Add the classes that are not there yet; return the class, or the set of several, by label.

    Parameters
    ----------
    names
        By label, from `label_classes.checked`.

    Raises
    ------
    StateError
        If the project went to another process meanwhile.
    """
    found: dict[str, int] = {}
    added: list[int] = []
    with claims.writing(intake.ws, intake.claim) as tx:
        projects.hold(tx, intake.project)
        merged = class_changes.merged(tx, intake.project)
        for label, given in names.items():
            numbers: list[int] = []
            for name in given:
                made = projects.add_class(tx, intake.project, name)
                added += [made] if made else []
                number = made or projects.class_named(tx, intake.project, name)
                if number is None:
                    raise InputError(f"The class {name!r} cannot be added.")
                numbers.append(merged.get(number, number))
            found[label] = class_sets.row_of(tx, intake.project, numbers)
        if added:
            new = New(intake.project, "add", intake.ws.clock())
            class_changes.note_added(tx, new, added)
    return found


def store_labels(
    intake: Intake,
    read: Mapping[str, int],
    by_path: Mapping[str, str],
    classes: Mapping[str, int],
) -> int:
    """Store the label of every file that was read; return how many were new.

    The same item under two paths with two labels keeps the first; the other is reported as
    a problem of the import. Where items may have several classes it gets all of them.

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
    kind, chosen = intake.source.kind, dict[int, list[str]]()
    clashes: list[tuple[str, str]] = []
    with intake.ws.store.read() as tx:
        has_sets = projects.has_sets(tx, intake.project)
    for path, item in read.items():
        label = by_path.get(path, "")
        if label not in classes:
            continue
        given = chosen.setdefault(item, [label])
        if has_sets and label not in given:
            given.append(label)
        elif label not in given:
            told = f"the same {_NOUN[kind]} is labeled {given[0]!r} at another path"
            clashes.append((path, told))
    with claims.writing(intake.ws, intake.claim) as tx:
        imports.add_problems(tx, intake.run, clashes, "clash")
        who = people_rows.ensure(tx, people.IMPORTED, "import", at=intake.ws.clock())
        said = [
            (item, _row(tx, intake.project, [classes[label] for label in given]))
            for item, given in chosen.items()
        ]
    labels = _Labels(intake, who.id)
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
            events.settle(tx, self.intake.project, fresh, self.annotator)
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


def _row(tx: Connection, project: int, given: Sequence[int]) -> int:
    """Return the class, or the set of all classes, that an item was given."""
    if len(given) == 1:
        return given[0]
    every = [one for row in given for one in class_sets.given_by(tx, row)]
    return class_sets.row_of(tx, project, every)


def _chunks(pairs: Sequence[tuple[int, int]]) -> Iterator[Sequence[tuple[int, int]]]:
    return (pairs[start : start + CHUNK] for start in range(0, len(pairs), CHUNK))
