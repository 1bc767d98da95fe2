"""Texts and rows, kept here so that they stay when the file they came from is moved or changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Connection

from labeler_app.store import schema
from labeler_app.store.engine import insert

# SQLite takes 32,766 values in a statement, PostgreSQL 65,535.
_AT_ONCE = 10_000


def keep(tx: Connection, contents: Mapping[int, str]) -> None:
    """Keep the contents of items, as JSON; what is kept already stays."""
    if contents:
        rows = [{"item": item, "content": content} for item, content in contents.items()]
        tx.execute(insert(tx, schema.item_content).on_conflict_do_nothing(), rows)


def of_items(tx: Connection, items: Sequence[int]) -> dict[int, str]:
    """Return the contents of items, as JSON; those whose content is in a file are left out."""
    found: dict[int, str] = {}
    for start in range(0, len(items), _AT_ONCE):
        some = list(items[start : start + _AT_ONCE])
        statement = sa.select(_c.item, _c.content).where(_c.item.in_(some))
        found |= {row.item: row.content for row in tx.execute(statement)}
    return found


def forget_project(tx: Connection, project: int) -> None:
    """Forget the contents of all items of a project."""
    items = sa.select(schema.item.c.id).where(schema.item.c.project == project)
    tx.execute(sa.delete(schema.item_content).where(_c.item.in_(items)))


_c = schema.item_content.c


@dataclass(frozen=True, slots=True)
class Same:
    """One item, and where another project has what it holds."""

    item: int
    position: int
    other: int
    """Its position in the other project."""


def same(tx: Connection, project: int, span: tuple[int, int], other: int) -> list[Same]:
    """Return the items between two positions that another project has too, by position.

    Those that something plain stands in for there are left out.
    """
    mine, theirs = schema.item.c, schema.item.alias().c
    statement = (
        sa.select(mine.id, mine.position, theirs.position)
        .where(mine.project == project, mine.position.between(*span))
        .where(theirs.project == other, theirs.sha256 == mine.sha256)
        .where(~sa.exists().where(schema.stand_in.c.item == theirs.id))
        .order_by(mine.position)
    )
    return [Same(*row) for row in tx.execute(statement)]
