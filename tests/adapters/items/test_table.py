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


def test_a_row_is_drawn_with_every_name_beside_its_value():
    drawn = draw_row({"age": 39.0, "job": "<clerk>", "note": None, "long": "word " * 200})

    shown = [
        one.text for one in ElementTree.fromstring(drawn.svg).iter() if one.tag.endswith("text")
    ]
    assert shown[:6] == ["age", "39", "job", "<clerk>", "note", "–"]
    assert shown[-1] == "…"


def test_many_columns_are_cut_with_a_word():
    drawn = draw_row({f"column {number}": "1" for number in range(100)})

    assert "… and 60 more columns" in drawn.svg.decode()
