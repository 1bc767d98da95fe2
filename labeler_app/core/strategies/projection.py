"""Embeddings of a part of the pool in at most 64 dimensions: what clustering looks at.

The part is the same in every round, and so are the directions: the picks do not depend on what was
saved, which only spares the computation.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from labeler_app.core.arrays import Array, FloatArray, IndexArray, PoolView, blocks
from labeler_app.core.strategies import pick

WIDTH = 64
SAMPLE = 40_000
PROJECT_ROWS = 8_192
ORIGIN_ROWS = 101
# The part of the pool, and the directions, are drawn once and for all.
SEED = 64


@dataclass(frozen=True, slots=True)
class Projected:
    """Rows of the pool in few dimensions."""

    positions: IndexArray
    """(n,) rising."""
    x: FloatArray
    """(n, d) float32, d = min(64, D)."""

    def __getitem__(self, rows: IndexArray) -> "Projected":
        return Projected(self.positions[rows], self.x[rows])

    def save(self, embeddings: FloatArray) -> Mapping[str, Array]:
        """Return what the next round needs: 260 bytes a row."""
        return {"rows": self.positions, "projected": self.x, "origin": _origin(embeddings)}


def sample(positions: IndexArray, most: int) -> IndexArray:
    """Return at most so many of some positions, in rising order, the same ones every time.

    Whether a position is taken does not change with the seed of a round, and hardly with which
    others are there; so its projection is found among the saved ones.
    """
    if positions.size <= most:
        return pick.rising(positions)
    keys = pick.order(positions, SEED)
    return np.sort(positions[np.argpartition(keys, most)[:most]])


def project(view: PoolView, positions: IndexArray) -> Projected:
    """Project rows of the pool on fixed random directions, or take what was saved.

    Parameters
    ----------
    positions : array of shape (n,)
        Rising.

    Raises
    ------
    InputError
        If an embedding is not a number.

    References
    ----------
    "Database-friendly random projections", Journal of Computer and System Sciences 2003.
    """
    width = view.embeddings.shape[1]
    found = np.empty((positions.size, min(WIDTH, width)), dtype=np.float32)
    missing = _fill(found, view, positions)
    directions = _directions(width)
    origin = _origin(view.embeddings)
    for part in blocks(missing.size, PROJECT_ROWS):
        some = missing[part]
        x = np.asarray(view.embeddings[positions[some]], dtype=np.float32) - origin
        pick.check_rows(x)
        found[some] = x if directions is None else x @ directions
    return Projected(positions, found)


def _origin(embeddings: FloatArray) -> FloatArray:
    """Return where rows are measured from, so that a common offset costs no precision.

    The median of the first rows: a single one may be far from all others.
    """
    first = np.nan_to_num(np.asarray(embeddings[:ORIGIN_ROWS], dtype=np.float32))
    middle: FloatArray = np.zeros(first.shape[1])
    if len(first):
        middle = np.median(first.astype(np.float64), axis=0)
    return middle.astype(np.float32)


def _fill(found: FloatArray, view: PoolView, positions: IndexArray) -> IndexArray:
    """Fill in the rows that were saved, and return the numbers of the others."""
    saved = view.saved
    if not (
        {"rows", "projected", "origin"} <= set(saved)
        and saved["rows"].size
        and saved["projected"].shape[1] == found.shape[1]
        and np.array_equal(saved["origin"], _origin(view.embeddings))
    ):
        return np.arange(positions.size)
    at = np.minimum(np.searchsorted(saved["rows"], positions), saved["rows"].size - 1)
    known = saved["rows"][at] == positions
    found[known] = saved["projected"][at[known]]
    return np.flatnonzero(~known)


def _directions(width: int) -> FloatArray | None:
    if width <= WIDTH:
        return None
    drawn = np.random.default_rng(SEED).normal(0.0, WIDTH**-0.5, (width, WIDTH))
    return drawn.astype(np.float32)
