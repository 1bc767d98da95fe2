"""Record what annotators answer: all that is right is stored once, durable before acknowledged."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from labeler_app.errors import InputError
from labeler_app.services.accepting import Asked
from labeler_app.services.answers import Answer, Refused
from labeler_app.services.workspace import Workspace
from labeler_app.store import events, leases, projects

MOST_EVENTS = 200


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
        asked = Asked.of(tx, project, annotator, batch)
        changed: dict[int, None] = {}
        answered: dict[int, None] = {}
        for answer in batch:
            problem = asked.problem(tx, answer)
            if problem is not None:
                refused.append(problem)
                continue
            event = asked.event(tx, answer, ws.clock())
            if events.append(tx, event):
                stored.append(answer.event_id)
                changed[answer.item] = None
                if answer.kind in events.ANSWERS:
                    answered[answer.item] = None
            acknowledged.append(answer.event_id)
            if answer.kind in events.ANSWERS:
                why[answer.event_id] = event.why
        # Once for all: item by item they took most of the time of 48 labels given at once.
        if changed:
            events.settle(tx, project, list(changed), annotator)
        if answered:
            leases.close(tx, list(answered), annotator)
    return Receipt(tuple(acknowledged), tuple(stored), tuple(refused), why)
