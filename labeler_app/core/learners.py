"""Fit a classifier on embeddings. scikit-learn is imported late: it takes a second."""

import warnings

import numpy as np

from labeler_app.core.arrays import FloatArray, IndexArray, LinearHead
from labeler_app.errors import InputError

INVERSE_REGULARISATION = 1.0
MOST_ITERATIONS = 1_000


def fit_logistic(x: FloatArray, y: IndexArray, *, seed: int) -> LinearHead:
    """Fit multinomial logistic regression, C = 1.

    Parameters
    ----------
    x : array of shape (M, D)
        Embeddings, already standardised.
    y : array of shape (M,)
        Class numbers; any whole numbers, gaps are fine.
    seed
        Used by solvers that draw; the one in use does not.

    Returns
    -------
    LinearHead
        One row per class seen, in rising order of the class numbers, also for two classes.

    Raises
    ------
    InputError
        If fewer than two classes are labeled, or x holds a value that is not a number.
    """
    _check(x, y)
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    model = LogisticRegression(
        C=INVERSE_REGULARISATION, max_iter=MOST_ITERATIONS, random_state=seed
    )
    # A few hundred rows: threads cost far more than they gain (25 times at 200 rows, 368 columns,
    # 2 busy cores), and one thread gives the same bits everywhere.
    with threadpool_limits(limits=1), warnings.catch_warnings():
        # After so many steps the labels move the model far more than further steps would.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(np.asarray(x, dtype=np.float64), y)
    return _head(model.coef_, model.intercept_, model.classes_)


def _check(x: FloatArray, y: IndexArray) -> None:
    if np.unique(y).size < 2:
        raise InputError(
            f"A model needs labels of 2 classes, got {np.unique(y).size}.",
            hint="Label an item of another class.",
        )
    if not np.isfinite(x).all():
        raise InputError(
            "Some embeddings hold values that are not numbers.", hint="Embed the items again."
        )


def _head(coef: FloatArray, intercept: FloatArray, classes: IndexArray) -> LinearHead:
    if len(classes) == 2:
        # scikit-learn keeps one row w for two classes; softmax over -w/2 and w/2 is the same.
        coef = np.concatenate([-coef, coef]) / 2.0
        intercept = np.concatenate([-intercept, intercept]) / 2.0
    return LinearHead(
        coef=np.asarray(coef, dtype=np.float64),
        intercept=np.asarray(intercept, dtype=np.float64),
        classes=np.asarray(classes, dtype=np.int64),
    )
