"""Which of the answers that a desk sends can be stored, and the event that each becomes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from labeler_app.errors import InputError
from labeler_app.services import picking, pile_parts
from labeler_app.services.answers import LONGEST_NOTE, Answer, Refused
from labeler_app.services.picking import Choice
from labeler_app.store import (
    audit,
    class_changes,
    class_sets,
    events,
    items,
    leases,
    past_answers,
    people,
    projects,
)
from labeler_app.store.engine import AnyRow
from labeler_app.store.events import LabelEvent
from labeler_app.store.schema import EVENT_KINDS

_EVENT_ID = re.compile(r"[0-9a-zA-Z-]{8,64}")
_ORIGINS = {"human": "human", "oracle": "oracle", "import": "imported"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of a batch before its answers are looked at one by one."""

    project: int
    annotator: int
    origin: str
    multi_label: bool
    classes: frozenset[int]
    """In use."""
    merged: dict[int, int]
    """By class that was merged into another: what an answer of it counts as."""
    items: dict[int, int]
    reserved: frozenset[int]
    """Audit items among those that are said to be picked by hand or given together."""

    @classmethod
    def of(cls, tx: Connection, project: int, annotator: int, batch: Sequence[Answer]) -> "Asked":
        """Look up what the answers of a batch are judged by.

        Raises
        ------
        InputError
            If the project or the annotator does not exist.
        """
        person, row = people.get(tx, annotator), projects.get(tx, project)
        if person is None or row is None:
            raise InputError(f"There is no project {project}, or no annotator {annotator}.")
        rows = items.many(tx, [one.item for one in batch])
        known = frozenset(one.id for one in projects.classes(tx, project))
        owners = {row.id: row.project for row in rows.values()}
        chosen = [one.item for one in batch if one.is_chosen]
        reserved = frozenset(audit.among(tx, chosen))
        merged = class_changes.merged(tx, project)
        return cls(
            project=project,
            annotator=annotator,
            origin=_ORIGINS[person.kind],
            multi_label=row.config.multi_label,
            classes=known,
            merged=merged,
            items=owners,
            reserved=reserved,
        )

    def problem(self, tx: Connection, answer: Answer) -> Refused | None:
        """Say why an answer can never be stored, if so."""
        for event_id in (answer.event_id, answer.reverts, answer.bulk):
            if event_id is not None and not _EVENT_ID.fullmatch(event_id):
                return Refused(answer.event_id, f"{event_id[:64]!r} is not an event id.")
        if answer.kind not in EVENT_KINDS:
            return Refused(answer.event_id, f"There is no kind of answer {answer.kind!r}.")
        if self.items.get(answer.item) != self.project:
            return Refused(answer.event_id, f"There is no item {answer.item} in this project.")
        if (answer.kind == "label") != (answer.classes is not None):
            return Refused(answer.event_id, "A label needs a class, and nothing else has one.")
        if answer.class_ids is not None and (not self.multi_label or answer.class_id is not None):
            return Refused(
                answer.event_id,
                "An item of this project has one class.",
                "Reload the page and label the item again.",
            )
        if answer.is_chosen and answer.kind != "label":
            return Refused(
                answer.event_id,
                "Only a label can be given to an item picked by hand, or to several together.",
            )
        if answer.is_chosen and self.multi_label:
            return Refused(
                answer.event_id,
                "An item of this project may have several classes, so each is labeled by itself.",
                "Label it when the desk shows it.",
            )
        # A sample that people choose from is none by chance any more.
        if answer.item in self.reserved:
            return Refused(
                answer.event_id,
                f"Item {answer.item} cannot be picked by hand, nor labeled with others.",
                "Label it when the desk shows it.",
            )
        return _note_problem(answer) or self._conflict(tx, answer)

    def _class_problem(self, tx: Connection, answer: Answer) -> Refused | None:
        wrong = [one for one in answer.classes or () if self._counts_as(one) not in self.classes]
        if not wrong:
            return None
        found = projects.class_of(tx, wrong[0])
        if found is None or found[0] != self.project:
            return Refused(
                answer.event_id,
                f"There is no class {wrong[0]} in this project.",
                "Reload the page and label the item again.",
            )
        return Refused(
            answer.event_id,
            f"The class {found[1]!r} was retired: it cannot be given any more.",
            "Give the item another class when it is shown again.",
        )

    def _counts_as(self, class_id: int) -> int:
        return self.merged.get(class_id, class_id)

    def _row(self, tx: Connection, answer: Answer) -> int | None:
        """Return the row that the event names: of the class, or of the set as it was said."""
        if answer.class_ids is not None:
            return class_sets.row_of(tx, self.project, answer.class_ids)
        return answer.class_id

    def _conflict(self, tx: Connection, answer: Answer) -> Refused | None:
        before = events.by_id(tx, answer.event_id)
        if before is None and (problem := self._class_problem(tx, answer)):
            return problem
        if before is not None and not self._same(tx, before, answer):
            return Refused(answer.event_id, "This event id is stored already, with another answer.")
        if answer.kind != "undo":
            return None
        reverted = events.by_id(tx, answer.reverts or "")
        mine = (answer.item, self.annotator)
        if (
            reverted is None
            or reverted.kind not in events.ANSWERS
            or reverted.rewrites is not None
            or (reverted.item, reverted.annotator) != mine
        ):
            return Refused(answer.event_id, "The answer to take back is not one of yours.")
        return None

    def _same(self, tx: Connection, before: AnyRow, answer: Answer) -> bool:
        classes = None if answer.classes is None else tuple(sorted({*answer.classes}))
        told: tuple[Any, ...] = (answer.item, answer.kind, classes, answer.reverts)
        said = before.class_id if before.said is None else before.said
        given = None if said is None else class_sets.given_by(tx, said)
        stored = (before.item, before.kind, given, before.reverts)
        who = (before.annotator, before.note) == (self.annotator, answer.note)
        return who and stored == told

    def event(self, tx: Connection, answer: Answer, now: float) -> LabelEvent:
        """Return the event to store, with what is known of why the item was answered."""
        chosen, said = self._choice(tx, answer), self._row(tx, answer)
        # What a set means is looked up where it is read.
        class_id = said if said is None or self.multi_label else self._counts_as(said)
        return LabelEvent(
            event_id=answer.event_id,
            project=self.project,
            item=answer.item,
            annotator=self.annotator,
            kind=answer.kind,
            origin=self.origin,
            stored_at=now,
            class_id=class_id,
            said=said if said != class_id else None,
            note=answer.note,
            reverts=answer.reverts,
            version=answer.version if answer.version is not None else chosen.version,
            suggestion=answer.suggestion,
            milliseconds=answer.milliseconds,
            shown_at=answer.shown_at,
            decided_at=answer.decided_at,
            selection=chosen.selection,
            selected_as=chosen.selected_as,
            propensity=chosen.propensity,
            why=chosen.why,
            bulk=answer.bulk,
            class_version=answer.class_version if self.multi_label else None,
        )

    def _choice(self, tx: Connection, answer: Answer) -> Choice:
        if answer.picked:
            return picking.BY_HAND
        if answer.bulk is not None and answer.kind == "label":
            return pile_parts.COPIED if answer.copies else pile_parts.GIVEN
        row = leases.of_item(tx, answer.item, self.annotator) or past_answers.previous_choice(
            tx, answer.item, self.annotator
        )
        if row is None:
            return Choice()
        # Taken back and on the desk again, it is still an item that a person chose.
        if row.selected_as == events.PICKED:
            return picking.BY_HAND
        return Choice(row.selection, row.selected_as, row.propensity, row.why, row.version)


def _note_problem(answer: Answer) -> Refused | None:
    if "\0" in answer.note:
        return Refused(answer.event_id, "The note holds a NUL character.")
    if len(answer.note) > LONGEST_NOTE:
        return Refused(answer.event_id, f"The note is longer than {LONGEST_NOTE} characters.")
    return None
