import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from labeler_app.core.arrays import PoolView
from labeler_app.core.strategies.herding import herding

NOTHING = np.empty(0, dtype=np.int64)
TORN, SURE = [0.5, 0.5], [1.0, 0.0]


def view(places, proba, labeled=NOTHING, labels=None):
    """Return items on a line; the labeled ones are no candidates."""
    left = np.setdiff1d(np.arange(len(places)), labeled)
    given = np.zeros(len(labeled), dtype=np.int64) if labels is None else np.array(labels)
    x = np.array(places, dtype=np.float32)[:, None]
    return PoolView(x, np.array(proba), left, np.array(labeled, dtype=np.int64), given)


def test_the_first_pick_stands_for_most_doubt():
    # Three neighbours the model is torn on, one such item alone, and many that are no question.
    places = [0.0, 1.0, 2.0, 50.0, *np.linspace(80, 90, 20), 100.0, 102.0]
    given = view(places, [TORN] * 4 + [SURE] * 22, labeled=[24, 25])

    choice = herding(given, 3, np.random.default_rng(0))

    assert choice.positions[0] == 1
    assert choice.positions[1] == 3
    assert choice.positions[2] in (0, 2)


def test_what_resembles_a_labeled_item_is_not_asked_again():
    # Three items beside two labeled ones, and one far from them.
    given = view([0.0, 0.1, 0.2, 10.0, 0.15, 0.25], [TORN] * 6, labeled=[4, 5])

    assert herding(given, 1, np.random.default_rng(0)).positions.tolist() == [3]


def test_scores_are_the_share_of_doubt_that_each_pick_newly_covers():
    # Far from each other and from the labels, each item covers itself alone: a half, and twice 1/4.
    places = [0.0, 100.0, 200.0, 500.0, 501.0]
    given = view(places, [TORN, [0.75, 0.25], [0.25, 0.75], SURE, SURE], labeled=[3, 4])

    choice = herding(given, 3, np.random.default_rng(0))

    assert choice.positions.tolist() == [0, 1, 2]
    np.testing.assert_allclose(choice.scores, [0.5, 0.25, 0.25], atol=1e-5)


def test_where_nothing_is_left_to_cover_the_most_uncertain_follow_with_a_score_of_zero():
    given = view([1.0] * 6, [SURE] * 5 + [TORN])

    choice = herding(given, 6, np.random.default_rng(0))

    assert choice.scores[0] == pytest.approx(1.0)
    assert choice.scores[1:].tolist() == [0.0] * 5
    assert 5 in choice.positions[:2]


def test_more_items_than_are_looked_at_can_be_asked_for():
    count = 2_500
    given = view(np.arange(count), [TORN] * count)

    choice = herding(given, 2_300, np.random.default_rng(0))

    assert np.unique(choice.positions).size == 2_300


def test_doubts_about_a_rare_class_count_for_more_by_how_rare_it_is():
    # Far from each other, each item covers itself alone; the model is as torn on each.
    places = [*np.arange(41) * 100.0, 5000.0, 5001.0]
    torn = [[0.75, 0.25, 0.0]] * 40 + [[0.25, 0.0, 0.75]]
    given = view(places, torn + [[1.0, 0.0, 0.0]] * 2, labeled=[41, 42])
    expected = 1 + np.array(torn).sum(axis=0)
    times = np.maximum(1.0, expected.mean() / 4 / expected)
    weight = np.array(torn) @ times

    choice = herding(given, 3, np.random.default_rng(0))

    assert times.tolist() == [1.0, 1.0, pytest.approx(2.095, abs=1e-3)]
    assert choice.positions[0] == 40
    np.testing.assert_allclose(choice.scores, weight[[40, 0, 1]] / weight.sum(), atol=1e-5)


def test_where_no_class_is_rare_only_doubt_counts():
    places = [*np.arange(8) * 100.0, 5000.0, 5001.0]
    given = view(places, [[0.75, 0.25]] * 6 + [[0.25, 0.75]] * 2 + [SURE] * 2, labeled=[8, 9])

    choice = herding(given, 8, np.random.default_rng(0))

    np.testing.assert_allclose(choice.scores, [1 / 8] * 8, atol=1e-5)


def test_a_class_that_the_model_never_names_breaks_nothing():
    places = [*np.arange(9) * 100.0, 5000.0, 5001.0]
    given = view(places, [[0.75, 0.25, 0.0]] * 11, labeled=[9, 10])

    choice = herding(given, 3, np.random.default_rng(0))

    np.testing.assert_allclose(choice.scores, [1 / 9] * 3, atol=1e-5)


def test_the_number_of_threads_changes_nothing():
    rng = np.random.default_rng(0)
    x, proba = rng.normal(size=(900, 300)).astype(np.float32), rng.dirichlet(np.ones(6), 900)
    given = PoolView(x, proba, np.arange(700), np.arange(700, 900), np.arange(200) % 6)
    found = []
    for threads in (1, 2):
        with threadpool_limits(limits=threads):
            found.append(herding(given, 30, np.random.default_rng(0)))

    assert found[0].positions.tolist() == found[1].positions.tolist()
    assert found[0].scores.tolist() == found[1].scores.tolist()
