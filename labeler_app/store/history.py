"""What was said and chosen at an earlier moment, derived from what is never changed."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy import Connection

from labeler_app.store import schema
from labeler_app.store.engine import AnyRow
from labeler_app.store.events import ANSWERS, CurrentLabel


def said_as_of(tx: Connection, project: int, seq: int) -> list[CurrentLabel]:
    """Return what each annotator said of each item once event `seq` was stored.

    Event by event, as `events.settle` derives what is said now: of the answers that no undo had
    taken back, the newest.
    """
    statement = (
        sa.select(
            *(_e[name] for name in ("seq", "event_id", "reverts", "item", "annotator", "kind")),
            *(_e[name] for name in ("class_id", "origin", "rewrites")),
            schema.item.c.position,
        )
        .join(schema.item, schema.item.c.id == _e.item)
        .where(_e.project == project, _e.seq <= seq, _e.kind.in_((*ANSWERS, "undo")))
        .order_by(_e.seq)
    )
    rows = list(tx.execute(statement))
    names = {row.seq: row.event_id for row in rows}
    # The last undo of an answer: what a change of classes stored again after it stands.
    undone = {(row.item, row.annotator, row.reverts): row.seq for row in rows if row.kind == "undo"}
    standing: dict[tuple[int, int], CurrentLabel] = {}
    for row in rows:
        who, given = (row.item, row.annotator), row.rewrites or row.seq
        if row.kind != "undo" and undone.get((*who, names.get(given)), 0) < row.seq:
            standing[who] = CurrentLabel(
                row.item, row.position, row.annotator, row.kind, row.class_id, row.origin, given
            )
    return sorted(standing.values(), key=lambda one: (one.item, one.seq))


def selections(tx: Connection, project: int) -> list[AnyRow]:
    """Return all selections of a project, oldest first."""
    statement = (
        sa.select(schema.selection)
        .where(schema.selection.c.project == project)
        .order_by(schema.selection.c.id)
    )
    return list(tx.execute(statement).all())


def audit_parts(tx: Connection, project: int) -> Mapping[int, str]:
    """Return the part of each audit item by its position."""
    statement = (
        sa.select(schema.item.c.position, schema.audit.c.part)
        .join_from(schema.audit, schema.item, schema.item.c.id == schema.audit.c.item)
        .where(schema.audit.c.project == project)
    )
    return {row.position: row.part for row in tx.execute(statement)}


_e = schema.label_event.c
