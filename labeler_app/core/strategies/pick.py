"""From scores to picks: exact order, the same on every run."""

import numpy as np

from labeler_app.core.arrays import Choice, FloatArray, IndexArray
from labeler_app.errors import InputError

DECIMALS = 7


def top(scores: FloatArray, positions: IndexArray, k: int, rng: np.random.Generator) -> Choice:
    """Pick the k highest scores.

    Scores are compared in float64, rounded to 1e-7; ties are broken by a seeded permutation. The
    order in which the candidates are given makes no difference.

    Parameters
    ----------
    scores : array of shape (n,)
        Higher means ask first.
    positions : array of shape (n,)
        The position in the pool of each score; no position twice.
    k
        How many to pick, at least 1; all are picked when there are fewer.

    Returns
    -------
    Choice
        Best first, with the rounded scores.

    Raises
    ------
    InputError
        If k is below 1, or a score is not a finite number.
    """
    check_count(k)
    values = np.round(np.asarray(scores, dtype=np.float64), DECIMALS)
    if not np.isfinite(values).all():
        raise InputError(
            f"{np.count_nonzero(~np.isfinite(values))} of {values.size} scores are not numbers.",
            hint="The embeddings or the model hold broken values; compute them again.",
        )
    kept = np.flatnonzero(values >= _cut(values, k))
    kept = kept[np.argsort(positions[kept])]
    order = np.lexsort((rng.permutation(kept.size), -values[kept]))[:k]
    return Choice(positions=positions[kept[order]], scores=values[kept[order]])


def check_count(k: int) -> None:
    """Raise InputError unless at least one item is asked for."""
    if k < 1:
        raise InputError(f"A batch needs at least 1 item, got {k}.", hint="Ask for more items.")


def _cut(values: FloatArray, k: int) -> float:
    if k >= values.size:
        return -np.inf
    return float(np.partition(values, values.size - k)[values.size - k])
