"""Several classes an item: each is learned and predicted by itself (binary relevance).

Letters: N items, C classes, D dimensions, M labeled items.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from labeler_app.core.arrays import (
    SCORED_ROWS,
    Array,
    FloatArray,
    Head,
    IndexArray,
    Learner,
    LinearHead,
    blocks,
)

GIVEN = 0.5
"""A class at least so probable is predicted."""


@dataclass(frozen=True, slots=True)
class Members:
    """Which classes items have.

    Attributes
    ----------
    classes
        (C,) class numbers, the columns.
    has
        (M, C) bool.
    known
        (M, C) bool; False where a label says nothing of a class, which came later.
    """

    classes: IndexArray
    has: Array
    known: Array

    def over(self, classes: Sequence[int], counts_as: Mapping[int, int]) -> "Members":
        """Return the same over other columns; a class that is none of them drops out.

        Parameters
        ----------
        counts_as
            By class that was merged into another: the one it counts as.
        """
        has = np.zeros((len(self.has), len(classes)), dtype=bool)
        known = np.zeros_like(has)
        columns = {one: at for at, one in enumerate(classes)}
        for at, one in enumerate(self.classes.tolist()):
            column = columns.get(counts_as.get(one, one))
            if column is not None:
                has[:, column] |= self.has[:, at]
                known[:, column] |= self.known[:, at]
        return Members(np.array(classes, dtype=np.int64), has, known)


@dataclass(frozen=True, slots=True)
class LinearSetHead:
    """A fitted linear classifier of each class against all items without it."""

    coef: FloatArray
    """(C, D) float64."""
    intercept: FloatArray
    """(C,) float64."""
    classes: IndexArray
    """(C,) class numbers, in the order of the columns of ``proba``."""

    def proba(self, x: FloatArray) -> FloatArray:
        """Return how probable each class is (N, C), each by itself: rows need not sum to 1."""
        from scipy.special import expit

        out = np.empty((len(x), len(self.classes)))
        for rows in blocks(len(x), SCORED_ROWS):
            out[rows] = expit(np.asarray(x[rows], np.float64) @ self.coef.T + self.intercept)
        return out


@dataclass(frozen=True, slots=True)
class SetHead:
    """A fitted classifier of each class, of any kind."""

    each: tuple[Head | float, ...]
    """Of two classes, 0 and 1; or the share of a class that was always given, or never."""
    classes: IndexArray
    """(C,) class numbers, in the order of the columns of ``proba``."""

    def proba(self, x: FloatArray) -> FloatArray:
        """Return how probable each class is (N, C), each by itself: rows need not sum to 1."""
        columns = [
            np.full(len(x), one) if isinstance(one, float) else one.proba(x)[:, 1]
            for one in self.each
        ]
        return np.stack(columns, axis=1)


AnySetHead: TypeAlias = LinearSetHead | SetHead


def fit(learn: Learner, x: FloatArray, y: Members, *, seed: int, **how: object) -> AnySetHead:
    """Fit a learner for each class, against the items that are known to lack it.

    Parameters
    ----------
    learn
        Fits two classes, 0 and 1.
    x : array of shape (M, D)
    y
        What each item has. A class of which no item is known to have it, or none to lack it, is
        left out, unless that is so of all: then each gets its smoothed share everywhere.
    how
        Passed on to the learner.

    References
    ----------
    "Learning multi-label scene classification", Pattern Recognition 37, 2004.
    """
    having = (y.has & y.known).sum(axis=0)
    lacking = (~y.has & y.known).sum(axis=0)
    told = np.flatnonzero((having > 0) & (lacking > 0))
    each: list[Head | float] = []
    for at in told.tolist():
        rows = y.known[:, at]
        each.append(learn(x[rows], y.has[rows, at].astype(np.int64), seed=seed, **how))
    if not each:
        each = [float(one) for one in (having + 1) / (having + lacking + 2)]
        told = np.arange(len(y.classes))
    if all(isinstance(one, LinearHead | float) for one in each):
        return _stacked(each, y.classes[told], x.shape[1])
    return SetHead(tuple(each), y.classes[told])


def predicted(head: AnySetHead, x: FloatArray) -> Members:
    """Return the classes that a head gives items."""
    has = head.proba(np.asarray(x, dtype=np.float64)) >= GIVEN if len(x) else _none(head.classes)
    return Members(head.classes, has, np.ones_like(has))


def doubtful(chances: FloatArray) -> tuple[IndexArray, FloatArray]:
    """Return the class that a model doubts most, by item: what strategies look at.

    Parameters
    ----------
    chances : array of shape (N, C)
        How probable each class is by itself.

    Returns
    -------
    columns : array of shape (N,)
        Of the class nearest to even chances.
    proba : array of shape (N, 2)
        That it lacks that class, and that it has it; rows sum to 1.

    References
    ----------
    BinMin in "On active learning in multi-label classification", K. Brinker, 2006.
    """
    columns = np.abs(chances - 0.5).argmin(axis=1)
    has = chances[np.arange(len(chances)), columns].astype(np.float32)
    return columns, np.stack([1.0 - has, has], axis=1)


def exactly(truth: Members, said: Members) -> Array:
    """Return (M,) whether an item got just the classes it has, as far as those are known.

    Parameters
    ----------
    truth, said
        Over the same columns.
    """
    right: Array = ((truth.has == said.has) | ~truth.known).all(axis=1)
    return right


def _stacked(each: Sequence[Head | float], classes: IndexArray, dimensions: int) -> LinearSetHead:
    coef = np.zeros((len(classes), dimensions))
    intercept = np.zeros(len(classes))
    for at, one in enumerate(each):
        if isinstance(one, LinearHead):
            # A softmax over two rows is a sigmoid of their difference.
            coef[at] = one.coef[1] - one.coef[0]
            intercept[at] = one.intercept[1] - one.intercept[0]
        elif isinstance(one, float):
            intercept[at] = np.log(one / (1.0 - one))
    return LinearSetHead(coef, intercept, classes)


def _none(classes: IndexArray) -> Array:
    return np.zeros((0, len(classes)), dtype=bool)
