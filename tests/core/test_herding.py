from dataclasses import replace

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from labeler_app.core.arrays import LinearHead, PoolView
from labeler_app.core.strategies.herding import herding, herding_quota

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


def test_quotas_give_every_predicted_class_its_turn_the_rarest_first():
    # 20 items are taken for class 0, two for class 1, of which there is no label yet.
    places = [*np.linspace(0, 40, 20), 60.0, 70.0, 90.0, 92.0]
    proba = [[0.6, 0.4]] * 20 + [[0.4, 0.6]] * 2 + [SURE] * 2
    given = view(places, proba, labeled=[22, 23])

    choice = herding_quota(given, 5, np.random.default_rng(0))

    assert set(choice.positions[[0, 2]]) == {20, 21}
    assert (choice.positions[[1, 3, 4]] < 20).all()


def test_the_class_with_fewest_labels_begins():
    places = [0.0, 1.0, 10.0, 11.0, 20.0, 22.0, 24.0]
    head = LinearHead(np.zeros((2, 1)), np.zeros(2), np.array([0, 1]))
    given = view(places, [[0.6, 0.4]] * 2 + [[0.4, 0.6]] * 2 + [SURE] * 3, [4, 5, 6], [0, 0, 1])

    choice = herding_quota(replace(given, head=head), 2, np.random.default_rng(0))

    assert (choice.positions // 2).tolist() == [1, 0]


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
