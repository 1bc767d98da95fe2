"""Several classes given together: a row beside the classes stands for each set that was given.

An answer of one class names that class itself; one of several, or of none, names such a row, so
that everything that is done with answers is the same for both. What a set means today follows from
what became of its classes: a merged one counts as the other, a retired one drops out.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from labeler_app.store import class_changes, events, schema
from labeler_app.store.engine import insert

T = TypeVar("T")
Sets = Mapping[int, frozenset[int]]
"""For the number of every class and every set: the classes it means."""


def row_of(tx: Connection, project: int, given: Iterable[int]) -> int:
    """Return what an answer names that gives an item these classes; a new row for a new set."""
    members = sorted(set(given))
    if len(members) == 1:
        return members[0]
    new = {
        "project": project,
        "name": _name(members),
        "name_key": _name(members),
        "position": -1,
        "members": json.dumps(members),
    }
    tx.execute(insert(tx, schema.label_class).values(new).on_conflict_do_nothing())
    found = sa.select(_c.id).where(_c.project == project, _c.name_key == _name(members))
    return int(tx.execute(found).scalar_one())


def given(tx: Connection, project: int) -> dict[int, tuple[int, ...]]:
    """Return for every class and every set the classes that were given with it, rising."""
    rows = tx.execute(sa.select(_c.id, _c.members).where(_c.project == project))
    return {row.id: _members(row.members) if row.members else (row.id,) for row in rows}


def given_by(tx: Connection, row: int) -> tuple[int, ...]:
    """Return the classes that were given with a class or a set."""
    members = tx.execute(sa.select(_c.members).where(_c.id == row)).scalar()
    return _members(members) if members else (row,)


def today(tx: Connection, project: int) -> Sets:
    """Return for every class and every set the classes in use that it means now."""
    return meaning(given(tx, project), class_changes.classes(tx, project))


def holding(tx: Connection, project: int, class_id: int) -> list[int]:
    """Return the class and every set that means it today."""
    return [one for one, means in today(tx, project).items() if class_id in means | {one}]


def one_of(column: ColumnElement[int], rows: Sequence[int]) -> ColumnElement[bool]:
    """Condition on a column; there may be more rows than a database takes parameters."""
    return column.in_(sa.bindparam(None, list(rows), expanding=True, literal_execute=True))


def counts(tx: Connection, project: int) -> dict[int, tuple[int, int]]:
    """Return by class in use how many items with it are (training, audit).

    An item to which people gave different sets counts once for each.
    """
    found = dict[int, tuple[int, int]]()
    for one, (training, audit) in _meant(tx, project, events.class_counts(tx, project)):
        before = found.get(one, (0, 0))
        found[one] = (before[0] + training, before[1] + audit)
    return found


def totals(tx: Connection, project: int) -> dict[int, int]:
    """Return by class in use how many items with it there are, counted as by `counts`."""
    found = dict[int, int]()
    for one, total in _meant(tx, project, events.class_totals(tx, project)):
        found[one] = found.get(one, 0) + total
    return found


def _meant(tx: Connection, project: int, by_row: Mapping[int, T]) -> Iterator[tuple[int, T]]:
    """Yield what is known of each class or set once for every class it means today."""
    means = today(tx, project)
    return ((one, known) for row, known in by_row.items() for one in means.get(row, ()))


def meaning(given: Mapping[int, Sequence[int]], classes: Mapping[int, Mapping[str, Any]]) -> Sets:
    """Return what sets mean at a moment.

    Parameters
    ----------
    given
        For every class and every set the classes it was given with.
    classes
        The fields of all classes at that moment, retired ones too.
    """
    ends = {one: _end(one, classes) for one in classes}
    return {
        one: frozenset(end for each in members if (end := ends.get(each)) is not None)
        for one, members in given.items()
    }


def _end(one: int, classes: Mapping[int, Mapping[str, Any]]) -> int | None:
    """Return the class in use that a class counts as; None if it is gone."""
    while one in classes and classes[one]["merged_into"] is not None:
        one = classes[one]["merged_into"]
    return one if one in classes and classes[one]["retired_at"] is None else None


def _name(members: Sequence[int]) -> str:
    # No person can give a class this name: those have no line break. An index takes no long one.
    return "\n" + hashlib.sha256(json.dumps(members).encode()).hexdigest()


@lru_cache(maxsize=65_536)
def _members(told: str) -> tuple[int, ...]:
    return tuple(json.loads(told))


_c = schema.label_class.c
