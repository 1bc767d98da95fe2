"""The worker's lease on a project, its fence, and its signs of life."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from labeler_app.store import schema
from labeler_app.store.engine import AnyRow, insert

# Phase of a project that no worker is busy with.
WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Fence:
    """Proof that a project is this worker's; checked inside the publishing transaction."""

    owner: str
    token: int


def claim(tx: Connection, project: int, owner: str, *, now: float, ttl: float) -> Fence | None:
    """Take a project; return the fence, or None while another worker lives."""
    row = tx.execute(
        sa.select(schema.worker_lease).where(_w.project == project).with_for_update()
    ).first()
    if row is None:
        new = {"project": project, "owner": owner, "token": 1, "heartbeat": now}
        made = tx.execute(
            insert(tx, schema.worker_lease).values(new).on_conflict_do_nothing().returning(_w.token)
        ).first()
        return None if made is None else Fence(owner, 1)
    if row.owner != owner and row.heartbeat > now - ttl:
        return None
    token = int(row.token) + (row.owner != owner)
    tx.execute(
        sa.update(schema.worker_lease)
        .where(_w.project == project)
        .values(owner=owner, token=token, heartbeat=now)
    )
    return Fence(owner, token)


def holds(tx: Connection, project: int, fence: Fence) -> bool:
    """Say whether the project is still this worker's; asked inside the publishing transaction."""
    statement = sa.select(_w.token).where(_mine(project, fence)).with_for_update()
    return tx.execute(statement).first() is not None


def report(
    tx: Connection, project: int, fence: Fence, *, now: float, phase: str, done: float = 0.0
) -> bool:
    """Say what the worker does in a project, a sign of life; False if it is not its any more."""
    statement = (
        sa.update(schema.worker_lease)
        .where(_mine(project, fence))
        .values(heartbeat=now, phase=phase, phase_done=done)
    )
    return tx.execute(statement.returning(_w.token)).first() is not None


def alive(tx: Connection, project: int, fence: Fence, *, now: float) -> None:
    """Give a sign of life in the midst of a long step."""
    tx.execute(sa.update(schema.worker_lease).where(_mine(project, fence)).values(heartbeat=now))


def release(tx: Connection, project: int, fence: Fence, *, error: str = "") -> None:
    """Give a project back, with the error it met, if any; not if it is another's meanwhile."""
    # An old sign of life lets the next worker in at once.
    free = {"heartbeat": 0.0, "phase": WAITING, "phase_done": 0.0, "error": error}
    tx.execute(sa.update(schema.worker_lease).where(_mine(project, fence)).values(free))


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


def _mine(project: int, fence: Fence) -> ColumnElement[bool]:
    return (_w.project == project) & (_w.owner == fence.owner) & (_w.token == fence.token)


_w = schema.worker_lease.c
