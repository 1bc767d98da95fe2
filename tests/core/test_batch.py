import numpy as np
import pytest

from labeler_app.core.arrays import Choice, PoolView
from labeler_app.core.strategies import batch
from labeler_app.core.strategies.batch import (
    Guard,
    distances_to_sample,
    first_of_each,
    guarded,
    outliers,
)
from labeler_app.core.strategies.diversity import k_center
from labeler_app.core.strategies.uncertainty import random
from labeler_app.errors import InputError

NOTHING = np.empty(0, dtype=np.int64)


def view_of(x):
    return PoolView(np.asarray(x, np.float32), None, np.arange(len(x)), NOTHING, NOTHING)


def in_order(view, k, rng):
    """A strategy that picks by position."""
    positions = np.sort(view.candidates)[:k]
    return Choice(positions, 1.0 / (1.0 + positions), {"seen": positions})


def cloud(count=300, odd=2):
    x = np.random.default_rng(0).normal(0, 1, (count, 16))
    x[:odd] = 100.0 * (1 + np.arange(odd) ** 2)[:, None]
    return x


def test_the_first_of_each_group_of_near_duplicates_stays():
    x = np.array([[0.0], [0.01], [1.0], [0.0], [1.02]])

    assert first_of_each(x, 0.05).tolist() == [0, 2]
    assert first_of_each(x, 0.0).tolist() == [0, 1, 2, 4]
    assert first_of_each(x, -1.0).tolist() == [0, 1, 2, 3, 4]


def test_items_far_from_everything_are_outliers_the_farthest_first():
    view = view_of(cloud())

    assert outliers(distances_to_sample(view), view.candidates, Guard()).tolist() == [1, 0]


def test_outliers_can_be_allowed_and_never_are_more_than_the_setting_says():
    view = view_of(cloud(odd=10))
    far = distances_to_sample(view)

    assert not outliers(far, view.candidates, Guard(outliers=np.inf)).size
    assert outliers(far, view.candidates, Guard(most_outliers=0.02)).tolist() == [9, 8, 7, 6, 5, 4]


def test_a_small_or_flat_pool_has_no_outliers():
    few, flat = view_of(cloud(20)), view_of(np.ones((300, 4)))

    assert not outliers(distances_to_sample(few), few.candidates, Guard()).size
    assert not outliers(distances_to_sample(flat), flat.candidates, Guard()).size


def test_distances_are_those_to_the_nearest_other_item(monkeypatch):
    monkeypatch.setattr(batch, "FAR_ROWS", 2)

    far = distances_to_sample(view_of([[0.0], [1.0], [4.0], [4.5], [9.0]]))

    np.testing.assert_allclose(far, [1.0, 1.0, 0.5, 0.5, 4.5])


def test_distances_of_broken_embeddings_are_refused():
    with pytest.raises(InputError, match="not numbers"):
        distances_to_sample(view_of([[0.0], [np.nan]]))


def test_the_next_item_takes_the_place_of_a_near_duplicate():
    view = view_of([[0.0], [0.0], [0.0], [5.0], [9.0]])

    found = guarded(in_order, view, 3, np.random.default_rng(0), np.ones(5))

    assert found.choice.positions.tolist() == [0, 3, 4]
    assert found.choice.scores.tolist() == [1.0, 1 / 4, 1 / 5]
    assert found.near_duplicates.tolist() == [1, 2]


def test_near_duplicates_are_found_where_everything_was_taken_many_times():
    rng = np.random.default_rng(0)
    x = np.repeat(rng.normal(0, 1, (30, 16)), 10, axis=0) + rng.normal(0, 0.01, (300, 16))

    view = view_of(x)
    found = guarded(in_order, view, 20, np.random.default_rng(0), distances_to_sample(view))

    assert np.unique(found.choice.positions // 10).size == 20


def test_neighbours_on_a_line_and_in_far_groups_are_no_near_duplicates():
    rng = np.random.default_rng(0)
    line, groups = rng.normal(0, 1, (600, 1)), rng.normal(0, 1, (600, 8))
    groups += 1_000.0 * (np.arange(600) % 3)[:, None]

    for x in (line, groups):
        found = guarded(in_order, view_of(x), 20, np.random.default_rng(0), np.ones(600))
        assert found.choice.positions.max() < 30


def test_near_duplicates_come_back_last_when_nothing_else_is_left():
    view = view_of([[0.0], [0.0], [7.0], [0.0]])

    found = guarded(in_order, view, 3, np.random.default_rng(0), np.ones(4))

    assert found.choice.positions.tolist() == [0, 2, 1]
    assert found.near_duplicates.tolist() == [3]


def test_outliers_are_held_back_from_a_strategy_that_loves_them():
    view = view_of(cloud())

    found = guarded(k_center, view, 5, np.random.default_rng(0), distances_to_sample(view))

    assert found.held_back.tolist() == [0, 1]
    assert not np.isin(found.choice.positions, [0, 1]).any()


def test_outliers_are_asked_when_too_few_others_are_left():
    view = view_of(cloud(100, odd=1))

    found = guarded(random, view, 100, np.random.default_rng(0), distances_to_sample(view))

    assert np.sort(found.choice.positions).tolist() == list(range(100))


def test_the_state_of_the_strategy_is_passed_on():
    view = view_of([[0.0], [5.0]])

    found = guarded(in_order, view, 1, np.random.default_rng(0), np.ones(2))

    assert found.choice.save["seen"].tolist() == [0]


def test_a_large_batch_of_copies_asks_for_no_more_at_once_than_can_be_compared():
    view = view_of(np.repeat(np.arange(400.0), 30)[:, None])
    asked = []

    def noted(view, k, rng):
        asked.append(k)
        return in_order(view, k, rng)

    found = guarded(noted, view, 300, np.random.default_rng(0), np.ones(12_000))

    assert found.choice.positions.size == 300
    assert max(asked) == batch.MOST_AT_ONCE == 2_000


def test_a_first_item_far_away_leaves_the_distances_of_the_others_as_they_are():
    x = np.random.default_rng(0).normal(size=(3_000, 20))
    far_away = np.concatenate([[np.full(20, 1e6)], x])

    far = distances_to_sample(view_of(far_away))

    assert np.median(far[1:]) == pytest.approx(np.median(distances_to_sample(view_of(x))), rel=0.05)
    assert outliers(far, np.arange(3_001), Guard()).tolist() == [0]
