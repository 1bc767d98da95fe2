"""Imports: asked for by a door, done by the worker or a command."""

import json
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy import Connection

from labeler_app.store import schema
from labeler_app.store.engine import AnyRow


def request(
    tx: Connection,
    project: int,
    source: str,
    options: Mapping[str, object],
    person: int | None,
    *,
    at: float,
) -> int:
    """Ask for an import and return its id."""
    statement = sa.insert(schema.import_run).values(
        project=project,
        person=person,
        source=source,
        options=json.dumps(dict(options), sort_keys=True),
        state="requested",
        started_at=at,
    )
    return int(tx.execute(statement.returning(_r.id)).scalar_one())


def get(tx: Connection, run: int) -> AnyRow | None:
    """Return one import."""
    return tx.execute(sa.select(schema.import_run).where(_r.id == run)).first()


def of_project(tx: Connection, project: int) -> list[AnyRow]:
    """Return a project's imports, oldest first."""
    statement = sa.select(schema.import_run).where(_r.project == project).order_by(_r.id)
    return list(tx.execute(statement).all())


def pending(tx: Connection, project: int) -> list[int]:
    """Return the imports that wait or were interrupted, oldest first."""
    statement = (
        sa.select(_r.id)
        .where(_r.project == project, _r.state.in_(("requested", "reading")))
        .order_by(_r.id)
    )
    return list(tx.execute(statement).scalars())


def any_pending(tx: Connection) -> bool:
    """Say whether an import of any project waits, is at work or was interrupted."""
    waits = sa.exists().where(_r.state.in_(("requested", "reading")))
    return bool(tx.execute(sa.select(waits)).scalar_one())


def change(tx: Connection, run: int, **values: object) -> None:
    """Change columns of an import."""
    tx.execute(sa.update(schema.import_run).where(_r.id == run).values(**values))


def add_problems(
    tx: Connection, run: int, found: Sequence[tuple[str, str]], kind: str = "refused"
) -> None:
    """List what is wrong with files, or with labels of theirs, each as (path, reason).

    Parameters
    ----------
    kind
        ``refused`` could not be read; ``clash`` has a label that is left out: it can be no class,
        or there is another; ``stranger`` is named by a labels.csv, and not there.
    """
    rows = [
        {"import_run": run, "path": path, "reason": reason, "kind": kind} for path, reason in found
    ]
    if rows:
        tx.execute(sa.insert(schema.import_problem), rows)


def clear_problems(tx: Connection, run: int) -> None:
    """Empty the list, because an interrupted import starts again."""
    problem = schema.import_problem
    tx.execute(sa.delete(problem).where(problem.c.import_run == run))


def problems(
    tx: Connection, run: int, kinds: Sequence[str] = schema.PROBLEM_KINDS
) -> list[tuple[str, str]]:
    """Return what was listed as (path, reason): what was refused first, then as it was found."""
    problem = schema.import_problem
    places = {kind: place for place, kind in enumerate(schema.PROBLEM_KINDS)}
    statement = (
        sa.select(problem.c.path, problem.c.reason)
        .where(problem.c.import_run == run, problem.c.kind.in_(kinds))
        .order_by(sa.case(places, value=problem.c.kind), problem.c.id)
    )
    return [(row.path, row.reason) for row in tx.execute(statement)]


_r = schema.import_run.c
