"""Draw a spread batch: each pick with a chance proportional to its squared distance (D squared).

Exact, without measuring every row to every pick: a row is proposed by an upper bound of its
squared distance, and accepted with the chance that its true one bears to the bound.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from labeler_app.core.arrays import FloatArray, IndexArray, blocks

PROPOSALS = 64
# The bounds are drawn tighter when fewer proposals than this are accepted.
LEAST_ACCEPTED = 0.02
# Proposals after which the share that was accepted says something.
ENOUGH = 4 * PROPOSALS
REFRESH_ROWS = 8_192
# Below this share of the first bounds a distance is what rounding leaves of 0.
NOTHING = 1e-12


@dataclass(frozen=True, slots=True)
class Points:
    """Points a times x (an outer product) that are never multiplied out."""

    x: FloatArray
    """(n, D) float64."""
    a: FloatArray
    """(n, C) float64; ones of shape (n, 1) where the points are x alone."""
    lengths: FloatArray
    """(n,) squared lengths."""

    def __getitem__(self, rows: IndexArray | slice) -> "Points":
        return Points(self.x[rows], self.a[rows], self.lengths[rows])

    def to(self, others: "Points") -> FloatArray:
        """Return the squared distances (n, m), never below 0."""
        product = self.x @ others.x.T
        if self.a.shape[1] > 1:
            product *= self.a @ others.a.T
        product *= -2.0
        product += self.lengths[:, None]
        product += others.lengths
        return np.maximum(product, 0.0, out=product)


Read: TypeAlias = Callable[[IndexArray], Points]
"""From positions in the pool to their points."""


def spread(
    candidates: IndexArray,
    bound: FloatArray,
    read: Read,
    centres: Points,
    k: int,
    rng: np.random.Generator,
) -> tuple[IndexArray, FloatArray]:
    """Pick k items one after another, each with a chance proportional to its squared distance.

    Parameters
    ----------
    candidates : array of shape (n,)
        Positions in the pool.
    bound : array of shape (n,)
        An upper bound of the squared distance of each candidate to the nearest centre; 0 for one
        that must not be picked.
    centres
        What counts as picked already: at least one point.
    k
        At most as many as there are candidates that may be picked.

    Returns
    -------
    positions : array of shape (k,)
        Where all items that are left lie on a centre, the last picks are random ones.
    distances : array of shape (k,)
        Squared, to the nearest centre or pick before it.

    References
    ----------
    "k-means++: The Advantages of Careful Seeding", SODA 2007; proposed and accepted as in von
    Neumann's rejection, "Various techniques used in connection with random digits", 1951.
    """
    draw = _Draw(candidates, bound, read, _roomy(centres, k))
    draw.known = len(centres.x)
    while len(draw.picks) < k and draw.tighten_if_poor():
        draw.block(k, rng)
    draw.fill(np.flatnonzero(bound > 0.0), k, rng)
    picks = np.array(draw.picks, dtype=np.int64)
    return candidates[picks], np.array(draw.distances, dtype=np.float64)


def _roomy(centres: Points, more: int) -> Points:
    """Return points with room for more behind them."""
    return Points(
        np.concatenate([centres.x, np.empty((more, centres.x.shape[1]))]),
        np.concatenate([centres.a, np.empty((more, centres.a.shape[1]))]),
        np.concatenate([centres.lengths, np.empty(more)]),
    )


class _Draw:
    """One call. Rows are numbered among the candidates."""

    def __init__(
        self, candidates: IndexArray, bound: FloatArray, read: Read, centres: Points
    ) -> None:
        self.candidates = candidates
        self.bound = bound.astype(np.float64)
        self.read = read
        self.centres = centres
        self.known = 0
        """How many of the centres are there already."""
        self.picks: list[int] = []
        self.distances: list[float] = []
        self.least = NOTHING * float(bound.max(initial=0.0))
        self.total = np.cumsum(self.bound)
        self.folded = 0
        self.tried = self.accepted = 0

    def tighten_if_poor(self) -> bool:
        """Draw the bounds tighter if few proposals are accepted; False if nothing is left."""
        if self.tried >= ENOUGH and self.accepted < LEAST_ACCEPTED * self.tried:
            self._tighten()
        return bool(self.total.size and self.total[-1] > 0.0)

    def block(self, k: int, rng: np.random.Generator) -> None:
        """Propose some rows, and accept each by its true distance to all picks before it."""
        rows = np.searchsorted(self.total, rng.random(PROPOSALS) * self.total[-1], "right")
        rows = np.minimum(rows, self.total.size - 1)
        needed = rng.random(PROPOSALS) * self.bound[rows]
        points = self.read(self.candidates[rows])
        near = points.to(self.centres[slice(self.known)]).min(axis=1)
        before, done = len(self.picks), 0
        while len(self.picks) < k:
            near[near <= self.least] = 0.0
            good = done + np.flatnonzero(near[done:] > needed[done:])
            if not good.size:
                done = PROPOSALS
                break
            at, done = int(good[0]), int(good[0]) + 1
            self._take(int(rows[at]), float(near[at]), points[good[:1]])
            np.minimum(near, points.to(points[good[:1]])[:, 0], out=near)
            near[rows == rows[at]] = 0.0
        self.tried += done
        self.accepted += len(self.picks) - before

    def fill(self, allowed: IndexArray, k: int, rng: np.random.Generator) -> None:
        """Pick at random among what lies on a centre."""
        lacking = k - len(self.picks)
        if lacking > 0:
            left = np.setdiff1d(allowed, self.picks)
            self.picks += rng.permutation(left)[:lacking].tolist()
            self.distances += [0.0] * min(lacking, left.size)

    def _take(self, row: int, distance: float, point: Points) -> None:
        self.picks.append(row)
        self.distances.append(distance)
        self.centres.x[self.known] = point.x[0]
        self.centres.a[self.known] = point.a[0]
        self.centres.lengths[self.known] = point.lengths[0]
        self.known += 1

    def _tighten(self) -> None:
        """Replace the bounds by the true distances; only what was picked since is measured."""
        fresh = self.centres[slice(self.folded, self.known)]
        rows = np.flatnonzero(self.bound > 0.0)
        for part in blocks(rows.size, REFRESH_ROWS):
            some = rows[part]
            true = self.read(self.candidates[some]).to(fresh).min(axis=1)
            self.bound[some] = np.minimum(self.bound[some], true)
        self.bound[self.bound <= self.least] = 0.0
        self.bound[np.array(self.picks, dtype=np.int64)] = 0.0
        self.folded = self.known
        self.total = np.cumsum(self.bound)
        self.tried = self.accepted = 0
