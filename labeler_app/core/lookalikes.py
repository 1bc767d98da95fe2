"""Look up items that may be nearly the same as one: all of them, or the likeliest."""

from typing import Protocol

import numpy as np

from labeler_app.core.arrays import Array, FloatArray, IndexArray
from labeler_app.core.audit import block_means
from labeler_app.core.resemblance import BAND, band_keys

# With fewer, more pictures must be compared pixel by pixel; with more, the search is longer.
_SUMS = 8


class Lookalikes(Protocol):
    """What may be near an item."""

    def forget(self, open_: Array, at: int) -> None:
        """Take note that from now on only those are asked for that are open and behind a place."""

    def of(self, head: int, most: int | None) -> tuple[IndexArray, bool]:
        """Return positions behind an item, rising, among them all that are near it.

        Parameters
        ----------
        most
            Where it is given, so many of them at most, the likeliest; then also whether these are
            all there are.
        """


class Sums:
    """Pictures, by sums of which no one differs more than the pixels do on average."""

    def __init__(self, luma: FloatArray, threshold: float) -> None:
        self._sums = _sums(luma)
        # What is a hair too far, perhaps by rounding, is compared pixel by pixel all the same.
        self._reach = threshold * (1 + 1e-6)
        self._rows, self._until_counted = np.empty(0, np.int64), 0

    def forget(self, open_: Array, at: int) -> None:
        """Leave out what is not asked for once that is half of all, so that it costs nothing."""
        from scipy.spatial import KDTree

        self._until_counted -= 1
        if self._until_counted > 0:
            return
        rows = at + np.flatnonzero(open_[at:])
        self._until_counted = 1 + len(rows) // 16
        if not self._rows.size or len(rows) * 2 <= len(self._rows):
            self._rows, self._tree = rows, KDTree(self._sums[rows], leafsize=16)

    def of(self, head: int, most: int | None) -> tuple[IndexArray, bool]:
        """Return positions behind a picture; the likeliest are those with the nearest sums."""
        one = self._sums[head]
        if most is None:
            every = self._tree.query_ball_point(one, self._reach, p=np.inf)
            at, is_all = np.asarray(every, np.int64), True
        else:
            count = min(most + 1, len(self._rows))
            reach = self._reach
            _, nearest = self._tree.query(
                one, range(1, count + 1), p=np.inf, distance_upper_bound=reach
            )
            at = nearest[nearest < len(self._rows)]
            is_all = len(at) < count or count == len(self._rows)
        found = self._rows[np.sort(at)]
        return found[np.searchsorted(found, head, side="right") :], is_all


class Bands:
    """Signatures, by the bands of numbers in which they agree."""

    def __init__(self, signatures: Array, share: float) -> None:
        count, width = signatures.shape[1], BAND if share < 1.0 else signatures.shape[1]
        starts = range(0, count, width) if len(signatures) else ()
        keys = (band_keys(signatures[:, one : one + width]) for one in starts)
        self._bands = [_Band(one) for one in keys]
        # So many numbers may differ; at worst each of them lies in a band of its own.
        self._enough = min(len(self._bands), int((1.0 - share) * count + 1e-9) + 1)
        self.shared = np.zeros(len(signatures), dtype=bool)
        """(N,) whether any other agrees in any band."""
        for one in self._bands:
            self.shared |= one.size > 1

    def forget(self, open_: Array, at: int) -> None:
        """Do nothing: what lies before an item is passed over at once."""

    def of(self, head: int, most: int | None) -> tuple[IndexArray, bool]:
        """Return positions behind an item; the likeliest agree in what the fewest agree in."""
        # Near-duplicates agree in one of so many bands: the emptiest are soonest read.
        some = sorted((one.behind(head) for one in self._bands), key=len)[: self._enough]
        every = np.concatenate(some)
        found = every if most is None else every[:most]
        return np.unique(found).astype(np.int64), len(found) == len(every)


def _sums(luma: FloatArray) -> FloatArray:
    """Return (N, 8) numbers of which no one differs more than the pixels do on average.

    Of the means of 16 blocks, some with plus and some with minus, in the 8 ways in which pictures
    differ most: one half against the other, quarters crosswise, and so on.
    """
    from scipy.linalg import hadamard

    sums = block_means(luma) @ hadamard(16) / 16
    most = np.argsort(-sums.std(axis=0), kind="stable")[:_SUMS]
    return np.ascontiguousarray(sums[:, most])


class _Band:
    """Which items agree in some neighbouring numbers of their signatures."""

    def __init__(self, keys: Array) -> None:
        self._order = np.argsort(keys, kind="stable").astype(np.int32)
        rising = keys[self._order]
        starts = np.flatnonzero(np.r_[True, rising[1:] != rising[:-1]])
        sizes = np.diff(np.r_[starts, len(keys)])
        self._first = np.empty(len(keys), np.int32)
        self._first[self._order] = np.repeat(starts, sizes)
        self.size = np.empty(len(keys), np.int32)
        """(N,) how many agree with each, itself included."""
        self.size[self._order] = np.repeat(sizes, sizes)

    def behind(self, at: int) -> Array:
        """Return the positions behind an item of all that agree with it, rising."""
        first = self._first[at]
        like = self._order[first : first + self.size[at]]
        return np.asarray(like[np.searchsorted(like, at, side="right") :])
