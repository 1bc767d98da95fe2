"""Weighted k-means. The last bits depend on the number of threads: rankings run on one."""

from dataclasses import dataclass

import numpy as np

from labeler_app.core.arrays import FloatArray, IndexArray, blocks

ITERATIONS = 20
NEAREST_ROWS = 4_096
# The start looks at so many rows, or at ten a cluster if that is more.
START_ROWS = 4_000


@dataclass(frozen=True, slots=True)
class Clusters:
    """The answer of k-means."""

    centres: FloatArray
    """(k, D) float64."""
    member: IndexArray
    """(n,) the cluster of each row."""


def k_means(
    x: FloatArray,
    k: int,
    rng: np.random.Generator,
    weights: FloatArray | None = None,
    iterations: int = ITERATIONS,
) -> Clusters:
    """Cluster rows: a k-means++ start, then Lloyd iterations, in single precision.

    Parameters
    ----------
    x : array of shape (n, D)
    k
        Clusters, 1 <= k <= n. A cluster may end empty when rows are equal.
    weights : array of shape (n,), optional
        How much each row counts, above 0; all the same by default.
    iterations
        At most so many; fewer when no row changes its cluster any more.

    References
    ----------
    "Least squares quantization in PCM", IEEE Transactions on Information Theory 1982; the start:
    "k-means++: The Advantages of Careful Seeding", SODA 2007.
    """
    # Around their middle, so that a common offset costs no precision.
    middle = np.asarray(x, dtype=np.float64).mean(axis=0)
    rows = np.subtract(x, middle, dtype=np.float64).astype(np.float32)
    weight = np.ones(len(rows)) if weights is None else np.asarray(weights, dtype=np.float64)
    part = _part(len(rows), max(START_ROWS, 10 * k), rng)
    centres = _spread_start(rows[part], k, weight[part], rng)
    member = _settle(rows, centres, weight, iterations)
    return Clusters(centres=centres + middle, member=member)


def nearest(rows: FloatArray, centres: FloatArray) -> IndexArray:
    """Return the number of the nearest centre of each row, in the precision of the rows."""
    member = np.empty(len(rows), dtype=np.int64)
    to = np.asarray(centres, dtype=rows.dtype)
    for part in blocks(len(rows), NEAREST_ROWS):
        member[part] = np.argmax(_closeness(rows[part], to), axis=1)
    return member


def _closeness(rows: FloatArray, centres: FloatArray) -> FloatArray:
    """Return what falls as the squared distance rises, from one row to any centre: (n, k)."""
    product: FloatArray = rows @ centres.T
    product -= squared_norms(centres) / 2
    return product


def squared_distances(
    x: FloatArray, centres: FloatArray, norms: FloatArray | None = None
) -> FloatArray:
    """Return the (n, k) squared distances between rows and centres, in float64, never below 0.

    Parameters
    ----------
    x : array of shape (n, D)
    centres : array of shape (k, D)
    norms : array of shape (n,), optional
        ``squared_norms(x)``, where the same rows are measured many times.
    """
    rows = np.asarray(x, dtype=np.float64)
    to = np.asarray(centres, dtype=np.float64)
    product = rows @ to.T
    product *= -2.0
    product += (squared_norms(rows) if norms is None else norms)[:, None]
    product += squared_norms(to)
    return np.maximum(product, 0.0, out=product)


def squared_norms(rows: FloatArray) -> FloatArray:
    """Return the squared length of each row."""
    lengths: FloatArray = np.einsum("ij,ij->i", rows, rows)
    return lengths


def nearest_unused(x: FloatArray, centres: FloatArray) -> IndexArray:
    """Return for each centre in turn the nearest row that no earlier centre took; k <= n."""
    if not len(centres):
        return np.empty(0, dtype=np.int64)
    middle = np.asarray(centres, dtype=np.float64).mean(axis=0)
    rows = np.subtract(x, middle, dtype=np.float64).astype(np.float32)
    to = np.subtract(centres, middle, dtype=np.float64).astype(np.float32)
    distances = squared_norms(rows) - 2 * (to @ rows.T)
    taken = np.empty(len(centres), dtype=np.int64)
    for number, column in enumerate(distances):
        column[taken[:number]] = np.inf
        taken[number] = np.argmin(column)
    return taken


def _part(count: int, most: int, rng: np.random.Generator) -> IndexArray:
    return np.arange(count) if count <= most else np.sort(rng.choice(count, most, replace=False))


def _spread_start(
    rows: FloatArray, k: int, weight: FloatArray, rng: np.random.Generator
) -> FloatArray:
    norms = squared_norms(rows)
    chosen = [_draw(weight, rng)]
    near = np.full(len(rows), np.inf, dtype=rows.dtype)
    for _ in range(k - 1):
        last = rows[chosen[-1]]
        np.minimum(near, norms - 2 * (rows @ last) + last @ last, out=near)
        np.maximum(near, 0.0, out=near)
        near[chosen[-1]] = 0.0
        chosen.append(_draw(weight * near, rng))
    return rows[chosen]


def _draw(chance: FloatArray, rng: np.random.Generator) -> int:
    total = np.cumsum(chance)
    # Equal rows leave no distance to draw by; then any row is as good as another.
    if total[-1] <= 0.0:
        return int(rng.integers(chance.size))
    return min(int(np.searchsorted(total, rng.random() * total[-1], "right")), chance.size - 1)


def _settle(
    rows: FloatArray, centres: FloatArray, weight: FloatArray, iterations: int
) -> IndexArray:
    """Move centres, in place, until no row changes its cluster; return the cluster of each row."""
    moving = np.arange(len(centres))
    # A cluster whose members stayed the same has not moved: of a few rows all distances are kept,
    # and only those to the others are measured again. Of many rows they would not fit a cache.
    kept = np.empty((len(rows), len(centres)) if len(rows) <= NEAREST_ROWS else 0, rows.dtype)
    if kept.size:
        kept[:] = _closeness(rows, centres)
    member: IndexArray = np.argmax(kept, axis=1) if kept.size else nearest(rows, centres)
    for _ in range(iterations):
        _move(centres, moving, rows, member, weight)
        if kept.size:
            kept[:, moving] = _closeness(rows, centres[moving])
        now = np.argmax(kept, axis=1) if kept.size else nearest(rows, centres)
        changed = now != member
        if not changed.any():
            break
        moving = np.unique(np.concatenate([now[changed], member[changed]]))
        member = now
    return member


def _move(
    centres: FloatArray,
    moving: IndexArray,
    rows: FloatArray,
    member: IndexArray,
    weight: FloatArray,
) -> None:
    """Move some centres to the weighted mean of their members; an empty cluster stays."""
    mass = np.bincount(member, weights=weight, minlength=len(centres))
    concerned = np.zeros(len(centres), dtype=bool)
    concerned[moving] = True
    some = np.flatnonzero(concerned[member])
    some = some[np.argsort(member[some], kind="stable")]
    share = (weight[some] / mass[member[some]]).astype(rows.dtype)
    filled, starts = np.unique(member[some], return_index=True)
    centres[filled] = np.add.reduceat(rows[some] * share[:, None], starts, axis=0)
