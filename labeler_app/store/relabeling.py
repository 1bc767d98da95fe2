"""What a change of classes does to labels: events appended for many at once, in one statement.

An answer that is stored again in another class keeps all that is known of it, and says which answer
it goes back to (`rewrites`); nobody gave it anew. Whoever calls holds the project, so that the
events behind the newest are those written here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from labeler_app.store import class_sets, events, schema
from labeler_app.store.engine import AnySelect


@dataclass(frozen=True, slots=True)
class Counts:
    """How many labels a class has, by what they are for and who gave them."""

    labels: int
    audit: int
    imported: int
    annotators: int
    """People, and the automatic annotator."""
    items: int


@dataclass(frozen=True, slots=True)
class Merge:
    """A merge to be undone."""

    project: int
    merged: Sequence[int]
    """The class that was merged, and those that were merged into it before."""
    class_id: int
    """The first of them."""
    into: int
    since: int
    """The newest event before the merge."""


def counts(tx: Connection, project: int, class_id: int) -> Counts:
    """Return how many labels a class has now."""
    given_here = sa.case((_c.origin != "imported", _c.annotator))
    statement = sa.select(
        sa.func.count(),
        sa.func.count(schema.audit.c.item),
        sa.func.coalesce(sa.func.sum(sa.case((_c.origin == "imported", 1), else_=0)), 0),
        sa.func.count(sa.distinct(given_here)),
        sa.func.count(sa.distinct(_c.item)),
    ).select_from(schema.current_label.outerjoin(schema.audit, schema.audit.c.item == _c.item))
    held = class_sets.holding(tx, project, class_id)
    mine = (_c.project == project, _c.kind == "label", class_sets.one_of(_c.class_id, held))
    return Counts(*map(int, tx.execute(statement.where(*mine)).one()))


def move(tx: Connection, project: int, class_id: int, to: int, *, at: float, batch: str) -> int:
    """Store every label of a class again in another class; return how many.

    Parameters
    ----------
    batch
        Begins the ids of the new events; no other change has it.
    """
    moved = sa.and_(*_of_class(project, class_id))
    columns = {"class_id": sa.literal(to), "said": sa.func.coalesce(_e.said, _e.class_id)}
    before = _store_again(tx, project, sa.select(_c.seq).where(moved), columns, at, batch)
    return _replace(tx, project, moved, before)


def move_back(tx: Connection, merge: Merge, *, at: float, batch: str) -> int:
    """Store labels again in the class they had before a merge; return how many.

    Those are meant that still are what the merge made of them, answers that came after it and named
    the merged class among them.
    """
    event = schema.label_event.alias("event").c
    by_merge = sa.exists().where(
        event.seq == _c.seq, event.said.in_(list(merge.merged)), event.seq > merge.since
    )
    moved = sa.and_(*_of_class(merge.project, merge.into), by_merge)
    columns = {
        "class_id": sa.literal(merge.class_id),
        "said": sa.case((_e.said != merge.class_id, _e.said)),
    }
    chosen = sa.select(_c.seq).where(moved)
    before = _store_again(tx, merge.project, chosen, columns, at, batch)
    return _replace(tx, merge.project, moved, before)


def take_back(tx: Connection, project: int, class_id: int, *, at: float, batch: str) -> int:
    """Take back every answer of those who give items this class; return how many lose it.

    Earlier answers are taken back with the newest: what somebody changed must not come back.
    """
    lost = counts(tx, project, class_id).labels
    other = schema.label_event.alias("other")
    roots = (
        sa.select(sa.func.coalesce(other.c.rewrites, other.c.seq))
        .join_from(
            schema.current_label,
            other,
            (other.c.item == _c.item) & (other.c.annotator == _c.annotator),
        )
        .where(*_of_class(project, class_id), other.c.kind.in_(events.ANSWERS))
        .where(~events.taken_back(other.c))
    )
    columns: dict[str, Any] = {
        **{name: _e[name] for name in ("project", "item", "annotator", "origin")},
        "event_id": _event_id(batch),
        "kind": sa.literal("undo"),
        "reverts": _e.event_id,
        "suggestion": sa.false(),
        "stored_at": sa.literal(at),
    }
    _append(tx, columns, _e.seq.in_(roots))
    tx.execute(sa.delete(schema.current_label).where(*_of_class(project, class_id)))
    return lost


def give_back(
    tx: Connection, project: int, class_id: int, *, at: float, batch: str, span: tuple[int, int]
) -> int:
    """Give items the class again that lost it by events `span[0]` to `span[1]`; return how many.

    An item that anybody answered since stays as it is.
    """
    undo, newer = schema.label_event.alias("undo").c, schema.current_label.alias("newer").c
    label = schema.label_event.alias("label").c
    mine = (label.item == undo.item) & (label.annotator == undo.annotator)
    chosen = (
        sa.select(sa.func.max(label.seq))
        .select_from(undo.seq.table.join(label.seq.table, mine))
        .where(undo.project == project, undo.seq > span[0], undo.seq <= span[1])
        .where(undo.kind == "undo", label.class_id == class_id, label.seq <= span[0])
        .where(~sa.exists().where(newer.item == undo.item, newer.seq > span[1]))
        .where(~sa.exists().where(newer.item == undo.item, newer.annotator == undo.annotator))
        .group_by(label.item, label.annotator)
    )
    before = _store_again(tx, project, chosen, {}, at, batch)
    return _replace(tx, project, sa.false(), before)


def _store_again(
    tx: Connection,
    project: int,
    chosen: AnySelect,
    changed: Mapping[str, ColumnElement[Any]],
    at: float,
    batch: str,
) -> int:
    """Append the chosen events again with what has changed; return the newest event before."""
    before = events.newest_seq(tx, project)
    columns: dict[str, Any] = dict(_e.items())
    del columns["seq"], columns["reverts"]
    columns |= {
        "event_id": _event_id(batch),
        "rewrites": sa.func.coalesce(_e.rewrites, _e.seq),
        "stored_at": sa.literal(at),
        **changed,
    }
    _append(tx, columns, _e.seq.in_(chosen))
    return before


def _replace(tx: Connection, project: int, moved: ColumnElement[bool], before: int) -> int:
    """Let the events behind `before` stand for the labels that moved, and return their number.

    `moved` is a condition on the row alone: a search for the new events, row by row, took minutes
    for 50,000 labels.
    """
    tx.execute(sa.delete(schema.current_label).where(moved))
    new = schema.label_event.alias("new").c
    written = (new.project == project) & (new.seq > before)
    told = [new[name] for name in events.CURRENT if name != "given"]
    now = sa.select(*told, new.rewrites).where(written)
    tx.execute(sa.insert(schema.current_label).from_select(events.CURRENT, now))
    return int(tx.execute(sa.select(sa.func.count()).where(written)).scalar_one())


def _append(tx: Connection, columns: dict[str, Any], which: ColumnElement[bool]) -> None:
    rows = sa.select(*columns.values()).where(which).order_by(_e.seq)
    tx.execute(sa.insert(schema.label_event).from_select(list(columns), rows))


def _event_id(batch: str) -> ColumnElement[str]:
    return sa.literal(f"{batch}-") + sa.cast(_e.seq, sa.Text)


def _of_class(project: int, class_id: int) -> tuple[ColumnElement[bool], ...]:
    return (_c.project == project, _c.kind == "label", _c.class_id == class_id)


_e = schema.label_event.c
_c = schema.current_label.c
