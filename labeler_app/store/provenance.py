"""Labels of now or of an earlier moment, with all that is known of how they came about."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, FromClause

from labeler_app.store import schema
from labeler_app.store.engine import AnyRow
from labeler_app.store.events import ANSWERS, taken_back


def of_labels(
    tx: Connection,
    project: int,
    origins: Sequence[str],
    *,
    up_to: int | None = None,
    limit: int | None = None,
) -> list[AnyRow]:
    """Return the labels of some origins, by item, with what led to each of them.

    Parameters
    ----------
    up_to
        The newest event of the moment in question; None for now.
    """
    said = schema.current_label if up_to is None else _standing(project, up_to)
    of = said.c
    statement = (
        sa.select(*_of_event, *_of_history(said, up_to))
        .select_from(said)
        .join(schema.label_event, _e.seq == of.seq)
        .join(schema.item, schema.item.c.id == of.item)
        .join(schema.person, schema.person.c.id == of.annotator)
        .outerjoin(schema.audit, schema.audit.c.item == of.item)
        .where(of.project == project, of.origin.in_(origins))
        .order_by(schema.item.c.position, sa.func.coalesce(_e.rewrites, _e.seq))
    )
    return list(tx.execute(statement.limit(limit) if limit else statement).all())


def origin_counts(tx: Connection, project: int) -> dict[str, tuple[int, int]]:
    """Return by origin how many current labels are (training, audit)."""
    in_audit = sa.exists().where(schema.audit.c.item == _c.item)
    statement = (
        sa.select(
            _c.origin,
            sa.func.sum(sa.case((~in_audit, 1), else_=0)),
            sa.func.sum(sa.case((in_audit, 1), else_=0)),
        )
        .where(_c.project == project)
        .group_by(_c.origin)
    )
    return {row[0]: (int(row[1]), int(row[2])) for row in tx.execute(statement)}


def _standing(project: int, up_to: int) -> FromClause:
    """Return what stood once an event was stored, derived as `events.settle` derives what does."""
    one = schema.label_event.alias("one").c
    newest = (
        sa.select(sa.func.max(one.seq))
        .where(one.project == project, one.seq <= up_to, one.kind.in_(ANSWERS))
        .where(~taken_back(one, up_to))
        .group_by(one.item, one.annotator)
    )
    event = schema.label_event.alias("event").c
    return (
        sa.select(event.item, event.annotator, event.project, event.origin, event.seq)
        .where(event.seq.in_(newest))
        .subquery("standing")
    )


def _of_history(said: FromClause, up_to: int | None) -> list[ColumnElement[Any]]:
    """What this annotator did to this item before, too: an undo takes no look at the model back."""
    any_event = schema.label_event.alias("any_event").c
    mine = (any_event.item == said.c.item) & (any_event.annotator == said.c.annotator)
    if up_to is not None:
        mine &= any_event.seq <= up_to
    given = any_event.kind.in_(ANSWERS) & any_event.rewrites.is_(None)
    return [
        sa.exists().where(mine, any_event.suggestion).label("suggestion"),
        sa.select(sa.func.count()).where(mine, given).scalar_subquery().label("times_answered"),
    ]


_e = schema.label_event.c
_c = schema.current_label.c
_of_event = (
    schema.item.c.path,
    schema.item.c.root,
    schema.item.c.sha256,
    _e.class_id,
    _e.kind,
    _e.origin,
    schema.person.c.name.label("annotator"),
    _e.stored_at,
    _e.decided_at,
    _e.milliseconds,
    _e.version,
    _e.selected_as,
    _e.propensity,
    _e.note,
    _e.event_id,
    schema.audit.c.part.label("audit_part"),
)
