"""Ask where doubts are and no label is near: coverage of the pool, weighted by uncertainty."""

from contextlib import AbstractContextManager
from dataclasses import replace

import numpy as np

from labeler_app.core.arrays import Choice, FloatArray, PoolView
from labeler_app.core.strategies import pick
from labeler_app.core.strategies.coverage import (
    drawn,
    most_covering,
    resemblance,
    usual_distance,
)
from labeler_app.core.strategies.grouped import in_turn, predicted_classes, rarest_first
from labeler_app.core.strategies.scan import candidate_scores, probabilities
from labeler_app.core.strategies.uncertainty import margin_scores

# Items that are looked at: what they are to each other takes 16 MB. Of each class at least so many.
SAMPLE, LEAST_SAMPLE = 2_000, 200
# Every item counts a little, so that a model without any doubt leaves something to cover.
LEAST_WEIGHT = 1e-6
# A gain below this share of all doubt is rounding.
NOTHING = 1e-9


def herding(view: PoolView, k: int, rng: np.random.Generator) -> Choice:
    """Pick items one by one so that what the model doubts gets a label nearby.

    An item is covered as much as it resembles the labeled item or pick most like it: from 1 where
    they are equal to 0 far away, a normal curve as wide as labeled items are apart. Each pick is
    the item that adds most coverage, summed over the pool and weighted by ``margin_scores``. With
    few labels the curve is wide and typical items win; the more there are, the narrower it gets,
    and in the end doubt alone decides.

    Of a larger pool 2,000 items are looked at, drawn in proportion to their weight and counted for
    those that were not drawn. The cost after the scan hardly grows with the pool.

    Returns
    -------
    Choice
        In the order in which they were picked; scores are the share of all doubt that each newly
        covers, falling. Where nothing is left to cover, the most uncertain follow, with 0.

    Raises
    ------
    StateError
        If there is no model yet.
    InputError
        If an embedding is not a number.

    References
    ----------
    "Uncertainty Herding: One Active Learning Method for All Label Budgets", ICLR 2025,
    arXiv 2412.20644. The search: "Accelerated greedy algorithms for maximizing submodular set
    functions", Optimization Techniques 1978.
    """
    pick.check_count(k)
    ordered = replace(view, candidates=pick.rising(view.candidates))
    doubt = candidate_scores(ordered, margin_scores)
    with _one_thread():
        found = _covering(ordered, doubt, k, SAMPLE, usual_distance(ordered, k), rng)
    return _filled(found, ordered, doubt, k, rng)


def herding_quota(view: PoolView, k: int, rng: np.random.Generator) -> Choice:
    """Pick as ``herding`` does, from each predicted class by itself in turn, the rarest first.

    Every class gets the same share of the batch, as far as the model predicts it anywhere; the
    class with the fewest training labels begins.

    Returns
    -------
    Choice
        In the order in which they were taken; scores are the share of the doubt about items of
        their class that each newly covers. Where nothing is left to cover, the most uncertain
        follow, with 0.

    Raises
    ------
    StateError
        If there is no model yet.
    InputError
        If an embedding is not a number.

    References
    ----------
    Quotas by predicted class: "Active Learning for Skewed Data Sets", arXiv 2005.11442; inside a
    class as in ``herding``.
    """
    pick.check_count(k)
    ordered = replace(view, candidates=pick.rising(view.candidates))
    doubt = candidate_scores(ordered, margin_scores)
    predicted = candidate_scores(ordered, predicted_classes).astype(np.int64)
    classes = probabilities(view).shape[1]
    most = max(LEAST_SAMPLE, SAMPLE // classes)
    parts = []
    with _one_thread():
        apart = usual_distance(ordered, k)
        for one in range(classes):
            inside = np.flatnonzero(predicted == one)
            part = replace(ordered, candidates=ordered.candidates[inside])
            parts.append(_covering(part, doubt[inside], k, most, apart, rng))
    group = np.repeat(np.arange(classes), [one.positions.size for one in parts])
    taken = in_turn(group, rarest_first(view, classes), k)
    found = Choice(
        np.concatenate([one.positions for one in parts])[taken],
        np.concatenate([one.scores for one in parts])[taken],
    )
    return _filled(found, ordered, doubt, k, rng)


def _one_thread() -> AbstractContextManager[object]:
    """Add in the same order everywhere, however many threads the machine has."""
    from threadpoolctl import threadpool_limits

    limits: AbstractContextManager[object] = threadpool_limits(limits=1)
    return limits


def _covering(
    view: PoolView, doubt: FloatArray, k: int, most: int, apart: float, rng: np.random.Generator
) -> Choice:
    """Pick up to k of the candidates, as long as a pick covers anything."""
    at, weight = drawn(doubt + LEAST_WEIGHT, most, rng)
    if not at.size:
        return Choice(view.candidates, np.empty(0))
    alike, known = resemblance(view, view.candidates[at], apart)
    order, gains = most_covering(alike, known, weight, min(k, at.size))
    worth = gains > NOTHING
    return Choice(view.candidates[at[order[worth]]], gains[worth])


def _filled(
    choice: Choice, view: PoolView, doubt: FloatArray, k: int, rng: np.random.Generator
) -> Choice:
    """Add the most uncertain of the other candidates where there are too few picks."""
    lacking = min(k, view.candidates.size) - choice.positions.size
    if lacking <= 0:
        return choice
    left = ~np.isin(view.candidates, choice.positions)
    more = pick.top(doubt[left], view.candidates[left], lacking, rng)
    return Choice(
        np.concatenate([choice.positions, more.positions]),
        np.concatenate([choice.scores, np.zeros(lacking)]),
    )
