import numpy as np
import pytest

from labeler_app.core.arrays import PoolView
from labeler_app.core.strategies.coverage import (
    drawn,
    most_covering,
    resemblance,
    usual_distance,
)

NOTHING = np.empty(0, dtype=np.int64)


def test_picks_are_those_of_the_plain_search():
    rng = np.random.default_rng(0)
    alike = rng.random((300, 300))
    alike = np.maximum(alike, alike.T)
    weight, known = rng.random(300) + 0.01, rng.random(300) / 2

    rows, gains = most_covering(alike, known, weight, np.arange(300), 60)

    covered, share = known.copy(), weight / weight.sum()
    for row, gain in zip(rows, gains, strict=True):
        every = np.maximum(alike - covered, 0.0) @ share
        every[rows[: int(np.flatnonzero(rows == row)[0])]] = -1.0
        assert row == np.argmax(every)
        assert gain == pytest.approx(every[row])
        np.maximum(covered, alike[row], out=covered)


def test_of_rows_that_cover_equally_much_the_smallest_key_wins_whatever_rounding_says():
    count, copies = 40, 5
    rng = np.random.default_rng(0)
    x = np.repeat(rng.normal(size=(count, 3)), copies, axis=0)
    alike = np.exp(-((x[:, None] - x) ** 2).sum(axis=2))
    weight, key = np.repeat(rng.random(count) + 0.1, copies), rng.permutation(count * copies)
    nothing = np.zeros(len(x))

    rows, _ = most_covering(alike, nothing, weight, key, 20)
    shaken = alike * (1 + 1e-7 * rng.normal(size=alike.shape))
    again, _ = most_covering(shaken, nothing, weight, key, 20)

    assert again.tolist() == rows.tolist()
    firsts = [group * copies + np.argmin(key.reshape(-1, copies)[group]) for group in range(count)]
    assert set(rows) <= set(firsts)


def test_where_nothing_is_left_to_cover_there_are_no_more_picks():
    rows, gains = most_covering(np.ones((9, 9)), np.zeros(9), np.ones(9), np.arange(9)[::-1], 5)

    assert rows.tolist() == [8]
    assert gains.tolist() == [pytest.approx(1.0)]


def test_drawn_rows_stand_for_all_others():
    weight = np.linspace(1.0, 5.0, 400)
    sums = []
    for seed in range(1_000):
        rows, weights = drawn(weight, 60, np.random.default_rng(seed))
        assert rows.size == np.unique(rows).size == 60
        sums.append([weights.sum(), weights[rows < 100].sum()])

    np.testing.assert_allclose(np.mean(sums, axis=0), [1_200, weight[:100].sum()], rtol=0.02)


def test_few_rows_are_all_drawn_and_count_what_they_weigh():
    rows, weights = drawn(np.array([3.0, 1.0]), 5, np.random.default_rng(0))

    assert rows.tolist() == [0, 1]
    assert weights.tolist() == [3.0, 1.0]


def test_resemblance_falls_with_the_distance():
    x = np.array([0.0, 2.0, 6.0, 0.0, 10.0, 12.0], dtype=np.float32)[:, None]
    view = PoolView(x, None, np.arange(4), np.array([4, 5]), np.array([0, 1]))

    alike, known = resemblance(view, view.candidates, 4.0)

    np.testing.assert_allclose(alike[0], np.exp([0.0, -1.0, -9.0, 0.0]), atol=1e-6)
    np.testing.assert_allclose(alike, alike.T, atol=1e-6)
    np.testing.assert_allclose(known, np.exp([-25.0, -16.0, -4.0, -25.0]), atol=1e-6)


def test_without_labels_nothing_is_known_and_equal_items_are_alike():
    view = PoolView(np.ones((5, 3), np.float32), None, np.arange(5), NOTHING, NOTHING)

    alike, known = resemblance(view, view.candidates, 0.0)

    assert alike.tolist() == np.ones((5, 5)).tolist()
    assert known.tolist() == [0.0] * 5


def test_the_usual_distance_is_that_of_labeled_items_or_of_as_many_as_are_asked_for():
    x = np.array([0.0, 1.0, 3.0, 7.0, 100.0, 102.0, 105.0], dtype=np.float32)[:, None]
    labeled = PoolView(x, None, np.arange(4), np.array([4, 5, 6]), np.array([0, 1, 0]))
    nothing = PoolView(x, None, np.arange(4), NOTHING, NOTHING)

    assert usual_distance(labeled, 2) == 4.0
    assert usual_distance(nothing, 2) == 9.0
    assert usual_distance(PoolView(x, None, np.arange(1), NOTHING, NOTHING), 2) == 0.0


def test_equal_items_do_not_say_how_far_apart_the_others_are():
    x = np.array([5.0] * 6 + [0.0, 1.0, 3.0], dtype=np.float32)[:, None]
    labels = np.zeros(9, dtype=np.int64)

    assert usual_distance(PoolView(x, None, NOTHING, np.arange(9), labels), 2) == 4.0
    assert usual_distance(PoolView(x, None, NOTHING, np.arange(6), labels[:6]), 2) == 0.0
