"""Ask what would tell most about the model: BALD, from a Laplace posterior of the linear head."""

from dataclasses import dataclass

import numpy as np

from labeler_app.core.arrays import Choice, FloatArray, IndexArray, LinearHead, PoolView
from labeler_app.core.gated import GatedHead
from labeler_app.core.rows import usual_size
from labeler_app.core.strategies import pick
from labeler_app.core.strategies.committee import check_labels, shortlist
from labeler_app.errors import InputError

SAMPLES = 100
# Of the weights before any label: that of logistic regression with C = 1, on embeddings divided by
# their usual size, as the learner divides them.
PRIOR_PRECISION = 1.0
# Labeled items the posterior is taken from; more would narrow it further.
MOST_LABELED = 2_000


def bald(view: PoolView, k: int, rng: np.random.Generator) -> Choice:
    """Pick the items whose label would say most about the weights of the model.

    On the 10 k items with the closest two classes. The posterior of the weights is a normal
    distribution around the fitted ones (Laplace), its precision the Kronecker product of the
    curvature in the classes and the second moment of the labeled embeddings, plus the prior.
    The mutual information of label and weights is taken over 100 draws.

    Returns
    -------
    Choice
        Scores are mutual information in nats, from 0 to log C.

    Raises
    ------
    StateError
        If there is no model yet.
    InputError
        If the model is not linear, fewer than two classes are labeled, or an embedding is not a
        number.

    References
    ----------
    "Bayesian Active Learning for Classification and Preference Learning", arXiv 1112.5745; the
    posterior: "A Scalable Laplace Approximation for Neural Networks", ICLR 2018, and "Laplace
    Redux", NeurIPS 2021 (last layer).
    """
    short, x = shortlist(view, k, rng)
    if not short.positions.size:
        return short
    posterior = _posterior(view, rng)
    drawn = posterior.draw(x, rng)
    values = np.round(mutual_information(drawn), pick.DECIMALS)
    order = np.argsort(-values, kind="stable")[:k]
    return Choice(short.positions[order], values[order])


def mutual_information(proba: FloatArray) -> FloatArray:
    """Return how much a label would tell about the weights.

    Parameters
    ----------
    proba : array of shape (S, n, C)
        Class probabilities under each draw of the weights; each row sums to 1.

    Returns
    -------
    array of shape (n,), in nats
        Entropy of the mean less mean of the entropies, from 0 to log C. Higher means ask first.
    """
    gain = _entropy(proba.mean(axis=0)) - _entropy(proba).mean(axis=0)
    positive: FloatArray = np.maximum(gain, 0.0)
    return positive


@dataclass(frozen=True, slots=True)
class Posterior:
    """A normal distribution of the weights of a linear head, in its own axes."""

    head: LinearHead
    size: float
    """What embeddings are divided by."""
    directions: FloatArray
    """(r, D + 1) orthonormal: in which labeled embeddings vary, with the constant 1 behind."""
    moments: FloatArray
    """(r,) sums of squares of the labeled embeddings along them."""
    turns: FloatArray
    """(C, C) orthonormal columns: combinations of classes."""
    curvatures: FloatArray
    """(C,) of the mean loss along them."""

    def variances(self, x: FloatArray) -> FloatArray:
        """Return the variance of the scores of each combination of classes, (n, C)."""
        wide = _with_constant(x / self.size)
        along = (wide @ self.directions.T) ** 2
        precision = PRIOR_PRECISION + self.moments[:, None] * self.curvatures
        # Across all labeled embeddings, only the prior is known.
        across = np.maximum((wide**2).sum(axis=1) - along.sum(axis=1), 0.0)
        spread: FloatArray = along @ (1.0 / precision) + across[:, None] / PRIOR_PRECISION
        return spread

    def draw(self, x: FloatArray, rng: np.random.Generator) -> FloatArray:
        """Return class probabilities under 100 draws of the weights, (S, n, C)."""
        middle = x @ self.head.coef.T + self.head.intercept
        wide = np.sqrt(self.variances(x))
        noise = rng.standard_normal((SAMPLES, *middle.shape))
        return _softmax(middle + (noise * wide) @ self.turns.T)


def _posterior(view: PoolView, rng: np.random.Generator) -> Posterior:
    check_labels(view.labels)
    # What variants taught is no label's doing: the posterior is that of the labels.
    head = view.head.usual if isinstance(view.head, GatedHead) else view.head
    if not isinstance(head, LinearHead):
        raise InputError(
            "BALD needs a linear model, and this one is not.",
            hint="Choose the learner logistic, or another strategy, such as margin.",
        )
    labeled: IndexArray = view.labeled
    if labeled.size > MOST_LABELED:
        labeled = np.sort(rng.choice(labeled, MOST_LABELED, replace=False))
    x = pick.rows(view.embeddings, labeled)
    proba = head.proba(x)
    curvature = np.diag(proba.mean(axis=0)) - proba.T @ proba / len(proba)
    curvatures, turns = np.linalg.eigh(curvature)
    size = usual_size(x)
    _, sizes, directions = np.linalg.svd(_with_constant(x / size), full_matrices=False)
    return Posterior(head, size, directions, sizes**2, turns, np.maximum(curvatures, 0.0))


def _with_constant(x: FloatArray) -> FloatArray:
    return np.concatenate([x, np.ones((len(x), 1))], axis=1)


def _softmax(scores: FloatArray) -> FloatArray:
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares: FloatArray = powers / powers.sum(axis=-1, keepdims=True)
    return shares


def _entropy(proba: FloatArray) -> FloatArray:
    logs = np.log(np.maximum(proba, np.finfo(np.float64).tiny))
    found: FloatArray = -(proba * logs).sum(axis=-1)
    return found
