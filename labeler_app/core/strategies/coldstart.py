"""The first labels, before there is a model: a few items that stand for the rest."""

from dataclasses import dataclass

import numpy as np

from labeler_app.core.arrays import Choice, FloatArray, IndexArray, PoolView
from labeler_app.core.strategies import pick
from labeler_app.core.strategies.clusters import k_means, nearest_unused, squared_distances
from labeler_app.core.strategies.typicality import MEMBERS, most_typical

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

    Raises
    ------
    InputError
        If an embedding is not a number.

    References
    ----------
    "Hierarchical Sampling for Active Learning" (one question a cluster), ICML 2008; as a first
    batch: "Representative Sampling for Text Classification Using Support Vector Machines", ECIR
    2003.
    """
    found = _groups(view, k, rng)
    if found is None:
        return _all(view, rng)
    nearest = nearest_unused(found.rows, found.centres)
    return Choice(positions=found.pool[nearest], scores=found.share)


def typical(view: PoolView, k: int, rng: np.random.Generator) -> Choice:
    """Pick the most typical item of each of k groups that hold no label yet.

    As ``representatives``, but from each group comes the item whose mean distance to its 20
    nearest neighbours in the group is smallest: it lies where items are dense, not in the middle.

    Returns
    -------
    Choice
        Scores are the share of the pool that each item stands for, in [0, 1].

    Raises
    ------
    InputError
        If an embedding is not a number.

    References
    ----------
    "Active Learning on a Budget: Opposite Strategies Suit High and Low Budgets", ICML 2022.
    """
    found = _groups(view, k, rng)
    if found is None:
        return _all(view, rng)
    free = np.ones(found.pool.size, dtype=bool)
    picks = np.full(k, -1)
    for number, group in enumerate(found.chosen):
        members = _sample(np.flatnonzero(found.member == group), MEMBERS, rng)
        if members.size:
            picks[number] = members[most_typical(found.rows[members])[0][0]]
            free[picks[number]] = False
    # Equal items leave groups empty; then the nearest item that is left stands in.
    empty, left = picks < 0, np.flatnonzero(free)
    picks[empty] = left[nearest_unused(found.rows[left], found.centres[empty])]
    return Choice(positions=found.pool[picks], scores=found.share)


@dataclass(frozen=True, slots=True)
class _Groups:
    """k groups of a sample of the pool, in the order in which they are asked for."""

    pool: IndexArray
    """(n,) positions."""
    rows: FloatArray
    """(n, D) float64."""
    member: IndexArray
    """(n,) the group of each row, among all groups."""
    chosen: IndexArray
    """(k,) numbers of the groups."""
    centres: FloatArray
    """(k, D)."""
    share: FloatArray
    """(k,) of the pool."""


def _groups(view: PoolView, k: int, rng: np.random.Generator) -> _Groups | None:
    """Cluster a sample; None where there is nothing to choose."""
    pick.check_count(k)
    pool = _sample(view.candidates, max(SAMPLE, k), rng)
    rows = pick.rows(view.embeddings, pool)
    if pool.size <= k:
        return None
    known = pick.rows(view.embeddings, _sample(view.labeled, MOST_CLUSTERS, rng))
    groups = min(len(known) + k, max(MOST_CLUSTERS, k), pool.size)
    found = k_means(rows, groups, rng)
    size = np.bincount(found.member, minlength=groups)
    chosen = _open_groups(found.centres, size, known, k)
    chosen = chosen[_spread_out(found.centres[chosen], size[chosen], known)]
    share = size[chosen] / pool.size
    return _Groups(pool, rows, found.member, chosen, found.centres[chosen], share)


def _all(view: PoolView, rng: np.random.Generator) -> Choice:
    pool = np.sort(view.candidates)
    return Choice(
        positions=rng.permutation(pool), scores=np.full(pool.size, 1.0 / max(pool.size, 1))
    )


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
