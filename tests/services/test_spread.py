"""Where a value lies among those of its project: shares of a column, measured once."""

import pytest

from labeler_app.services import setup, spread
from labeler_app.services.exchange import ImportOptions
from tests.builders import run_import
from tests.tables import written

OPTIONS = ImportOptions()


def table(tmp_path, rows, name="rows.csv"):
    return written(tmp_path / name, rows)


def made(ws, file):
    return setup.new_project(ws, "Rows", file, OPTIONS).project.id


@pytest.fixture
def hundred(ws, tmp_path):
    """A hundred rows: whole numbers, a word in three quarters, mostly zeros, and names."""
    rows = [
        {
            "age": str(number),
            "job": "clerk" if number % 4 else "pilot",
            "gain": str(7 * number if number >= 90 else 0),
            "name": f"person{number}",
        }
        for number in range(100)
    ]
    return made(ws, table(tmp_path, rows))


def test_a_number_has_the_share_of_those_below_it_and_the_marks_of_its_column(ws, hundred):
    age = spread.of_project(ws, hundred).columns["age"].standing("37")

    assert (age.number, age.below, age.same) == (37.0, 0.37, 0.01)
    assert age.marks == pytest.approx((4.95, 24.75, 49.5, 74.25, 94.05))


def test_a_number_that_most_rows_have_says_how_many_are_the_same(ws, hundred):
    gain = spread.of_project(ws, hundred).columns["gain"].standing("0")

    assert (gain.below, gain.same) == (0.0, 0.9)


def test_a_word_has_its_share_and_one_that_was_never_seen_has_none(ws, hundred):
    job = spread.of_project(ws, hundred).columns["job"]

    assert job.standing("pilot").same == 0.25
    assert job.standing("pilot").marks == ()
    assert job.standing("astronaut") is None


def test_a_column_in_which_nearly_every_value_differs_is_not_compared(ws, hundred):
    assert "name" not in spread.of_project(ws, hundred).columns


@pytest.mark.parametrize("odd", ["?", "", None, "many", float("inf"), float("nan")])
def test_what_is_no_number_lies_nowhere_among_numbers(ws, hundred, odd):
    assert spread.of_project(ws, hundred).columns["age"].standing(odd) is None


def test_it_is_measured_once_and_again_after_the_next_import(ws, hundred, tmp_path):
    first = spread.of_project(ws, hundred)
    again = spread.of_project(ws, hundred)
    more = [
        {"age": str(number), "job": "cook", "gain": "1", "name": "x"} for number in range(200, 300)
    ]
    run_import(ws, hundred, table(tmp_path, more, "more.csv"))

    grown = spread.of_project(ws, hundred)

    assert again is first
    assert (first.rows, first.of, grown.rows, grown.of) == (100, 100, 200, 200)
    assert grown.columns["age"].standing("250").below == 0.75
