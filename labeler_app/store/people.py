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


def keys(tx: Connection, person: int, *, for_update: bool = False) -> dict[str, str]:
    """Return the keys a person has chosen, by action; `for_update` lets nobody choose meanwhile."""
    if for_update:
        tx.execute(sa.select(_p.id).where(_p.id == person).with_for_update())
    rows = tx.execute(sa.select(_k.action, _k.key).where(_k.person == person).order_by(_k.action))
    return {row.action: row.key for row in rows}


def choose_key(tx: Connection, person: int, action: str, key: str) -> None:
    """Give an action of a person another key."""
    new = {"person": person, "action": action, "key": key}
    statement = insert(tx, schema.person_key).values(new)
    tx.execute(
        statement.on_conflict_do_update(index_elements=["person", "action"], set_={"key": key})
    )


def forget_keys(tx: Connection, person: int, action: str | None = None) -> None:
    """Forget the key a person has chosen for an action, or all of them."""
    mine = _k.person == person
    if action is not None:
        mine &= _k.action == action
    tx.execute(sa.delete(schema.person_key).where(mine))


_p = schema.person.c
_k = schema.person_key.c
_columns = (_p.id, _p.name, _p.kind)
