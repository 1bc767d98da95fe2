"""Bring raw features to the scale that learners expect, learned from a sample without labels."""

from collections.abc import Mapping

import numpy as np

from labeler_app.core.arrays import Array, FloatArray

LENGTH = 4.0
"""Length of a typical row. Logistic regression with C = 1 is near its best between 2 and 16."""

_MOST_DEVIATIONS = 5.0
_LEAST_SHARE = 0.05
# Photos: .74 and more with the right preparation; SqueezeNet with scalings of others .07 to .16.
_LEAST_VARIATION = 0.2


def learned(raw: FloatArray) -> dict[str, Array]:
    """Return mean and deviation of each feature.

    Parameters
    ----------
    raw : array of shape (n, D), n >= 1

    Returns
    -------
    dict
        ``mean`` and ``deviation``, float32 of shape (D,), and ``variation``, float32 of shape (1,):
        the share of the features' size that differs from row to row, in [0, 1].
    """
    exact = np.asarray(raw, np.float64)
    mean, deviation = exact.mean(axis=0), exact.std(axis=0)
    moving = deviation[deviation > 0]
    # A feature that hardly moved in the sample must not explode later.
    least = _LEAST_SHARE * float(np.median(moving)) if moving.size else 1.0
    size = float(np.mean(np.square(exact)))
    variation = np.sqrt(np.mean(np.square(deviation)) / size) if size > 0 else 0.0
    return {
        "mean": mean.astype(np.float32),
        "deviation": np.maximum(deviation, max(least, 1e-12)).astype(np.float32),
        "variation": np.array([variation], np.float32),
    }


def scaled(raw: FloatArray, state: Mapping[str, Array]) -> FloatArray:
    """Return rows of a length of about 4; no feature is beyond 5 deviations.

    Parameters
    ----------
    raw : array of shape (n, D)
    state
        From ``learned``.
    """
    standard = (raw - state["mean"]) / state["deviation"]
    clipped = np.clip(standard, -_MOST_DEVIATIONS, _MOST_DEVIATIONS)
    return np.asarray(clipped * np.float32(LENGTH / np.sqrt(len(state["mean"]))), np.float32)


def doubts(state: Mapping[str, Array], name: str) -> list[str]:
    """Return a sentence if the vectors of different items are nearly the same."""
    variation = float(state["variation"][0])
    if variation >= _LEAST_VARIATION:
        return []
    return [
        f"The vectors of {name} hardly vary from item to item ({variation:.2%} of their size)."
        " Either the items are all alike, or the preparation is not the one that the network was"
        " trained with: check preset, scale, mean, std and channels."
    ]
