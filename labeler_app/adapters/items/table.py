"""Rows of a table: checked, drawn for thumbnails, and compared by their values."""

import hashlib
from collections.abc import Mapping

import numpy as np

from labeler_app.adapters.cells import is_missing, written
from labeler_app.adapters.items.paper import WIDTH, draw
from labeler_app.core.arrays import Array
from labeler_app.errors import FormatError

Values = Mapping[str, str | float | None]
"""One row: values by the names of the columns; None where there is none."""

LONGEST_ROW = 100_000
"""Characters of all values together."""
SIGNATURE = 2
"""Numbers of a signature."""


def checked_row(row: Values) -> dict[str, str | float | None]:
    """Return a row as it is kept: text without the white space around it, nothing as None.

    Raises
    ------
    FormatError
        If it holds no value at all, a NUL character, or more than 100,000 characters.
    """
    kept = {name: _checked(value) for name, value in row.items()}
    if all(is_missing(value) for value in kept.values()):
        raise FormatError("holds no value")
    size = sum(len(value) for value in kept.values() if isinstance(value, str))
    if size > LONGEST_ROW:
        raise FormatError(f"has {size:,} characters, {LONGEST_ROW:,} is the most")
    return kept


def draw_row(row: Values) -> bytes:
    """Draw the first columns of a row for a thumbnail, as SVG."""
    told = ((name, " ".join(written(value).split())) for name, value in row.items())
    return draw([f"{name}: {value or '–'}"[:WIDTH] for name, value in told])


def signature(row: Values) -> Array:
    """Return two numbers that are the same for rows of the same values.

    Case, white space, the form of a number and the order of the columns make no difference.

    Returns
    -------
    array of shape (2,), uint32
    """
    told = sorted(f"{name.casefold()}\x1f{_plain(value)}" for name, value in row.items())
    digest = hashlib.sha256("\x1e".join(told).encode()).digest()
    return np.frombuffer(digest[: 4 * SIGNATURE], dtype="<u4").astype(np.uint32)


def _checked(value: str | float | None) -> str | float | None:
    if not isinstance(value, str):
        return None if value is None or value != value else value
    if "\0" in value:
        raise FormatError("holds a NUL character")
    return value.strip() or None


def _plain(value: str | float | None) -> str:
    if value is None or is_missing(value):
        return ""
    try:
        return repr(float(value))
    except ValueError:
        return " ".join(str(value).casefold().split())
