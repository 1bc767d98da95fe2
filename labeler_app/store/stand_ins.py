"""Items whose picture could not be read when they were embedded: a grey one stands in for it."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import Connection

from labeler_app.store import schema
from labeler_app.store.engine import insert


def note(tx: Connection, project: int, items: Sequence[int]) -> None:
    """Note that grey pictures stand in for items; none of them was found again since."""
    if items:
        rows = [{"project": project, "item": item, "found": False} for item in items]
        upsert = insert(tx, schema.stand_in).on_conflict_do_update(
            index_elements=["item"], set_={"found": False}
        )
        tx.execute(upsert, rows)


def found(tx: Connection, items: Sequence[int]) -> None:
    """Note that the files of items were seen again: they are worth another try."""
    tx.execute(sa.update(schema.stand_in).where(_s.item.in_(list(items))).values(found=True))


def forget(tx: Connection, items: Sequence[int]) -> None:
    """Forget items whose own pictures are embedded now."""
    tx.execute(sa.delete(schema.stand_in).where(_s.item.in_(list(items))))


def of_project(tx: Connection, project: int) -> set[int]:
    """Return all items of a project that a grey picture stands in for."""
    return set(tx.execute(sa.select(_s.item).where(_s.project == project)).scalars())


def positions(tx: Connection, project: int) -> list[int]:
    """Return the positions of those items."""
    statement = (
        sa.select(schema.item.c.position)
        .join_from(schema.stand_in, schema.item, schema.item.c.id == _s.item)
        .where(_s.project == project)
    )
    return list(tx.execute(statement).scalars())


def found_positions(tx: Connection, project: int) -> list[int]:
    """Return the positions of those whose file was seen again, in order."""
    statement = (
        sa.select(schema.item.c.position)
        .join_from(schema.stand_in, schema.item, schema.item.c.id == _s.item)
        .where(_s.project == project, _s.found)
        .order_by(schema.item.c.position)
    )
    return list(tx.execute(statement).scalars())


def count_found(tx: Connection, project: int) -> int:
    """Return how many positions that are."""
    statement = sa.select(sa.func.count()).where(_s.project == project, _s.found)
    return int(tx.execute(statement).scalar_one())


_s = schema.stand_in.c
