"""Where does a project stand? What a policy may know, looked up alike in projects and simulations.

Nothing here knows a class that nobody gave: labels so far, the part of the audit sample that
decisions may look at, and the embeddings of the labeled items.
"""

import numpy as np

from labeler_app.core.arrays import FloatArray, IndexArray, LabelState, PoolView
from labeler_app.core.strategies.projection import sample

# Of more labels so many are drawn, always the same: a matrix of their number squared is solved.
MOST_LABELS = 500
# Of more candidates so many are enough to tell a class's share.
MOST_CANDIDATES = 100_000
# Ridge regression on kernel values of mean 1; how much it is held back.
RIDGE = 0.1


def look(
    view: PoolView,
    classes: IndexArray,
    *,
    features_ready: bool = True,
    predicted: bool = False,
    audit_counts: IndexArray | None = None,
) -> LabelState:
    """Say where a project stands.

    Parameters
    ----------
    view
        Its ``proba`` only if a model of the project gave them.
    classes : array of shape (C,)
        The class numbers of the project's label set, those without a label included.
    features_ready
        Whether the pool has embeddings.
    predicted
        Whether probabilities of a pretrained model were imported.
    audit_counts : array of shape (C,), optional
        Labels of each class on the part of the audit sample that decisions may look at.
    """
    return LabelState(
        counts=np.array([np.count_nonzero(view.labels == one) for one in classes], dtype=np.int64),
        features_ready=features_ready,
        has_model=view.proba is not None and view.head is not None,
        pool=view.candidates.size,
        predicted=predicted,
        audit_counts=audit_counts,
        shares=_shares(view, classes),
        skill=skill(view.embeddings, view.labeled, view.labels) if features_ready else None,
    )


def skill(embeddings: FloatArray, labeled: IndexArray, labels: IndexArray) -> float | None:
    """Say how well the features tell the classes apart, by the labels there are.

    Each labeled item in turn is left out and its class guessed by a ridge regression on all the
    others, in closed form; no model is fitted anew.

    Parameters
    ----------
    embeddings : array of shape (N, D)
    labeled : array of shape (M,)
        Positions, in any order; of more than 500 so many are drawn, the same ones every time.
    labels : array of shape (M,)
        Their class numbers.

    Returns
    -------
    float or None
        0 where guessing does no better than always naming the most frequent class, 1 where it is
        always right; below 0 where it is worse than that. None while one class is labeled.

    References
    ----------
    "Prediction error and its estimation for subset-selected models" (PRESS), Technometrics 1974;
    as a classifier: "Everything old is new again: a fresh look at historical approaches in machine
    learning", R. Rifkin, 2002.
    """
    kept = np.isin(labeled, sample(labeled, MOST_LABELS))
    y = np.unique(labels[kept], return_inverse=True)[1]
    most = np.bincount(y).max(initial=0) / max(y.size, 1)
    if y.size < 2 or most == 1.0:
        return None
    x = np.asarray(embeddings[labeled[kept]], dtype=np.float64)
    right = np.mean(_left_out(x - x.mean(axis=0), y) == y)
    return float((right - most) / (1.0 - most))


def _shares(view: PoolView, classes: IndexArray) -> IndexArray | None:
    """Count what the model takes candidates for: of more than 100,000 evenly spread ones."""
    if view.proba is None or view.head is None or not view.candidates.size:
        return None
    step = -(-view.candidates.size // MOST_CANDIDATES)
    best = np.argmax(view.proba[view.candidates[::step]], axis=1)
    taken = view.head.classes[best]
    return np.array([np.count_nonzero(taken == one) for one in classes], dtype=np.int64)


def _left_out(x: FloatArray, y: IndexArray) -> IndexArray:
    """Guess the class of each row from all others: the closed form of leaving one out."""
    kernel = x @ x.T
    size = np.trace(kernel) / len(x)
    held_back = kernel + RIDGE * max(size, 1e-12) * np.eye(len(x))
    smooth = np.linalg.solve(held_back, kernel).T + 1.0 / len(x)
    own = np.minimum(np.diag(smooth), 1.0 - 1e-9)[:, None]
    truth = np.eye(int(y.max()) + 1)[y]
    guess: IndexArray = np.argmax((smooth @ truth - own * truth) / (1.0 - own), axis=1)
    return guess
