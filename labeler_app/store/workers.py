"""The worker's lease on a project, its fence, and its signs of life."""

import sqlalchemy as sa
from sqlalchemy import Connection

from labeler_app.store import schema
from labeler_app.store.engine import AnyRow, insert


def claim(tx: Connection, project: int, owner: str, *, now: float, ttl: float) -> int | None:
    """Take a project's training; return the fence token, or None while another worker lives."""
    row = tx.execute(
        sa.select(schema.worker_lease).where(_w.project == project).with_for_update()
    ).first()
    if row is None:
        new = {"project": project, "owner": owner, "token": 1, "heartbeat": now}
        made = tx.execute(
            insert(tx, schema.worker_lease).values(new).on_conflict_do_nothing().returning(_w.token)
        ).first()
        return None if made is None else 1
    if row.owner != owner and row.heartbeat > now - ttl:
        return None
    token = int(row.token) + (row.owner != owner)
    tx.execute(
        sa.update(schema.worker_lease)
        .where(_w.project == project)
        .values(owner=owner, token=token, heartbeat=now)
    )
    return int(token)


def holds(tx: Connection, project: int, owner: str, token: int) -> bool:
    """Say whether the project is still this worker's; asked inside the publishing transaction."""
    statement = (
        sa.select(_w.token)
        .where(_w.project == project, _w.owner == owner, _w.token == token)
        .with_for_update()
    )
    return tx.execute(statement).first() is not None


def report(
    tx: Connection, project: int, *, now: float, phase: str, done: float = 0.0, error: str = ""
) -> None:
    """Say what the worker does in a project; also a sign of life."""
    tx.execute(
        sa.update(schema.worker_lease)
        .where(_w.project == project)
        .values(heartbeat=now, phase=phase, phase_done=done, error=error)
    )


def of_project(tx: Connection, project: int) -> AnyRow | None:
    """Return the lease on a project, with phase, progress and last error."""
    return tx.execute(sa.select(schema.worker_lease).where(_w.project == project)).first()


def beat(tx: Connection, owner: str, host: str, pid: int, *, now: float) -> None:
    """Note that a worker lives; forget those silent for a day."""
    new = {"owner": owner, "host": host, "pid": pid, "heartbeat": now}
    tx.execute(
        insert(tx, schema.worker_state)
        .values(new)
        .on_conflict_do_update(index_elements=["owner"], set_={"heartbeat": now})
    )
    tx.execute(sa.delete(schema.worker_state).where(schema.worker_state.c.heartbeat < now - 86_400))


def newest_beat(tx: Connection) -> float | None:
    """Return when any worker was last heard."""
    found: float | None = tx.execute(
        sa.select(sa.func.max(schema.worker_state.c.heartbeat))
    ).scalar()
    return found


_w = schema.worker_lease.c
