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
from labeler_app.core.strategies.scan import candidate_scores, probabilities
from labeler_app.core.strategies.uncertainty import margin_scores

# Items that are looked at: what they are to each other takes 16 MB.
SAMPLE = 2_000
# A class is rare if its share of the items is below this part of an equal share.
RARE_SHARE = 0.25
# Evenly spread candidates, at most so many, tell a class's share.
SHARES_FROM = 100_000
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

    What may be of a rare class counts for more: where a class's share of the pool, as the model
    takes it, is below a quarter of an equal share, doubts about it count so many times as much as
    that quarter is of its share. Where no class is rare, nothing changes.

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
    functions", Optimization Techniques 1978. The weights of rare classes are ours.
    """
    pick.check_count(k)
    ordered = replace(view, candidates=pick.rising(view.candidates))
    doubt = candidate_scores(ordered, margin_scores) * _rarity(ordered)
    with _one_thread():
        found = _covering(ordered, doubt, k, usual_distance(ordered, k), rng)
    return _filled(found, ordered, doubt, k, rng)


def _rarity(view: PoolView) -> FloatArray | float:
    """Return what candidates count by their probable classes: 1, or more."""
    proba, candidates = probabilities(view), view.candidates
    step = max(1, -(-candidates.size // SHARES_FROM))
    expected = step * proba[candidates[::step]].sum(axis=0, dtype=np.float64)
    # As if one more item of each class were there: none has a share of 0.
    times = np.maximum(1.0, RARE_SHARE * (expected.mean() + 1.0) / (expected + 1.0))
    if times.max() == 1.0:
        return 1.0
    return candidate_scores(view, lambda block: block @ times.astype(np.float32))


def _one_thread() -> AbstractContextManager[object]:
    """Add in the same order everywhere, however many threads the machine has."""
    from threadpoolctl import threadpool_limits

    limits: AbstractContextManager[object] = threadpool_limits(limits=1)
    return limits


def _covering(
    view: PoolView, doubt: FloatArray, k: int, apart: float, rng: np.random.Generator
) -> Choice:
    """Pick up to k of the candidates, as long as a pick covers anything."""
    at, weight = drawn(doubt + LEAST_WEIGHT, SAMPLE, rng)
    if not at.size:
        return Choice(view.candidates, np.empty(0))
    alike, known = resemblance(view, view.candidates[at], apart)
    key = pick.order(view.candidates[at], int(rng.integers(2**62)))
    order, gains = most_covering(alike, known, weight, key, min(k, at.size))
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
