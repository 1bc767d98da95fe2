"""Examples of classes: those that people chose, and the labeled items that can stand in for them.

A row of `class_example` is never changed but for when, and by whom, the example was taken away.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from labeler_app.store import blind, class_sets, schema
from labeler_app.store.blind import Viewer


@dataclass(frozen=True, slots=True)
class Chosen:
    """An example that nobody took away."""

    seq: int
    class_id: int
    """As it was chosen; the class may have been merged into another since."""
    item: int
    person: int


@dataclass(frozen=True, slots=True)
class Labeled:
    """An item that a person gave a class."""

    item: int
    position: int
    class_id: int


def add(tx: Connection, project: int, class_id: int, item: int, *, person: int, at: float) -> None:
    """Make an item an example of a class."""
    row = {"project": project, "class_id": class_id, "item": item, "person": person, "at": at}
    tx.execute(sa.insert(schema.class_example).values(row))


def take_away(tx: Connection, chosen: Sequence[int], *, person: int, at: float) -> None:
    """Take examples away, by their numbers."""
    statement = sa.update(schema.class_example).where(_x.seq.in_(list(chosen)))
    tx.execute(statement.values(removed_at=at, removed_by=person))


def chosen(tx: Connection, project: int) -> list[Chosen]:
    """Return the examples that nobody took away, newest first."""
    statement = (
        sa.select(_x.seq, _x.class_id, _x.item, _x.person)
        .where(_x.project == project, _x.removed_at.is_(None))
        .order_by(_x.seq.desc())
    )
    return [Chosen(*row) for row in tx.execute(statement)]


def upheld(tx: Connection, project: int, viewer: Viewer) -> set[tuple[int, int]]:
    """Return as (number, class or set) what those who chose examples give them now.

    An audit item is no example, nor what looks like one by now, nor what cannot be shown. Those
    that the viewer is still asked about are left out.
    """
    mine = (_c.item == _x.item) & (_c.annotator == _x.person) & (_c.kind == "label")
    statement = (
        sa.select(_x.seq, _c.class_id)
        .join_from(schema.class_example, schema.current_label, mine)
        .join(schema.item, schema.item.c.id == _x.item)
        .where(_x.project == project, _x.removed_at.is_(None))
        .where(schema.item.c.state == "ready", ~_held_out(_x.item))
        .where(blind.may_see(_x.item, viewer))
    )
    return {(row[0], row[1]) for row in tx.execute(statement)}


def labeled(tx: Connection, project: int, viewer: Viewer, newest: int) -> list[Labeled]:
    """Return items that people gave a class and that may be examples, oldest answer first.

    Of each class, or set of classes, only the newest so many answers are looked at. Those that
    somebody gives another class are left out, and those that the viewer is still asked about.
    """
    place = sa.func.row_number().over(partition_by=_c.class_id, order_by=_c.given.desc())
    known = (
        sa.select(_c.item, _c.annotator, _c.class_id, _c.given, place.label("place"))
        .where(_c.project == project, _c.kind == "label", _c.origin == "human")
        .where(blind.may_see(_c.item, viewer))
        .subquery()
    )
    mine, other = known.c, schema.current_label.alias("other").c
    is_disputed = sa.exists().where(
        other.item == mine.item,
        other.annotator != mine.annotator,
        other.kind == "label",
        other.class_id != mine.class_id,
    )
    statement = (
        sa.select(mine.item, schema.item.c.position, mine.class_id)
        .join_from(known, schema.item, schema.item.c.id == mine.item)
        .where(mine.place <= newest, ~is_disputed)
        .where(schema.item.c.state == "ready", ~_held_out(mine.item))
        .order_by(mine.given)
    )
    return [Labeled(*row) for row in tx.execute(statement)]


def gives(tx: Connection, item: int, rows: Sequence[int], annotator: int) -> bool:
    """Say whether an annotator gives an item one of these classes or sets now."""
    mine = (_c.item == item) & (_c.annotator == annotator) & (_c.kind == "label")
    given = sa.exists().where(mine, class_sets.one_of(_c.class_id, rows))
    return bool(tx.execute(sa.select(given)).scalar_one())


def is_held_out(tx: Connection, item: int) -> bool:
    """Say whether an item is an audit item, or looks like one."""
    asked = sa.select(_held_out(schema.item.c.id)).where(schema.item.c.id == item)
    return bool(tx.execute(asked).scalar())


def _held_out(item: ColumnElement[int]) -> ColumnElement[bool]:
    in_audit = sa.exists().where(schema.audit.c.item == item)
    return in_audit | sa.exists().where(schema.audit_shadow.c.item == item)


_c = schema.current_label.c
_x = schema.class_example.c
