"""Record what annotators answer: all that is right is stored once, durable before acknowledged."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from labeler_app.errors import InputError
from labeler_app.services import picking
from labeler_app.services.picking import Choice
from labeler_app.services.workspace import Workspace
from labeler_app.store import audit, events, items, leases, people, projects
from labeler_app.store.engine import AnyRow
from labeler_app.store.events import LabelEvent
from labeler_app.store.schema import EVENT_KINDS

MOST_EVENTS = 200
LONGEST_NOTE = 4000
_EVENT_ID = re.compile(r"[0-9a-zA-Z-]{8,64}")
_ORIGINS = {"human": "human", "oracle": "oracle", "import": "imported"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a desk sends of one keypress."""

    event_id: str
    item: int
    kind: str
    class_id: int | None = None
    note: str = ""
    reverts: str | None = None
    version: int | None = None
    shown_at: float | None = None
    decided_at: float | None = None
    milliseconds: int | None = None
    suggestion: bool = False
    picked: bool = False
    """Whether the person chose the item, out of many."""


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer that cannot be stored, and why."""

    event_id: str
    problem: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a batch of answers."""

    acknowledged: tuple[str, ...]
    """Durable now, or before."""
    stored: tuple[str, ...]
    """Stored by this call."""
    refused: tuple[Refused, ...]
    why: dict[str, str] = field(default_factory=dict)
    """By event id: why the item was shown; told only after the answer."""


def record(ws: Workspace, project: int, annotator: int, batch: Sequence[Answer]) -> Receipt:
    """Store a batch of answers and close their leases, in one transaction.

    An answer that can never be stored (no such item, no such class) is refused by itself, so that
    it does not hold up the others; everything else is stored exactly once.

    Raises
    ------
    InputError
        If the project or the annotator does not exist, or the batch is too large.
    """
    if len(batch) > MOST_EVENTS:
        raise InputError(f"{len(batch)} answers at once; at most {MOST_EVENTS} fit.")
    acknowledged: list[str] = []
    stored: list[str] = []
    refused: list[Refused] = []
    why: dict[str, str] = {}
    with ws.store.write() as tx:
        projects.hold(tx, project)
        asked = _Asked.of(tx, project, annotator, batch)
        for answer in batch:
            problem = asked.problem(tx, answer)
            if problem is not None:
                refused.append(problem)
                continue
            event = asked.event(tx, answer, ws.clock())
            if events.append(tx, event):
                stored.append(answer.event_id)
                events.settle(tx, project, answer.item, annotator)
                if answer.kind in events.ANSWERS:
                    leases.close(tx, answer.item, annotator)
            acknowledged.append(answer.event_id)
            if answer.kind in events.ANSWERS:
                why[answer.event_id] = event.why
    return Receipt(tuple(acknowledged), tuple(stored), tuple(refused), why)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is known of a batch before its answers are looked at one by one."""

    project: int
    annotator: int
    origin: str
    classes: frozenset[int]
    items: dict[int, int]
    reserved: frozenset[int]
    """Audit items among those that are said to be picked by hand."""

    @classmethod
    def of(cls, tx: Connection, project: int, annotator: int, batch: Sequence[Answer]) -> "_Asked":
        person = people.get(tx, annotator)
        if person is None or projects.get(tx, project) is None:
            raise InputError(f"There is no project {project}, or no annotator {annotator}.")
        rows = items.many(tx, [one.item for one in batch])
        known = frozenset(one.id for one in projects.classes(tx, project))
        owners = {row.id: row.project for row in rows.values()}
        reserved = frozenset(audit.among(tx, [one.item for one in batch if one.picked]))
        return cls(project, annotator, _ORIGINS[person.kind], known, owners, reserved)

    def problem(self, tx: Connection, answer: Answer) -> Refused | None:
        """Say why an answer can never be stored, if so."""
        for event_id in (answer.event_id, answer.reverts):
            if event_id is not None and not _EVENT_ID.fullmatch(event_id):
                return Refused(answer.event_id, f"{event_id[:64]!r} is not an event id.")
        if answer.kind not in EVENT_KINDS:
            return Refused(answer.event_id, f"There is no kind of answer {answer.kind!r}.")
        if self.items.get(answer.item) != self.project:
            return Refused(answer.event_id, f"There is no item {answer.item} in this project.")
        if (answer.kind == "label") != (answer.class_id is not None):
            return Refused(answer.event_id, "A label needs a class, and nothing else has one.")
        if answer.class_id is not None and answer.class_id not in self.classes:
            return Refused(
                answer.event_id,
                f"There is no class {answer.class_id} in this project.",
                "Reload the page and label the item again.",
            )
        if answer.picked and answer.kind != "label":
            return Refused(answer.event_id, "Only a label can be given to an item picked by hand.")
        # A sample that people choose from is none by chance any more.
        if answer.picked and answer.item in self.reserved:
            return Refused(
                answer.event_id,
                f"Item {answer.item} cannot be picked by hand.",
                "Label it when the desk shows it.",
            )
        return _note_problem(answer) or self._conflict(tx, answer)

    def _conflict(self, tx: Connection, answer: Answer) -> Refused | None:
        before = events.by_id(tx, answer.event_id)
        if before is not None and not self._same(before, answer):
            return Refused(answer.event_id, "This event id is stored already, with another answer.")
        if answer.kind != "undo":
            return None
        reverted = events.by_id(tx, answer.reverts or "")
        mine = (answer.item, self.annotator)
        if (
            reverted is None
            or reverted.kind not in events.ANSWERS
            or (reverted.item, reverted.annotator) != mine
        ):
            return Refused(answer.event_id, "The answer to take back is not one of yours.")
        return None

    def _same(self, before: AnyRow, answer: Answer) -> bool:
        told: tuple[Any, ...] = (answer.item, answer.kind, answer.class_id, answer.reverts)
        stored = (before.item, before.kind, before.class_id, before.reverts)
        who = (before.annotator, before.note) == (self.annotator, answer.note)
        return who and stored == told

    def event(self, tx: Connection, answer: Answer, now: float) -> LabelEvent:
        """Return the event to store, with what is known of why the item was answered."""
        chosen = self._choice(tx, answer)
        return LabelEvent(
            event_id=answer.event_id,
            project=self.project,
            item=answer.item,
            annotator=self.annotator,
            kind=answer.kind,
            origin=self.origin,
            stored_at=now,
            class_id=answer.class_id,
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
        )

    def _choice(self, tx: Connection, answer: Answer) -> Choice:
        if answer.picked:
            return picking.BY_HAND
        row = leases.of_item(tx, answer.item, self.annotator) or events.previous_choice(
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
