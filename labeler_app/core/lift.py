"""Lift: what variants change, measured on real items that no training saw.

Letters: M labeled items, V variants, n tested items, S repeats, D dimensions.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from labeler_app.core import synthesis
from labeler_app.core.arrays import Array, FloatArray, Head, IndexArray
from labeler_app.core.gated import GatedHead, MadeRows

REPEATS = 10
"""How often the training set and the variants are drawn anew."""
DRAWN = 0.8
"""Of the labels of each class: so many are in one repeat, none of them twice."""
FEW = 15
"""Tested items that are not nearly the same; of fewer nothing can be proven."""
LEVEL = 0.95

PROVEN, UNPROVABLE, HARM = "proven", "unprovable", "harm"

Fit = Callable[[FloatArray, IndexArray, MadeRows | None, int], Head]
"""``(x, y, made, seed)`` to a fitted head: (M, D), (M,), and the variants it learns of, too."""


@dataclass(frozen=True, slots=True)
class Real:
    """What people labeled."""

    x: FloatArray
    """(M, D)"""
    y: IndexArray
    """(M,) class numbers."""
    at: IndexArray
    """(M,) positions, by which variants know their root."""


@dataclass(frozen=True, slots=True)
class Made:
    """Variants that were kept."""

    x: FloatArray
    """(V, D)"""
    y: IndexArray
    """(V,) the classes they were kept as."""
    root: IndexArray
    """(V,) positions of the items that they were made of."""
    other: IndexArray
    """(V,) positions of the second one, of a blend; else the root's again."""
    cell: IndexArray
    """(V,) where each lies on the axis; all 0 where there is none."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """Real items that no training saw."""

    x: FloatArray
    """(n, D)"""
    y: IndexArray
    """(n,) true classes."""
    inside: Array
    """(n,) bool: in the condition."""
    usual: Array
    """(n,) bool: of the audit sample, drawn at random; a probe set is not."""
    group: IndexArray
    """(n,) number of what is nearly the same: as in bursts of pictures, which tell little more
    than one of them does."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What variants change on some tested items.

    Attributes
    ----------
    of
        ``condition``, ``usual`` (the audit items that decide), or ``class``: of those in the
        condition and of the usual ones together, the items of one class.
    class_
        Number of the class; None for the others.
    items
        How many.
    without, with_
        Share of right answers, the mean over all repeats.
    change, low, high
        Difference of both, and its interval.
    """

    of: str
    class_: int | None
    items: int
    without: float
    with_: float
    change: float
    low: float
    high: float
    groups: int = 0
    """How many of the items are not nearly the same as another."""


@dataclass(frozen=True, slots=True)
class Lift:
    """What variants change."""

    verdict: str
    figures: Sequence[Figure]

    def figure(self, of: str) -> Figure | None:
        """Return the figure of the condition or of the usual items; None without such items."""
        return next((one for one in self.figures if one.of == of), None)


def measure(
    fit: Fit, real: Real, made: Made, tested: Unseen, *, seed: int, repeats: int = REPEATS
) -> Lift:
    """Fit with and without the variants, again and again, and compare item by item.

    Each repeat draws labels of every class without putting back, and of the variants only those
    whose root was drawn, as many as their caps let in. Both fits of a repeat see the same labels.

    Parameters
    ----------
    fit
        The learner of the project.
    seed
        Of the draws, and of the learner.
    repeats
        At least 2.
    """
    right = np.zeros((2, repeats, len(tested.y)), dtype=bool)
    for turn in range(repeats):
        rng = np.random.default_rng([seed, turn])
        drawn = _drawn(real.y, rng)
        chosen = _chosen(real, made, drawn, rng)
        x, y = real.x[drawn], real.y[drawn]
        weight = np.full(len(chosen), synthesis.WEIGHT)
        more = MadeRows(made.x[chosen], made.y[chosen], weight) if len(chosen) else None
        with_ = fit(x, y, more, turn)
        # A gated head holds the one that saw no variant: the same rows, the same seed.
        without = with_.usual if isinstance(with_, GatedHead) else fit(x, y, None, turn)
        right[0, turn], right[1, turn] = _right(without, tested), _right(with_, tested)
    figures = _figures(right, tested)
    return Lift(_verdict(figures), figures)


def is_used(past: Sequence[tuple[str, float | None]]) -> bool:
    """Tell whether variants are learned from, by what was measured of them so far.

    A proof lets them in. Harm puts them out, and so does a change in the condition that is not
    above 0 any more; where only the interval has come to hold 0 again, they stay.

    Parameters
    ----------
    past
        Verdict and change in the condition, None where nothing was tested there; oldest first.
    """
    used = False
    for verdict, change in past:
        if verdict == PROVEN:
            used = True
        elif verdict == HARM or change is None or change <= 0.0:
            used = False
    return used


def grouped(
    signatures: Array, away: Callable[[Array, Array], FloatArray], near: float
) -> IndexArray:
    """Return the number of the group of each item: those nearly the same, over others, too.

    Parameters
    ----------
    signatures : array of shape (n, K)
        What near-duplicates are found by.
    away, near
        How far each of some signatures is from one; nearer than `near` two items count as one.
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    first, second = [], []
    for at in range(len(signatures)):
        found = np.flatnonzero(away(signatures[at + 1 :], signatures[at]) < near) + at + 1
        first.append(np.full(len(found), at))
        second.append(found)
    if not first:
        return np.zeros(0, dtype=np.int64)
    pairs = np.concatenate(first), np.concatenate(second)
    near_each = coo_matrix((np.ones(len(pairs[0])), pairs), shape=(len(signatures),) * 2)
    numbers: IndexArray = connected_components(near_each, directed=False)[1].astype(np.int64)
    return numbers


def smallest_shown(items: int) -> float:
    """Return about the smallest lift that so many tested items show: half of them change."""
    return float(1.96 * 0.5 / max(1, items) ** 0.5)


def _drawn(y: IndexArray, rng: np.random.Generator) -> IndexArray:
    """Draw rows of every class, at least 2 where there are as many, rising."""
    parts = []
    for number in np.unique(y):
        own = np.flatnonzero(y == number)
        count = min(len(own), max(2, round(DRAWN * len(own))))
        parts.append(rng.choice(own, count, replace=False))
    return np.sort(np.concatenate(parts))


def _chosen(real: Real, made: Made, drawn: IndexArray, rng: np.random.Generator) -> IndexArray:
    """Return the variants of what was drawn, as many as their caps let in."""
    there = real.at[drawn]
    able = np.flatnonzero(np.isin(made.root, there) & np.isin(made.other, there))
    numbers, counts = np.unique(real.y[drawn], return_counts=True)
    labels = dict(zip(numbers.tolist(), counts.tolist(), strict=True))
    return able[synthesis.capped(made.y[able], made.cell[able], labels, rng)]


def _right(head: Head, tested: Unseen) -> Array:
    if not len(tested.y):
        return np.zeros(0, dtype=bool)
    said = head.classes[head.proba(np.asarray(tested.x, dtype=np.float64)).argmax(axis=1)]
    right: Array = said == tested.y
    return right


def _figures(right: Array, tested: Unseen) -> list[Figure]:
    told = [
        _figure("condition", None, right, tested, tested.inside, LEVEL),
        _figure("usual", None, right, tested, tested.usual, LEVEL),
    ]
    # Several classes are looked at: together they are wrong as seldom as one figure alone.
    numbers = [one for one in np.unique(tested.y).tolist() if (tested.y == one).sum() >= FEW]
    level = 1.0 - (1.0 - LEVEL) / max(1, len(numbers))
    told += [_figure("class", one, right, tested, tested.y == one, level) for one in numbers]
    return [one for one in told if one is not None]


def _figure(
    of: str, class_: int | None, right: Array, tested: Unseen, inside: Array, level: float
) -> Figure | None:
    """Return the mean difference over items and repeats, with Student's interval.

    What differs from group to group of items and what differs from repeat to repeat both count, as
    if they were independent: where they are not, the interval is too wide rather than too narrow.
    Where hardly an answer changed, it is as wide as if one group had changed altogether: that none
    of a few did is no proof that none will.
    """
    from scipy.stats import t

    items = int(inside.sum())
    if not items:
        return None
    without, with_ = right[0][:, inside].astype(float), right[1][:, inside].astype(float)
    change = with_ - without
    repeats, middle = len(change), float(change.mean())
    numbers, group = np.unique(tested.group[inside], return_inverse=True)
    groups = len(numbers)
    spread = change.mean(axis=1).var(ddof=1) / repeats
    if groups > 1:
        sums = np.bincount(group, change.mean(axis=0) - middle, minlength=groups)
        one_changed = (items / groups) ** 2
        spread += max((sums**2).sum(), one_changed) / items**2 * groups / (groups - 1)
    half = float(t.ppf(0.5 + level / 2.0, max(1, min(groups, repeats) - 1)) * spread**0.5)
    low, high = (middle - half, middle + half) if groups > 1 else (-1.0, 1.0)
    return Figure(
        of,
        class_,
        items,
        float(without.mean()),
        float(with_.mean()),
        middle,
        max(-1.0, low),
        min(1.0, high),
        groups,
    )


def _verdict(figures: Sequence[Figure]) -> str:
    """Harm anywhere refuses; else a lift in the condition proves."""
    if any(one.high < 0.0 and one.groups >= FEW for one in figures):
        return HARM
    known = next((one for one in figures if one.of == "condition"), None)
    is_proven = known is not None and known.groups >= FEW and known.low > 0.0
    return PROVEN if is_proven else UNPROVABLE
