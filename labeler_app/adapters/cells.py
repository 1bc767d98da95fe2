"""What a cell of a table says: nothing, a number, a day and hour, or text."""

import re
from collections.abc import Callable
from datetime import datetime

Cell = str | int | float | None

_MISSING = frozenset({"", "?", "na", "n/a", "nan", "null", "none", "-", "--", "#n/a"})
_NUMBER = re.compile(r"(?=[-+]?\.?\d)[-+]?(\d{1,3}(,\d{3})+|\d+)?(\.\d*)?([eE][-+]?\d+)?")
_DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d{1,2}")
_AROUND = " \t$€£%"
_FORMATS = ("%d.%m.%Y", "%Y/%m/%d", "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y %H:%M", "%m/%d/%Y %H:%M")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}.*)?")
_LONGEST = 40
_START = datetime(2000, 1, 1)


def is_missing(cell: Cell) -> bool:
    """Tell whether a cell says that there is nothing: empty, "?", "NA", "null" and the like."""
    if isinstance(cell, str):
        return cell.strip().casefold() in _MISSING
    return cell is None or cell != cell


def number(cell: Cell) -> float | None:
    """Return the number a cell holds, if it is one: also 1,234.5, 12 %, € 3 and 3,5."""
    if cell is None or not isinstance(cell, str):
        return None if cell is None or cell != cell else float(cell)
    text = cell.strip(_AROUND)
    if not text or len(text) > _LONGEST:
        return None
    if _DECIMAL_COMMA.fullmatch(text):
        return float(text.replace(",", "."))
    if not _NUMBER.fullmatch(text):
        return None
    found = float(text.replace(",", ""))
    return found if abs(found) < float("inf") else None


def written(cell: Cell) -> str:
    """Return what a cell says, for reading; of a number 15 digits, every one that is meant."""
    if cell is None or cell != cell:
        return ""
    return f"{cell:.15g}" if isinstance(cell, float) else str(cell)


def moment(cell: Cell, reads: Callable[[str], datetime]) -> float | None:
    """Return the days from the start of 2000 to what a cell says, read by one form of dates."""
    if not isinstance(cell, str) or not 6 <= len(cell.strip()) <= _LONGEST:
        return None
    try:
        found = reads(cell.strip()).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
    return (found - _START).total_seconds() / 86_400


def _iso(text: str) -> datetime:
    if not _ISO.fullmatch(text):
        raise ValueError(text)
    return datetime.fromisoformat(text)


def _reader(form: str) -> Callable[[str], datetime]:
    return lambda text: datetime.strptime(text, form)


FORMS = {"iso": _iso} | {form: _reader(form) for form in _FORMATS}
"""Forms of dates by name; a column has one of them."""
