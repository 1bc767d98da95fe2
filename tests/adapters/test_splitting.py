"""Rows of CSV out of lines that may be wrong: what a stray quote or an endless row may cost."""

import pytest

from labeler_app.adapters import splitting
from labeler_app.adapters.splitting import Split, Unsplit, split_rows


def split(text: str, separator: str = ","):
    return list(split_rows(iter(text.splitlines(keepends=True)), separator))


def test_a_quote_that_never_closes_costs_its_own_row_and_says_how_far_it_was_looked_for():
    lines = "".join(f"row {number},good\n" for number in range(3, 301))

    found = split(f'text,label\n"open,bad\n{lines}')

    assert found[1] == Unsplit(2, "a quote opens that is not closed up to line 300")
    assert [one.line for one in found] == list(range(1, 301))
    assert found[-1] == Split(300, 300, ["row 300", "good"])


def test_two_stray_quotes_far_apart_cost_their_own_rows_only():
    found = split('a,b\n"open,1\nx,2\ny,3\n"open,4\nz,5\n"fine",6\n')

    assert [one.line for one in found if isinstance(one, Unsplit)] == [2, 5]
    assert [one.cells[0] for one in found if isinstance(one, Split)] == ["a", "x", "y", "z", "fine"]


def test_a_row_over_several_lines_tells_where_it_begins_and_ends():
    assert split('a,b\n"one\n\ntwo",1\nlast,2\n')[1:] == [
        Split(2, 4, ["one\n\ntwo", "1"]),
        Split(5, 5, ["last", "2"]),
    ]


@pytest.mark.parametrize(
    ("limit", "most", "line", "reason"),
    [
        ("LONGEST_ROW", 40, 2, "a quote opens that is not closed up to line 6"),
        ("MOST_LINES", 5, 2, "a quote opens that is not closed up to line 7"),
        ("MOST_CELLS", 5, 22, "has more than 5 cells"),
    ],
)
def test_a_row_that_does_not_end_is_refused_before_it_fills_the_memory(
    monkeypatch, limit, most, line, reason
):
    monkeypatch.setattr(splitting, limit, most)
    many, wide = "one two,3\n" * 19, "," * 6

    found = split(f'a,b\n"open,1\n{many}{wide}\n')

    assert Unsplit(line, reason) in found
    assert {one.line for one in found if isinstance(one, Split)} >= {1, *range(3, 22)}


def test_the_cells_of_one_row_are_not_counted_for_the_next(monkeypatch):
    monkeypatch.setattr(splitting, "MOST_CELLS", 5)

    assert all(isinstance(one, Split) for one in split("a,b,c\n" * 9))


def test_a_table_of_nothing_but_open_quotes_is_read_in_time_in_proportion_to_its_length():
    given = []

    def lines():
        for number in range(20_000):
            given.append(number)
            yield 'x","\n'

    found = list(split_rows(lines(), ","))

    assert len(given) == 20_000
    assert all("a quote opens" in one.reason for one in found if isinstance(one, Unsplit))
    assert "; all up to line 20000 is left out with it" in found[-1].reason
