"""Learning curves: their area, the labels they need, and whether one beats another."""

import numpy as np

from labeler_app.core.arrays import FloatArray, IndexArray
from labeler_app.errors import InputError

DRAWS = 1_000
LEVEL = 0.95


def alc(labels: IndexArray, accuracy: FloatArray) -> float:
    """Return the area under a learning curve, as the mean accuracy over the labels.

    Parameters
    ----------
    labels : array of shape (P,), rising, P >= 1
    accuracy : array of shape (P,)

    Returns
    -------
    float
        In [0, 1]; of a single point, its accuracy.
    """
    _check(labels, accuracy)
    if len(labels) == 1:
        return float(accuracy[0])
    return float(np.trapezoid(accuracy, labels) / (labels[-1] - labels[0]))


def labels_to_reach(labels: IndexArray, accuracy: FloatArray, target: float) -> float | None:
    """Return the labels at which a curve first reaches an accuracy, straight between its points.

    Returns
    -------
    float or None
        None when the curve stays below; the first number of labels when it starts there.
    """
    _check(labels, accuracy)
    reached = np.flatnonzero(np.asarray(accuracy) >= target)
    if not reached.size:
        return None
    at = int(reached[0])
    if at == 0:
        return float(labels[0])
    step = (target - accuracy[at - 1]) / (accuracy[at] - accuracy[at - 1])
    return float(labels[at - 1] + step * (labels[at] - labels[at - 1]))


def label_ratio(labels: IndexArray, baseline: FloatArray, strategy: FloatArray) -> float | None:
    """Return how many times fewer labels a strategy needs than the baseline.

    Both are measured where they first reach the accuracy that the baseline has at the end.

    Parameters
    ----------
    labels : array of shape (P,), rising
    baseline, strategy : arrays of shape (S, P)
        Accuracy of S paired repeats; the mean curves are compared.

    Returns
    -------
    float or None
        Above 1 where the strategy needs fewer; None when it does not get there.
    """
    theirs, ours = baseline.mean(axis=0), strategy.mean(axis=0)
    needed = labels_to_reach(labels, ours, float(theirs[-1]))
    from_baseline = labels_to_reach(labels, theirs, float(theirs[-1]))
    if needed is None or from_baseline is None:
        return None
    return from_baseline / needed


def ratio_interval(
    labels: IndexArray, baseline: FloatArray, strategy: FloatArray, rng: np.random.Generator
) -> tuple[float | None, float | None]:
    """Return a 95 % bootstrap interval of ``label_ratio`` over the repeats.

    Parameters
    ----------
    labels, baseline, strategy
        As for ``label_ratio``.

    Returns
    -------
    tuple of (low, high)
        None for an end that is not known: with one repeat, or where the strategy does not get
        there in so many draws that the end falls among them.
    """
    repeats = len(baseline)
    if repeats < 2:
        return None, None
    ratios = []
    for _ in range(DRAWS):
        drawn = rng.integers(repeats, size=repeats)
        ratio = label_ratio(labels, baseline[drawn], strategy[drawn])
        ratios.append(-np.inf if ratio is None else ratio)
    ends = np.quantile(ratios, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], method="nearest")
    low, high = (float(end) if np.isfinite(end) else None for end in ends)
    return low, high


def paired_t(ours: FloatArray, theirs: FloatArray) -> float | None:
    """Return the paired t statistic; positive where ours is larger.

    Returns
    -------
    float or None
        None for fewer than two pairs, or where all differences are equal.
    """
    if len(ours) != len(theirs):
        raise InputError(f"{len(ours)} and {len(theirs)} values cannot be paired.")
    difference = np.asarray(ours, dtype=np.float64) - np.asarray(theirs, dtype=np.float64)
    if difference.size < 2 or np.ptp(difference) < 1e-12:
        return None
    return float(difference.mean() / (difference.std(ddof=1) / np.sqrt(difference.size)))


def _check(labels: IndexArray, accuracy: FloatArray) -> None:
    if len(labels) == 0 or len(labels) != len(accuracy):
        raise InputError(f"A curve of {len(labels)} numbers of labels and {len(accuracy)} figures.")
    if (np.diff(labels) <= 0).any():
        raise InputError("The labels of a learning curve must rise.")
