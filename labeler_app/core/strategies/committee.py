"""Ask where models that saw other parts of the labels disagree."""

from collections.abc import Callable

import numpy as np

from labeler_app.core.arrays import Choice, FloatArray, IndexArray, PoolView
from labeler_app.core.rows import quiet, usual_size
from labeler_app.core.strategies import pick
from labeler_app.core.strategies.scan import candidate_scores
from labeler_app.core.strategies.uncertainty import margin_scores
from labeler_app.errors import InputError

MEMBERS = 5
SHORTLIST = 10
MOST_ITERATIONS = 200


def vote_entropy(view: PoolView, k: int, rng: np.random.Generator) -> Choice:
    """Pick the items on whose class a committee disagrees.

    Five logistic regressions, each fitted on a bootstrap of the labeled items, vote on the 10 k
    items with the closest two classes. Ties, frequent among five votes, go to the closer classes.

    Returns
    -------
    Choice
        Scores are those of ``vote_entropy_scores``.

    Raises
    ------
    StateError
        If there is no model yet.
    InputError
        If fewer than two classes are labeled, or an embedding is not a number.

    References
    ----------
    "Committee-Based Sampling for Training Probabilistic Classifiers", ICML 1995; its members:
    "Bagging Predictors", Machine Learning 1996.
    """
    return _pick(view, k, rng, vote_entropy_scores)


def committee_kl(view: PoolView, k: int, rng: np.random.Generator) -> Choice:
    """Pick the items whose probabilities a committee disagrees on, as ``vote_entropy`` does.

    Returns
    -------
    Choice
        Scores are those of ``committee_kl_scores``.

    References
    ----------
    "Employing EM and Pool-Based Active Learning for Text Classification", ICML 1998.
    """
    return _pick(view, k, rng, committee_kl_scores)


def vote_entropy_scores(proba: FloatArray) -> FloatArray:
    """Score items by the entropy of the members' votes, as a share of the largest possible.

    Parameters
    ----------
    proba : array of shape (B, n, C), B >= 2 members
        What each member says; each row sums to 1.

    Returns
    -------
    array of shape (n,), in [0, 1]
        0 where all agree. Higher means ask first.
    """
    members, _, classes = proba.shape
    votes = (np.argmax(proba, axis=2)[:, :, None] == np.arange(classes)).mean(axis=0)
    logs = np.log(np.maximum(votes, np.finfo(np.float64).tiny))
    scores: FloatArray = -(votes * logs).sum(axis=1) / np.log(min(members, classes))
    return np.maximum(scores, 0.0)


def committee_kl_scores(proba: FloatArray) -> FloatArray:
    """Score items by the mean divergence of the members from their consensus.

    Parameters
    ----------
    proba : array of shape (B, n, C)
        What each member says; each row sums to 1.

    Returns
    -------
    array of shape (n,), in nats
        The mean over the members of the Kullback-Leibler divergence from their mean; 0 where all
        agree. Higher means ask first.
    """
    logs = np.log(np.maximum(proba, np.finfo(np.float64).tiny))
    mean = proba.mean(axis=0)
    consensus = np.log(np.maximum(mean, np.finfo(np.float64).tiny))
    scores: FloatArray = (proba * (logs - consensus)).sum(axis=2).mean(axis=0)
    return np.maximum(scores, 0.0)


def shortlist(view: PoolView, k: int, rng: np.random.Generator) -> tuple[Choice, FloatArray]:
    """Return the 10 k candidates with the closest two classes, and their embeddings."""
    pick.check_count(k)
    scores = candidate_scores(view, margin_scores)
    short = pick.top(scores, view.candidates, SHORTLIST * k, rng)
    return short, pick.rows(view.embeddings, short.positions)


def _pick(
    view: PoolView, k: int, rng: np.random.Generator, score: Callable[[FloatArray], FloatArray]
) -> Choice:
    short, x = shortlist(view, k, rng)
    if not short.positions.size:
        return short
    values = np.round(score(_opinions(view, x, rng)), pick.DECIMALS)
    # The shortlist is in the order of the margin, which a stable sort keeps among ties.
    order = np.argsort(-values, kind="stable")[:k]
    return Choice(short.positions[order], values[order])


def _opinions(view: PoolView, x: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Return what each member says of some rows: (B, n, C)."""
    check_labels(view.labels)
    known = pick.rows(view.embeddings, view.labeled)
    size = usual_size(known)
    known, x = known / size, x / size
    return np.stack([_member(known, view.labels, x, rng) for _ in range(MEMBERS)])


def _member(
    known: FloatArray, labels: IndexArray, x: FloatArray, rng: np.random.Generator
) -> FloatArray:
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    # Every class keeps one label, so that the members speak of the same classes.
    firsts = np.unique(labels, return_index=True)[1]
    drawn = rng.integers(labels.size, size=labels.size)
    weight = np.bincount(drawn, minlength=labels.size)
    weight[firsts] = np.maximum(weight[firsts], 1)
    used = weight > 0
    model = LogisticRegression(C=1.0, max_iter=MOST_ITERATIONS)
    with threadpool_limits(limits=1), quiet():
        model.fit(known[used], labels[used], sample_weight=weight[used])
        said: FloatArray = model.predict_proba(x)
    return said


def check_labels(labels: IndexArray) -> None:
    """Raise InputError unless at least two classes are labeled."""
    classes = np.unique(labels).size
    if classes < 2:
        raise InputError(
            f"This strategy needs labeled items of 2 classes, got {classes}.",
            hint="Label an item of another class, or choose the strategy margin.",
        )
