"""Ask where the model is unsure and says something else than of the picks before."""

import numpy as np

from labeler_app.core.arrays import Choice, FloatArray, PoolView
from labeler_app.core.strategies import pick
from labeler_app.core.strategies.scan import candidate_scores, probabilities
from labeler_app.core.strategies.uncertainty import margin_scores

# How strongly the best are preferred: 0 draws at random, infinity takes the best.
SHARPNESS = 10


def falcun(view: PoolView, k: int, rng: np.random.Generator) -> Choice:
    """Draw items that are uncertain and whose probabilities differ from those of the picks before.

    The chance of an item is (uncertainty + diversity) to the power of 10. Uncertainty is that of
    ``margin_scores``; diversity begins as uncertainty, falls to the L1 distance between the
    probabilities of the item and of each pick, and is stretched to [0, 1] after each pick. It
    looks at probabilities only, k times over the pool.

    Returns
    -------
    Choice
        In the order in which they were drawn; scores are (uncertainty + diversity) / 2, in [0, 1].

    Raises
    ------
    StateError
        If there is no model yet.

    References
    ----------
    "FALCUN: A Simple and Efficient Deep Active Learning Strategy", ECML PKDD 2024.
    """
    pick.check_count(k)
    where = pick.rising(view.candidates)
    unsure = candidate_scores(view, margin_scores)[np.argsort(view.candidates)]
    columns = np.ascontiguousarray(np.asarray(probabilities(view)[where]).T, dtype=np.float32)
    apart = unsure.astype(np.float32)
    picks: list[int] = []
    scores: list[float] = []
    free = np.ones(where.size, dtype=bool)
    for _ in range(min(k, where.size)):
        if picks:
            apart = _farther(apart, columns, picks[-1])
        worth = (unsure + apart) / 2.0
        chosen = _draw(np.where(free, worth, 0.0) ** SHARPNESS, free, rng)
        picks.append(chosen)
        scores.append(float(worth[chosen]))
        free[chosen] = False
    return Choice(where[np.array(picks, dtype=np.int64)], np.array(scores, dtype=np.float64))


def _farther(apart: FloatArray, columns: FloatArray, last: int) -> FloatArray:
    distance = np.zeros_like(apart)
    for column in columns:
        distance += np.abs(column - column[last])
    near = np.minimum(apart, distance)
    near -= near.min()
    stretched: FloatArray = near / max(float(near.max()), np.finfo(np.float32).tiny)
    return stretched


def _draw(chance: FloatArray, free: FloatArray, rng: np.random.Generator) -> int:
    total = np.cumsum(chance)
    if total[-1] <= 0.0:
        return int(rng.choice(np.flatnonzero(free)))
    return int(np.searchsorted(total, rng.random() * total[-1], "right"))
