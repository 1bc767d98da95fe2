"""The first labels, before there is a model: a few items that stand for the rest."""

import numpy as np

from labeler_app.core.arrays import Choice, FloatArray, IndexArray, PoolView
from labeler_app.core.strategies import pick
from labeler_app.core.strategies.clusters import k_means, nearest_unused, squared_distances

SAMPLE = 20_000
MOST_CLUSTERS = 500


def representatives(view: PoolView, k: int, rng: np.random.Generator) -> Choice:
    """Pick the item nearest to the centre of each of k groups that hold no label yet.

    Works on a sample of 20,000 when the pool is larger. Any first part of the picks is spread out:
    each is the one farthest from the labeled items and the picks before it; the very first, when
    nothing is labeled, stands for the largest group.

    Returns
    -------
    Choice
        Scores are the share of the pool that each item stands for, in [0, 1].
    """
    pick.check_count(k)
    pool = _sample(view.candidates, max(SAMPLE, k), rng)
    if pool.size <= k:
        return Choice(
            positions=rng.permutation(pool), scores=np.full(pool.size, 1.0 / max(pool.size, 1))
        )
    known = np.asarray(view.embeddings[_sample(view.labeled, MOST_CLUSTERS, rng)], np.float64)
    rows = np.asarray(view.embeddings[pool], dtype=np.float64)
    groups = min(len(known) + k, max(MOST_CLUSTERS, k), pool.size)
    found = k_means(rows, groups, rng)
    size = np.bincount(found.member, minlength=groups)
    chosen = _open_groups(found.centres, size, known, k)
    order = _spread_out(found.centres[chosen], size[chosen], known)
    nearest = nearest_unused(rows, found.centres[chosen[order]])
    return Choice(positions=pool[nearest], scores=size[chosen[order]] / pool.size)


def _sample(positions: IndexArray, most: int, rng: np.random.Generator) -> IndexArray:
    if positions.size <= most:
        return np.sort(positions)
    return np.sort(rng.choice(positions, most, replace=False))


def _open_groups(centres: FloatArray, size: IndexArray, known: FloatArray, k: int) -> IndexArray:
    """Choose k groups: those without a labeled item first, the larger first."""
    holds = np.zeros(len(centres), dtype=np.int64)
    if len(known):
        holds += np.bincount(
            np.argmin(squared_distances(known, centres), axis=1), minlength=len(centres)
        )
    return np.lexsort((-size, holds))[:k]


def _spread_out(centres: FloatArray, size: IndexArray, known: FloatArray) -> IndexArray:
    """Order groups farthest first."""
    first = int(np.argmax(size))
    nearest = squared_distances(centres, known if len(known) else centres[[first]]).min(axis=1)
    order = [] if len(known) else [first]
    nearest[order] = -1.0
    while len(order) < len(centres):
        order.append(int(np.argmax(nearest)))
        np.minimum(nearest, squared_distances(centres, centres[order[-1:]])[:, 0], out=nearest)
        nearest[order] = -1.0
    return np.array(order, dtype=np.int64)
