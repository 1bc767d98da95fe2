"""The people (and the automatic annotators) who label."""

import sqlalchemy as sa
from sqlalchemy import Connection

from labeler_app.store import schema
from labeler_app.store.engine import AnyRow, insert
from labeler_app.store.projects import name_key


def ensure(tx: Connection, name: str, kind: str, *, at: float) -> AnyRow:
    """Return id, name and kind of the person of that name, made now if there was none."""
    new = {"name": name, "name_key": name_key(name), "kind": kind, "created_at": at}
    tx.execute(insert(tx, schema.person).values(new).on_conflict_do_nothing())
    return tx.execute(sa.select(*_columns).where(_p.name_key == name_key(name))).one()


def get(tx: Connection, person: int) -> AnyRow | None:
    """Return id, name and kind of a person."""
    return tx.execute(sa.select(*_columns).where(_p.id == person)).first()


def names(tx: Connection) -> dict[int, str]:
    """Return all names by id."""
    return {row.id: row.name for row in tx.execute(sa.select(_p.id, _p.name))}


_p = schema.person.c
_columns = (_p.id, _p.name, _p.kind)
