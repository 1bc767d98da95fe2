"""The people (and the automatic annotators) who label."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Connection

from labeler_app.store import schema
from labeler_app.store.engine import insert
from labeler_app.store.projects import name_key


@dataclass(frozen=True, slots=True)
class Person:
    """An annotator; `kind` is human, oracle (automatic) or import (labels that came with data)."""

    id: int
    name: str
    kind: str


def ensure(tx: Connection, name: str, kind: str, *, at: float) -> Person:
    """Return the person of that name, made now if there was none."""
    new = {"name": name, "name_key": name_key(name), "kind": kind, "created_at": at}
    tx.execute(insert(tx, schema.person).values(new).on_conflict_do_nothing())
    row = tx.execute(sa.select(*_columns).where(_p.name_key == name_key(name))).one()
    return Person(*row)


def get(tx: Connection, person: int) -> Person | None:
    """Return one person by id."""
    row = tx.execute(sa.select(*_columns).where(_p.id == person)).first()
    return None if row is None else Person(*row)


def names(tx: Connection) -> dict[int, str]:
    """Return all names by id."""
    return {row.id: row.name for row in tx.execute(sa.select(_p.id, _p.name))}


_p = schema.person.c
_columns = (_p.id, _p.name, _p.kind)
