"""Lines split into the rows of CSV: a row that is wrong costs itself, not those that follow it."""

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST_ROW = 16 * 10**6
"""Characters of all lines of a row; more of them have a quote that is not closed."""
MOST_LINES = 100_000
"""Of one row."""
MOST_CELLS = 1_000_000
"""Of one row, separators inside of quotes counted."""

# Lines that a wrong row took are read again, up to this many characters and as many as twice those
# of the table: else a table of nothing but open quotes would be read for hours.
_MOST_AGAIN = 64 * 10**6
_COST_OF_LINE = 50


@dataclass(frozen=True, slots=True)
class Split:
    """A row and its cells."""

    line: int
    """Where it begins; the first line is 1."""
    last: int
    """The line in which it ends."""
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Unsplit:
    """A line with which no row can begin, and why, in a few words."""

    line: int
    reason: str


def split_rows(lines: Iterator[str], separator: str) -> Iterator[Split | Unsplit]:
    """Split lines into rows; after one that is wrong, reading goes on with its second line."""
    given = _Given(lines, separator)
    reader = csv.reader(given, delimiter=separator, strict=True)
    while True:
        given.begin()
        try:
            cells = next(reader, None)
        except csv.Error as error:
            reason = _reason(error, given)
            yield Unsplit(given.first, reason + given.give_back())
            continue
        if cells is None:
            return
        yield Split(given.first, given.last, cells)


class _EndlessError(csv.Error):
    """A row is larger than any."""


class _Given:
    """The lines a reader of rows is given, kept until the row they make is done."""

    def __init__(self, lines: Iterator[str], separator: str) -> None:
        self._lines = lines
        self._separator = separator
        self._again: deque[str] = deque()
        self._budget = _MOST_AGAIN
        self._row: list[str] = []
        self._size = 0
        self._cells = 0
        self.first = 1

    @property
    def last(self) -> int:
        """The line that was given last."""
        return self.first + max(len(self._row), 1) - 1

    def begin(self) -> None:
        """Begin the next row."""
        self.first += len(self._row)
        self._row.clear()
        self._size = self._cells = 0

    def give_back(self) -> str:
        """Let all lines of the row but its first be read again; return a word if that is too much.

        Returns
        -------
        str
            Empty if they will be.
        """
        cost = self._size - len(self._row[0]) + _COST_OF_LINE * (len(self._row) - 1)
        if cost > self._budget:
            return f"; all up to line {self.last} is left out with it"
        self._budget -= cost
        self._again.extendleft(reversed(self._row[1:]))
        del self._row[1:]
        return ""

    def __iter__(self) -> "_Given":
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._fresh()
        self._row.append(line)
        self._size += len(line)
        self._cells += line.count(self._separator)
        if self._cells >= MOST_CELLS:
            raise _EndlessError(f"has more than {MOST_CELLS:,} cells")
        if len(self._row) > 1 and (self._size > LONGEST_ROW or len(self._row) > MOST_LINES):
            raise _EndlessError(_not_closed(self.last))
        return line

    def _fresh(self) -> str:
        line = next(self._lines)
        self._budget += 2 * len(line)
        return line


def _reason(error: csv.Error, given: _Given) -> str:
    if isinstance(error, _EndlessError):
        return str(error)
    if "unexpected end of data" in str(error):
        return _not_closed(given.last)
    where = f" in line {given.last}" if given.last > given.first else ""
    return f"cannot be split into cells: {error}{where}"


def _not_closed(last: int) -> str:
    return f"a quote opens that is not closed up to line {last}"
