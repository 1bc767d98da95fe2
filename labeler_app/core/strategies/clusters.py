"""Weighted k-means whose result does not depend on the number of threads."""

from dataclasses import dataclass

import numpy as np

from labeler_app.core.arrays import FloatArray, IndexArray

ITERATIONS = 20


@dataclass(frozen=True, slots=True)
class Clusters:
    """The answer of k-means."""

    centres: FloatArray
    """(k, D) float64."""
    member: IndexArray
    """(n,) the cluster of each row."""


def k_means(
    x: FloatArray, k: int, rng: np.random.Generator, weights: FloatArray | None = None
) -> Clusters:
    """Cluster rows: a k-means++ start, then at most 20 Lloyd iterations.

    Parameters
    ----------
    x : array of shape (n, D)
    k
        Clusters, 1 <= k <= n. A cluster may end empty when rows are equal.
    weights : array of shape (n,), optional
        How much each row counts, above 0; all the same by default.
    """
    rows = np.asarray(x, dtype=np.float64)
    weight = np.ones(len(rows)) if weights is None else np.asarray(weights, dtype=np.float64)
    norms = squared_norms(rows)
    centres = _spread_start(rows, norms, k, weight, rng)
    member = np.argmin(squared_distances(rows, centres, norms), axis=1)
    for _ in range(ITERATIONS):
        centres = _means(rows, member, weight, centres)
        moved = np.argmin(squared_distances(rows, centres, norms), axis=1)
        if np.array_equal(moved, member):
            break
        member = moved
    return Clusters(centres=centres, member=member)


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
    distances = squared_distances(x, centres)
    taken = np.empty(len(centres), dtype=np.int64)
    for number, column in enumerate(distances.T):
        column[taken[:number]] = np.inf
        taken[number] = np.argmin(column)
    return taken


def _spread_start(
    rows: FloatArray, norms: FloatArray, k: int, weight: FloatArray, rng: np.random.Generator
) -> FloatArray:
    chosen = [_draw(weight, rng)]
    nearest = squared_distances(rows, rows[chosen], norms)[:, 0]
    for _ in range(k - 1):
        chosen.append(_draw(weight * nearest, rng))
        last = squared_distances(rows, rows[chosen[-1:]], norms)[:, 0]
        np.minimum(nearest, last, out=nearest)
    return rows[chosen]


def _draw(chance: FloatArray, rng: np.random.Generator) -> int:
    total = np.cumsum(chance)
    # Equal rows leave no distance to draw by; then any row is as good as another.
    if total[-1] <= 0.0:
        return int(rng.integers(chance.size))
    return min(int(np.searchsorted(total, rng.random() * total[-1], "right")), chance.size - 1)


def _means(
    rows: FloatArray, member: IndexArray, weight: FloatArray, before: FloatArray
) -> FloatArray:
    """Move each centre to the weighted mean of its members; an empty cluster stays where it is."""
    k = len(before)
    mass = np.bincount(member, weights=weight, minlength=k)
    share = np.zeros((k, len(rows)))
    share[member, np.arange(len(rows))] = weight / mass[member]
    return np.where(mass[:, None] > 0, share @ rows, before)
