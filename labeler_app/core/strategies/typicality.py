"""Ask what stands for many others: typical items of groups that hold no label yet."""

from dataclasses import dataclass

import numpy as np

from labeler_app.core.arrays import Choice, FloatArray, IndexArray, PoolView
from labeler_app.core.strategies import pick
from labeler_app.core.strategies.clusters import Clusters, k_means, nearest, squared_norms
from labeler_app.core.strategies.projection import SAMPLE, Projected, project, sample

MOST_CLUSTERS = 500
CLUSTER_SAMPLE = 15_000
ITERATIONS = 4
# Of each cluster at most so many members are looked at, and of each so many neighbours.
MEMBERS = 256
NEIGHBOURS = 20
# Smaller clusters come last.
LEAST_MEMBERS = 5


def typicality(view: PoolView, k: int, rng: np.random.Generator) -> Choice:
    """Pick the most typical item of each of the k largest groups without a label.

    40,000 items of the pool, the same ones in every round, are projected to 64 dimensions, which
    are kept in ``Choice.save``, and clustered into as many groups as there are labels and picks,
    at most 500. Groups with the fewest labels come first, then the largest; from each comes the
    item whose mean distance to its 20 nearest neighbours in the group is smallest. Needs no model.

    Returns
    -------
    Choice
        Scores are 1 / (1 + that distance), in (0, 1]; 0 where the groups did not suffice and an
        item was drawn at random.

    Raises
    ------
    InputError
        If an embedding is not a number.

    References
    ----------
    "Active Learning on a Budget: Opposite Strategies Suit High and Low Budgets", ICML 2022.
    """
    pick.check_count(k)
    pool = project(view, sample(view.candidates, SAMPLE))
    labeled = project(view, sample(view.labeled, SAMPLE))
    save = pool.save(view.embeddings)
    count = min(k, view.candidates.size)
    groups = min(labeled.positions.size + count, max(MOST_CLUSTERS, count), pool.positions.size)
    if not groups:
        return Choice(view.candidates[:0], np.empty(0), save)
    found = grouped(pool.x, groups, rng)
    holds = np.bincount(nearest(labeled.x, found.centres), minlength=groups)
    order = group_order(found, holds)
    picks, scores = _rounds(pool, found, order, count, rng)
    return _filled(Choice(picks, scores, save), view, count, rng)


def grouped(x: FloatArray, groups: int, rng: np.random.Generator) -> Clusters:
    """Cluster rows roughly: four iterations of k-means on 15,000 of them."""
    part = (
        np.arange(len(x))
        if len(x) <= CLUSTER_SAMPLE
        else np.sort(rng.choice(len(x), CLUSTER_SAMPLE, replace=False))
    )
    found = k_means(x[part], groups, rng, iterations=ITERATIONS)
    return Clusters(found.centres, nearest(x, found.centres))


def group_order(found: Clusters, holds: IndexArray) -> IndexArray:
    """Order groups: those of fewer than 5 last, the fewest labels first, the largest first.

    Parameters
    ----------
    holds : array of shape (k,)
        Labeled items of each group.
    """
    size = np.bincount(found.member, minlength=holds.size)
    order = np.lexsort((-size, holds, size < LEAST_MEMBERS))
    return order[size[order] > 0]


def most_typical(x: FloatArray) -> tuple[IndexArray, FloatArray]:
    """Order rows by their mean distance to their 20 nearest neighbours, smallest first.

    Parameters
    ----------
    x : array of shape (n, d), n >= 1

    Returns
    -------
    order, distances : arrays of shape (n,)
        The distances in that order.
    """
    centred = x - x[:1]
    norms = squared_norms(centred)
    squares = norms[:, None] + norms - 2 * (centred @ centred.T)
    near = min(NEIGHBOURS, len(x) - 1)
    np.fill_diagonal(squares, 0.0)
    nearest_ones = np.partition(squares, near, axis=1)[:, : near + 1]
    distances = np.sqrt(np.maximum(nearest_ones, 0.0)).sum(axis=1) / max(near, 1)
    rounded = np.round(np.asarray(distances, dtype=np.float64), pick.DECIMALS)
    order = np.argsort(rounded, kind="stable")
    return order, rounded[order]


@dataclass(slots=True)
class _Line:
    """The members of a group, the most typical first."""

    positions: IndexArray
    distances: FloatArray


def _rounds(
    pool: Projected, found: Clusters, order: IndexArray, count: int, rng: np.random.Generator
) -> tuple[IndexArray, FloatArray]:
    """Take one item of each group in turn, until there are enough or all were looked at."""
    lines: list[_Line] = []
    by_group = np.argsort(found.member, kind="stable")
    ends = np.cumsum(np.bincount(found.member, minlength=len(found.centres)))
    picks: list[int] = []
    distances: list[float] = []
    turn = 0
    while len(picks) < count:
        before = len(picks)
        for number, group in enumerate(order[: count - before]):
            if turn == 0:
                start = 0 if group == 0 else ends[group - 1]
                lines.append(_line(pool[by_group[start : ends[group]]], rng))
            line = lines[number]
            if turn < line.positions.size:
                picks.append(int(line.positions[turn]))
                distances.append(float(line.distances[turn]))
        turn += 1
        if len(picks) == before:
            break
    return np.array(picks, dtype=np.int64), 1.0 / (1.0 + np.array(distances, dtype=np.float64))


def _line(members: Projected, rng: np.random.Generator) -> _Line:
    if members.positions.size > MEMBERS:
        members = members[np.sort(rng.choice(members.positions.size, MEMBERS, replace=False))]
    order, distances = most_typical(members.x)
    return _Line(members.positions[order], distances)


def _filled(choice: Choice, view: PoolView, count: int, rng: np.random.Generator) -> Choice:
    """Add random candidates where the groups did not suffice."""
    lacking = count - choice.positions.size
    if lacking <= 0:
        return choice
    left = np.setdiff1d(view.candidates, choice.positions)
    more = rng.permutation(left)[:lacking]
    return Choice(
        np.concatenate([choice.positions, more]),
        np.concatenate([choice.scores, np.zeros(more.size)]),
        choice.save,
    )
