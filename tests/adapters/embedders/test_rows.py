import numpy as np
import pytest

from labeler_app.adapters.embedders.rows import TABLE
from labeler_app.errors import InputError

RNG = np.random.default_rng


def fitted(rows):
    return TABLE.fit(rows, RNG(0))


def column(values, name="a"):
    """Rows of one column, and another so that they differ anyway."""
    return [{name: value, "n": float(number)} for number, value in enumerate(values)]


def role(values):
    state = fitted(column(values))
    known = dict(zip(state["columns"].tolist(), state["roles"].tolist(), strict=True))
    return known.get("a", "left out")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([str(1.5 * number) for number in range(40)], "number"),
        (["?", *(f"{number},{number % 10}" for number in range(40))], "number"),
        ([1, 2, 3] * 10, "code"),
        (["red", "blue", "red"] * 10, "category"),
        ([f"2024-01-{day:02}" for day in range(1, 29)], "iso"),
        ([f"{day:02}.01.2024" for day in range(1, 29)], "%d.%m.%Y"),
        ([f"sent late by courier {number}" for number in range(40)], "text"),
        ([f"ID{number:05}" for number in range(40)], "left out"),
        (["same"] * 40, "left out"),
        ([None] * 40, "left out"),
        ([None, "yes"] * 20, "category"),
    ],
)
def test_a_column_is_read_as_what_most_of_its_values_are(values, expected):
    assert role(values) == expected


def test_a_missing_number_has_the_median_and_a_place_that_says_so():
    rows = [{"a": value} for value in [1.5, 2.5, 3.5, 4.5, 5.5, None]]

    x = TABLE.embed([{"a": None}, {"a": 3.5}, {"a": "odd"}, {}], fitted(rows))

    np.testing.assert_allclose(x[0, :2], x[1, :2])
    assert x[0, 2] > 0 == x[1, 2]
    np.testing.assert_array_equal(x[0], x[2])
    np.testing.assert_array_equal(x[0], x[3])


def test_an_outlier_does_not_squeeze_the_others_together():
    rows = [{"a": float(value)} for value in [*range(99), 10**9]]

    x = TABLE.embed(rows, fitted(rows))

    assert np.abs(x).max() <= 10.0
    assert np.ptp(x[:99, 1]) > 3.0  # The rank still spreads them.
    assert TABLE.embed([{"a": 1e300}], fitted(rows))[0, 0] == 4.0


def test_rare_and_new_categories_share_one_place():
    rows = [{"a": "red"}] * 10 + [{"a": "Blue "}] * 10 + [{"a": "teal"}]

    red, blue, teal, new = TABLE.embed(
        [{"a": "RED"}, {"a": "blue"}, {"a": "teal"}, {"a": "pink"}], fitted(rows)
    )

    assert red.argmax() != blue.argmax() != teal.argmax()
    np.testing.assert_array_equal(teal, new)


def test_categories_have_a_cap():
    rows = [{"a": f"kind {number % 60}"} for number in range(600)]

    assert TABLE.embed(rows, fitted(rows)).shape == (600, 41)


def test_days_a_year_apart_are_near_in_the_year():
    rows = [{"a": f"{year}-{month:02}-15"} for year in range(2015, 2025) for month in range(1, 13)]
    state = fitted(rows)

    x = TABLE.embed([{"a": "2016-07-01"}, {"a": "2023-07-01"}, {"a": "2016-01-01"}], state)

    yearly = x[:, 2:4]
    assert np.linalg.norm(yearly[0] - yearly[1]) < 0.1 < np.linalg.norm(yearly[0] - yearly[2])


def test_columns_that_come_later_are_passed_over():
    rows = [{"a": float(number)} for number in range(5)]

    x = TABLE.embed([{"b": "new", "a": 1.0}], fitted(rows))

    np.testing.assert_array_equal(x, TABLE.embed([{"a": 1.0}], fitted(rows)))


@pytest.mark.parametrize("rows", [[], [{"a": "x"}] * 3, [{}, {}]])
def test_rows_that_do_not_differ_are_an_error(rows):
    with pytest.raises(InputError):
        fitted(rows)


def test_where_there_are_only_names_their_words_are_used():
    rows = [{"a": f"ID{number:05}"} for number in range(40)]

    assert TABLE.embed(rows, fitted(rows)).std(axis=0).max() > 0


def test_the_largest_numbers_there_are_leave_the_others_apart():
    rows = [{"a": float(value), "b": 1.7e308} for value in range(30)]
    rows += [{"a": 1.7e308, "b": -1.7e308}, {"a": -1.7e308, "b": None}]

    x = TABLE.embed(rows, fitted(rows))

    assert np.isfinite(x).all()
    assert x[31, 1] < x[0, 1] < x[29, 1] < x[30, 1]
