"""Labels that are asked once more, because what their class means has changed: a list in order.

A line is open as long as the label it asks about stands. Nothing is ticked off: an answer closes
it, the undo of that answer opens it again.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from labeler_app.store import class_sets, schema
from labeler_app.store.engine import AnyRow, insert


def labels_of(tx: Connection, project: int, class_id: int) -> list[AnyRow]:
    """Return item, position, annotator and seq of every label of a class, newest first."""
    held = class_sets.holding(tx, project, class_id)
    statement = (
        sa.select(_c.item, schema.item.c.position, _c.annotator, _c.seq)
        .join_from(schema.current_label, schema.item, schema.item.c.id == _c.item)
        .where(_c.project == project, _c.kind == "label", class_sets.one_of(_c.class_id, held))
        .order_by(_c.given.desc())
    )
    return list(tx.execute(statement).all())


def put(
    tx: Connection, project: int, labels: Sequence[AnyRow], *, reason: str, change: int
) -> None:
    """Ask for these labels again, in this order; what was to be asked about them is replaced."""
    lines = [
        {
            "item": one.item,
            "annotator": one.annotator,
            "project": project,
            "seq": one.seq,
            "rank": rank,
            "reason": reason,
            "change": change,
        }
        for rank, one in enumerate(labels)
    ]
    if lines:
        new = insert(tx, schema.ask_again)
        told = {name: new.excluded[name] for name in ("seq", "rank", "reason", "change")}
        tx.execute(
            new.on_conflict_do_update(index_elements=["item", "annotator"], set_=told), lines
        )


def drop(tx: Connection, change: int) -> None:
    """Forget what a change asked for."""
    tx.execute(sa.delete(schema.ask_again).where(_a.change == change))


def is_waiting(tx: Connection, project: int) -> bool:
    """Tell whether a label still is to be given again."""
    statement = sa.select(_a.item).where(_a.project == project, is_open()).limit(1)
    return tx.execute(statement).first() is not None


def left(tx: Connection, project: int) -> list[tuple[str, int]]:
    """Return how many labels still are to be given again, by the reason."""
    statement = (
        sa.select(_a.reason, sa.func.count())
        .where(_a.project == project, is_open())
        .group_by(_a.reason)
        .order_by(sa.func.min(_a.change))
    )
    return [(row[0], int(row[1])) for row in tx.execute(statement)]


def is_open() -> ColumnElement[bool]:
    """Condition on a line: its label still stands, and where no person gave it, no person has."""
    newer, giver = schema.current_label.alias("newer").c, schema.person.alias("giver").c
    stands = sa.exists().where(_c.item == _a.item, _c.annotator == _a.annotator, _c.seq == _a.seq)
    answered = (
        sa.exists()
        .where(newer.item == _a.item, newer.seq > _a.seq)
        .where(newer.annotator == giver.id, giver.kind == "human")
    )
    return stands & (_by_person() | ~answered)


def is_for(annotator: int) -> ColumnElement[bool]:
    """Condition on a line: this annotator is asked, for they gave the label, or no person did."""
    return (_a.annotator == annotator) | ~_by_person()


def _by_person() -> ColumnElement[bool]:
    person = schema.person.alias("asked").c
    return sa.exists().where(person.id == _a.annotator, person.kind == "human")


_a = schema.ask_again.c
_c = schema.current_label.c
