"""What every learner asks of labeled rows: that they can be learned from, and what each counts."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from labeler_app.core.arrays import Array, FloatArray, IndexArray
from labeler_app.errors import InputError

BALANCED = "balanced"


@contextmanager
def quiet() -> Iterator[None]:
    """Keep scikit-learn from saying what is no news here.

    After so many steps the labels move a model far more than further steps would; and a class of
    one label each is how every project begins.
    """
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.filterwarnings("ignore", "The number of unique classes is greater", UserWarning)
        yield


def checked(x: FloatArray, y: IndexArray) -> FloatArray:
    """Return labeled embeddings as float64 if a classifier can be fitted on them.

    Parameters
    ----------
    x : array of shape (M, D)
    y : array of shape (M,)
        Class numbers.

    Raises
    ------
    InputError
        If fewer than two classes are labeled, or x holds a value that is not a number.
    """
    if np.unique(y).size < 2:
        raise InputError(
            f"A model needs labels of 2 classes, got {np.unique(y).size}.",
            hint="Label an item of another class.",
        )
    if not np.isfinite(x).all():
        raise InputError(
            "Some embeddings hold values that are not numbers.", hint="Embed the items again."
        )
    return np.asarray(x, dtype=np.float64)


def counted(y: IndexArray, class_weight: str | None, weight: FloatArray | None) -> FloatArray:
    """Return what each labeled row counts; 1 on the average.

    Parameters
    ----------
    y : array of shape (M,)
        Class numbers.
    class_weight
        ``"balanced"``: every class counts the same. None: every row does.
    weight : array of shape (M,), optional
        What each row counts beside that.

    Raises
    ------
    InputError
        If there is no such way to weigh classes, or a weight is negative or no number.
    """
    if class_weight not in (None, BALANCED):
        raise InputError(
            f"Classes cannot be weighed {class_weight!r}.", hint="Take balanced, or nothing."
        )
    given = np.ones(len(y)) if weight is None else np.asarray(weight, dtype=np.float64)
    if given.shape != np.shape(y) or not np.isfinite(given).all() or (given <= 0).any():
        raise InputError(f"{len(y)} rows need as many weights above 0.")
    if class_weight == BALANCED:
        column = np.unique(y, return_inverse=True)[1]
        given = given / np.bincount(column, weights=given)[column]
    return given * (len(y) / given.sum()) if class_weight == BALANCED else given


def usual_size(x: FloatArray) -> float:
    """Return what labeled embeddings are divided by, so that strengths mean the same everywhere.

    Parameters
    ----------
    x : array of shape (M, D)

    Returns
    -------
    float
        Divided by it, a column has variance 1 on the average; 1 where all rows are equal.
    """
    variance, square = float(x.var(axis=0).mean()), float((x**2).mean())
    # What rounding leaves of equal rows is no size.
    return float(np.sqrt(variance)) if variance > 1e-24 * square else 1.0


def positions_judged(y: IndexArray, judged: Array | None) -> IndexArray:
    """Return the numbers of the rows that a choice between fits is judged on, rising.

    Parameters
    ----------
    y : array of shape (M,)
        Class numbers.
    judged : array of bool of shape (M,), optional
        All by default. A class without any such row is judged on all it has.
    """
    if judged is None:
        return np.arange(len(y))
    return np.flatnonzero(judged | ~np.isin(y, y[judged]))
