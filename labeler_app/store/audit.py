"""The audit sample: reserved items in the order they are asked, and their near-duplicates."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import Connection

from labeler_app.store import schema


def reserve(tx: Connection, project: int, chosen: Sequence[tuple[int, int, str]]) -> None:
    """Reserve items; each is (item, ordinal, part)."""
    rows = [
        {"project": project, "item": item, "ordinal": ordinal, "part": part}
        for item, ordinal, part in chosen
    ]
    if rows:
        tx.execute(sa.insert(schema.audit), rows)


def shadow(tx: Connection, project: int, items: Sequence[int]) -> None:
    """Keep these near-duplicates of reserved items out of training and ranking, too."""
    tx.execute(sa.delete(schema.audit_shadow).where(schema.audit_shadow.c.project == project))
    if items:
        rows = [{"project": project, "item": item} for item in items]
        tx.execute(sa.insert(schema.audit_shadow), rows)


def size(tx: Connection, project: int) -> int:
    """Return how many items are reserved."""
    statement = sa.select(sa.func.count()).where(_a.project == project)
    return int(tx.execute(statement).scalar_one())


def positions(tx: Connection, project: int, part: str | None = None) -> list[int]:
    """Return the positions of the reserved items, in the order they are asked."""
    statement = (
        sa.select(schema.item.c.position)
        .join(schema.audit, _a.item == schema.item.c.id)
        .where(_a.project == project)
        .order_by(_a.ordinal)
    )
    if part is not None:
        statement = statement.where(_a.part == part)
    return list(tx.execute(statement).scalars())


def missing(tx: Connection, project: int, part: str) -> list[int]:
    """Return the positions of a part's items that cannot be shown and that nobody answered.

    They stay in the sample: left out silently, it would no longer be one by chance.
    """
    answers = sa.select(schema.current_label.c.item)
    statement = (
        sa.select(schema.item.c.position)
        .join(schema.audit, _a.item == schema.item.c.id)
        .where(_a.project == project, _a.part == part)
        .where(schema.item.c.state.in_(("missing", "broken")))
        .where(schema.item.c.id.not_in(answers))
        .order_by(_a.ordinal)
    )
    return list(tx.execute(statement).scalars())


def shadow_positions(tx: Connection, project: int) -> list[int]:
    """Return the positions of the reserved items' near-duplicates."""
    statement = (
        sa.select(schema.item.c.position)
        .join(schema.audit_shadow, schema.audit_shadow.c.item == schema.item.c.id)
        .where(schema.audit_shadow.c.project == project)
    )
    return list(tx.execute(statement).scalars())


def answered(tx: Connection, project: int) -> tuple[int, int]:
    """Return how many reserved items are (labeled, answered in any way)."""
    current = schema.current_label.c
    statement = (
        sa.select(
            sa.func.count(sa.distinct(sa.case((current.kind == "label", current.item)))),
            sa.func.count(sa.distinct(current.item)),
        )
        .join_from(schema.current_label, schema.audit, _a.item == current.item)
        .where(_a.project == project)
    )
    row = tx.execute(statement).one()
    return int(row[0]), int(row[1])


_a = schema.audit.c
