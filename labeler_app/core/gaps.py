"""Gaps: conditions that the pool holds and the labels lack.

Letters: K cells of an axis, C classes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from labeler_app.core.arrays import Array, FloatArray, IndexArray

LEAST_SHARE = 0.05
"""Of the pool: what is rarer is no gap."""
HALF = 0.5
"""Labels lack a cell if their share is under so much of the pool's."""
CHANCE = 0.05
"""And if so few lie there by chance this seldom: in any of all the cells that are looked at, of all
conditions and classes, where there is no gap at all (Bonferroni's correction)."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One condition, cut into cells.

    Attributes
    ----------
    name
        As `conditions.AXES` has it.
    edges
        K - 1 values between the cells, rising; a value on an edge is in the upper cell.
    names
        What a person calls each of the K cells.
    turn
        Of angles: after so many degrees the cells begin again, the first of them around 0.
    """

    name: str
    edges: tuple[float, ...]
    names: tuple[str, ...]
    turn: float = 0.0

    def cells(self, values: FloatArray) -> IndexArray:
        """Return the cell of each value, -1 where it is NaN."""
        known = np.isfinite(values)
        found = np.where(known, values, 0.0)
        if self.turn:
            width = self.turn / len(self.names)
            made = ((found + width / 2.0) % self.turn // width).astype(np.int64)
        else:
            made = np.searchsorted(np.array(self.edges), found, side="right")
        return np.where(known, np.minimum(made, len(self.names) - 1), -1)

    def bounds(self, first: int, last: int) -> tuple[float, float]:
        """Return where cells begin and end; infinite at the outer ones."""
        if self.turn:
            width = self.turn / len(self.names)
            return (first - 0.5) * width, (last + 0.5) * width
        whole = (-np.inf, *self.edges, np.inf)
        return float(whole[first]), float(whole[last + 1])

    def called(self, first: int, last: int) -> str:
        """Return what a person calls cells next to each other: "brightness: black to dark"."""
        start, end = self.names[first], self.names[last]
        return f"{self.name}: {start}" + ("" if start == end else f" to {end}")

    def reach(self, first: int, last: int) -> tuple[float, float]:
        """Return bounds that are finite: an outer cell reaches half as far as the one beside it."""
        low, high = self.bounds(first, last)
        if np.isinf(low):
            low = self.edges[0] - (self.edges[1] - self.edges[0]) / 2.0
        if np.isinf(high):
            high = self.edges[-1] + (self.edges[-1] - self.edges[-2]) / 2.0
        return low, high


@dataclass(frozen=True, slots=True)
class Gap:
    """Cells of one axis that the labels lack.

    Attributes
    ----------
    axis
        Its place among the axes.
    first, last
        Cells next to each other.
    class_
        Place of the class; None for the labels of all classes.
    wanted
        Share of the pool that lies there; of what a person expects, the share that is expected.
    held
        Share of the labels that does.
    labels, of
        How many labels lie there, of how many of that class.
    """

    axis: int
    first: int
    last: int
    class_: int | None
    wanted: float
    held: float
    labels: int
    of: int

    @property
    def deficit(self) -> float:
        """How much of their share the labels lack, in [0, 1]."""
        return self.wanted - self.held

    @property
    def needed(self) -> int:
        """How many labels there would bring the share of the labels to what is wanted."""
        if self.wanted >= 1.0:
            return max(1, self.of)
        lacking = (self.wanted * self.of - self.labels) / (1.0 - self.wanted)
        return max(1, int(np.ceil(lacking - 1e-9)))


@dataclass(frozen=True, slots=True)
class Target:
    """What a person expects: a share, in (0, 1), in cells of an axis next to each other."""

    axis: int
    first: int
    last: int
    share: float


def unmet(labels: Sequence[IndexArray], target: Target) -> Gap | None:
    """Return the gap there is if labels hold less than half of what is expected; None if not.

    Chance plays no part: nothing is drawn from what is only expected. Without labels there is none.

    Parameters
    ----------
    labels
        As `find` has them.
    """
    counts = labels[target.axis][-1]
    inside, total = int(counts[target.first : target.last + 1].sum()), int(counts.sum())
    if not total or inside >= HALF * target.share * total:
        return None
    share = inside / total
    return Gap(target.axis, target.first, target.last, None, target.share, share, inside, total)


def find(
    pool: Sequence[FloatArray], labels: Sequence[IndexArray], told: Sequence[Gap] = ()
) -> list[Gap]:
    """Find the cells that labels lack, the largest deficit first.

    What the labels of all classes lack is told once, not of each class again. That a class is
    compared with the whole pool is a hint, not more: the pool has no classes.

    Parameters
    ----------
    pool : sequence of arrays of shape (K,)
        By axis: the share of the pool in each cell.
    labels : sequence of arrays of shape (C + 1, K)
        By axis: how many labels of each class are in it, and last those of all classes together:
        where items have several classes, a label counts for each, but once there.
    told
        Gaps of all classes that are known already: their cells are not told once more.
    """
    looked_at = sum(
        int((one >= LEAST_SHARE).sum()) * len(counts)
        for one, counts in zip(pool, labels, strict=True)
    )
    found: list[Gap] = []
    for place, (wanted, counts) in enumerate(zip(pool, labels, strict=True)):
        lacking = _lacking(counts, wanted, CHANCE / max(1, looked_at))
        every = lacking[-1]
        fresh = every.copy()
        for one in told:
            if one.axis == place:
                fresh[one.first : one.last + 1] = False
        found += _merged(place, None, counts[-1], wanted, fresh)
        for class_, own in enumerate(counts[:-1]):
            found += _merged(place, class_, own, wanted, lacking[class_] & ~every)
    return sorted(found, key=lambda one: -one.deficit)


def needed_labels(pool: Sequence[FloatArray], classes: int) -> int:
    """Return of how many labels the largest cell can be found to be a gap, if none lies in it."""
    looked_at = sum(int((one >= LEAST_SHARE).sum()) for one in pool) * (classes + 1)
    largest = max((float(one[one < 1.0].max(initial=0.0)) for one in pool), default=0.0)
    if largest <= 0.0:
        return 0
    return int(np.ceil(np.log(CHANCE / max(1, looked_at)) / np.log1p(-largest)))


def shares(counts: IndexArray) -> FloatArray:
    """Return the share of each cell, (K,); all 0 if no item has one."""
    told: FloatArray = counts / max(1, int(counts.sum()))
    return told


def _lacking(counts: IndexArray, wanted: FloatArray, chance: float) -> Array:
    """Return which cells labels lack, (C + 1, K) bool."""
    from scipy.stats import binom

    total = counts.sum(axis=1, keepdims=True)
    few = np.asarray(binom.cdf(counts, total, wanted)) <= chance
    is_gap: Array = few & (wanted >= LEAST_SHARE) & (counts < HALF * wanted * total)
    return is_gap


def _merged(
    axis: int, class_: int | None, counts: IndexArray, wanted: FloatArray, lacking: Array
) -> list[Gap]:
    """Return each run of lacking cells as one gap."""
    places = np.flatnonzero(lacking)
    runs = np.split(places, np.flatnonzero(np.diff(places) > 1) + 1) if places.size else []
    return [_gap(axis, class_, counts, wanted, run) for run in runs]


def _gap(
    axis: int, class_: int | None, counts: IndexArray, wanted: FloatArray, run: IndexArray
) -> Gap:
    first, last, total = int(run[0]), int(run[-1]), int(counts.sum())
    inside = int(counts[first : last + 1].sum())
    share = float(wanted[first : last + 1].sum())
    return Gap(axis, first, last, class_, share, inside / max(1, total), inside, total)
