from functools import partial

import numpy as np
import pytest

from labeler_app.core import learners, multilabel, trees
from labeler_app.core.multilabel import LinearSetHead, Members, SetHead

CLASSES = np.array([3, 5, 8])


def members(has, known=None):
    has = np.array(has, dtype=bool)
    return Members(CLASSES, has, np.ones_like(has) if known is None else np.array(known, bool))


def points(n=60):
    """Points in a square: class 3 is right, 5 is up, and nothing is 8."""
    x = np.random.default_rng(4).uniform(-1, 1, (n, 2))
    return x, members(np.stack([x[:, 0] > 0, x[:, 1] > 0, np.zeros(n)], axis=1))


@pytest.mark.parametrize("learn", [learners.fit_logistic, trees.fit_extra_trees])
def test_each_class_is_learned_by_itself_and_one_without_contrast_is_left_out(learn):
    x, y = points()

    head = multilabel.fit(learn, x, y, seed=1)
    said = multilabel.predicted(head, x)

    assert np.mean(said.has == y.has[:, :2]) > 0.95
    assert head.classes.tolist() == [3, 5]
    assert said.has.sum(axis=1).max() == 2
    assert isinstance(head, LinearSetHead if learn is learners.fit_logistic else SetHead)


def test_where_no_class_has_contrast_each_has_its_share():
    x, _ = points()
    head = multilabel.fit(learners.fit_logistic, x, members(np.tile([1, 0, 1], (60, 1))), seed=1)

    assert head.proba(x)[0] == pytest.approx([61 / 62, 1 / 62, 61 / 62])


def test_stacked_linear_heads_say_what_each_would_say_alone():
    x, y = points()

    chances = multilabel.fit(learners.fit_logistic, x, y, seed=1).proba(x)
    alone = learners.fit_logistic(x, y.has[:, 0].astype(np.int64), seed=1).proba(x)[:, 1]

    assert chances[:, 0] == pytest.approx(alone)


def test_what_a_label_does_not_know_is_not_learned_from():
    x, y = points()
    wrong = y.has.copy()
    wrong[:40, 1] = ~wrong[:40, 1]
    known = np.ones_like(wrong)
    known[:40, 1] = False
    learn = partial(multilabel.fit, learners.fit_logistic, x, seed=1)

    head = learn(Members(CLASSES, wrong, known))

    assert np.mean(multilabel.predicted(head, x).has[:, 1] == y.has[:, 1]) > 0.9


def test_strategies_see_the_class_nearest_to_even_chances():
    columns, proba = multilabel.doubtful(np.array([[0.9, 0.4, 0.0], [0.55, 0.1, 0.3]]))

    assert columns.tolist() == [1, 0]
    assert proba == pytest.approx(np.array([[0.6, 0.4], [0.45, 0.55]]))


def test_an_item_is_right_when_it_has_just_its_classes_as_far_as_they_are_known():
    truth = members([[1, 0, 0], [1, 1, 0], [0, 0, 0], [1, 0, 1]], [[1, 1, 1]] * 3 + [[1, 1, 0]])
    said = members([[1, 0, 0], [1, 0, 0], [0, 0, 0], [1, 0, 0]])

    assert multilabel.exactly(truth, said).tolist() == [True, False, True, True]


def test_a_merged_class_counts_as_the_other_and_one_that_is_gone_drops_out():
    said = members([[1, 0, 1], [0, 1, 0]]).over([3, 9], {5: 3})

    assert said.classes.tolist() == [3, 9]
    assert said.has.tolist() == [[True, False], [True, False]]
    assert said.known.tolist() == [[True, False], [True, False]]


def test_no_items_get_no_classes():
    x, y = points()
    head = multilabel.fit(learners.fit_logistic, x, y, seed=1)
    assert multilabel.predicted(head, np.zeros((0, 2))).has.shape == (0, 2)
