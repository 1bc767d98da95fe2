"""What people decided about variants, as the desk that asks them needs it."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Connection

from labeler_app.store import schema
from labeler_app.store.engine import AnyRow


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a variant before a decision about it is stored."""

    id: int
    root: int
    other: int | None
    decided_by: int | None
    """Who gave the decision that stands; None while it is open."""


def known(tx: Connection, project: int, variants: Sequence[int]) -> dict[int, Known]:
    """Return what is known of variants of a project, by number."""
    mine = (_v.project == project) & _v.id.in_(list(variants))
    statement = (
        sa.select(_v.id, _v.root, _v.other, sa.case((_r.kind != "undo", _r.annotator)))
        .select_from(schema.variant)
        .outerjoin(schema.variant_review, _r.seq == _newest())
        .where(mine)
    )
    return {row[0]: Known(*row) for row in tx.execute(statement)}


def by_id(tx: Connection, event_id: str) -> AnyRow | None:
    """Return a stored review."""
    return tx.execute(sa.select(schema.variant_review).where(_r.event_id == event_id)).first()


def kept(tx: Connection, project: int) -> int:
    """Return how many variants of a project are kept."""
    newest = sa.select(sa.func.max(_r.seq)).where(_r.project == project).group_by(_r.variant)
    statement = sa.select(sa.func.count()).where(_r.seq.in_(newest), _r.kind == "keep")
    return int(tx.execute(statement).scalar_one())


def given(tx: Connection, project: int) -> dict[int, AnyRow]:
    """Return by variant who gave the decision that stands, when, how fast, and its event."""
    newest = sa.select(sa.func.max(_r.seq)).where(_r.project == project).group_by(_r.variant)
    person = schema.person
    statement = (
        sa.select(_r.variant, person.c.name, _r.at, _r.milliseconds, _r.event_id)
        .join_from(schema.variant_review, person, person.c.id == _r.annotator)
        .where(_r.seq.in_(newest), _r.kind != "undo")
    )
    return {row.variant: row for row in tx.execute(statement)}


def times(tx: Connection, project: int) -> list[int]:
    """Return the milliseconds that decisions took, where known; those taken back took time, too."""
    statement = (
        sa.select(_r.milliseconds)
        .where(_r.project == project, _r.kind != "undo", _r.milliseconds.is_not(None))
        .order_by(_r.seq)
    )
    return [int(one) for one in tx.execute(statement).scalars() if one is not None]


def file_of(tx: Connection, variant: int) -> tuple[int, str] | None:
    """Return the project of a variant, and where its file lies, below the workspace."""
    row = tx.execute(sa.select(_v.project, _v.path).where(_v.id == variant)).first()
    return None if row is None else (row.project, row.path)


def _newest() -> "sa.ScalarSelect[int]":
    """Return the number of the newest review of the variant that a statement is about."""
    other = schema.variant_review.alias("newest").c
    return (
        sa.select(sa.func.max(other.seq))
        .where(other.variant == _v.id)
        .correlate(schema.variant)
        .scalar_subquery()
    )


_v, _r = schema.variant.c, schema.variant_review.c
