import numpy as np
import pytest

from labeler_app.core import self_training
from labeler_app.core.learners import fit_linear_svm, fit_logistic
from labeler_app.core.neighbours import fit_neighbours
from labeler_app.errors import InputError


def test_two_classes_get_two_rows_and_few_labels_the_probabilities_of_scikit_learn():
    from sklearn.linear_model import LogisticRegression

    x, y = np.array([[-1.5], [-0.5], [0.5], [1.5], [-0.5], [0.5]]), np.array([3, 3, 8, 8, 3, 8])
    unit = x / x.std()

    head = fit_logistic(x, y, seed=0)

    assert head.coef.shape == (2, 1)
    assert head.classes.tolist() == [3, 8]
    theirs = LogisticRegression().fit(unit, y).predict_proba(unit)
    np.testing.assert_allclose(head.proba(x), theirs, rtol=1e-6)


@pytest.mark.parametrize("learn", [fit_logistic, fit_linear_svm])
@pytest.mark.parametrize("rows", [12, 90])
def test_the_unit_of_the_embeddings_does_not_matter(learn, rows):
    rng = np.random.default_rng(0)
    y = np.tile([0, 1, 2], rows // 3)
    x = rng.normal(size=(rows, 5)) + np.eye(3, 5)[y]

    one, thousand = learn(x, y, seed=0), learn(1000 * x, y, seed=0)

    np.testing.assert_allclose(one.proba(x), thousand.proba(1000 * x), atol=1e-3)


def test_more_columns_than_rows_are_fitted_exactly():
    from sklearn.linear_model import LogisticRegression

    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(9, 40)), np.array([0, 1, 2] * 3)
    unit = x / np.sqrt(x.var(axis=0).mean())
    fresh = rng.normal(size=(5, 40)) * 3

    head = fit_logistic(x, y, seed=0)

    theirs = LogisticRegression(tol=1e-8, max_iter=5000).fit(unit, y)
    spread = np.sqrt(x.var(axis=0).mean())
    np.testing.assert_allclose(head.proba(fresh), theirs.predict_proba(fresh / spread), atol=1e-3)


def test_cross_validation_chooses_weaker_planes_where_most_columns_are_noise():
    rng = np.random.default_rng(0)
    y = np.tile([0, 1], 100)
    x = rng.normal(size=(200, 150))
    x[:, 0] += y
    fresh, truth = rng.normal(size=(2000, 150)), np.tile([0, 1], 1000)
    fresh[:, 0] += truth

    head = fit_logistic(x, y, seed=0)

    from sklearn.linear_model import LogisticRegression

    usual = LogisticRegression(max_iter=1000).fit(x, y)
    right = (head.proba(fresh).argmax(axis=1) == truth).mean()
    assert right > usual.score(fresh, truth)
    assert abs(head.proba(fresh).max(axis=1).mean() - right) < 0.05
    assert usual.predict_proba(fresh).max(axis=1).mean() - usual.score(fresh, truth) > 0.2


@pytest.mark.parametrize("learn", [fit_logistic, fit_linear_svm])
def test_what_a_model_took_from_the_labels_does_not_make_it_surer_of_the_same_labels(learn):
    rng = np.random.default_rng(1)
    truth = 0.35 * rng.normal(size=64)

    def draw(count):
        x = rng.normal(size=(count, 64))
        return x, (rng.random(count) < 1 / (1 + np.exp(-x @ truth))).astype(int)

    x, y = draw(200)
    pool, fresh = draw(4_000)[0], draw(5_000)
    alone = learn(x, y, seed=0)
    taken = self_training.take(alone, pool, np.arange(4_000), y, rng)
    both = np.concatenate([x, pool[taken.positions]]), np.concatenate([y, taken.labels])
    weight = np.concatenate([np.ones(200), taken.weight])

    head = learn(*both, seed=0, weight=weight, judged=np.arange(len(weight)) < 200)
    leaking = learn(*both, seed=0, weight=weight)

    def loss(one):
        return -np.log(one.proba(fresh[0])[np.arange(5_000), fresh[1]]).mean()

    assert taken.positions.size > 100
    assert loss(head) < loss(alone) + 0.02 < loss(leaking)


def test_a_class_that_no_person_labeled_is_no_trouble_where_others_are_judged():
    x, y = np.repeat(np.eye(3), 20, axis=0), np.repeat([0, 1, 2], 20)

    head = fit_logistic(x, y, seed=0, judged=y < 2)

    assert head.proba(np.eye(3)).argmax(axis=1).tolist() == [0, 1, 2]


def test_how_many_neighbours_vote_is_not_chosen_on_rows_that_agree_by_themselves():
    rng = np.random.default_rng(0)
    x, y = overlapping(60, rng)
    twins = np.repeat(rng.normal(size=(90, 2)) + 9.0, 2, axis=0)
    both = np.concatenate([x, twins]), np.concatenate([y, np.repeat(np.arange(90) % 2, 2)])

    judged = fit_neighbours(*both, seed=0, judged=np.arange(240) < 60)

    assert fit_neighbours(*both, seed=0).count == 1
    assert judged.count == fit_neighbours(x, y, seed=0).count > 1


def overlapping(rows, rng):
    y = np.tile([0, 1], rows // 2)
    return rng.normal(size=(rows, 2)) + 1.2 * y[:, None], y


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
