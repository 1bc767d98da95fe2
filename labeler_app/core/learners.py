"""Fit linear classifiers on embeddings. scikit-learn is imported late: it takes a second."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from labeler_app.core import calibration
from labeler_app.core.arrays import Array, FloatArray, IndexArray, LinearHead
from labeler_app.core.calibration import Chosen
from labeler_app.core.rows import checked, counted, positions_judged, quiet, usual_size

STRENGTHS = (1e-3, 1e-2, 1e-1, 1.0, 10.0)
USUAL_STRENGTH = 1.0
SVM_STRENGTHS = (1e-3, 1e-2, 1e-1)
USUAL_SVM_STRENGTH = 1e-2
MOST_ITERATIONS = 1_000
# To compare strengths, a fit need not be finished.
_ROUGH_TOLERANCE, _ROUGH_ITERATIONS = 1e-3, 100

Model = Callable[[float, bool], Any]
"""A scikit-learn classifier of a given strength; roughly fitted will do, or not."""


def fit_logistic(
    x: FloatArray,
    y: IndexArray,
    *,
    seed: int,
    class_weight: str | None = None,
    weight: FloatArray | None = None,
    judged: Array | None = None,
) -> LinearHead:
    """Fit multinomial logistic regression, calibrated, as strong as cross-validation says.

    The embeddings are divided by one number first, so that a column's variance is 1 on the average
    and C means the same whatever they come from. C is 1 with too few labels to choose it (under 50,
    and a class with under 5), and where no other is better by more than one standard error.

    Parameters
    ----------
    x : array of shape (M, D)
        Embeddings.
    y : array of shape (M,)
        Class numbers; any whole numbers, gaps are fine.
    seed
        Deals the rows into folds.
    class_weight
        ``"balanced"``: every class counts the same, however many labels it has.
    weight : array of shape (M,), optional
        What each row counts.
    judged : array of bool of shape (M,), optional
        Rows that strength and sharpness are chosen on, all by default. The others, which a model
        labeled, are fitted on in the end.

    Returns
    -------
    LinearHead
        One row per class seen, in rising order of the class numbers, also for two classes.

    Raises
    ------
    InputError
        If fewer than two classes are labeled, or x holds a value that is not a number.
    """
    from sklearn.linear_model import LogisticRegression

    def model(strength: float, rough: bool) -> Any:
        tolerance = _ROUGH_TOLERANCE if rough else 1e-4
        steps = _ROUGH_ITERATIONS if rough else MOST_ITERATIONS
        return LogisticRegression(C=strength, tol=tolerance, max_iter=steps, warm_start=rough)

    x = checked(x, y)
    counts = counted(y, class_weight, weight)
    seen = positions_judged(y, judged)
    return _fit(model, (STRENGTHS, USUAL_STRENGTH), (x, y, counts, seen), seed)


def fit_linear_svm(
    x: FloatArray,
    y: IndexArray,
    *,
    seed: int,
    class_weight: str | None = None,
    weight: FloatArray | None = None,
    judged: Array | None = None,
) -> LinearHead:
    """Fit linear support vector machines, one against the rest, calibrated into probabilities.

    Parameters, result and errors as for `fit_logistic`; the usual C is 0.01, and with too few
    labels for a cross-validation the distances to the planes are taken as logits.

    References
    ----------
    "LIBLINEAR: A Library for Large Linear Classification", JMLR 2008.
    """
    from sklearn.svm import LinearSVC

    def model(strength: float, rough: bool) -> Any:
        tolerance = 1e-2 if rough else 1e-3
        steps = _ROUGH_ITERATIONS if rough else MOST_ITERATIONS
        return LinearSVC(C=strength, tol=tolerance, random_state=seed, max_iter=steps)

    x = checked(x, y)
    counts = counted(y, class_weight, weight)
    seen = positions_judged(y, judged)
    return _fit(model, (SVM_STRENGTHS, USUAL_SVM_STRENGTH), (x, y, counts, seen), seed)


def _fit(
    model: Model,
    among: tuple[Sequence[float], float],
    labeled: tuple[FloatArray, IndexArray, FloatArray, IndexArray],
    seed: int,
) -> LinearHead:
    """Choose strength and sharpness if there are labels enough, and fit all rows.

    Parameters
    ----------
    labeled
        Embeddings, class numbers, weights, and the numbers of the rows to judge on.
    """
    from threadpoolctl import threadpool_limits

    x, y, weight, seen = labeled
    strengths, usual = among
    chosen = Chosen(usual, 1.0)
    classes, column = np.unique(y, return_inverse=True)
    spanned, back = _spanned(x)

    def logits(on: IndexArray, held: IndexArray) -> Mapping[float, FloatArray]:
        # The other rows stay out: a model took them that had seen the labels held back here.
        rows = (spanned[seen[on]], column[seen[on]], weight[seen[on]])
        return _rough(model, strengths, rows, spanned[seen[held]])

    # A few hundred rows: threads cost far more than they gain (25 times at 200 rows, 368 columns,
    # 2 busy cores), and one thread gives the same bits everywhere.
    with threadpool_limits(limits=1), quiet():
        if calibration.is_enough(column[seen]):
            known = column[seen], weight[seen]
            chosen = calibration.choose(*known, logits, strengths, usual, seed)
        fitted = model(chosen.strength, False).fit(spanned, column, sample_weight=weight)
    coef, intercept = _both(fitted.coef_, fitted.intercept_)
    return LinearHead(
        coef=np.ascontiguousarray(coef @ back.T) * chosen.sharpness,
        intercept=np.asarray(intercept, dtype=np.float64) * chosen.sharpness,
        classes=np.asarray(classes, dtype=np.int64),
    )


def _rough(
    model: Model,
    strengths: Sequence[float],
    rows: tuple[FloatArray, IndexArray, FloatArray],
    held: FloatArray,
) -> Mapping[float, FloatArray]:
    """Fit every strength, each where the one before ended, and return the logits of held rows."""
    x, y, weight = rows
    found, fitted = {}, None
    for strength in strengths:
        fitted = model(strength, True) if fitted is None else fitted.set_params(C=strength)
        fitted.fit(x, y, sample_weight=weight)
        coef, intercept = _both(fitted.coef_, fitted.intercept_)
        found[strength] = held @ coef.T + intercept
    return found


def _spanned(x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return rows scaled, in coordinates of the space they span, and the way back (D, rank).

    The best planes lie in that space, whatever the number of columns: exact, and faster.
    """
    size = usual_size(x)
    if len(x) >= x.shape[1]:
        return x / size, np.eye(x.shape[1]) / size
    back, rows = np.linalg.qr(x.T)
    return np.ascontiguousarray(rows.T) / size, back / size


def _both(coef: FloatArray, intercept: FloatArray) -> tuple[FloatArray, FloatArray]:
    if len(coef) > 1:
        return coef, intercept
    # scikit-learn keeps one row w for two classes; softmax over -w/2 and w/2 is the same.
    return np.concatenate([-coef, coef]) / 2.0, np.concatenate([-intercept, intercept]) / 2.0
