"""Learners that are ensembles of trees. scikit-learn is imported late: it takes a second."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from labeler_app.core.arrays import Array, FloatArray, IndexArray, blocks
from labeler_app.core.rows import checked, counted, quiet

EXTRA_TREES = 100
# A round grows a tree for each class: many classes get fewer rounds, which takes as long.
BOOSTING_TREES = 200
FEWEST_ROUNDS, MOST_ROUNDS = 15, 60
BOOSTING_LEAVES = 8
BOOSTING_SMALLEST_LEAF = 3
BOOSTING_RATE = 0.15


@dataclass(frozen=True, slots=True)
class TreesHead:
    """Fitted trees; too large to keep for every version, and fitted again from the same rows."""

    model: Any
    """A fitted scikit-learn classifier of columns 0 .. C - 1."""
    classes: IndexArray
    """(C,) class numbers, rising."""

    def proba(self, x: FloatArray) -> FloatArray:
        """Return the class probabilities (N, C), float64, computed block by block."""
        from threadpoolctl import threadpool_limits

        out = np.empty((len(x), len(self.classes)))
        with threadpool_limits(limits=1):
            for rows in blocks(len(x)):
                out[rows] = self.model.predict_proba(np.asarray(x[rows], dtype=np.float32))
        return out


def fit_extra_trees(
    x: FloatArray,
    y: IndexArray,
    *,
    seed: int,
    class_weight: str | None = None,
    weight: FloatArray | None = None,
    judged: Array | None = None,
) -> TreesHead:
    """Fit extremely randomised trees.

    Parameters
    ----------
    x : array of shape (M, D)
        Embeddings.
    y : array of shape (M,)
        Class numbers; any whole numbers, gaps are fine.
    seed
        Of the trees' random cuts.
    class_weight
        ``"balanced"``: every class counts the same.
    weight : array of shape (M,), optional
        What each row counts.
    judged
        Not used: nothing is chosen between.

    Raises
    ------
    InputError
        If fewer than two classes are labeled, or x holds a value that is not a number.

    References
    ----------
    "Extremely randomized trees", Machine Learning 63, 2006.
    """
    from sklearn.ensemble import ExtraTreesClassifier

    model = ExtraTreesClassifier(EXTRA_TREES, min_samples_leaf=1, random_state=seed, n_jobs=1)
    return _fit(model.fit, x, y, counted(y, class_weight, weight))


def fit_boosting(
    x: FloatArray,
    y: IndexArray,
    *,
    seed: int,
    class_weight: str | None = None,
    weight: FloatArray | None = None,
    judged: Array | None = None,
) -> TreesHead:
    """Fit gradient boosting over histograms, with the small trees that few labels allow.

    Parameters and errors as for `fit_extra_trees`.

    References
    ----------
    "LightGBM: A Highly Efficient Gradient Boosting Decision Tree", NeurIPS 2017.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier

    rounds = int(np.clip(BOOSTING_TREES // np.unique(y).size, FEWEST_ROUNDS, MOST_ROUNDS))
    model = HistGradientBoostingClassifier(
        learning_rate=BOOSTING_RATE,
        max_iter=rounds,
        max_leaf_nodes=BOOSTING_LEAVES,
        min_samples_leaf=BOOSTING_SMALLEST_LEAF,
        max_features=0.2,
        max_bins=31,
        l2_regularization=1.0,
        early_stopping=False,
        random_state=seed,
    )
    return _fit(model.fit, x, y, counted(y, class_weight, weight))


def _fit(fit: Callable[..., Any], x: FloatArray, y: IndexArray, weight: FloatArray) -> TreesHead:
    from threadpoolctl import threadpool_limits

    given = checked(x, y).astype(np.float32)
    classes, column = np.unique(y, return_inverse=True)
    with threadpool_limits(limits=1), quiet():
        fitted = fit(given, column, sample_weight=weight)
    return TreesHead(fitted, np.asarray(classes, dtype=np.int64))
