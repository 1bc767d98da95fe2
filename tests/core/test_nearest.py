"""The rows that lie nearest to one."""

import numpy as np

from labeler_app.core import nearest as module
from labeler_app.core.nearest import nearest


def test_the_nearest_come_first_and_of_equally_near_ones_the_first():
    x = np.array([[3.0, 4.0], [1.0, 0.0], [9.0, 9.0], [0.0, 1.0], [0.0, 0.0]], dtype=np.float16)

    found = nearest(x, np.zeros(2), 4)

    np.testing.assert_array_equal(found, [4, 1, 3, 0])
    np.testing.assert_array_equal(nearest(x, np.zeros(2), 2), [4, 1])


def test_of_fewer_rows_than_wanted_there_are_all_and_of_none_none():
    x = np.array([[2.0], [1.0]])

    np.testing.assert_array_equal(nearest(x, np.zeros(1), 6), [1, 0])
    assert nearest(x[:0], np.zeros(1), 6).size == 0


def test_blocks_of_rows_find_what_all_rows_at_once_do(monkeypatch):
    x = np.random.default_rng(7).normal(size=(50, 3))
    whole = nearest(x, x[5], 10)

    monkeypatch.setattr(module, "_ROWS", 8)

    np.testing.assert_array_equal(nearest(x, x[5], 10), whole)
    assert whole[0] == 5
