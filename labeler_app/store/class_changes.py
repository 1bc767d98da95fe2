"""The log of class changes: append-only, and enough to have the classes of any earlier moment."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from labeler_app.store import events, schema
from labeler_app.store.engine import AnyRow
from labeler_app.store.projects import name_key

Fields = dict[str, Any]
"""Columns of a class by name."""
Classes = dict[int, Fields]
"""Classes by number, retired ones too."""
FIELDS = ("name", "definition", "position", "retired_at", "colour", "key", "merged_into")


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the log."""

    seq: int
    at: float
    person: int | None
    kind: str
    before: Mapping[int, Fields | None]
    """By class: the changed fields as they were; None for a class that was not there."""
    after: Mapping[int, Fields]
    more: Mapping[str, Any]
    """What else is to be known of it: names, numbers of labels, events."""
    undoes: int | None
    up_to_seq: int
    """Number of the newest label event when the change was done."""


@dataclass(frozen=True, slots=True)
class New:
    """A change to be written."""

    project: int
    kind: str
    at: float
    person: int | None = None
    undoes: int | None = None


def classes(tx: Connection, project: int) -> Classes:
    """Return all classes of a project as they are, retired ones too."""
    rows = tx.execute(
        sa.select(schema.label_class)
        .where(_c.project == project, _c.members.is_(None))
        .order_by(_c.id)
    )
    return {row.id: {name: getattr(row, name) for name in FIELDS} for row in rows}


def write(tx: Connection, new: New, after: Mapping[int, Fields], **more: object) -> int:
    """Change classes and note it; return the number of the change, 0 if nothing changes."""
    now = classes(tx, new.project)
    changed = {
        one: {name: value for name, value in fields.items() if now[one][name] != value}
        for one, fields in after.items()
    }
    changed = {one: fields for one, fields in changed.items() if fields}
    if not changed and not more:
        return 0
    for one, fields in changed.items():
        keyed = {"name_key": name_key(fields["name"])} if "name" in fields else {}
        tx.execute(sa.update(schema.label_class).where(_c.id == one).values(fields | keyed))
    before = {one: {name: now[one][name] for name in fields} for one, fields in changed.items()}
    return _note(tx, new, {"before": before, "after": changed, **more})


def note_added(tx: Connection, new: New, added: list[int], **more: object) -> int:
    """Note that classes were added."""
    now = classes(tx, new.project)
    before = dict.fromkeys(added)
    return _note(tx, new, {"before": before, "after": {one: now[one] for one in added}, **more})


def every(tx: Connection, project: int) -> list[Change]:
    """Return the log, oldest first."""
    statement = sa.select(schema.class_change).where(_l.project == project).order_by(_l.seq)
    return [_change(row) for row in tx.execute(statement)]


def get(tx: Connection, seq: int) -> tuple[int, Change] | None:
    """Return project and line of a change."""
    row = tx.execute(sa.select(schema.class_change).where(_l.seq == seq)).first()
    return None if row is None else (row.project, _change(row))


def newest(tx: Connection, project: int, *, at: float | None = None) -> int:
    """Return the number of the newest change, or of the newest until a time; 0 if there is none."""
    statement = sa.select(sa.func.coalesce(sa.func.max(_l.seq), 0)).where(_l.project == project)
    if at is not None:
        statement = statement.where(_l.at <= at)
    return int(tx.execute(statement).scalar_one())


def as_of(tx: Connection, project: int, seq: int) -> Classes:
    """Return the classes as they were once change `seq` was done.

    Every later change is taken back from today's, so classes from before the log are there, too.
    """
    found = classes(tx, project)
    statement = (
        sa.select(schema.class_change)
        .where(_l.project == project, _l.seq > seq)
        .order_by(_l.seq.desc())
    )
    for change in map(_change, tx.execute(statement)):
        for one, fields in change.before.items():
            if fields is None:
                found.pop(one, None)
            elif one in found:
                found[one].update(fields)
    return found


def merged(tx: Connection, project: int) -> dict[int, int]:
    """Return for every class that was merged the one its answers count as today."""
    statement = sa.select(_c.id, _c.merged_into).where(
        _c.project == project, _c.merged_into.is_not(None)
    )
    into = {row.id: int(row.merged_into) for row in tx.execute(statement)}
    found = {}
    for one in into:
        end = one
        while end in into:
            end = into[end]
        found[one] = end
    return found


def merged_into(tx: Connection, project: int, class_id: int) -> list[int]:
    """Return a class and all that were merged into it, directly or by way of others."""
    into = {one: fields["merged_into"] for one, fields in classes(tx, project).items()}
    found = [class_id]
    for one in found:
        found += [other for other, target in into.items() if target == one]
    return found


def _note(tx: Connection, new: New, detail: Fields) -> int:
    row = {
        "project": new.project,
        "at": new.at,
        "person": new.person,
        "kind": new.kind,
        "detail": json.dumps(detail, sort_keys=True, ensure_ascii=False),
        "undoes": new.undoes,
        "up_to_seq": events.newest_seq(tx, new.project),
    }
    statement = sa.insert(schema.class_change).values(row).returning(_l.seq)
    return int(tx.execute(statement).scalar_one())


def _change(row: AnyRow) -> Change:
    detail = json.loads(row.detail)
    before, after = detail.pop("before"), detail.pop("after")
    return Change(
        seq=row.seq,
        at=row.at,
        person=row.person,
        kind=row.kind,
        before={int(one): fields for one, fields in before.items()},
        after={int(one): fields for one, fields in after.items()},
        more=detail,
        undoes=row.undoes,
        up_to_seq=row.up_to_seq,
    )


_c = schema.label_class.c
_l = schema.class_change.c
