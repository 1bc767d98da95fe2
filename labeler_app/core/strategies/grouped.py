"""Spread uncertain items over groups: over clusters of the pool, or over the classes."""

import numpy as np

from labeler_app.core.arrays import Choice, FloatArray, IndexArray, PoolView
from labeler_app.core.strategies import pick
from labeler_app.core.strategies.clusters import k_means, squared_distances
from labeler_app.core.strategies.scan import candidate_scores, probabilities
from labeler_app.core.strategies.uncertainty import margin_scores

SHORTLIST = 10
# Bottom-up clustering needs the distance of every pair: 64 MB for so many items.
MOST_LINKED = 4_000


def cluster_margin(view: PoolView, k: int, rng: np.random.Generator) -> Choice:
    """Pick the most uncertain items of many clusters, the small clusters first.

    The 10 k items with the closest two classes are clustered bottom-up with average linkage (by
    k-means above 4,000) into half as many groups as there are picks. One item after another is
    taken from the groups in turn, from the smallest group to the largest, the most uncertain first.

    Returns
    -------
    Choice
        In the order in which they were taken; scores are those of ``margin_scores``.

    Raises
    ------
    StateError
        If there is no model yet.
    InputError
        If an embedding is not a number.

    References
    ----------
    "Batch Active Learning at Scale", NeurIPS 2021; there the whole pool is clustered, once, and a
    random item of a group is taken.
    """
    short = pick.top(candidate_scores(view, margin_scores), view.candidates, SHORTLIST * k, rng)
    x = pick.rows(view.embeddings, short.positions)
    if short.positions.size <= k:
        return short
    group = _linked(x, max(1, k // 2), rng)
    size = np.bincount(group)
    # Of equally small groups the one with the most uncertain item comes first.
    best = np.full(size.size, group.size)
    np.minimum.at(best, group, np.arange(group.size))
    chosen = in_turn(group, np.lexsort((best, size)), k)
    return Choice(short.positions[chosen], short.scores[chosen])


def margin_quota(view: PoolView, k: int, rng: np.random.Generator) -> Choice:
    """Pick the most uncertain items of each predicted class in turn, the rarest class first.

    Every class gets the same share of the batch, as far as the model predicts it anywhere; the
    class with the fewest training labels begins.

    Returns
    -------
    Choice
        In the order in which they were taken; scores are those of ``margin_scores``.

    Raises
    ------
    StateError
        If there is no model yet.

    References
    ----------
    Quotas by predicted class: "Active Learning for Skewed Data Sets", arXiv 2005.11442; the score
    as in ``margin``.
    """
    pick.check_count(k)
    scores = candidate_scores(view, margin_scores)
    predicted = candidate_scores(view, _predicted_classes).astype(np.int64)
    best = [
        pick.top(scores[predicted == one], view.candidates[predicted == one], k, rng)
        for one in range(probabilities(view).shape[1])
    ]
    group = np.repeat(np.arange(len(best)), [one.positions.size for one in best])
    chosen = in_turn(group, _rarest_first(view, len(best)), k)
    return Choice(
        np.concatenate([one.positions for one in best])[chosen],
        np.concatenate([one.scores for one in best])[chosen],
    )


def in_turn(group: IndexArray, order: IndexArray, k: int) -> IndexArray:
    """Take one row of each group in turn.

    Parameters
    ----------
    group : array of shape (n,)
        The group of each row; inside a group the earlier row comes first.
    order : array of shape (number of groups,)
        The group that begins comes first.

    Returns
    -------
    array of shape (min(k, n),)
        Numbers of rows, in the order in which they are taken.
    """
    place = np.empty(order.size, dtype=np.int64)
    place[order] = np.arange(order.size)
    rows = np.argsort(group, kind="stable")
    sizes = np.bincount(group, minlength=order.size)
    turn = np.empty(group.size, dtype=np.int64)
    turn[rows] = np.arange(group.size) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    taken: IndexArray = np.lexsort((place[group], turn))[:k]
    return taken


def _predicted_classes(proba: FloatArray) -> FloatArray:
    """Return the column of the most probable class of each row."""
    predicted: FloatArray = np.argmax(proba, axis=1).astype(np.float64)
    return predicted


def _rarest_first(view: PoolView, classes: int) -> IndexArray:
    """Order the columns of the probabilities by training labels, the fewest first."""
    numbers = np.arange(classes) if view.head is None else view.head.classes
    counts = (view.labels[:, None] == numbers).sum(axis=0)
    order: IndexArray = np.lexsort((np.arange(classes), counts))
    return order


def _linked(x: FloatArray, groups: int, rng: np.random.Generator) -> IndexArray:
    """Return the group of each row: (n,) numbers from 0, none left out."""
    if len(x) > MOST_LINKED:
        return np.unique(k_means(x, groups, rng).member, return_inverse=True)[1]
    from scipy.cluster.hierarchy import fcluster, linkage

    pairs = np.sqrt(squared_distances(x, x)[np.triu_indices(len(x), 1)])
    found = fcluster(linkage(pairs, "average"), groups, "maxclust")
    return np.unique(found, return_inverse=True)[1]
