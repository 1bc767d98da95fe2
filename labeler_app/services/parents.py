"""Labeled items that variants are made of, and in which order.

Never an item of the audit sample, of whatever part, nor one that is nearly the same as one.
"""

from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from labeler_app.services import coverage, measuring, projects
from labeler_app.services.steered import Wanted
from labeler_app.services.workspace import Workspace
from labeler_app.store import audit, items, stand_ins

TRIES = 3
"""Of a parent whose variants never land."""


@dataclass(frozen=True, slots=True)
class Parent:
    """A labeled item."""

    item: int
    position: int
    class_id: int


@dataclass(frozen=True, slots=True)
class Turn:
    """One try: a parent, and how often it had its turn before."""

    parent: Parent
    round: int

    def seed(self, making: int) -> int:
        """Return the seed of the variant, from that of the making."""
        told = [making, self.parent.item, self.round]
        return int(np.random.default_rng(told).integers(2**31))

    @property
    def is_last(self) -> bool:
        """Whether a parent of which nothing landed is given up after it."""
        return self.round == TRIES - 1


@dataclass(frozen=True, slots=True)
class Turns:
    """Parents in the order in which they have their turns: the classes by turns.

    Which turn is the how-manieth follows from what is stored, so that a process that was killed
    has an heir that goes on where it stopped.

    Attributes
    ----------
    by_class
        The parents of each class, in the order of their turns.
    gives_up
        Whether a parent of which nothing landed in three tries has no more.
    """

    by_class: Sequence[Sequence[Parent]]
    gives_up: bool

    def after(self, tried: int, count: int, landed: Collection[int]) -> list[Turn]:
        """Return the next turns after so many; fewer if it must be seen first what these bring.

        Parameters
        ----------
        landed
            Items of which at least one variant is kept.
        """
        done = [0] * len(self.by_class)
        waiting = deque(range(len(self.by_class)))
        told: list[Turn] = []
        while waiting and len(told) < tried + count:
            at = waiting.popleft()
            if self._is_to_be_seen(at, done[at]) and len(told) > tried:
                break
            turn = self._turn(at, done[at], landed)
            if turn is not None:
                done[at] += 1
                told.append(turn)
                waiting.append(at)
        return told[tried:]

    def _is_to_be_seen(self, at: int, done: int) -> bool:
        return self.gives_up and done == TRIES * len(self.by_class[at])

    def _turn(self, at: int, done: int, landed: Collection[int]) -> Turn | None:
        every = self.by_class[at]
        first = TRIES * len(every)
        if done < first or not self.gives_up:
            return Turn(every[done % len(every)], done // len(every))
        able = [one for one in every if one.item in landed]
        rest = done - first
        return Turn(able[rest % len(able)], TRIES + rest // len(able)) if able else None


def of_project(
    ws: Workspace, project: int, wanted: Wanted | None, class_id: int | None
) -> list[Parent]:
    """Return the labeled items that lie outside of what is wanted, by position.

    Parameters
    ----------
    class_id
        Only those of it; of all classes if None.
    """
    cells, classes = measuring.cells(ws, project), projects.classes(ws, project)
    with ws.store.read() as tx:
        ids = items.ids_by_position(tx, project)
        taken = {
            *audit.positions(tx, project),
            *audit.shadow_positions(tx, project),
            *items.unready_positions(tx, project),
            *stand_ins.positions(tx, project),
        }
    count = len(ids) if wanted is None else min(len(ids), len(cells))
    return [
        Parent(ids[at], at, classes[place].id)
        for at, place in coverage.labeled(ws, project, [one.id for one in classes], count)
        if at not in taken
        and class_id in (None, classes[place].id)
        and (wanted is None or _is_outside(int(cells[at, wanted.axis]), wanted))
    ]


def turns(parents: Sequence[Parent], seed: int, *, gives_up: bool) -> Turns:
    """Return the turns of parents, in an order drawn by the seed."""
    rng = np.random.default_rng(seed)
    by_class: dict[int, list[Parent]] = {}
    for one in sorted(parents, key=lambda parent: parent.position):
        by_class.setdefault(one.class_id, []).append(one)
    drawn = [
        [every[at] for at in rng.permutation(len(every))] for _, every in sorted(by_class.items())
    ]
    return Turns(drawn, gives_up)


def _is_outside(cell: int, wanted: Wanted) -> bool:
    return cell >= 0 and not wanted.first <= cell <= wanted.last
