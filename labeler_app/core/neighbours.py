"""The learner that asks the nearest labeled items."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from labeler_app.core.arrays import Array, FloatArray, IndexArray, blocks
from labeler_app.core.calibration import row_losses
from labeler_app.core.rows import checked, counted, positions_judged

COUNTS = (1, 3, 5, 10, 20)
# A block of distances is at most 32 MB.
_CELLS = 4_000_000


@dataclass(frozen=True, slots=True)
class NeighboursHead:
    """The labeled items, and how many of them vote."""

    x: FloatArray
    """(M, D) float64."""
    column: IndexArray
    """(M,) the column of each labeled item's class."""
    weight: FloatArray
    """(M,) what each vote counts."""
    classes: IndexArray
    """(C,) class numbers, rising."""
    count: int
    """How many vote."""

    def proba(self, x: FloatArray) -> FloatArray:
        """Return the class probabilities (N, C), float64, computed block by block."""
        out = np.empty((len(x), len(self.classes)))
        for rows in blocks(len(x), max(1, _CELLS // len(self.x))):
            far = _distances(np.asarray(x[rows], dtype=np.float64), self.x)
            out[rows] = next(self._votes(far, [self.count]))
        return out

    def _votes(self, far: FloatArray, counts: list[int]) -> Iterator[FloatArray]:
        """Yield the shares of the classes among the nearest, for each number of voters.

        One vote is split among all classes as they are labeled, so that no class is impossible.
        """
        size = len(self.classes)
        nearest = _nearest(far, max(counts))
        prior = np.bincount(self.column, self.weight, size) / self.weight.sum()
        for count in counts:
            votes = np.tile(prior, (len(far), 1))
            for place in range(count):
                chosen = nearest[:, place]
                votes[np.arange(len(far)), self.column[chosen]] += self.weight[chosen]
            yield votes / votes.sum(axis=1, keepdims=True)


def fit_neighbours(
    x: FloatArray,
    y: IndexArray,
    *,
    seed: int,
    class_weight: str | None = None,
    weight: FloatArray | None = None,
    judged: Array | None = None,
) -> NeighboursHead:
    """Keep the labeled items; how many vote is chosen by leaving each out in turn.

    Parameters
    ----------
    x : array of shape (M, D)
        Embeddings.
    y : array of shape (M,)
        Class numbers; any whole numbers, gaps are fine.
    seed
        Not used: nothing is drawn. Which of many equally near items vote is left open, but the same
        every time.
    class_weight
        ``"balanced"``: every class counts the same.
    weight : array of shape (M,), optional
        What each row counts.
    judged : array of bool of shape (M,), optional
        Rows that the number of voters is chosen on, all by default. The others, which a model
        labeled, vote in the end.

    Raises
    ------
    InputError
        If fewer than two classes are labeled, or x holds a value that is not a number.

    References
    ----------
    "Nearest Neighbor Pattern Classification", IEEE Transactions on Information Theory 13, 1967.
    """
    given = checked(x, y)
    classes, column = np.unique(y, return_inverse=True)
    counts = counted(y, class_weight, weight)
    head = NeighboursHead(given, column, counts, np.asarray(classes, dtype=np.int64), 1)
    chosen = _chosen(head, positions_judged(y, judged))
    return NeighboursHead(given, column, counts, head.classes, chosen)


def _chosen(head: NeighboursHead, seen: IndexArray) -> int:
    """Return the number of voters that is right most often on some items, each by the others."""
    some = NeighboursHead(head.x[seen], head.column[seen], head.weight[seen], head.classes, 1)
    possible = [one for one in COUNTS if one < seen.size]
    if not possible:
        return 1
    right, loss = np.zeros(len(possible)), np.zeros(len(possible))
    for rows in blocks(seen.size, max(1, _CELLS // seen.size)):
        far = _distances(some.x[rows], some.x)
        far[np.arange(len(far)), np.arange(seen.size)[rows]] = np.inf
        truth, weight = some.column[rows], some.weight[rows]
        for at, shares in enumerate(some._votes(far, possible)):
            right[at] += weight @ (shares.argmax(axis=1) == truth)
            loss[at] += weight @ row_losses(np.log(shares), truth)
    # Rounding must not decide between numbers that are right as often.
    scores = list(zip(np.round(right / some.weight.sum(), 9), -loss, strict=True))
    return possible[scores.index(max(scores))]


def _nearest(far: FloatArray, count: int) -> IndexArray:
    """Return the columns (N, count) of the smallest distances, nearest first."""
    if count < far.shape[1]:
        some = np.argpartition(far, count - 1, axis=1)[:, :count]
    else:
        some = np.tile(np.arange(count), (len(far), 1))
    order = np.argsort(np.take_along_axis(far, some, axis=1), axis=1, kind="stable")
    nearest: IndexArray = np.take_along_axis(some, order, axis=1)
    return nearest


def _distances(x: FloatArray, to: FloatArray) -> FloatArray:
    """Return squared distances (N, M), but for what is the same for a whole row."""
    near: FloatArray = (to**2).sum(axis=1) - 2.0 * (x @ to.T)
    return near
