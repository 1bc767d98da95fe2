"""Ask where the model is unsure: one score an item from its class probabilities; and at random."""

from collections.abc import Callable

import numpy as np

from labeler_app.core.arrays import Choice, FloatArray, PoolView, blocks
from labeler_app.core.strategies import pick
from labeler_app.errors import InputError, StateError


def random(view: PoolView, k: int, rng: np.random.Generator) -> Choice:
    """Pick uniformly at random: the yardstick of every other strategy. Needs no model."""
    return pick.top(np.zeros(view.candidates.size), view.candidates, k, rng)


def margin(view: PoolView, k: int, rng: np.random.Generator) -> Choice:
    """Pick the items whose two most probable classes are closest."""
    return pick.top(candidate_scores(view, margin_scores), view.candidates, k, rng)


def entropy(view: PoolView, k: int, rng: np.random.Generator) -> Choice:
    """Pick the items whose probability is spread most evenly over the classes."""
    return pick.top(candidate_scores(view, entropy_scores), view.candidates, k, rng)


def least_confidence(view: PoolView, k: int, rng: np.random.Generator) -> Choice:
    """Pick the items whose most probable class is least probable."""
    return pick.top(candidate_scores(view, least_confidence_scores), view.candidates, k, rng)


def margin_scores(proba: FloatArray) -> FloatArray:
    """Score items by how close their two most probable classes are.

    Parameters
    ----------
    proba : array of shape (N, C), C >= 2
        Class probabilities; each row sums to 1.

    Returns
    -------
    array of shape (N,), in [0, 1]
        1 where two classes tie, 0 where one is certain. Higher means ask first.

    Raises
    ------
    InputError
        If there are fewer than two classes.

    References
    ----------
    "Active Hidden Markov Models for Information Extraction", IDA 2001.
    """
    _check_classes(proba)
    second, first = np.partition(proba, -2, axis=1)[:, -2:].T
    scores: FloatArray = 1.0 - (first - second)
    return scores


def entropy_scores(proba: FloatArray) -> FloatArray:
    """Score items by the entropy of their class probabilities, as a share of the largest possible.

    Parameters
    ----------
    proba : array of shape (N, C), C >= 2
        Class probabilities; each row sums to 1.

    Returns
    -------
    array of shape (N,), in [0, 1]
        1 where all classes are equally probable, 0 where one is certain. Higher means ask first.

    Raises
    ------
    InputError
        If there are fewer than two classes.
    """
    _check_classes(proba)
    logs = np.log(proba, out=np.zeros_like(proba), where=proba > 0)
    scores: FloatArray = (proba * logs).sum(axis=1) / -np.log(proba.shape[1])
    return scores


def least_confidence_scores(proba: FloatArray) -> FloatArray:
    """Score items by what the most probable class lacks to certainty.

    Parameters
    ----------
    proba : array of shape (N, C), C >= 2
        Class probabilities; each row sums to 1.

    Returns
    -------
    array of shape (N,), in [0, 1 - 1/C]
        0 where one class is certain. Higher means ask first.

    Raises
    ------
    InputError
        If there are fewer than two classes.
    """
    _check_classes(proba)
    scores: FloatArray = 1.0 - proba.max(axis=1)
    return scores


def candidate_scores(view: PoolView, score: Callable[[FloatArray], FloatArray]) -> FloatArray:
    """Score the candidates of a pool block by block.

    Parameters
    ----------
    score
        From probabilities (n, C) in float64 to scores (n,).

    Returns
    -------
    array of shape (number of candidates,), float64

    Raises
    ------
    StateError
        If there is no model yet.
    """
    if view.proba is None:
        raise StateError(
            "This strategy needs a model, and there is none yet.",
            hint="Label items of at least 2 classes first, or choose the strategy random.",
        )
    scores = np.empty(view.candidates.size)
    for rows in blocks(view.candidates.size):
        scores[rows] = score(np.asarray(view.proba[view.candidates[rows]], dtype=np.float64))
    return scores


def _check_classes(proba: FloatArray) -> None:
    if proba.shape[1] < 2:
        raise InputError(f"Uncertainty needs 2 classes, got {proba.shape[1]}.", hint="Add a label.")
