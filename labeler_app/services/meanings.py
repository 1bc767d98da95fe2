"""What labels say where an item may have several classes: which it has, and which it lacks.

A label says nothing of a class that the desk did not offer when it was given: one that was added
later, or was out of use. A class that another was merged into is offered where both were, or where
the other was merged already.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from sqlalchemy import Connection

from labeler_app.core.arrays import Array
from labeler_app.core.multilabel import Members
from labeler_app.store import class_changes, class_sets, events
from labeler_app.store import projects as project_rows
from labeler_app.store.class_changes import Change
from labeler_app.store.class_sets import Sets
from labeler_app.store.events import CurrentLabel


@dataclass(frozen=True, slots=True)
class Meanings:
    """What labels say; empty where an item has one class.

    Attributes
    ----------
    sets
        By what a label names: the classes it means today.
    log
        All changes of classes, oldest first.
    seen
        By label event: the newest change that the desk knew, where it told.
    ends
        By class: the class in use it counts as today.
    """

    sets: Sets = field(default_factory=dict)
    log: tuple[Change, ...] = ()
    seen: Mapping[int, int] = field(default_factory=dict)
    ends: Mapping[int, int] = field(default_factory=dict)

    def same(self, labels: Sequence[CurrentLabel]) -> list[CurrentLabel]:
        """Return labels of which those that mean the same name the same."""
        first: dict[frozenset[int], int] = {}
        for row in sorted({one.class_id for one in labels if one.class_id is not None}):
            first.setdefault(self.sets.get(row, frozenset({-row})), row)
        return [
            replace(one, class_id=first[self.sets.get(one.class_id, frozenset({-one.class_id}))])
            if one.class_id is not None
            else one
            for one in labels
        ]

    def members(
        self, labels: Sequence[int], given: Sequence[int], classes: Sequence[int]
    ) -> Members:
        """Return which classes labeled items have.

        Parameters
        ----------
        labels
            What each label names.
        given
            The event of each label.
        classes
            The columns.
        """
        has = _matrix([self.sets[one] for one in labels], classes)
        known = _matrix(self._offered(given), classes)
        return Members(np.array(classes, dtype=np.int64), has, known | has)

    def _offered(self, given: Sequence[int]) -> list[frozenset[int]]:
        """Return the classes that were offered when each label was given."""
        before = np.array([one.up_to_seq for one in self.log], dtype=np.int64)
        numbers = [0, *(one.seq for one in self.log)]
        stored = np.searchsorted(before, np.array(given, dtype=np.int64), side="left")
        known = [
            self.seen.get(one, numbers[at]) for one, at in zip(given, stored.tolist(), strict=True)
        ]
        at_version = {one: self._offered_at(one) for one in set(known)}
        return [at_version[one] for one in known]

    def _offered_at(self, version: int) -> frozenset[int]:
        there: dict[int, bool] = {}
        logged = {one for change in self.log for one in change.after}
        for change in self.log:
            if change.seq > version:
                break
            for one, fields in change.after.items():
                if change.before.get(one) is None:
                    there[one] = True
                if "retired_at" in fields or "merged_into" in fields:
                    gone = fields.get("retired_at") is not None
                    there[one] = not gone or fields.get("merged_into") is not None
        missing = {
            self.ends[one] for one in self.ends if one in logged and not there.get(one, False)
        }
        return frozenset(self.ends.values()) - missing


def read(tx: Connection, project: int) -> Meanings:
    """Return what the labels of a project say."""
    row = project_rows.get(tx, project)
    if row is None or not row.config.multi_label:
        return Meanings()
    sets = class_sets.today(tx, project)
    every = class_changes.classes(tx, project)
    ends = {one: end for one in every for end in sets[one]}
    log = tuple(class_changes.every(tx, project))
    return Meanings(sets, log, events.class_versions(tx, project), ends)


def counts(labels: Collection[int], classes: Sequence[int], sets: Sets) -> list[int]:
    """Return how many labels mean each class."""
    found: Counter[int] = Counter()
    for row, count in Counter(labels).items():
        for one in sets[row]:
            found[one] += count
    return [found[one] for one in classes]


def _matrix(rows: Sequence[frozenset[int]], classes: Sequence[int]) -> Array:
    """Return (M, C) bool; each set of classes is spelled out once."""
    column = {one: at for at, one in enumerate(classes)}
    places = {one: at for at, one in enumerate(dict.fromkeys(rows))}
    spelled = np.zeros((len(places), len(classes)), dtype=bool)
    for one, at in places.items():
        spelled[at, [column[each] for each in one if each in column]] = True
    return spelled[[places[one] for one in rows]]
