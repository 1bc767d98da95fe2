"""Read labels that came with the files: a table with the columns ``path`` and ``label``."""

import csv
import io
import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from labeler_app.adapters.files import open_regular
from labeler_app.adapters.lines import LONGEST_LINE
from labeler_app.errors import FormatError

_MOST_BYTES = 16 * LONGEST_LINE
_LONGEST_LABEL = 100
_SEPARATORS = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class LabelRow:
    """A label from a table."""

    path: str
    """Relative to the table's folder, forward slashes, Unicode form NFC."""
    label: str
    line: int
    """Where it stands, for messages; the header is line 1."""


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line of a table that gives no label."""

    path: str
    """As far as it can be told, else ""."""
    line: int
    reason: str
    """In a few words."""


def read_label_table(path: Path) -> Iterator[LabelRow | BadLine]:
    """Read a table of labels in the order of its lines.

    Commas, semicolons or tabs separate; other columns are ignored; a row whose label is empty
    names an item without a label and is left out. A path may come on several lines, with one label
    or several: what they say together depends on whether items may have several classes.

    Parameters
    ----------
    path
        UTF-8, with or without a byte order mark, at most 256 MB.

    Raises
    ------
    FormatError
        If it is no such table, or is damaged from some line on, naming the line.
    """
    text = _text(path)
    header = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=header.count)
    table = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        places = _places(next(table, []), path)
        for cells in table:
            row = _row(cells, places, table.line_num)
            if row is not None:
                yield row
    except csv.Error as error:
        raise FormatError(f"{path.name}, line {table.line_num}: {error}.") from error


def several(label: str) -> tuple[str, ...]:
    """Return the classes that a label names, for items that may have several.

    Written as our exports do, a JSON list, also an empty one; or with bars between: ``a|b``. Bars
    alone are no way to say "none", which is ``[]``: they are a name as they stand, as ``|`` and
    ``a|`` are wherever items have one class, so that every class comes back from an export.
    """
    if label.startswith("["):
        try:
            found = json.loads(label)
        except ValueError:
            found = None
        if isinstance(found, list) and all(isinstance(one, str) for one in found):
            return tuple(found)
    return tuple(part.strip() for part in label.split("|") if part.strip()) or (label,)


def checked_label(value: str | float | None) -> str:
    """Return a label as it names a class: white space around it gone, accents in one spelling.

    Returns
    -------
    str
        "" where there is none; a whole number without a point.

    Raises
    ------
    FormatError
        With a reason in a few words.
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    label = "" if value is None else unicodedata.normalize("NFC", str(value).strip())
    if _is_too_long(label):
        raise FormatError(f"the label has more than {_LONGEST_LABEL} characters")
    if _has_control(label):
        raise FormatError("the label holds a control character")
    return label


def _is_too_long(label: str) -> bool:
    return any(len(one) > _LONGEST_LABEL for one in several(label))


def _text(path: Path) -> str:
    with open_regular(path) as file:
        data = file.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise FormatError(f"{path.name} is larger than {_MOST_BYTES // 10**6} MB.")
    if 0 in data.partition(b"\n")[0] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FormatError(f"{path.name}, line 1: holds a NUL character.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise FormatError(
            f"{path.name}, line {line}: is not UTF-8 text.", hint="Save the table as UTF-8."
        ) from error


def _places(header: list[str], path: Path) -> tuple[int, int]:
    names = [name.strip().lower() for name in header]
    if "path" not in names or "label" not in names:
        seen = ", ".join(name[:_LONGEST_LABEL] for name in names[:8]) or "nothing"
        raise FormatError(
            f"{path.name}, line 1: needs the columns path and label, has {seen}.",
            hint="Name the columns in the first line.",
        )
    return names.index("path"), names.index("label")


def _row(cells: list[str], places: tuple[int, int], line: int) -> LabelRow | BadLine | None:
    if not any(cells):
        return None
    if len(cells) <= max(places):
        told = f"has {len(cells)} of the columns, its path or label is missing"
        return BadLine("", line, told)
    path = unicodedata.normalize("NFC", cells[places[0]].strip()).replace("\\", "/")
    if not path:
        return BadLine("", line, "the path is empty")
    if _has_control(path):
        return BadLine("", line, "the path holds a control character")
    path = path.removeprefix("./")
    try:
        label = checked_label(cells[places[1]])
    except FormatError as error:
        return BadLine(path, line, error.problem)
    return LabelRow(path, label, line) if label else None


def _has_control(text: str) -> bool:
    return any(unicodedata.category(letter) == "Cc" for letter in text)
