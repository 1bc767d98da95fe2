"""Estimates with intervals, from the audit sample only. NumPy alone: pages import this."""

from dataclasses import dataclass
from math import lgamma, log, log1p
from statistics import NormalDist

import numpy as np

from labeler_app.core.arrays import IndexArray
from labeler_app.errors import InputError

MIN_FIGURE = 20
"""Audit items below which no figure is shown."""
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval of a share."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Accuracy:
    """The share of right answers on the audit sample."""

    correct: int
    total: int
    """Audit items with an answer."""
    unresolved: int
    """Audit items served, but skipped, unsure or flagged."""
    point: float
    low: float
    high: float
    worst: float
    """The share if the model were wrong on every unresolved item."""
    best: float
    """The share if the model were right on every unresolved item."""


def wilson(correct: int, total: int, level: float = LEVEL) -> Interval:
    """Return Wilson's interval of a share.

    Parameters
    ----------
    correct, total
        Counts, 0 <= correct <= total. Without any item the interval is 0 to 1.
    level
        Confidence, in (0, 1).

    Returns
    -------
    Interval
        Within [0, 1]; it always holds ``correct / total``.

    Raises
    ------
    InputError
        If the counts or the level are impossible.

    References
    ----------
    "Probable Inference, the Law of Succession, and Statistical Inference", JASA 1927.
    """
    if not 0 <= correct <= total or not 0.0 < level < 1.0:
        raise InputError(f"There is no interval for {correct} of {total} at level {level}.")
    if total == 0:
        return Interval(0.0, 1.0)
    z2 = NormalDist().inv_cdf(0.5 + level / 2.0) ** 2
    share = correct / total
    middle = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = (z2 * (share * (1 - share) / total + z2 / (4 * total**2))) ** 0.5 / (1 + z2 / total)
    return Interval(
        low=0.0 if correct == 0 else max(0.0, middle - half),
        high=1.0 if correct == total else min(1.0, middle + half),
    )


def surely_above(correct: int, total: int, level: float = LEVEL) -> float:
    """Return a bound that the true share is above, however often one looks while items come in.

    Looking again and again until Wilson's interval clears a target would stop too early. This is
    the lower end of a confidence sequence: the share p is ruled out when the binomial likelihood
    mixed over a uniform prior is 1 / (1 - level) times the likelihood of p.

    Parameters
    ----------
    correct, total
        Counts, 0 <= correct <= total.
    level
        One-sided coverage, over all looks together; in (0, 1).

    Returns
    -------
    float
        In [0, 1]; 0 when nothing can be said.

    References
    ----------
    H. Robbins, "Statistical methods related to the law of the iterated logarithm", 1970.
    """
    if not 0 <= correct <= total or not 0.0 < level < 1.0:
        raise InputError(f"No bound from {correct} of {total} at level {level}.")
    wrong = total - correct
    mixed = lgamma(correct + 1) + lgamma(wrong + 1) - lgamma(total + 2)
    needed = -log(1.0 - level)

    def ruled_out(share: float) -> bool:
        return mixed - correct * log(share) - wrong * log1p(-share) >= needed

    low, high = 1e-12, min(correct / max(total, 1), 1.0 - 1e-12)
    if correct == 0 or not ruled_out(low):
        return 0.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if ruled_out(middle) else (low, middle)
    return low


def accuracy(correct: int, total: int, unresolved: int = 0) -> Accuracy:
    """Estimate the accuracy from answered audit items.

    Parameters
    ----------
    correct, total
        Audit items the model gets right, of those with a class; total >= 1.
    unresolved
        Audit items that were served and got no class.

    Raises
    ------
    InputError
        If no item is answered, or a count is impossible.
    """
    if total == 0 or unresolved < 0:
        raise InputError(
            f"No accuracy from {total} answered and {unresolved} unresolved audit items.",
            hint="Label some audit items first.",
        )
    interval = wilson(correct, total)
    served = total + unresolved
    return Accuracy(
        correct=correct,
        total=total,
        unresolved=unresolved,
        point=correct / total,
        low=interval.low,
        high=interval.high,
        worst=correct / served,
        best=(correct + unresolved) / served,
    )


def balanced_accuracy(truth: IndexArray, predicted: IndexArray) -> float:
    """Return the mean recall over the classes that occur in truth, in [0, 1]; truth not empty."""
    if len(truth) != len(predicted):
        raise InputError(f"{len(truth)} true classes do not match {len(predicted)} predictions.")
    seen = np.unique(truth)
    right = np.asarray(truth) == np.asarray(predicted)
    return float(np.mean([right[np.asarray(truth) == number].mean() for number in seen]))
