"""Cover a pool: which items stand best for all others, beside what is labeled."""

import numpy as np

from labeler_app.core.arrays import Array, FloatArray, IndexArray, PoolView, blocks
from labeler_app.core.strategies import pick
from labeler_app.core.strategies.clusters import squared_distances, squared_norms
from labeler_app.core.strategies.projection import sample

# Labeled items that are looked at at once, or at all where all pairs are measured.
LABELED = 2_000
# Rows whose gains are brought up to date at once; rows of the large table that stay in the cache.
AT_ONCE, SOME_ROWS = 16, 128
# The part of the usual squared distance from the middle below which two items count as equal.
ROUNDING = 1e-5
# The part of the largest gain by which rounding may make another one smaller.
TIED = 1e-5


def drawn(weight: FloatArray, most: int, rng: np.random.Generator) -> tuple[IndexArray, FloatArray]:
    """Draw rows by weight, none twice, and let them stand for the others.

    Parameters
    ----------
    weight : array of shape (n,)
        Above 0.

    Returns
    -------
    rows : array of shape (min(n, most),), rising
    weights : array of the same shape
        Any sum of weights over them estimates that over all rows without bias.

    References
    ----------
    "Priority sampling for estimation of arbitrary subset sums", Journal of the ACM 2007.
    """
    if weight.size <= most:
        return np.arange(weight.size), weight
    priority = weight / (1.0 - rng.random(weight.size))
    first = np.argpartition(priority, weight.size - most - 1)[weight.size - most - 1 :]
    # The first of them is the largest that is not drawn.
    rows = np.sort(first[1:])
    return rows, np.maximum(weight[rows], priority[first[0]])


def most_covering(
    alike: FloatArray, known: FloatArray, weight: FloatArray, key: Array, k: int
) -> tuple[IndexArray, FloatArray]:
    """Pick rows one by one, each the one that adds most to the coverage of all rows.

    Gains only fall, so a gain from an earlier pick bounds that of now: only rows that might win
    are looked at again. The picks are those of the plain search over all rows, but for ties.

    Parameters
    ----------
    alike : array of shape (n, n)
        Resemblance of two rows, in [0, 1], the same both ways.
    known : array of shape (n,)
        How far each row is covered already, in [0, 1].
    weight : array of shape (n,)
        What each row counts, above 0.
    key : array of shape (n,)
        Breaks ties, the smallest first: gains that rounding might tell apart are ties, so that
        the picks are the same on every machine.

    Returns
    -------
    rows, gains : arrays of shape (k,), or fewer where nothing is left to cover
        A gain is the share of the whole weight that is newly covered.
    """
    share = (weight / weight.sum()).astype(alike.dtype)
    covered = known.astype(alike.dtype)
    gains = _gains(alike, covered, share)
    picks: list[int] = []
    won: list[float] = []
    for _ in range(k):
        fresh = np.zeros(gains.size, dtype=bool)
        while True:
            top = int(np.argmax(gains))
            tied = np.flatnonzero(gains >= (1.0 - TIED) * gains[top])
            best = int(tied[np.argmin(key[tied])])
            if fresh[top] and fresh[best]:
                break
            more = np.argpartition(gains, -min(AT_ONCE, gains.size))[-AT_ONCE:]
            stale = np.union1d([top, best], more[gains[more] >= 0.0])
            stale = stale[~fresh[stale]]
            gains[stale] = np.maximum(alike[stale] - covered, 0.0) @ share
            fresh[stale] = True
        if gains[top] <= 0.0:
            break
        picks.append(best)
        won.append(float(gains[best]))
        np.maximum(covered, alike[best], out=covered)
        gains[best] = -1.0
    return np.array(picks, dtype=np.int64), np.array(won, dtype=np.float64)


def usual_distance(view: PoolView, k: int) -> float:
    """Return the median squared distance of labeled items to the nearest one unlike them.

    Of more than 2,000 of them; without two, of k candidates. 0 where all are equal. Items that
    equal another (texts without a known word, one empty picture after the other) do not count:
    they say nothing of how far apart the others are.
    """
    known = view.labeled.size > 1
    some = view.labeled if known else view.candidates[:: max(1, view.candidates.size // max(k, 2))]
    x = pick.rows(view.embeddings, sample(some, LABELED))
    if len(x) < 2:
        return 0.0
    squares = squared_distances(x, x)
    # What is nearer than rounding can tell counts as equal.
    squares[squares <= ROUNDING * float(squared_norms(x - x.mean(axis=0)).mean())] = np.inf
    nearest = squares.min(axis=1)
    nearest = nearest[np.isfinite(nearest)]
    return float(np.median(nearest)) if nearest.size else 0.0


def resemblance(
    view: PoolView, positions: IndexArray, apart: float
) -> tuple[FloatArray, FloatArray]:
    """Say how much items resemble each other and the labeled item most like them.

    Parameters
    ----------
    positions : array of shape (n,)
    apart
        The squared distance at which two items resemble each other by 1/e; from 1 where they are
        equal it falls to 0 along a normal curve.

    Returns
    -------
    alike : array of shape (n, n), float32
    known : array of shape (n,), float32

    Raises
    ------
    InputError
        If an embedding is not a number.
    """
    x = pick.check_rows(np.asarray(view.embeddings[positions], dtype=np.float32))
    labeled = pick.check_rows(np.asarray(view.embeddings[view.labeled], dtype=np.float32))
    # Around their middle, so that a common offset costs no precision.
    middle = x.mean(axis=0, dtype=np.float64).astype(np.float32)
    x, labeled = x - middle, labeled - middle
    least = max(ROUNDING * float(squared_norms(x).mean()), float(np.finfo(np.float32).tiny))
    width = max(apart, least)
    known: FloatArray = np.exp(-_nearest(x, labeled) / np.float32(width))
    x *= np.float32(np.sqrt(2 / width))
    half = squared_norms(x) / 2
    alike: FloatArray = x @ x.T
    # By parts that stay in the cache.
    for part in blocks(len(x), SOME_ROWS):
        rows = alike[part]
        rows -= half
        rows -= half[part, None]
        np.exp(np.minimum(rows, 0.0, out=rows), out=rows)
    np.fill_diagonal(alike, 1.0)
    return alike, known


def _gains(alike: FloatArray, covered: FloatArray, share: FloatArray) -> FloatArray:
    gains = np.empty_like(covered)
    for part in blocks(len(alike), SOME_ROWS):
        gains[part] = np.maximum(alike[part] - covered, 0.0) @ share
    return gains


def _nearest(x: FloatArray, labeled: FloatArray) -> FloatArray:
    """Return the squared distance of each row to the nearest labeled one; infinite without any."""
    near = np.full(len(x), np.inf, dtype=x.dtype)
    for part in blocks(len(labeled), LABELED):
        some = labeled[part]
        squares = squared_norms(x) - (2 * (x @ some.T) - squared_norms(some)).max(axis=1)
        np.minimum(near, squares, out=near)
    return np.maximum(near, 0.0)
