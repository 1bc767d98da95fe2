"""Ask where the model is unsure, without asking the same thing twice: margin, then k-means."""

import numpy as np

from labeler_app.core.arrays import Choice, PoolView
from labeler_app.core.strategies import pick
from labeler_app.core.strategies.clusters import k_means, nearest_unused
from labeler_app.core.strategies.scan import candidate_scores
from labeler_app.core.strategies.uncertainty import margin_scores

SHORTLIST = 10
LEAST_WEIGHT = 0.001


def hybrid(view: PoolView, k: int, rng: np.random.Generator) -> Choice:
    """Pick one item from each of k groups of the most uncertain items.

    The 10 k items with the closest two classes are clustered, an uncertain item weighing more, and
    the item nearest to each centre is picked. The cost after the scan does not grow with the pool.

    Returns
    -------
    Choice
        Most uncertain first; scores are those of ``margin_scores``.

    Raises
    ------
    StateError
        If there is no model yet.

    References
    ----------
    "Diverse mini-batch Active Learning", arXiv 1901.05954.
    """
    scores = candidate_scores(view, margin_scores)
    short = pick.top(scores, view.candidates, SHORTLIST * k, rng)
    if short.positions.size <= k:
        return short
    rows = np.asarray(view.embeddings[short.positions], dtype=np.float64)
    weights = LEAST_WEIGHT + (short.scores - short.scores.min()) / max(np.ptp(short.scores), 1e-12)
    chosen = np.sort(nearest_unused(rows, k_means(rows, k, rng, weights).centres))
    return Choice(positions=short.positions[chosen], scores=short.scores[chosen])
