import numpy as np
import pytest

from labeler_app.core.learners import fit_logistic
from labeler_app.errors import InputError


def test_two_classes_get_two_rows_and_the_probabilities_of_scikit_learn():
    from sklearn.linear_model import LogisticRegression

    x, y = np.array([[-2.0], [-1.0], [1.0], [2.0]]), np.array([3, 3, 8, 8])

    head = fit_logistic(x, y, seed=0)

    assert head.coef.shape == (2, 1)
    assert head.classes.tolist() == [3, 8]
    np.testing.assert_allclose(head.proba(x), LogisticRegression().fit(x, y).predict_proba(x))


def test_three_classes_get_three_rows():
    x, y = np.array([[-5.0], [0.0], [5.0]]), np.array([0, 1, 2])

    head = fit_logistic(x, y, seed=0)

    assert head.coef.shape == (3, 1)
    assert head.proba(x).argmax(axis=1).tolist() == [0, 1, 2]


def test_one_class_is_refused_with_what_to_do():
    with pytest.raises(InputError, match="2 classes, got 1") as raised:
        fit_logistic(np.zeros((2, 1)), np.array([4, 4]), seed=0)

    assert raised.value.hint == "Label an item of another class."


def test_broken_embeddings_are_refused():
    with pytest.raises(InputError, match="not numbers"):
        fit_logistic(np.array([[np.nan], [1.0]]), np.array([0, 1]), seed=0)
