"""Where a value of a row lies among those of its project, measured once on a sample of its rows."""

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from labeler_app.adapters.cells import Cell, is_missing, number
from labeler_app.core.arrays import FloatArray
from labeler_app.services import contents
from labeler_app.services.workspace import Workspace
from labeler_app.store import imports, items

ROWS = 2_000
"""Looked at, at most."""
MARKS = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Shares of the rows that lie below the marks of a strip."""
MOST_COLUMNS = 200
"""Measured; a person compares no more."""
# One typing error in twenty does not turn a column of numbers into one of words.
NUMBERS = 0.95
"""Share of the values that must be numbers for a column of them."""

_MOST_PROJECTS = 8
_FEWEST_ROWS = 20
_MOST_WORDS = 200


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one value lies among those of its column.

    Attributes
    ----------
    number
        The number it says; None for a word.
    marks
        The numbers below which 5, 25, 50, 75 and 95 % of the column lie; none for a word.
    below, same
        The shares of the column's values that are smaller, and that are the same. Words have no
        order: none is below.
    """

    number: float | None
    marks: tuple[float, ...]
    below: float
    same: float


@dataclass(frozen=True, slots=True)
class Column:
    """The values of one column: its numbers in order, or what share each of its words has."""

    numbers: FloatArray
    marks: tuple[float, ...]
    words: Mapping[str, float]

    def standing(self, cell: Cell) -> Standing | None:
        """Return where a value lies; None if there is nothing to compare it with."""
        if len(self.numbers):
            found = number(cell)
            return None if found is None or not np.isfinite(found) else self._rank(found)
        share = self.words.get(str(cell).strip())
        return None if share is None else Standing(None, (), 0.0, share)

    def _rank(self, found: float) -> Standing:
        first, last = np.searchsorted(self.numbers, [found, np.nextafter(found, np.inf)])
        count = len(self.numbers)
        return Standing(found, self.marks, float(first / count), float((last - first) / count))


@dataclass(frozen=True, slots=True)
class Spread:
    """What the columns of a project hold.

    Attributes
    ----------
    rows
        How many were looked at.
    of
        How many the project had then.
    columns
        By name; those that nothing can be compared with are left out.
    """

    rows: int
    of: int
    columns: Mapping[str, Column]


def of_project(ws: Workspace, project: int) -> Spread:
    """Return what the columns of a project hold; measured anew when an import has ended."""
    with ws.store.read() as tx:
        ended = [run.id for run in imports.of_project(tx, project) if run.state == "done"]
    name, newest = (str(ws.folder), project), max(ended, default=0)
    # Those who ask meanwhile wait for the one answer: three requests of a desk come at once.
    with _measuring:
        seen, found = _measured.pop(name, (None, _NOTHING))
        if seen != newest:
            found = _measure(ws, project)
        _measured[name] = (newest, found)
        if len(_measured) > _MOST_PROJECTS:
            del _measured[next(iter(_measured))]
        return found


_NOTHING = Spread(0, 0, {})
_measuring = threading.Lock()
_measured: dict[tuple[str, int], tuple[int | None, Spread]] = {}


def _measure(ws: Workspace, project: int) -> Spread:
    with ws.store.read() as tx:
        chosen = items.sample(tx, project, ROWS)
    cells: dict[str, list[Cell]] = {}
    rows = 0
    for _, row in contents.rows(ws, chosen):
        rows += 1
        for name, cell in row.items():
            if name in cells or len(cells) < MOST_COLUMNS:
                cells.setdefault(name, []).append(cell)
    with ws.store.read() as tx:
        of = items.count(tx, project)
    made = {name: _column(column) for name, column in cells.items()}
    return Spread(rows, of, {name: one for name, one in made.items() if one is not None})


def _column(cells: Sequence[Cell]) -> Column | None:
    known = [one for one in cells if not is_missing(one)]
    if len(known) < _FEWEST_ROWS:
        return None
    numbers = [found for one in known if (found := number(one)) is not None and np.isfinite(found)]
    if len(numbers) >= NUMBERS * len(known):
        ordered = np.sort(np.array(numbers, dtype=np.float64))
        return Column(ordered, tuple(np.quantile(ordered, MARKS).tolist()), {})
    counts = Counter(str(one).strip() for one in known)
    if len(counts) > min(_MOST_WORDS, len(known) // 2):
        return None
    shares = {word: count / len(known) for word, count in counts.items()}
    return Column(np.zeros(0), (), shares)
