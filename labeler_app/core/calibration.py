"""How strongly and how surely to fit: chosen on rows that a fit has not seen.

Letters: M labeled items, C classes, K folds.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from labeler_app.core.arrays import FloatArray, IndexArray

FOLDS = 3
# Below this a cross-validation says more of the folds than of the data.
ENOUGH_LABELS = 50
ENOUGH_A_CLASS = 5
# How far sureness may be corrected: an eighth to eight times.
_FLATTEST, _SHARPEST = -3.0, 3.0
# What is believed of the correction's logarithm before any label: 0, give or take a factor of 2.
_USUAL_SPREAD = 0.7
_STEPS = 24

Logits = Callable[[IndexArray, IndexArray], Mapping[float, FloatArray]]
"""Fit on the first rows, once for each strength, and answer the logits (n, C) of the second."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What cross-validation chose."""

    strength: float
    """Inverse regularisation, scikit-learn's C."""
    sharpness: float
    """What logits are multiplied with so that probabilities are as sure as they are right."""


def is_enough(y: IndexArray) -> bool:
    """Say whether there are labels enough to choose by cross-validation."""
    counts = np.unique(y, return_counts=True)[1]
    if (counts >= 2).sum() < 2:
        return False
    return bool(len(y) >= ENOUGH_LABELS or counts.min() >= ENOUGH_A_CLASS)


def folds(y: IndexArray, rng: np.random.Generator, count: int = FOLDS) -> IndexArray:
    """Deal rows into folds, class by class.

    Parameters
    ----------
    y : array of shape (M,)
        Class numbers.

    Returns
    -------
    array of shape (M,)
        The fold of each row; -1 for the only one of its class, which every fit needs.
    """
    fold = np.full(len(y), -1, dtype=np.int64)
    dealt = 0
    for number in np.unique(y):
        members = rng.permutation(np.flatnonzero(y == number))
        if members.size > 1:
            fold[members] = (dealt + np.arange(members.size)) % count
            dealt += members.size
    return fold


def choose(
    y: IndexArray,
    weight: FloatArray,
    fit: Logits,
    strengths: Sequence[float],
    usual: float,
    seed: int,
) -> Chosen:
    """Choose the strength whose sharpened probabilities are best on rows not fitted on.

    Parameters
    ----------
    y : array of shape (M,)
        Columns of the logits: 0 .. C - 1.
    weight : array of shape (M,)
        What each row counts.
    fit
        Fits, and answers logits.
    strengths
        To choose among.
    usual
        The one of them that is kept unless another is better by more than one standard error.

    References
    ----------
    "On Calibration of Modern Neural Networks", ICML 2017 (temperature scaling);
    "Classification and Regression Trees", 1984 (one standard error).
    """
    fold = folds(y, np.random.default_rng(seed))
    seen = np.flatnonzero(fold >= 0)
    logits = {one: np.zeros((len(y), int(y.max()) + 1)) for one in strengths}
    for number in range(FOLDS):
        held = np.flatnonzero(fold == number)
        if held.size:
            for strength, found in fit(np.flatnonzero(fold != number), held).items():
                logits[strength][held] = found
    sharpness = {one: _sharpness(logits[one][seen], y[seen], weight[seen]) for one in strengths}
    losses = {
        one: weight[seen] * row_losses(logits[one][seen] * sharpness[one], y[seen])
        for one in strengths
    }
    best = min(strengths, key=lambda one: losses[one].mean())
    gain = losses[usual] - losses[best]
    chosen = best if gain.mean() > gain.std() / np.sqrt(gain.size) else usual
    return Chosen(chosen, sharpness[chosen])


def row_losses(logits: FloatArray, y: IndexArray) -> FloatArray:
    """Return -log p of the true class, row by row.

    Parameters
    ----------
    logits : array of shape (M, C)
    y : array of shape (M,)
        True columns.
    """
    shifted = logits - logits.max(axis=1, keepdims=True)
    lost: FloatArray = np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(y)), y]
    return lost


def _sharpness(logits: FloatArray, y: IndexArray, weight: FloatArray) -> float:
    """Return the best factor for logits: golden section over its logarithm.

    Few rows that all lie on their right side would be met best by boundless sureness; so half a
    normal prior holds the logarithm back above 0 until the rows outweigh it.
    """
    golden = (np.sqrt(5.0) - 1.0) / 2.0
    low, high = _FLATTEST * np.log(2.0), _SHARPEST * np.log(2.0)

    def loss(at: float) -> float:
        prior = max(at, 0.0) ** 2 / (2.0 * _USUAL_SPREAD**2 * len(y))
        losses = row_losses(logits * np.exp(at), y)
        return float(np.average(losses, weights=weight)) + prior

    left, right = high - golden * (high - low), low + golden * (high - low)
    at_left, at_right = loss(left), loss(right)
    for _ in range(_STEPS):
        if at_left <= at_right:
            high, right, at_right = right, left, at_left
            left = high - golden * (high - low)
            at_left = loss(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + golden * (high - low)
            at_right = loss(right)
    return float(np.exp((low + high) / 2.0))
