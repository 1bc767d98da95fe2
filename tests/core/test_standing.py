import numpy as np
import pytest

from labeler_app.core import standing
from labeler_app.core.arrays import LinearHead, PoolView

APART = np.array([[0.0, 4.0], [0.0, 5.0], [1.0, 4.5], [4.0, 0.0], [5.0, 0.0], [4.5, 1.0]])
TWO = np.array([0, 0, 0, 1, 1, 1])


def test_features_that_tell_classes_apart_have_a_skill_of_one():
    assert standing.skill(APART, np.arange(6), TWO) == 1.0


def test_features_that_say_nothing_have_no_skill():
    rng = np.random.default_rng(0)

    found = [
        standing.skill(rng.normal(size=(60, 5)), np.arange(60), rng.permutation(np.arange(60) % 3))
        for _ in range(20)
    ]

    assert abs(np.mean(found)) < 0.1


def test_many_labels_are_judged_by_some_of_all_in_whatever_order_they_are_given():
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1], 1_000)
    x = rng.normal(size=(2_000, 2)) + 0.6 * y[:, None]
    mixed, by_class = rng.permutation(2_000), np.arange(2_000)

    found = standing.skill(x, mixed, y[mixed])

    assert 0.1 < found < 0.6
    assert standing.skill(x, by_class, y) == found


def test_naming_the_most_frequent_class_is_no_skill():
    x = np.random.default_rng(0).normal(size=(50, 3))
    y = np.array([0] * 45 + [1] * 5)

    assert standing.skill(x, np.arange(50), y) <= 0.0


def test_one_class_so_far_and_constant_features_are_no_error():
    assert standing.skill(APART, np.arange(3), TWO[:3]) is None
    assert standing.skill(APART, np.arange(0), TWO[:0]) is None
    assert standing.skill(np.ones((6, 2)), np.arange(6), TWO) <= 0.0


def test_each_row_is_guessed_from_the_others_as_if_fitted_without_it():
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(12, 4)), np.arange(12) % 3
    x -= x.mean(axis=0)
    held_back = standing.RIDGE * np.mean((x * x).sum(axis=1)) * np.eye(12)

    found = standing._left_out(x, y)

    smooth = (x @ x.T) @ np.linalg.inv(x @ x.T + held_back) + 1 / 12
    for at in range(12):
        others = np.arange(12) != at
        votes = smooth[at, others] @ np.eye(3)[y[others]]
        assert np.argmax(votes) == found[at]


@pytest.mark.parametrize("has_model", [False, True])
def test_the_state_counts_every_class_of_the_label_set_and_knows_what_ranks(has_model):
    proba = np.full((6, 2), 0.5) if has_model else None
    head = LinearHead(np.zeros((2, 2)), np.zeros(2), np.array([0, 1])) if has_model else None
    view = PoolView(APART, proba, np.arange(2, 6), np.array([0, 1]), np.array([7, 7]), head)

    state = standing.look(view, np.array([5, 7, 9]), audit_counts=np.array([1, 2, 0]))

    assert state.counts.tolist() == [0, 2, 0]
    assert (state.has_model, state.pool, state.skill) == (has_model, 4, None)
    assert state.audit_counts is not None


def test_the_pool_is_counted_by_what_the_model_takes_it_for():
    proba = np.array([[1.0, 0.0]] * 2 + [[0.2, 0.8]] * 3 + [[1.0, 0.0]])
    head = LinearHead(np.zeros((2, 2)), np.zeros(2), np.array([5, 9]))
    view = PoolView(APART, proba, np.arange(1, 6), np.array([0]), np.array([5]), head)

    state = standing.look(view, np.array([5, 7, 9]))

    assert state.shares is not None
    assert state.shares.tolist() == [2, 0, 3]
