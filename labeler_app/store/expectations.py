"""Conditions that a person expects, and which share of what will come lies in them.

Nothing is changed once it is written: what is expected no more gets the time at which it ended.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Connection

from labeler_app.store import schema


@dataclass(frozen=True, slots=True)
class ExpectationRow:
    """Cells of an axis next to each other, both included, and a share in (0, 1)."""

    id: int
    axis: str
    first: int
    last: int
    share: float
    person: int
    at: float


def add(
    tx: Connection,
    project: int,
    *,
    axis: str,
    first: int,
    last: int,
    share: float,
    person: int,
    at: float,
) -> int:
    """Write down what a person expects, and return its number."""
    statement = sa.insert(schema.expectation).values(
        project=project, axis=axis, first=first, last=last, share=share, person=person, at=at
    )
    return int(tx.execute(statement.returning(_x.id)).scalar_one())


def end(tx: Connection, project: int, number: int, *, at: float) -> bool:
    """Let one hold no more; False if it does not hold, or is another project's."""
    holds = (_x.id == number) & (_x.project == project) & _x.removed_at.is_(None)
    statement = sa.update(schema.expectation).where(holds).values(removed_at=at)
    return tx.execute(statement.returning(_x.id)).first() is not None


def of_project(tx: Connection, project: int) -> list[ExpectationRow]:
    """Return those that hold, the oldest first."""
    statement = (
        sa.select(_x.id, _x.axis, _x.first, _x.last, _x.share, _x.person, _x.at)
        .where(_x.project == project, _x.removed_at.is_(None))
        .order_by(_x.id)
    )
    return [ExpectationRow(*row) for row in tx.execute(statement)]


_x = schema.expectation.c
