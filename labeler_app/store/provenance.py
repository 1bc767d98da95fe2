"""Current labels with all that is known of how they came about."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import Connection

from labeler_app.store import schema
from labeler_app.store.engine import AnyRow
from labeler_app.store.events import ANSWERS


def of_labels(
    tx: Connection, project: int, origins: Sequence[str], *, limit: int | None = None
) -> list[AnyRow]:
    """Return the current labels of some origins, by item, with what led to each of them."""
    statement = (
        sa.select(*_columns)
        .select_from(schema.current_label)
        .join(schema.label_event, _e.seq == _c.seq)
        .join(schema.item, schema.item.c.id == _c.item)
        .join(schema.person, schema.person.c.id == _c.annotator)
        .outerjoin(schema.label_class, schema.label_class.c.id == _c.class_id)
        .outerjoin(schema.audit, schema.audit.c.item == _c.item)
        .where(_c.project == project, _c.origin.in_(origins))
        .order_by(schema.item.c.position, _c.seq)
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


_e = schema.label_event.c
_c = schema.current_label.c
# What this annotator did to this item before, too: an undo takes no look at the model back.
_any = schema.label_event.alias("any_event")
_mine = (_any.c.item == _c.item) & (_any.c.annotator == _c.annotator)
_columns = (
    schema.item.c.path,
    schema.item.c.root,
    schema.item.c.sha256,
    schema.label_class.c.name.label("class_name"),
    _e.kind,
    _e.origin,
    schema.person.c.name.label("annotator"),
    _e.stored_at,
    _e.decided_at,
    _e.milliseconds,
    _e.version,
    _e.selected_as,
    _e.propensity,
    sa.exists().where(_mine, _any.c.suggestion).label("suggestion"),
    sa.select(sa.func.count())
    .where(_mine, _any.c.kind.in_(ANSWERS))
    .scalar_subquery()
    .label("times_answered"),
    _e.note,
    _e.event_id,
    schema.audit.c.part.label("audit_part"),
)
