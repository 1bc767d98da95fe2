"""How many of many labels given at once are wrong: from the audit sample, before they are given."""

from dataclasses import dataclass
from math import exp, lgamma

import numpy as np

from labeler_app.core.arrays import Array, FloatArray, IndexArray
from labeler_app.core.evaluation import LEVEL
from labeler_app.errors import InputError

ALIKE = 20
"""Audit items that are enough to judge a pile by those alike; with fewer, more are taken."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Audit items that people answered, and what the model thinks of them; n items."""

    predicted: IndexArray
    """(n,) class numbers."""
    shares: FloatArray
    """(n,) the model's probability of them."""
    wrong: Array
    """(n,) bool: people said otherwise."""


@dataclass(frozen=True, slots=True)
class Judged:
    """How often the model was wrong on audit items like those of a pile."""

    wrong: int
    total: int


def judge(sample: Sample, predicted: int, low: float, high: float) -> Judged:
    """Look how often the model was wrong where it was as sure as it is in a pile.

    Of its class alone, where at least 20 audit items were predicted so; of all classes otherwise.
    Those count whose probability lies between the lowest and the highest of the pile, or, if they
    are fewer than 20, the 20 nearest to it.

    Parameters
    ----------
    predicted
        Class number of the pile.
    low, high
        Lowest and highest probability in the pile, in [0, 1].

    Returns
    -------
    Judged
        Of fewer than 20 items if no more are answered.
    """
    same = np.flatnonzero(sample.predicted == predicted)
    if len(same) < ALIKE:
        same = np.arange(len(sample.predicted))
    away = np.maximum(np.maximum(low - sample.shares[same], sample.shares[same] - high), 0.0)
    order = np.argsort(away, kind="stable")
    taken = same[order[: max(ALIKE, int((away == 0.0).sum()))]]
    return Judged(int(sample.wrong[taken].sum()), len(taken))


def expected(judged: Judged, count: int, level: float = LEVEL) -> tuple[int, int]:
    """Return between which numbers the wrong ones among `count` more labels lie.

    A prediction interval: the error rate is known from a few items only, and how many of the next
    ones are wrong is chance besides. Jeffreys' prior on the rate makes the number beta-binomial.

    Parameters
    ----------
    count
        Labels to be given, >= 0.
    level
        Probability that the number lies within, in (0, 1).

    Returns
    -------
    lowest and highest number
        Both within 0 .. count.

    Raises
    ------
    InputError
        If the counts or the level are impossible.

    References
    ----------
    L. D. Brown, T. T. Cai, A. DasGupta, "Interval estimation for a binomial proportion", 2001.
    """
    if not 0 <= judged.wrong <= judged.total or count < 0 or not 0.0 < level < 1.0:
        raise InputError(f"Nothing can be expected of {count} labels after {judged}.")
    a, b = judged.wrong + 0.5, judged.total - judged.wrong + 0.5
    chances = [exp(_log_chance(number, count, a, b)) for number in range(count + 1)]
    so_far = np.cumsum(chances) / sum(chances)
    tail = (1.0 - level) / 2.0
    low = int(np.searchsorted(so_far, tail, side="right"))
    high = int(np.searchsorted(so_far, 1.0 - tail, side="left"))
    return min(low, count), min(high, count)


def _log_chance(number: int, count: int, a: float, b: float) -> float:
    """Return the logarithm of the beta-binomial probability of a number, but for a constant."""
    ways = -lgamma(number + 1) - lgamma(count - number + 1)
    return ways + lgamma(number + a) + lgamma(count - number + b)
