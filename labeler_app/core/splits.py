"""Which items are labeled and which are measured on, where a plain split would mislead."""

import numpy as np

from labeler_app.core.arrays import Array, FloatArray, IndexArray


def by_group(
    y: IndexArray, groups: Array, share: float, rng: np.random.Generator
) -> tuple[IndexArray, IndexArray]:
    """Split items so that no group has members on both sides, and classes keep their shares.

    The groups, in random order, go one by one to the side that is measured on, whenever that
    brings its counts of the classes nearer to what they should be.

    Parameters
    ----------
    y : array of shape (N,)
        Class numbers 0 .. C - 1.
    groups : array of shape (N,)
        The group of each item: a person, a place, a document.
    share
        The wanted share of each class that is measured on, in (0, 1).

    Returns
    -------
    tuple of (pool, held_out), positions, rising
        One may be empty where there are too few groups.
    """
    names, group = np.unique(groups, return_inverse=True)
    counts = np.zeros((len(names), int(y.max()) + 1))
    np.add.at(counts, (group, y), 1)
    wanted, held = share * counts.sum(axis=0), np.zeros(counts.shape[1])
    chosen = []
    for number in rng.permutation(len(names)):
        if _far(held + counts[number], wanted) < _far(held, wanted):
            held = held + counts[number]
            chosen.append(number)
    is_held = np.isin(group, chosen)
    return np.flatnonzero(~is_held), np.flatnonzero(is_held)


def imbalanced(
    y: IndexArray, pool: IndexArray, ratio: float, rng: np.random.Generator
) -> IndexArray:
    """Leave only one in ``ratio`` items of half of the classes in a pool.

    Parameters
    ----------
    y : array of shape (N,)
        Class numbers.
    pool : array
        Positions.
    ratio
        At least 1.
    rng
        Draws the classes and the items that stay; each class keeps at least one.

    Returns
    -------
    array of positions, rising
    """
    classes = np.unique(y[pool])
    kept = []
    rare = set(rng.permutation(classes)[: len(classes) // 2].tolist())
    for number in classes.tolist():
        members = rng.permutation(pool[y[pool] == number])
        size = max(1, round(members.size / ratio)) if number in rare else members.size
        kept.append(members[:size])
    return np.sort(np.concatenate(kept))


def balanced(y: IndexArray, held_out: IndexArray, rng: np.random.Generator) -> IndexArray:
    """Return positions of as many items of each class: as many as the rarest has.

    Parameters
    ----------
    y : array of shape (N,)
        Class numbers.
    held_out : array
        Positions.
    """
    classes, counts = np.unique(y[held_out], return_counts=True)
    drawn = [rng.permutation(held_out[y[held_out] == one])[: counts.min()] for one in classes]
    return np.sort(np.concatenate(drawn))


def _far(counts: FloatArray, wanted: FloatArray) -> float:
    return float(((counts - wanted) ** 2).sum())
