"""The queue: ranked candidates of the newest selection."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Connection

from labeler_app.store import schema
from labeler_app.store.engine import AnyRow, values


@dataclass(frozen=True, slots=True)
class Selection:
    """How a queue was chosen: enough to choose it again."""

    project: int
    version: int | None
    strategy: str
    phase: str
    seed: int
    detail: str
    created_at: float


@dataclass(frozen=True, slots=True)
class Entry:
    """One candidate; rank 0 is asked first."""

    rank: int
    item: int
    selected_as: str
    score: float
    propensity: float
    why: str


def replace(tx: Connection, new: Selection, entries: Sequence[Entry]) -> int:
    """Swap the queue for a new one and return the selection's id."""
    statement = sa.insert(schema.selection).values(values(new)).returning(schema.selection.c.id)
    selection = int(tx.execute(statement).scalar_one())
    tx.execute(sa.delete(schema.queue_entry).where(_q.project == new.project))
    rows = [values(one) | {"project": new.project, "selection": selection} for one in entries]
    if rows:
        tx.execute(sa.insert(schema.queue_entry), rows)
    tell(tx, new.project)
    return selection


def tell(tx: Connection, project: int) -> None:
    """Let open desks know that other items come next than they thought."""
    tx.execute(
        sa.update(schema.project)
        .where(schema.project.c.id == project)
        .values(queue_version=schema.project.c.queue_version + 1)
    )


def newest(tx: Connection, project: int) -> AnyRow | None:
    """Return the newest selection of a project."""
    statement = (
        sa.select(schema.selection)
        .where(schema.selection.c.project == project)
        .order_by(schema.selection.c.id.desc())
        .limit(1)
    )
    return tx.execute(statement).first()


def outdate(tx: Connection, project: int) -> None:
    """Note that the queue was chosen from less than is known now, so that a new one is due.

    What is in the queue stays, with the selection that chose it; the note says nothing was read
    and nothing chosen.
    """
    before = newest(tx, project)
    if before is None:
        return
    nothing = json.dumps({"batch": 0, "candidates": 0, "items": 0, "shards": []}, sort_keys=True)
    again = dict(before._mapping) | {"detail": nothing}
    del again["id"]
    tx.execute(sa.insert(schema.selection).values(again))


_q = schema.queue_entry.c
