import numpy as np
import pytest

from labeler_app.core.strategies import pick
from labeler_app.errors import InputError


def test_the_highest_scores_come_first():
    scores, positions = np.array([0.1, 0.9, 0.5]), np.array([10, 20, 30])

    choice = pick.top(scores, positions, 2, np.random.default_rng(0))

    assert choice.positions.tolist() == [20, 30]
    assert choice.scores.tolist() == [0.9, 0.5]


def test_differences_below_a_ten_millionth_are_ties():
    scores = np.array([0.5, 0.5 + 4e-8, 0.5 - 4e-8])

    firsts = {
        int(pick.top(scores, np.arange(3), 1, np.random.default_rng(seed)).positions[0])
        for seed in range(30)
    }

    assert firsts == {0, 1, 2}


def test_the_same_seed_breaks_ties_the_same_way():
    scores, positions = np.zeros(100), np.arange(100)

    first = pick.top(scores, positions, 10, np.random.default_rng(7))
    second = pick.top(scores, positions, 10, np.random.default_rng(7))

    assert first.positions.tolist() == second.positions.tolist()


def test_the_order_in_which_candidates_are_given_makes_no_difference():
    scores, positions = np.array([0.5, 0.2, 0.5, 0.5]), np.array([4, 3, 2, 1])

    forwards = pick.top(scores, positions, 2, np.random.default_rng(1))
    backwards = pick.top(scores[::-1], positions[::-1], 2, np.random.default_rng(1))

    assert forwards.positions.tolist() == backwards.positions.tolist()


def test_all_are_picked_when_more_are_asked_for_than_there_are():
    choice = pick.top(np.array([0.2, 0.3]), np.array([5, 6]), 9, np.random.default_rng(0))

    assert choice.positions.tolist() == [6, 5]


def test_nothing_is_picked_from_nothing():
    nothing = np.empty(0, dtype=np.int64)

    assert pick.top(np.empty(0), nothing, 3, np.random.default_rng(0)).positions.size == 0


def test_scores_that_are_not_numbers_are_refused_with_their_count():
    scores = np.array([0.1, np.nan, np.inf])

    with pytest.raises(InputError, match="2 of 3 scores are not numbers"):
        pick.top(scores, np.arange(3), 1, np.random.default_rng(0))


def test_an_empty_batch_is_refused():
    with pytest.raises(InputError, match="at least 1 item, got 0"):
        pick.top(np.zeros(3), np.arange(3), 0, np.random.default_rng(0))


def test_the_random_order_is_total_and_does_not_depend_on_which_positions_are_asked_about():
    positions = np.arange(10_000)

    keys = pick.order(positions, 3)

    assert np.unique(keys).size == 10_000
    assert pick.order(positions[7:9], 3).tolist() == keys[7:9].tolist()
    assert np.argsort(keys).tolist() != np.argsort(pick.order(positions, 4)).tolist()


def test_positions_are_sorted_only_where_they_must_be():
    ordered, mixed = np.array([1, 4, 7]), np.array([4, 1, 7])

    assert pick.rising(ordered) is ordered
    assert pick.rising(mixed).tolist() == [1, 4, 7]


def test_embeddings_that_are_not_numbers_are_refused_with_their_count():
    with pytest.raises(InputError, match="2 of 3 items have embeddings"):
        pick.rows(np.array([[0.0], [np.nan], [np.inf]]), np.arange(3))
