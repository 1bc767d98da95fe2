"""Pick greedily by distance over the whole pool, exactly, and read only the rows that matter.

Rows are compared by their worth, a number that grows with the distance to the nearest labeled item
or earlier pick, rounded to 1e-7; then by a random key. That is a total order, so ties cannot go
astray. Three circles: all rows, of which only a stale bound of the worth is looked at; the 2,000
with the largest; and a window of these, whose embeddings are read and whose worth is exact. A row
of the window is picked while nothing outside can come before it.
"""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from labeler_app.core.arrays import FloatArray, IndexArray, PoolView
from labeler_app.core.strategies import pick
from labeler_app.core.strategies.bounds import Bounds
from labeler_app.core.strategies.clusters import squared_distances, squared_norms

# Rows among which windows are chosen, and rows of a window, at least and for each pick; more when
# the bounds are too old.
ACTIVE = 2_000
WINDOW, WINDOW_SHARE = 32, 1.5

Key: TypeAlias = tuple[float, int]
Worth: TypeAlias = Callable[[FloatArray, IndexArray], FloatArray]
"""From squared distances (n,) and the numbers of the rows among the candidates to their worth."""

LAST: Key = (np.inf, 0)


class LazyGreedy:
    """One call of a greedy strategy. Rows are numbered among the candidates."""

    def __init__(self, view: PoolView, bounds: Bounds, seed: int, worth: Worth) -> None:
        """Begin with what the bounds say.

        Parameters
        ----------
        view
            Its candidates in rising order.
        worth
            Must not fall when a distance grows.
        """
        self.embeddings = view.embeddings
        self.candidates = view.candidates
        self.bounds = bounds
        self.seed = seed
        self.worth = worth
        self.near = bounds.value[view.candidates]
        self.value = np.round(worth(self.near, np.arange(self.near.size)), pick.DECIMALS)
        self.folded = np.zeros(self.near.size, dtype=np.int32)
        self.picks: list[int] = []
        self.values: list[float] = []
        self.distances: list[float] = []
        """Squared distances of the picks when they were picked."""
        self._active: IndexArray = np.empty(0, dtype=np.int64)
        self._limit: Key = LAST
        self._reading, self._window = ACTIVE, WINDOW

    def run(self, count: int) -> None:
        """Pick until there are ``count`` picks, at most as many as there are candidates."""
        self._narrow(count)
        while len(self.picks) < count:
            rows, limit = self._first(self._active, self._window)
            if not rows.size or self._key(self._best(rows)) > self._limit:
                self._active, self._limit = self._first(None, self._reading)
                self._reading *= 2
                continue
            before = len(self.picks)
            self._greedy(rows, min(limit, self._limit), count)
            if len(self.picks) > before:
                self._narrow(count)
            else:
                self._window *= 2

    def _narrow(self, count: int) -> None:
        lacking = count - len(self.picks)
        self._reading, self._window = ACTIVE, max(WINDOW, int(WINDOW_SHARE * lacking))

    def _first(self, among: IndexArray | None, count: int) -> tuple[IndexArray, Key]:
        """Return the first rows in the total order, and the key of the first of all the others."""
        value = self.value if among is None else self.value[among]
        if count >= value.size:
            return np.arange(value.size) if among is None else among, LAST
        cut = np.partition(value, value.size - count - 1)[value.size - count - 1]
        rows = np.flatnonzero(value >= cut)
        if among is not None:
            rows = among[rows]
        tied = rows[self.value[rows] == cut]
        tied = tied[np.argsort(self._order(tied))]
        rows = np.concatenate([rows[self.value[rows] > cut], tied])
        return rows[:count], self._key(rows[count])

    def _order(self, rows: IndexArray) -> IndexArray:
        return pick.order(self.candidates[rows], self.seed).view(np.int64)

    def _best(self, rows: IndexArray) -> int:
        top = rows[self.value[rows] == self.value[rows].max()]
        return int(top[np.argmin(self._order(top))])

    def _key(self, row: int) -> Key:
        return -float(self.value[row]), int(self._order(np.array([row]))[0])

    def _greedy(self, rows: IndexArray, limit: Key, count: int) -> None:
        """Bring a window up to date, then pick until a row outside may come first."""
        rows = rows[np.argsort(self._order(rows))]
        x, near = self._read(rows)
        norms = squared_norms(x)
        value = np.round(self.worth(near, rows), pick.DECIMALS)
        value[self.value[rows] < 0.0] = -1.0
        while len(self.picks) < count:
            # In the order of the random key the first maximum is the one that wins.
            best = int(np.argmax(value))
            if value[best] < 0.0 or self._after(value[best], rows[best], limit):
                break
            self.picks.append(int(rows[best]))
            self.values.append(float(value[best]))
            self.distances.append(float(near[best]))
            np.minimum(near, squared_distances(x, x[[best]], norms)[:, 0], out=near)
            taken = value < 0.0
            value = np.round(self.worth(near, rows), pick.DECIMALS)
            value[taken] = -1.0
            value[best] = -1.0
        self.near[rows], self.value[rows], self.folded[rows] = near, value, len(self.picks)

    def _after(self, value: float, row: int, limit: Key) -> bool:
        return -value > limit[0] or (-value == limit[0] and self._key_of(value, row) > limit)

    def _key_of(self, value: float, row: int) -> Key:
        return -float(value), int(self._order(np.array([row]))[0])

    def _read(self, rows: IndexArray) -> tuple[FloatArray, FloatArray]:
        """Return the embeddings of some rows and their exact squared distances."""
        at = self.candidates[rows]
        x = pick.rows(self.embeddings, at)
        self.bounds.fold(at, x, self.embeddings)
        # What earlier windows folded in is kept; a bound of the labels alone may be lower by now.
        near = np.minimum(self.near[rows], self.bounds.value[at])
        fresh = self.picks[int(self.folded[rows].min()) :]
        if fresh:
            centres = pick.rows(self.embeddings, self.candidates[np.array(fresh)])
            np.minimum(near, squared_distances(x, centres).min(axis=1), out=near)
        return x, near
