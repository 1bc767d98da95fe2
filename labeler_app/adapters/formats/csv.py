"""CSV: one row a line, everything as text, an absent value as nothing between two commas."""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import TextIO

from labeler_app.adapters.formats import check_columns, check_row
from labeler_app.errors import InputError

# Spreadsheets take a cell that begins so for a formula, and a formula can send data away.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write(
    rows: Iterable[Mapping[str, object]],
    out: TextIO,
    *,
    columns: Sequence[str] | None = None,
    for_people: bool = False,
) -> int:
    """Write rows as CSV with a header and return their number.

    Text comes back exactly as it was; an absent value comes back as empty text, numbers as their
    shortest exact text, dates in ISO form, lists as JSON.

    Parameters
    ----------
    rows
        Each with the same keys.
    out
        Opened with ``newline=""``.
    columns
        Names and order; the keys of the first row when absent.
    for_people
        Put ' before text that a spreadsheet would take for a formula.

    Raises
    ------
    InputError
        If a row has other keys than the columns, or a value cannot be written exactly.
    """
    waiting = iter(rows)
    if columns is None:
        first = next(waiting, None)
        if first is None:
            return 0
        columns, waiting = list(first), chain([first], waiting)
    columns = check_columns(columns)
    # Both ends of line are in the terminator, so that a value holding either one is quoted.
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow([_cell(name, for_people) for name in columns])
    count = 0
    for count, row in enumerate(waiting, start=1):
        check_row(row, columns, count)
        table.writerow([_cell(row[name], for_people) for name in columns])
    return count


def _cell(value: object, for_people: bool) -> str:
    if isinstance(value, str):
        return f"'{value}" if for_people and value.startswith(_FORMULA_STARTS) else value
    if isinstance(value, list):
        # It begins with a bracket: no spreadsheet takes it for a formula.
        return json.dumps(value, ensure_ascii=False)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, date):
        return value.isoformat()
    raise InputError(f"A CSV cell cannot hold a {type(value).__name__}.")
