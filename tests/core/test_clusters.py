import numpy as np

from labeler_app.core.strategies.clusters import k_means, nearest_unused, squared_distances


def test_squared_distances_by_hand():
    distances = squared_distances(np.array([[0.0, 0.0], [3.0, 4.0]]), np.array([[0.0, 0.0]]))

    np.testing.assert_allclose(distances, [[0.0], [25.0]])


def test_two_groups_are_found():
    rows = np.array([[0.0], [1.0], [10.0], [11.0]])

    found = k_means(rows, 2, np.random.default_rng(0))

    assert sorted(found.centres.ravel().tolist()) == [0.5, 10.5]
    assert found.member[0] == found.member[1] != found.member[2] == found.member[3]


def test_a_heavy_row_pulls_its_centre():
    rows = np.array([[0.0], [1.0]])

    found = k_means(rows, 1, np.random.default_rng(0), weights=np.array([1.0, 3.0]))

    assert found.centres.tolist() == [[0.75]]


def test_equal_rows_are_no_trouble():
    found = k_means(np.ones((5, 2)), 3, np.random.default_rng(0))

    assert np.isfinite(found.centres).all()


def test_each_centre_gets_a_row_of_its_own():
    rows, centres = np.array([[0.0], [5.0], [6.0]]), np.array([[5.0], [5.0], [5.0]])

    assert nearest_unused(rows, centres).tolist() == [1, 2, 0]
