import math

import pytest

from labeler_app.adapters.cells import FORMS, is_missing, moment, number, written


@pytest.mark.parametrize("cell", [None, "", " ", "?", "NA", "n/a", "NaN", "null", "-", math.nan])
def test_what_says_that_there_is_nothing_is_missing(cell):
    assert is_missing(cell)


@pytest.mark.parametrize("cell", [0, 0.0, "0", "no", "nano", "–5"])
def test_a_value_is_not_missing(cell):
    assert not is_missing(cell)


@pytest.mark.parametrize(
    ("cell", "value"),
    [("12", 12), (" -1.5e3 ", -1500), ("1,234.5", 1234.5), ("3,5", 3.5), ("12 %", 12), ("$ 5", 5)],
)
def test_numbers_as_people_write_them_are_read(cell, value):
    assert number(cell) == value


@pytest.mark.parametrize(
    "cell", ["", "1e400", "12a", "1.2.3", "1,23,4", ".", "e5", "inf", "9" * 50, None, math.nan]
)
def test_what_is_no_number_gives_none(cell):
    assert number(cell) is None


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (12345678901.0, "12345678901"),
        (1234567890.5, "1234567890.5"),
        (12.0, "12"),
        (0.1 + 0.2, "0.3"),
        (-1e300, "-1e+300"),
        (7, "7"),
        ("007", "007"),
        (None, ""),
        (math.nan, ""),
    ],
)
def test_a_number_is_written_with_every_digit_that_is_meant(cell, text):
    assert written(cell) == text


def test_dates_are_days_from_the_start_of_2000():
    assert moment("2000-01-02", FORMS["iso"]) == 1.0
    assert moment("2000-01-02T12:00:00+02:00", FORMS["iso"]) == 1.5
    assert moment("03.01.2000", FORMS["%d.%m.%Y"]) == 2.0
    assert moment("2000-02-31", FORMS["iso"]) is None
    assert moment("20000102", FORMS["iso"]) is None
