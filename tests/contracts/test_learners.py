"""What must hold for every learner in the table of plug-ins."""

import numpy as np
import pytest

from labeler_app import plugins
from labeler_app.errors import InputError

every_learner = pytest.mark.parametrize("name", plugins.names("learners"))


def groups(classes):
    y = np.repeat(classes, 6)
    x = np.eye(len(classes))[np.repeat(np.arange(len(classes)), 6)] * 6
    return x.astype(np.float32), y


@every_learner
@pytest.mark.parametrize("classes", [[0, 1], [2, 5], [0, 1, 2], [9, 4, 7, 1]])
def test_separate_groups_are_learned_under_their_own_numbers(name, classes):
    x, y = groups(classes)

    head = plugins.load("learners", name)(x, y, seed=0)
    proba = head.proba(x)

    assert head.classes.tolist() == sorted(classes)
    assert head.coef.shape == (len(classes), x.shape[1])
    assert head.intercept.shape == (len(classes),)
    np.testing.assert_allclose(proba.sum(axis=1), 1.0)
    assert head.classes[proba.argmax(axis=1)].tolist() == y.tolist()


@every_learner
def test_the_same_seed_gives_the_same_head(name):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(60, 8)), rng.integers(3, size=60)
    learn = plugins.load("learners", name)

    first, second = learn(x, y, seed=4), learn(x, y, seed=4)

    assert np.array_equal(first.coef, second.coef)
    assert np.array_equal(first.intercept, second.intercept)


@every_learner
def test_one_class_is_refused_with_a_sentence(name):
    with pytest.raises(InputError, match="2 classes, got 1"):
        plugins.load("learners", name)(np.zeros((3, 2)), np.array([1, 1, 1]), seed=0)
