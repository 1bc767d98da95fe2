import csv
import io

import pytest

from labeler_app.adapters.formats.csv import write

HOSTILE = [
    "",
    " ",
    '"',
    '""',
    "a,b",
    "a;b",
    "line\nbreak",
    "line\rbreak",
    "line\r\nbreak",
    "\r",
    "\u2028",
    "\x85",
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "'quoted",
    "back\\slash",
    "\ufeffmark",
    "Zürich 猫 🦊",
    "\u202etxt.exe",
    "NA",
    "None",
    "007",
    "1e5",
]


def test_hostile_text_comes_back_exactly_also_through_a_file(tmp_path):
    path = tmp_path / "out.csv"
    rows = [{"n": str(n), "text": text, "=name": text} for n, text in enumerate(HOSTILE)]

    with path.open("w", encoding="utf-8", newline="") as out:
        write(rows, out)
    with path.open(encoding="utf-8", newline="") as back:
        read = list(csv.DictReader(back))

    assert read == rows


@pytest.mark.parametrize("text", HOSTILE)
def test_a_single_column_comes_back_exactly(text):
    out = io.StringIO(newline="")

    write([{"text": text}], out)

    assert list(csv.reader(io.StringIO(out.getvalue(), newline=""))) == [["text"], [text]]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_for_people_a_formula_is_shown_as_text(text):
    out = io.StringIO(newline="")

    write([{"text": text, "number": -1.5}], out, for_people=True)

    read = list(csv.reader(io.StringIO(out.getvalue(), newline="")))
    assert read[1] == [f"'{text}", "-1.5"]


def test_for_people_other_text_stays_as_it_is():
    out = io.StringIO(newline="")

    write([{"text": "1 = 1"}], out, for_people=True)

    assert out.getvalue() == "text\r\n1 = 1\r\n"


def test_numbers_truth_and_absence_have_one_spelling():
    out = io.StringIO(newline="")

    write([{"a": 0.1, "b": 10**20, "c": True, "d": None, "e": 1 / 3}], out)

    assert out.getvalue() == "a,b,c,d,e\r\n0.1,100000000000000000000,true,,0.3333333333333333\r\n"


def test_columns_without_rows_give_a_header():
    out = io.StringIO(newline="")

    write([], out, columns=["path", "label"])

    assert out.getvalue() == "path,label\r\n"
