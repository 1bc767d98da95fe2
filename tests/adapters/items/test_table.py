from xml.etree import ElementTree

import pytest

from labeler_app.adapters.items.table import checked_row, draw_row, signature
from labeler_app.errors import FormatError


def test_a_row_is_kept_with_nothing_as_none():
    assert checked_row({"a": " x ", "b": "", "c": 2.5, "d": float("nan")}) == {
        "a": "x",
        "b": None,
        "c": 2.5,
        "d": None,
    }


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"a": None, "b": "?", "c": " NA "}, "holds no value"),
        ({"a": "x\0"}, "NUL"),
        ({"a": "x" * 60_000, "b": "y" * 60_000}, "has 120,000 characters"),
    ],
)
def test_what_is_no_row_is_refused_in_a_few_words(row, reason):
    with pytest.raises(FormatError, match=reason):
        checked_row(row)


def test_rows_of_the_same_values_have_the_same_signature():
    one = signature({"Age": "39", "job": "State  Gov", "note": None})
    other = signature({"job": "state gov", "age": 39.0, "note": "?"})

    assert (one == other).all()
    assert (one != signature({"Age": "40", "job": "state gov", "note": None})).any()


def test_the_first_columns_of_a_row_are_drawn_with_their_values():
    row = {"age": 39.0, "job": "<clerk>", "note": None, "long": "word\n" * 200}

    root = ElementTree.fromstring(draw_row({**row, **dict.fromkeys("abcdefgh", "1")}))

    lines = [one.text for one in root.iter() if one.tag.endswith("text")]
    assert lines[:4] == ["age: 39", "job: <clerk>", "note: –", "long: word word word w"]
    assert len(lines) == 8
