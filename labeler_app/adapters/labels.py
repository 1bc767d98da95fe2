"""Read labels that came with the files: a table with the columns ``path`` and ``label``."""

import csv
import io
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


def read_label_table(path: Path) -> list[LabelRow]:
    """Read a table of labels in the order of its lines.

    Commas, semicolons or tabs separate; other columns are ignored; a row whose label is empty
    names an item without a label and is left out; a path named twice with one label counts once.

    Parameters
    ----------
    path
        UTF-8, with or without a byte order mark, at most 256 MB.

    Raises
    ------
    FormatError
        Naming the line.
    """
    rows: dict[str, LabelRow] = {}
    for row in _rows(path):
        known = rows.setdefault(row.path, row)
        if known.label != row.label:
            raise FormatError(
                f"{path.name}, line {row.line}: {row.path!r} is labeled {row.label!r},"
                f" but {known.label!r} on line {known.line}.",
                hint="Keep one label for each path.",
            )
    return list(rows.values())


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
    if len(label) > _LONGEST_LABEL:
        raise FormatError(f"the label has more than {_LONGEST_LABEL} characters")
    if any(unicodedata.category(letter) == "Cc" for letter in label):
        raise FormatError("the label holds a control character")
    return label


def _rows(path: Path) -> Iterator[LabelRow]:
    text = _text(path)
    header = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=header.count)
    table = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        places = _places(next(table, []), path)
        for cells in table:
            row = _row(cells, places, f"{path.name}, line {table.line_num}", table.line_num)
            if row is not None:
                yield row
    except csv.Error as error:
        raise FormatError(f"{path.name}, line {table.line_num}: {error}.") from error


def _text(path: Path) -> str:
    with open_regular(path) as file:
        data = file.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise FormatError(f"{path.name} is larger than {_MOST_BYTES // 10**6} MB.")
    if 0 in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        line = data[: data.index(0)].count(b"\n") + 1
        raise FormatError(f"{path.name}, line {line}: holds a NUL character.")
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


def _row(cells: list[str], places: tuple[int, int], where: str, line: int) -> LabelRow | None:
    if not any(cells):
        return None
    if len(cells) <= max(places):
        raise FormatError(
            f"{where}: has {len(cells)} of the columns, its path or label is missing."
        )
    path = unicodedata.normalize("NFC", cells[places[0]].strip()).replace("\\", "/")
    label = unicodedata.normalize("NFC", cells[places[1]].strip())
    if not path:
        raise FormatError(f"{where}: the path is empty.")
    if len(label) > _LONGEST_LABEL:
        raise FormatError(f"{where}: the label has more than {_LONGEST_LABEL} characters.")
    if any(unicodedata.category(letter) == "Cc" for letter in path + label):
        raise FormatError(f"{where}: holds a control character.")
    return LabelRow(path.removeprefix("./"), label, line) if label else None
