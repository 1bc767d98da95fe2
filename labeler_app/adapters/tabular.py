"""Tables on this computer, one row at a time: CSV and JSON Lines, packed with gzip or not.

A row that cannot be used does not end the reading: it comes as a `BadRow` with its line and the
reason. Only what spoils the whole table is an error: no header, another encoding, damage.
"""

import json
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from labeler_app.adapters.lines import read_lines
from labeler_app.adapters.splitting import Split, Unsplit, split_rows
from labeler_app.errors import FormatError, InputError

Cell = str | int | float | None

_TABLE = re.compile(r"\.(csv|tsv|jsonl|ndjson)(\.gz)?$", re.IGNORECASE)
_JSON = re.compile(r"\.(jsonl|ndjson)(\.gz)?$", re.IGNORECASE)
_SEPARATORS = (",", ";", "\t")
# Objects that are looked at for the names of the columns of a JSON Lines file.
_FIRST_OBJECTS = 1_000
_MOST_COLUMNS = 10_000
_SHOWN_COLUMNS = 12
_LARGEST_EXACT = 2**53


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table."""

    line: int
    """Where it begins; the first line of the file is 1."""
    cells: Mapping[str, Cell]
    """Values by the names of the columns; from CSV always text."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be used, and why, in a few words."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose columns are known; its rows are read when asked for."""

    path: Path
    columns: tuple[str, ...]
    """Those with a name, in their order; the first thousand objects tell them for JSON Lines."""
    separator: str
    """Of the cells; "" for JSON Lines."""

    def rows(self) -> Iterator[Row | BadRow]:
        """Read all rows in their order; empty lines are passed over.

        Raises
        ------
        FormatError
            If the file is gone, damaged, or no UTF-8 text.
        """
        if not self.separator:
            return _json_rows(self.path)
        return _csv_rows(self.path, self.separator)

    def column(self, name: str, what: str) -> str:
        """Return the column a person means by a name, upper and lower case apart.

        Raises
        ------
        InputError
            If there is none, naming those there are.
        """
        same = [one for one in self.columns if one == name]
        alike = [one for one in self.columns if one.casefold() == name.strip().casefold()]
        if not same and len(alike) != 1:
            raise InputError(
                f"{self.path.name} has no column {name!r} for the {what}.",
                hint=f"Its columns: {listed(self.columns)}.",
            )
        return (same or alike)[0]


def is_table_name(name: str) -> bool:
    """Tell whether a name promises a table: .csv, .tsv, .jsonl or .ndjson, with .gz or without."""
    return _TABLE.search(name) is not None


def open_table(path: Path) -> Table:
    """Read the names of the columns of a table.

    The cells of CSV are separated by commas, semicolons or tabs, whichever the header has most of;
    a column without a name, as programs write for their own counting, is left out.

    Raises
    ------
    FormatError
        If there is no header, a name stands there twice, or the file cannot be read.
    """
    if _JSON.search(path.name):
        return Table(path, _json_columns(path), "")
    separator, names = _header(path)
    _check_header(path, names)
    return Table(path, tuple(name for name in names if name), separator)


def read_rows(path: Path) -> Iterator[Row | BadRow]:
    """Read the rows of a table, as `open_table` and `Table.rows` do."""
    return open_table(path).rows()


def listed(columns: tuple[str, ...]) -> str:
    """Return the first names of columns for a message."""
    shown = ", ".join(name[:40] for name in columns[:_SHOWN_COLUMNS])
    rest = len(columns) - _SHOWN_COLUMNS
    return f"{shown} and {rest:,} more" if rest > 0 else shown


def _header(path: Path) -> tuple[str, list[str]]:
    tried = []
    for separator in _SEPARATORS:
        first = next(split_rows(read_lines(path), separator), None)
        if isinstance(first, Split):
            tried.append((len(first.cells), separator, first.cells))
    if not tried or not tried[0][2]:
        raise FormatError(
            f"{path.name}, line 1: no header can be read.",
            hint="Name the columns in the first line, with commas between.",
        )
    _, separator, names = max(tried, key=lambda one: one[0])  # max takes the first of equals.
    return separator, [_named(name) for name in names]


def _check_header(path: Path, names: list[str]) -> None:
    where = f"{path.name}, line 1"
    if len(names) > _MOST_COLUMNS:
        raise FormatError(f"{where}: {len(names):,} columns; {_MOST_COLUMNS:,} is the most.")
    known = [name for name in names if name]
    doubled = next((name for name, count in Counter(known).items() if count > 1), None)
    if doubled is not None:
        raise FormatError(
            f"{where}: two columns are called {doubled[:40]!r}.",
            hint="Give each column a name of its own.",
        )
    if not known or all(_is_number(name) for name in known):
        raise FormatError(
            f"{where}: names no columns, it holds {listed(tuple(known)) or 'nothing'}.",
            hint="Put a line above it that names the columns.",
        )
    if any("\0" in name for name in known):
        raise FormatError(f"{where}: holds a NUL character.", hint="Is it a text file?")


def _csv_rows(path: Path, separator: str) -> Iterator[Row | BadRow]:
    rows = split_rows(read_lines(path), separator)
    header = next(rows)
    names = [_named(name) for name in header.cells] if isinstance(header, Split) else []
    for row in rows:
        if isinstance(row, Unsplit):
            yield BadRow(row.line, row.reason)
        elif any(row.cells):
            yield _csv_row(row, names)


def _csv_row(row: Split, names: list[str]) -> Row | BadRow:
    cells = row.cells
    while len(cells) > len(names) and not cells[-1]:
        cells.pop()  # Spreadsheets end a line with separators for columns without a name.
    if len(cells) != len(names):
        told = f"{len(cells)} {'cell' if len(cells) == 1 else 'cells'}"
        upto = f"; it goes on up to line {row.last}" if row.last > row.line else ""
        return BadRow(row.line, f"has {told}, the header has {len(names)}{upto}")
    by_name = {name: cell for name, cell in zip(names, cells, strict=True) if name}
    return _sound(row.line, by_name)


def _json_columns(path: Path) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for row in islice(_json_rows(path), _FIRST_OBJECTS):
        names |= dict.fromkeys(row.cells) if isinstance(row, Row) else {}
        if len(names) > _MOST_COLUMNS:
            most = f"{len(names):,} columns; {_MOST_COLUMNS:,} is the most"
            raise FormatError(f"{path.name}, line {row.line}: {most}.")
    if not names:
        raise FormatError(
            f"{path.name}: none of its first lines is a JSON object.",
            hint='JSON Lines has one object a line, such as {"text": "..."}.',
        )
    return tuple(names)


def _json_rows(path: Path) -> Iterator[Row | BadRow]:
    for number, line in enumerate(read_lines(path), start=1):
        if line.strip():
            yield _json_row(number, line)


def _json_row(number: int, line: str) -> Row | BadRow:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return BadRow(number, "is not JSON")
    if not isinstance(found, dict):
        return BadRow(number, "is not a JSON object")
    return _sound(number, {_named(name): _cell(value) for name, value in found.items()})


def _sound(line: int, cells: Mapping[str, Cell]) -> Row | BadRow:
    texts = [*cells, *(cell for cell in cells.values() if isinstance(cell, str))]
    if any("\0" in text for text in texts):
        return BadRow(line, "holds a NUL character")
    try:
        "".join(texts).encode("utf-8")
    except UnicodeEncodeError:
        return BadRow(line, "holds half of a character")
    return Row(line, cells)


def _cell(value: object) -> Cell:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return value if abs(value) <= _LARGEST_EXACT else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return json.dumps(value, ensure_ascii=False)


def _named(name: str) -> str:
    return unicodedata.normalize("NFC", name.strip())


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
