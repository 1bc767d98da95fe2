"""Who did what: append-only, without labels, payloads or secrets."""

import json

import sqlalchemy as sa
from sqlalchemy import Connection

from labeler_app.store import schema


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
