"""JSON Lines: one JSON object a line, with the types kept."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TextIO

from labeler_app.adapters.formats import check_columns, check_row
from labeler_app.errors import InputError

# Legal inside JSON text, but many readers of lines take them for the end of one.
_LINE_ENDS = str.maketrans({"\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def write(
    rows: Iterable[Mapping[str, object]],
    out: TextIO,
    *,
    columns: Sequence[str] | None = None,
    for_people: bool = False,
) -> int:
    """Write rows as JSON Lines and return their number.

    Parameters
    ----------
    rows
        Each with the same keys.
    out
        Opened with ``newline=""`` and UTF-8.
    columns
        Names and order; the keys of the first row when absent.
    for_people
        Changes nothing here: no spreadsheet opens JSON Lines by itself.

    Raises
    ------
    InputError
        If a row has other keys than the columns, or a value cannot be written exactly.
    """
    count = 0
    names = None if columns is None else check_columns(columns)
    for count, row in enumerate(rows, start=1):
        names = check_columns(list(row)) if names is None else names
        check_row(row, names, count)
        out.write(_line({name: row[name] for name in names}, count))
    return count


def _line(row: Mapping[str, object], number: int) -> str:
    try:
        text = json.dumps(row, ensure_ascii=False, allow_nan=False, default=_date)
    except (TypeError, ValueError) as error:
        raise InputError(f"Row {number} cannot be written as JSON: {error}.") from error
    return text.translate(_LINE_ENDS) + "\n"


def _date(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a {type(value).__name__} has no JSON form")
