"""Who did what: append-only, without labels, payloads or secrets."""

import json

import sqlalchemy as sa
from sqlalchemy import Connection

from labeler_app.store import schema
from labeler_app.store.engine import AnyRow


def note(
    tx: Connection,
    action: str,
    *,
    at: float,
    project: int | None = None,
    person: int | None = None,
    **detail: object,
) -> None:
    """Add one line."""
    tx.execute(
        sa.insert(schema.trail).values(
            at=at,
            person=person,
            project=project,
            action=action,
            detail=json.dumps(detail, sort_keys=True, default=str),
        )
    )


def newest(tx: Connection, project: int, n: int = 50) -> list[AnyRow]:
    """Return the last n lines of a project, newest first."""
    statement = (
        sa.select(schema.trail)
        .where(schema.trail.c.project == project)
        .order_by(schema.trail.c.seq.desc())
        .limit(n)
    )
    return list(tx.execute(statement).all())
