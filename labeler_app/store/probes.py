"""Probe sets: real items of a condition that a person brought, audit items that nobody drew."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Connection

from labeler_app.store import schema
from labeler_app.store.events import ANSWERS

PART = "probe"
# Any odd factor makes of different items different numbers; this one scatters them.
_SCATTER = 6_364_136_223_846_793_005
_KEYS = 2**53


@dataclass(frozen=True, slots=True)
class ProbeRow:
    """One probe set, counted."""

    name: str
    items: int
    labeled: int
    person: int
    """Who brought its first item."""
    at: float


@dataclass(frozen=True, slots=True)
class Refused:
    """Items that cannot become part of a probe set, counted by why."""

    answered: int
    """By anybody, at any time."""
    reserved: int
    """In the audit sample already, by chance."""
    elsewhere: int
    """In another probe set."""


def bring(
    tx: Connection, project: int, items: Sequence[int], *, name: str, person: int, at: float
) -> None:
    """Make audit items of those that nobody ever answered and that are none yet.

    They are asked before the items that were drawn, in an order as if by chance.
    """
    event = schema.label_event.c
    statement = (
        sa.select(_i.id)
        .where(_i.project == project, _i.id.in_(list(items)))
        .where(~sa.exists().where(schema.audit.c.item == _i.id))
        .where(~sa.exists().where(event.item == _i.id, event.kind.in_(ANSWERS)))
        .order_by(_i.position)
    )
    taken = list(tx.execute(statement).scalars())
    if not taken:
        return
    audit = [
        {"project": project, "item": one, "ordinal": _ordinal(one), "part": PART} for one in taken
    ]
    rows = [
        {"project": project, "item": one, "name": name, "person": person, "at": at} for one in taken
    ]
    tx.execute(sa.insert(schema.audit), audit)
    tx.execute(sa.insert(schema.probe), rows)


def refused(tx: Connection, project: int, items: Sequence[int], name: str) -> Refused:
    """Count the items that are not in a set, by what they are instead."""
    parts = sa.select(schema.audit.c.item, schema.audit.c.part, _p.name).outerjoin(
        schema.probe, _p.item == schema.audit.c.item
    )
    found = {row.item: row for row in tx.execute(parts.where(schema.audit.c.project == project))}
    rows = [found.get(one) for one in items]
    return Refused(
        answered=rows.count(None),
        reserved=sum(row is not None and row.part != PART for row in rows),
        elsewhere=sum(row is not None and row.part == PART and row.name != name for row in rows),
    )


def items_of(tx: Connection, project: int, name: str | None = None) -> set[int]:
    """Return the items of one probe set, or of all."""
    statement = sa.select(_p.item).where(_p.project == project)
    if name is not None:
        statement = statement.where(_p.name == name)
    return set(tx.execute(statement).scalars())


def positions(tx: Connection, project: int) -> dict[str, list[int]]:
    """Return by name of a probe set the positions of its items, rising."""
    statement = (
        sa.select(_p.name, _i.position)
        .join_from(schema.probe, schema.item, _i.id == _p.item)
        .where(_p.project == project)
        .order_by(_i.position)
    )
    found: dict[str, list[int]] = {}
    for row in tx.execute(statement):
        found.setdefault(row.name, []).append(row.position)
    return found


def count(tx: Connection, project: int) -> int:
    """Return how many items of probe sets arrived."""
    statement = (
        sa.select(sa.func.count())
        .select_from(schema.probe.join(schema.item, _i.id == _p.item))
        .where(_p.project == project, _i.state != "arriving")
    )
    return int(tx.execute(statement).scalar_one())


def waiting(tx: Connection, project: int) -> int:
    """Return how many items of probe sets can be asked and were not answered."""
    statement = (
        sa.select(sa.func.count())
        .select_from(schema.probe.join(schema.item, _i.id == _p.item))
        .where(_p.project == project, _i.state == "ready")
        .where(~sa.exists().where(schema.current_label.c.item == _p.item))
    )
    return int(tx.execute(statement).scalar_one())


def of_project(tx: Connection, project: int) -> list[ProbeRow]:
    """Return the probe sets of a project, the oldest first."""
    label = schema.current_label.c
    is_labeled = sa.exists().where(label.item == _p.item, label.kind == "label")
    statement = (
        sa.select(_p.name, is_labeled, _p.person, _p.at)
        .join_from(schema.probe, schema.item, _i.id == _p.item)
        .where(_p.project == project, _i.state != "arriving")
        .order_by(_p.at, _i.position)
    )
    found: dict[str, ProbeRow] = {}
    for name, labeled, person, at in tx.execute(statement):
        row = found.get(name, ProbeRow(name, 0, 0, person, at))
        found[name] = ProbeRow(name, row.items + 1, row.labeled + bool(labeled), row.person, row.at)
    return list(found.values())


def _ordinal(item: int) -> int:
    """Return a number below 0 that no other item has: what was drawn has numbers from 0 on."""
    return -1 - (item * _SCATTER) % _KEYS


_p = schema.probe.c
_i = schema.item.c
