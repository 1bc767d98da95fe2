"""Cover the pool: k-center, exact and lazy, over the whole pool; and with uncertainty added."""

from dataclasses import replace

import numpy as np

from labeler_app.core.arrays import Choice, FloatArray, IndexArray, PoolView
from labeler_app.core.strategies import pick
from labeler_app.core.strategies.bounds import bounds_of
from labeler_app.core.strategies.lazy import LazyGreedy, Worth
from labeler_app.core.strategies.scan import candidate_scores
from labeler_app.core.strategies.uncertainty import margin_scores

# What uncertainty counts in the weighted sum; the rest is distance.
UNCERTAINTY_SHARE = 0.5
# By so many items it is told how far items are apart.
SCALE_ROWS = 101


def k_center(view: PoolView, k: int, rng: np.random.Generator) -> Choice:
    """Pick the items farthest from everything labeled, and from each other.

    Each pick is the candidate with the largest distance to the labeled items and to the picks
    before it, exactly as the plain greedy algorithm picks. Without any label the first pick is
    random. Reads only the rows it must; state of 12 bytes an item is kept in ``Choice.save``.

    Returns
    -------
    Choice
        Scores are distances to the nearest labeled or earlier picked item; a first pick without
        any label has the score of the second.

    Raises
    ------
    InputError
        If an embedding that is read is not a number.

    References
    ----------
    "Active Learning for Convolutional Neural Networks: A Core-Set Approach", ICLR 2018; lazily:
    "Accelerated greedy algorithms for maximizing submodular set functions", 1978.
    """
    pick.check_count(k)
    view, seed = _sorted(view), int(rng.integers(2**63))
    bounds = bounds_of(view)
    search = LazyGreedy(view, bounds, seed, _squared(view))
    search.run(min(k, view.candidates.size))
    scores = np.sqrt(np.array(search.distances, dtype=np.float64))
    if scores.size and np.isinf(scores[0]):
        scores[0] = scores[1] if scores.size > 1 else 0.0
    positions = view.candidates[np.array(search.picks, dtype=np.int64)]
    return Choice(positions, scores, bounds.save(view.embeddings))


def weighted_sum(view: PoolView, k: int, rng: np.random.Generator) -> Choice:
    """Pick items that are uncertain and far from everything labeled, half and half.

    Each pick has the largest sum of its ``margin_scores``, as a share of the largest in the pool,
    and its distance to the labeled items and the picks before it, as a share of the largest when
    the batch began. Exactly as the plain greedy algorithm picks; keeps the state of k-center.

    Returns
    -------
    Choice
        Scores are the sums, in [0, 1].

    Raises
    ------
    StateError
        If there is no model yet.

    References
    ----------
    "Active learning with support vector machines and ranked batch-mode", Cardoso et al.,
    Information Sciences 2017, with both terms normalised and fixed weights: there the weight of
    uncertainty vanishes as the pool outgrows the labels.
    """
    pick.check_count(k)
    view, seed = _sorted(view), int(rng.integers(2**63))
    scores = candidate_scores(view, margin_scores)
    first = pick.top(scores, view.candidates, 1, rng)
    if not first.positions.size or view.labeled.size:
        return _weighted(view, scores, k, seed)
    # Nothing is labeled, so there is no distance yet: the most uncertain item comes first.
    rest = view.candidates != first.positions[0]
    after = replace(view, labeled=first.positions, candidates=view.candidates[rest], saved={})
    others = _weighted(after, scores[rest], k - 1, seed)
    return Choice(
        np.concatenate([first.positions, others.positions]),
        np.concatenate([first.scores, others.scores]),
    )


def _weighted(view: PoolView, scores: FloatArray, k: int, seed: int) -> Choice:
    bounds = bounds_of(view)
    farthest = LazyGreedy(view, bounds, seed, _squared(view))
    farthest.run(min(1, view.candidates.size))
    reach = float(np.sqrt(max([*farthest.distances, 0.0])))
    share = UNCERTAINTY_SHARE * scores / max(float(scores.max(initial=0.0)), 1e-12)

    def worth(near: FloatArray, rows: IndexArray) -> FloatArray:
        # A stale bound may be above the largest distance; the sum stays an upper bound.
        apart = np.minimum(np.sqrt(near) / (reach or 1.0), 1.0)
        total: FloatArray = share[rows] + (1.0 - UNCERTAINTY_SHARE) * apart
        return total

    search = LazyGreedy(view, bounds, seed, worth)
    search.run(min(k, view.candidates.size))
    positions = view.candidates[np.array(search.picks, dtype=np.int64)]
    return Choice(positions, np.array(search.values), bounds.save(view.embeddings))


def _squared(view: PoolView) -> Worth:
    """Return the worth of k-center: squared distances, in a unit in which 1e-7 is little.

    The unit follows from the embeddings alone, and is a power of two, so that nothing is rounded.
    """
    some = pick.rows(view.embeddings, slice(0, SCALE_ROWS))
    spread = float(some.var(axis=0).sum()) if len(some) else 1.0
    unit = 2.0 ** min(0, int(np.frexp(spread)[1])) if spread > 0.0 else 1.0
    return lambda near, _rows: near / unit


def _sorted(view: PoolView) -> PoolView:
    return replace(view, candidates=pick.rising(view.candidates))
