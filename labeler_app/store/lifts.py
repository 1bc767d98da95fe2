"""What variants change as it was measured, and what people decided against it: append-only."""

from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import Connection

from labeler_app.store import schema
from labeler_app.store.engine import values
from labeler_app.store.variants import Filling


@dataclass(frozen=True, slots=True)
class LiftRow:
    """What the variants of a filling changed at one moment."""

    filling: Filling
    verdict: str
    kept: int
    reviews: int
    """Number of the newest review it has seen."""
    up_to_seq: int
    """Of the newest answer it has seen."""
    revision: str
    """Of the embeddings."""
    detail: str
    """JSON: its figures."""
    created_at: float


@dataclass(frozen=True, slots=True)
class UseRow:
    """A person lets variants train without a proof, or keeps them out."""

    filling: Filling
    used: bool
    note: str
    person: int
    at: float


_Row = TypeVar("_Row", LiftRow, UseRow)


def add(tx: Connection, project: int, row: LiftRow) -> None:
    """Put down what was measured."""
    known = values(row.filling) | _plain(row) | {"project": project}
    tx.execute(sa.insert(schema.lift).values(known))


def every(tx: Connection, project: int) -> list[LiftRow]:
    """Return all that was measured, oldest first."""
    statement = sa.select(schema.lift).where(schema.lift.c.project == project)
    return [_read(LiftRow, row) for row in tx.execute(statement.order_by(schema.lift.c.id))]


def counts(tx: Connection, project: int) -> tuple[int, int]:
    """Return how often something was measured, and how often a person decided."""
    found = [
        tx.execute(
            sa.select(sa.func.count()).select_from(one).where(one.c.project == project)
        ).scalar_one()
        for one in (schema.lift, schema.variant_use)
    ]
    return int(found[0]), int(found[1])


def put_use(tx: Connection, project: int, row: UseRow) -> None:
    """Put down what a person decided."""
    known = values(row.filling) | _plain(row) | {"project": project}
    tx.execute(sa.insert(schema.variant_use).values(known))


def uses(tx: Connection, project: int) -> list[UseRow]:
    """Return what people decided, oldest first."""
    use = schema.variant_use
    statement = sa.select(use).where(use.c.project == project).order_by(use.c.id)
    return [_read(UseRow, row) for row in tx.execute(statement)]


def _plain(row: LiftRow | UseRow) -> dict[str, Any]:
    return {name: one for name, one in values(row).items() if name != "filling"}


def _read(kind: type[_Row], row: sa.Row[Any]) -> _Row:
    told = row._mapping
    filling = Filling(*(told[name] for name in Filling.__slots__))
    plain = {name: told[name] for name in kind.__slots__ if name != "filling"}
    return kind(filling=filling, **plain)
