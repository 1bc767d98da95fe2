"""Ask where the model is unsure: one score an item from its class probabilities; and at random."""

import numpy as np

from labeler_app.core.arrays import Choice, FloatArray, PoolView
from labeler_app.core.strategies import pick
from labeler_app.core.strategies.scan import candidate_scores
from labeler_app.errors import InputError


def random(view: PoolView, k: int, rng: np.random.Generator) -> Choice:
    """Pick uniformly at random: the yardstick of every other strategy. Needs no model."""
    pick.check_count(k)
    candidates = pick.rising(view.candidates)
    drawn = rng.choice(candidates, min(k, candidates.size), replace=False)
    return Choice(drawn, np.zeros(drawn.size))


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
    check_classes(proba)
    first, second = _largest_two(proba)
    scores: FloatArray = 1.0 - (np.asarray(first, dtype=np.float64) - second)
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

    References
    ----------
    "A Mathematical Theory of Communication", Bell System Technical Journal 1948; as a query:
    "Active Learning Literature Survey", section 3.1, University of Wisconsin-Madison 2009.
    """
    check_classes(proba)
    wide = np.asarray(proba, dtype=np.float64)
    # The smallest positive number stands for 0: its product with its logarithm is 0 as well.
    spread = np.einsum("ij,ij->i", wide, np.log(np.maximum(wide, np.finfo(np.float64).tiny)))
    scores: FloatArray = spread / -np.log(proba.shape[1])
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

    References
    ----------
    "A Sequential Algorithm for Training Text Classifiers", SIGIR 1994.
    """
    check_classes(proba)
    first, _ = _largest_two(proba)
    scores: FloatArray = 1.0 - np.asarray(first, dtype=np.float64)
    return scores


def _largest_two(proba: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the largest and the second largest of each row in one pass over the classes."""
    columns = np.ascontiguousarray(proba.T)
    first, second = np.maximum(columns[0], columns[1]), np.minimum(columns[0], columns[1])
    smaller = np.empty_like(first)
    for column in columns[2:]:
        np.minimum(first, column, out=smaller)
        np.maximum(second, smaller, out=second)
        np.maximum(first, column, out=first)
    return first, second


def check_classes(proba: FloatArray) -> None:
    """Raise InputError if there are fewer than two classes."""
    if proba.shape[1] < 2:
        raise InputError(f"Uncertainty needs 2 classes, got {proba.shape[1]}.", hint="Add a label.")
