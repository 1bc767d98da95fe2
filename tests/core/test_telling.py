import numpy as np
import pytest

from labeler_app.core import telling

Y = np.arange(200) % 2
NOISE = np.random.default_rng(5)


def noisy(y, share, rng):
    """Return the classes with a share of them drawn anew."""
    drawn = rng.random(len(y)) < share
    return np.where(drawn, rng.integers(0, 2, len(y)), y)


def test_columns_that_tell_most_of_the_classes_come_first_and_others_do_not_come():
    rng = np.random.default_rng(0)
    columns = [
        rng.integers(0, 4, len(Y)),
        noisy(Y, 0.6, rng),
        noisy(Y, 0.1, rng),
        np.zeros(len(Y), dtype=np.int64),
    ]

    assert telling.telling(columns, Y) == [2, 1]


def test_a_column_of_many_values_does_not_look_telling_by_their_number():
    rng = np.random.default_rng(1)
    many = rng.integers(0, 60, len(Y))
    weak = noisy(Y, 0.5, rng)

    # Without the correction it would be first: its mutual information is the larger one.
    assert telling.telling([many, weak], Y) == [1]


def test_of_a_thousand_columns_of_noise_hardly_any_is_taken_to_tell_something():
    columns = [NOISE.integers(0, 3, len(Y)) for _ in range(1_000)]

    assert len(telling.telling(columns, Y)) <= 1


@pytest.mark.parametrize(
    ("labels", "classes", "values"),
    [(2_000, 250, 8), (800, 100, 8), (2_000, 5, 400), (500, 3, 100)],
)
def test_noise_is_not_taken_to_tell_something_where_many_cells_hold_few_rows(
    labels, classes, values
):
    rng = np.random.default_rng(2)
    y = np.arange(labels) % classes
    columns = [rng.permutation(np.arange(labels) % values) for _ in range(100)]

    assert len(telling.telling(columns, y)) <= 1


def test_what_tells_is_found_among_many_classes_and_many_values():
    rng = np.random.default_rng(3)
    y = rng.integers(0, 100, 2_000)
    columns = [rng.integers(0, 8, 2_000), y // 13, rng.integers(0, 300, 2_000)]

    assert telling.telling(columns, y) == [1]


def test_equal_columns_keep_their_order():
    assert telling.telling([Y, Y, Y], Y) == [0, 1, 2]


@pytest.mark.parametrize("y", [np.zeros(50, dtype=np.int64), np.zeros(0, dtype=np.int64)])
def test_one_class_or_no_label_leaves_nothing_to_tell(y):
    assert telling.telling([np.arange(len(y))], y) == []


def test_numbers_are_put_into_bins_of_one_size_and_equal_ones_into_one():
    bins = telling.ranked(np.arange(100.0)[::-1], 4)
    mostly_zero = telling.ranked(np.array([0.0] * 92 + [float(one) for one in range(1, 9)]), 8)

    assert np.bincount(bins).tolist() == [25, 25, 25, 25]
    assert bins[0] == 3
    assert set(mostly_zero[:92]) == {3}
    assert set(mostly_zero[92:]) == {7}
