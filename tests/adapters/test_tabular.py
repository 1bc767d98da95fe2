import gzip
import json
import time

import pytest

from labeler_app.adapters import lines, tabular
from labeler_app.adapters.tabular import BadRow, Row, open_table, read_rows
from labeler_app.errors import FormatError, InputError


def packed(content: bytes) -> bytes:
    """Pack with gzip, alike at any time of day: tests are named after it."""
    return gzip.compress(content, mtime=0)


def table(tmp_path, content: bytes | str, name="reviews.csv"):
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_rows_come_with_the_line_they_begin_on(tmp_path):
    path = table(tmp_path, 'text,label\n"two\nlines",bad\n\ngood one,good\n')

    assert list(read_rows(path)) == [
        Row(2, {"text": "two\nlines", "label": "bad"}),
        Row(5, {"text": "good one", "label": "good"}),
    ]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"\xef\xbb\xbftext,label\r\na b,c\r\n", "a.csv"),
        (b"text;label\na b;c\n", "a.csv"),
        (b"text\tlabel\na b\tc\n", "a.tsv"),
        (b' "text" , label\na b,c', "a.csv"),
        (b'"text, long";label\na b;c\n', "b.csv"),
        (packed(b"text,label\na b,c\n"), "a.csv.gz"),
        (b'{"text": "a b", "label": "c"}\n', "a.jsonl"),
        (packed(b'{"text": "a b", "label": "c"}'), "a.ndjson.gz"),
    ],
    ids=["mark", "semicolons", "tabs", "spaces", "comma in a name", "gzip", "jsonl", "ndjson.gz"],
)
def test_tables_as_other_programs_write_them_are_understood(tmp_path, content, name):
    (row,) = read_rows(table(tmp_path, content, name))

    assert list(row.cells.values()) == ["a b", "c"]


def test_a_ragged_row_is_told_with_its_line_and_the_others_are_read(tmp_path):
    path = table(tmp_path, "text,label\nfine,good\nhello, world,bad\nshort\nlast,good,,\n")

    assert list(read_rows(path)) == [
        Row(2, {"text": "fine", "label": "good"}),
        BadRow(3, "has 3 cells, the header has 2"),
        BadRow(4, "has 1 cell, the header has 2"),
        Row(5, {"text": "last", "label": "good"}),
    ]


def test_a_quote_that_does_not_close_spoils_its_row_only(tmp_path):
    path = table(tmp_path, 'text,label\n"odd"quote,bad\nfine,good\n')

    odd, fine = read_rows(path)

    assert odd.line == 2
    assert odd.reason.startswith("cannot be split into cells")
    assert fine == Row(3, {"text": "fine", "label": "good"})


def test_a_stray_quote_does_not_swallow_the_rest_of_the_table(tmp_path):
    rows = [f"text {number},good\n" for number in range(2, 302)]
    rows[99] = '"' + rows[99]

    found = list(read_rows(table(tmp_path, "text,label\n" + "".join(rows))))

    assert [one for one in found if isinstance(one, BadRow)] == [
        BadRow(101, "a quote opens that is not closed up to line 301")
    ]
    assert [one.line for one in found] == list(range(2, 302))


def test_a_wrong_row_of_several_lines_says_where_it_ends(tmp_path):
    path = table(tmp_path, 'text,label\n"one\ntwo",good,extra\nfine,good\n')

    assert next(iter(read_rows(path))) == BadRow(
        2, "has 3 cells, the header has 2; it goes on up to line 3"
    )


@pytest.mark.parametrize("name", ["wide.csv", "wide.jsonl"])
def test_far_too_many_columns_are_refused_at_once(tmp_path, name):
    names = [f"c{number}" for number in range(60_000)]
    content = ",".join(names) if name.endswith(".csv") else json.dumps(dict.fromkeys(names, 1))
    begun = time.process_time()

    with pytest.raises(FormatError, match="line 1: 60,000 columns; 10,000 is the most"):
        open_table(table(tmp_path, content + "\n", name))

    assert time.process_time() - begun < 5  # Of seconds; each name sought among all took 38.


def test_rows_with_a_nul_or_half_a_character_are_refused_one_by_one(tmp_path):
    bad = table(tmp_path, b"text,label\na\0b,good\nfine,good\n")
    half = table(tmp_path, '{"text": "\\ud800"}\n{"text": "\\u0000"}\n{"text": "x"}\n', "a.jsonl")

    assert [type(one) for one in read_rows(bad)] == [BadRow, Row]
    assert [one.reason for one in read_rows(half) if isinstance(one, BadRow)] == [
        "holds half of a character",
        "holds a NUL character",
    ]


def test_json_values_become_text_numbers_or_nothing(tmp_path):
    values = {"a": True, "b": 3, "c": 2.5, "d": None, "e": [1], "f": 10**30}
    path = table(tmp_path, json.dumps(values) + '\n{"a": NaN}\n', "a.jsonl")

    first, second = read_rows(path)

    expected = {"a": "true", "b": 3, "c": 2.5, "d": None, "e": "[1]", "f": str(10**30)}
    assert first.cells == expected
    assert second.cells == {"a": None}


def test_lines_that_are_no_json_objects_are_told(tmp_path):
    path = table(tmp_path, '{"text": "a"}\n[1]\n{"text": \n' + "[" * 100_000 + "\n", "a.jsonl")

    assert [one.reason for one in read_rows(path) if isinstance(one, BadRow)] == [
        "is not a JSON object",
        "is not JSON",
        "is not JSON",
    ]


@pytest.mark.parametrize(
    ("content", "name", "problem"),
    [
        ("text,label,text\na,b,c\n", "a.csv", "a.csv, line 1: two columns are called 'text'"),
        ("5.1,3.5,1.4\n4.9,3.0,1.4\n", "a.csv", "line 1: names no columns"),
        ("", "a.csv", "line 1: no header"),
        (
            "text,label\nfine,a\ncaf\xe9,b\n".encode("latin-1"),
            "a.csv",
            "a.csv, line 3: is not UTF-8",
        ),
        ("text,label\n".encode("utf-16"), "a.csv", "line 1: is UTF-16"),
        (b"text,label\n", "a.csv.gz", "is not packed with gzip"),
        (packed(b"text,label\n" + b"a,b\n" * 99)[:-9], "a.csv.gz", "it is damaged"),
        ("[1]\n", "a.jsonl", "none of its first lines is a JSON object"),
    ],
)
def test_what_spoils_a_whole_table_is_one_sentence(tmp_path, content, name, problem):
    path = table(tmp_path, content, name)

    with pytest.raises(FormatError, match=problem):
        list(read_rows(path))


def test_a_line_without_an_end_does_not_fill_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(lines, "LONGEST_LINE", 1_000)
    path = table(tmp_path, "text\n" + "x" * 2_000)

    with pytest.raises(FormatError, match="line 2: is longer than"):
        list(read_rows(path))


def test_a_file_of_too_many_lines_is_not_read_for_hours(tmp_path, monkeypatch):
    monkeypatch.setattr(lines, "MOST_LINES", 1_000)
    path = table(tmp_path, packed(b"text\n" + b"a\n" * 1_000), "a.csv.gz")

    with pytest.raises(FormatError, match=r"a\.csv\.gz has more than 1,000 lines"):
        list(read_rows(path))


def test_a_column_without_a_name_is_left_out(tmp_path):
    path = table(tmp_path, ",text,label\n0,a,b\n1,c,d\n")

    assert open_table(path).columns == ("text", "label")
    assert next(iter(read_rows(path))) == Row(2, {"text": "a", "label": "b"})


def test_a_column_is_found_in_any_case_and_a_missing_one_names_those_there_are(tmp_path):
    opened = open_table(table(tmp_path, "Text,Label\na,b\n"))

    assert opened.column("text", "text") == "Text"
    with pytest.raises(InputError) as error:
        opened.column("body", "text")
    assert error.value.problem == "reviews.csv has no column 'body' for the text."
    assert error.value.hint == "Its columns: Text, Label."


def test_names_of_tables_are_known():
    named = ["a.csv", "a.CSV.gz", "a.tsv", "a.jsonl", "a.ndjson.gz"]

    assert all(tabular.is_table_name(name) for name in named)
    assert not any(tabular.is_table_name(name) for name in ["a.json", "a.xlsx", "csv", "a.gz"])
