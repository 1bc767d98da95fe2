import numpy as np

from labeler_app.core.arrays import PoolView
from labeler_app.core.strategies import projection
from labeler_app.core.strategies.typicality import most_typical, typicality

NOTHING = np.empty(0, dtype=np.int64)


def three_clouds():
    rng = np.random.default_rng(0)
    sizes = [30, 20, 10]
    rows = [rng.normal(0, 1, (size, 3)) + 50 * number for number, size in enumerate(sizes)]
    return np.concatenate(rows).astype(np.float32)


def test_the_most_typical_row_is_the_one_nearest_to_the_others():
    order, distances = most_typical(np.array([[0.0], [1.0], [2.0], [9.0]]))

    assert order.tolist()[0] == 1
    assert distances[0] == round((1 + 1 + 8) / 3, 7)


def test_each_group_is_asked_once_the_largest_first():
    view = PoolView(three_clouds(), None, np.arange(60), NOTHING, NOTHING)

    choice = typicality(view, 3, np.random.default_rng(0))

    assert np.searchsorted([30, 50], choice.positions, "right").tolist() == [0, 1, 2]


def test_groups_without_a_label_come_first():
    # Two labels and one pick are three groups, two of which hold a label.
    labeled = np.array([3, 55])
    view = PoolView(three_clouds(), None, np.arange(60), labeled, np.array([0, 1]))

    choice = typicality(view, 1, np.random.default_rng(0))

    assert 30 <= choice.positions[0] < 50


def test_a_part_of_the_pool_stands_for_all_and_the_rest_fills_a_large_batch(monkeypatch):
    monkeypatch.setattr("labeler_app.core.strategies.typicality.SAMPLE", 10)
    view = PoolView(three_clouds(), None, np.arange(60), NOTHING, NOTHING)

    choice = typicality(view, 25, np.random.default_rng(0))

    assert np.unique(choice.positions).size == 25
    assert choice.save["rows"].size == 10
    assert (choice.scores[10:] == 0).all()


def test_many_dimensions_are_projected_to_64_that_keep_distances():
    rng = np.random.default_rng(0)
    x = rng.normal(0, 1, (40, 700)).astype(np.float32)
    view = PoolView(x, None, np.arange(40), NOTHING, NOTHING)

    found = projection.project(view, np.arange(40)).x

    assert found.shape == (40, 64)
    ratio = np.linalg.norm(found[0] - found[1:], axis=1) / np.linalg.norm(x[0] - x[1:], axis=1)
    assert 0.9 < ratio.mean() < 1.1


def test_the_part_of_the_pool_is_the_same_in_every_order():
    positions = np.arange(100)

    assert (
        projection.sample(positions, 7).tolist() == projection.sample(positions[::-1], 7).tolist()
    )
