"""What must hold for every learner in the table of plug-ins."""

import numpy as np
import pytest

from labeler_app import plugins
from labeler_app.errors import InputError

every_learner = pytest.mark.parametrize("name", plugins.names("learners"))


def learn(name, x, y, **more):
    return plugins.load("learners", name)(x, y, **({"seed": 0} | more))


def groups(classes, each=6):
    y = np.repeat(classes, each)
    x = np.eye(len(classes))[np.repeat(np.arange(len(classes)), each)] * 6
    return x.astype(np.float32), y


def cloud(rows, columns=8, classes=3, seed=0):
    rng = np.random.default_rng(seed)
    y = rng.integers(classes, size=rows)
    return rng.normal(size=(rows, columns)) + 2 * np.eye(classes, columns)[y], y


@every_learner
@pytest.mark.parametrize("classes", [[0, 1], [2, 5], [0, 1, 2], [9, 4, 7, 1]])
@pytest.mark.parametrize("each", [3, 20])
def test_separate_groups_are_learned_under_their_own_numbers(name, classes, each):
    x, y = groups(classes, each)

    head = learn(name, x, y)
    proba = head.proba(x)

    assert head.classes.tolist() == sorted(classes)
    assert (proba.shape, proba.dtype) == ((len(x), len(classes)), np.float64)
    assert proba.min() >= 0.0
    np.testing.assert_allclose(proba.sum(axis=1), 1.0)
    assert head.classes[proba.argmax(axis=1)].tolist() == y.tolist()


@every_learner
@pytest.mark.parametrize("rows", [12, 70])
def test_the_same_seed_gives_the_same_probabilities_bit_by_bit(name, rows):
    x, y = cloud(rows)
    pool = np.random.default_rng(1).normal(size=(40, 8)).astype(np.float32)

    first, second = learn(name, x, y, seed=4), learn(name, x, y, seed=4)

    assert np.array_equal(first.proba(pool), second.proba(pool))


@every_learner
def test_nothing_is_drawn_from_the_global_generator_and_nothing_given_is_changed(name):
    x, y = cloud(60)
    before, state = (x.copy(), y.copy()), np.random.get_state()[1].copy()  # noqa: NPY002

    learn(name, x, y)

    assert np.array_equal(np.random.get_state()[1], state)  # noqa: NPY002
    assert np.array_equal(x, before[0])
    assert np.array_equal(y, before[1])


@every_learner
@pytest.mark.parametrize("rows", [20, 200])
def test_probabilities_are_as_sure_as_they_are_right(name, rows):
    x, y = cloud(rows)
    fresh, truth = cloud(3_000, seed=9)

    proba = learn(name, x, y).proba(fresh)

    right = np.mean(proba.argmax(axis=1) == truth)
    assert right > 0.6
    assert abs(proba.max(axis=1).mean() - right) < 0.2


@every_learner
def test_a_balanced_fit_finds_more_of_the_rare_class(name):
    rng = np.random.default_rng(2)
    y = np.repeat([0, 1], [190, 10])
    x = rng.normal(size=(200, 4)) + y[:, None]

    plain = learn(name, x, y).proba(x + 0.1)[:, 1]
    balanced = learn(name, x, y, class_weight="balanced").proba(x + 0.1)[:, 1]

    assert balanced.mean() > plain.mean()


@every_learner
def test_rows_that_count_little_are_outvoted(name):
    x, y = groups([0, 1], 10)
    wrong = np.concatenate([y, 1 - y])
    weight = np.repeat([1.0, 0.01], len(y))

    head = learn(name, np.concatenate([x, x]), wrong, weight=weight)

    assert head.classes[head.proba(x).argmax(axis=1)].tolist() == y.tolist()


@every_learner
def test_rows_that_nobody_labeled_may_be_marked(name):
    x, y = cloud(90)

    head = learn(name, x, y, judged=np.arange(90) < 60)

    assert head.proba(x).shape == (90, 3)


@every_learner
def test_a_class_with_a_single_label_is_known(name):
    x, y = cloud(60, classes=2)

    head = learn(name, np.concatenate([x, [[9.0] * 8]]), np.append(y, 7))

    assert head.classes.tolist() == [0, 1, 7]


@every_learner
def test_columns_that_never_vary_do_no_harm(name):
    x, y = cloud(30)
    x[:, 1:] = 5.0

    assert np.isfinite(learn(name, x, y).proba(x)).all()


@every_learner
def test_more_columns_than_rows_are_fitted(name):
    x, y = cloud(12, columns=300)

    assert np.isfinite(learn(name, x, y).proba(x)).all()


@every_learner
def test_an_empty_pool_has_no_probabilities(name):
    x, y = cloud(20)

    assert learn(name, x, y).proba(x[:0]).shape == (0, 3)


@every_learner
def test_one_class_is_refused_with_a_sentence(name):
    with pytest.raises(InputError, match="2 classes, got 1"):
        learn(name, np.zeros((3, 2)), np.array([1, 1, 1]))


@every_learner
def test_embeddings_that_are_no_numbers_are_refused_with_a_sentence(name):
    with pytest.raises(InputError, match="not numbers"):
        learn(name, np.array([[np.nan], [1.0]]), np.array([0, 1]))


@every_learner
def test_another_way_to_weigh_classes_is_refused_with_a_sentence(name):
    x, y = groups([0, 1])

    with pytest.raises(InputError, match="cannot be weighed 'fairly'"):
        learn(name, x, y, class_weight="fairly")
