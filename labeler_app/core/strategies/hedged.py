"""Ask where the model is unsure, and as much at random: for a model whose doubts may mislead."""

from dataclasses import replace

import numpy as np

from labeler_app.core.arrays import Choice, PoolView
from labeler_app.core.strategies import pick
from labeler_app.core.strategies.hybrid import hybrid
from labeler_app.core.strategies.uncertainty import random


def hedged(view: PoolView, k: int, rng: np.random.Generator) -> Choice:
    """Pick one half of the batch by ``hybrid`` and the other half uniformly at random.

    Where classes overlap, the items a model doubts are those nobody can tell apart, and labels
    chosen by doubt alone draw a wrong picture of the pool. The random half keeps it right.

    Returns
    -------
    Choice
        The picks of ``hybrid`` (the larger half) first, with its scores; the random ones have 0.

    Raises
    ------
    StateError
        If there is no model yet.

    References
    ----------
    Mixing in random picks: "Importance Weighted Active Learning", ICML 2009, and the sceptics'
    finding that strategies fall below random where labels are noisy: arXiv 1912.05361.
    """
    pick.check_count(k)
    unsure = hybrid(view, k - k // 2, rng)
    left = replace(view, candidates=np.setdiff1d(view.candidates, unsure.positions), saved={})
    if k < 2 or not left.candidates.size:
        return unsure
    drawn = random(left, k // 2, rng)
    return Choice(
        np.concatenate([unsure.positions, drawn.positions]),
        np.concatenate([unsure.scores, drawn.scores]),
        unsure.save,
    )
