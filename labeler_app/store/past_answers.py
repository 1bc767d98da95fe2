"""What annotators answered before: their last answers, how long those took, and why they came."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from labeler_app.store import events, schema
from labeler_app.store.engine import AnyRow


def history(tx: Connection, project: int, annotator: int, n: int) -> list[AnyRow]:
    """Return an annotator's last n answers that still stand, newest first.

    Of answers given together there is the newest one only. `suggestion` tells whether the annotator
    ever saw one for the item.
    """
    newer = schema.label_event.alias()
    standing = schema.current_label.alias()
    followed = sa.exists().where(
        newer.c.bulk == _e.bulk, newer.c.seq > _e.seq, standing.c.given == newer.c.seq
    )
    columns = (_e.seq, _e.event_id, _e.item, _e.kind, _c.class_id, _e.milliseconds, _e.why, _e.bulk)
    statement = (
        sa.select(*columns, _guess_was_seen())
        .join(schema.current_label, _c.given == _e.seq)
        .where(_c.project == project, _c.annotator == annotator, _e.bulk.is_(None) | ~followed)
        .order_by(_e.seq.desc())
        .limit(n)
    )
    return list(tx.execute(statement).all())


def together(tx: Connection, bulk: str, annotator: int) -> list[AnyRow]:
    """Return what was given together and still stands, oldest first.

    Returns
    -------
    list
        Rows of event_id, item, class_id, and suggestion: whether the annotator ever saw one.
    """
    statement = (
        sa.select(_e.event_id, _e.item, _c.class_id, _guess_was_seen())
        .join(schema.current_label, _c.given == _e.seq)
        .where(_e.bulk == bulk, _e.annotator == annotator)
        .order_by(_e.seq)
    )
    return list(tx.execute(statement).all())


def beneath(tx: Connection, rows: Sequence[AnyRow], annotator: int) -> dict[int, list[AnyRow]]:
    """Return by item an annotator's older answers that would stand again without the newest.

    Parameters
    ----------
    rows
        The newest answers, as `history` returns them.

    Returns
    -------
    dict
        Rows of seq, event_id, kind and class_id, the oldest first; only items with older answers.
    """
    newest = {row.item: row.event_id for row in rows}
    mine = _e.item.in_(list(newest)) & (_e.annotator == annotator)
    taken_back = sa.select(_e.reverts).where(mine, _e.kind == "undo", _e.reverts.is_not(None))
    statement = (
        sa.select(_e.item, _e.seq, _e.event_id, _e.kind, _e.class_id)
        .where(mine, _e.kind.in_(events.ANSWERS), _e.event_id.not_in(taken_back))
        .where(_e.rewrites.is_(None))
        .order_by(_e.seq)
    )
    found: dict[int, list[AnyRow]] = {}
    for row in tx.execute(statement):
        if row.event_id != newest[row.item]:
            found.setdefault(row.item, []).append(row)
    return found


def paces(tx: Connection, project: int, n: int = 200) -> list[int]:
    """Return the milliseconds the last n human answers took, newest first.

    What was picked out of many, or given to many, is left out: it says nothing of how long the
    next item takes. Nor does a correction of an older answer, which comes without a time.
    """
    statement = (
        sa.select(_e.milliseconds)
        .where(_e.project == project, _e.origin == "human", _e.milliseconds.is_not(None))
        .where(_e.kind.in_(events.ANSWERS), _e.selected_as.not_in((events.PICKED, events.PILED)))
        .where(_e.rewrites.is_(None))
        .order_by(_e.seq.desc())
        .limit(n)
    )
    return [int(value) for value in tx.execute(statement).scalars() if value is not None]


def time_taken(tx: Connection, project: int, most: int) -> tuple[int, int]:
    """Return the milliseconds of all human answers, each `most` at most, and how many they are.

    Those taken back took their time, too.
    """
    took = sa.case((_e.milliseconds > most, most), else_=_e.milliseconds)
    statement = sa.select(sa.func.coalesce(sa.func.sum(took), 0), sa.func.count()).where(
        _e.project == project, _e.origin == "human", _e.milliseconds.is_not(None)
    )
    row = tx.execute(statement.where(_e.kind.in_(events.ANSWERS), _e.rewrites.is_(None))).one()
    return int(row[0]), int(row[1])


def previous_choice(tx: Connection, item: int, annotator: int) -> AnyRow | None:
    """Return why this item was shown to this annotator the last time, if it was answered."""
    statement = (
        sa.select(_e.selection, _e.selected_as, _e.propensity, _e.why, _e.version)
        .where(_e.item == item, _e.annotator == annotator, _e.selected_as != "")
        .order_by(_e.seq.desc())
        .limit(1)
    )
    return tx.execute(statement).first()


def _guess_was_seen() -> ColumnElement[bool]:
    """Whether the annotator of an event ever saw a suggestion for its item, taken back or not."""
    any_event = schema.label_event.alias("any_event").c
    mine = (any_event.item == _e.item) & (any_event.annotator == _e.annotator)
    return sa.exists().where(mine, any_event.suggestion).label("suggestion")


_e = schema.label_event.c
_c = schema.current_label.c
