"""Write rows to a text stream, one module per format, and say how many they were."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TextIO

from labeler_app.errors import InputError


class Write(Protocol):
    """The port of the plug-in kind ``formats``."""

    def __call__(
        self,
        rows: Iterable[Mapping[str, object]],
        out: TextIO,
        *,
        columns: Sequence[str] | None = None,
        for_people: bool = False,
    ) -> int:
        """Write the rows in their order and return their number.

        Parameters
        ----------
        rows
            Each with the same keys; read once, so a generator is fine.
        out
            Opened with ``newline=""`` and an encoding that holds all of Unicode.
        columns
            Names and order of the columns; the keys of the first row when absent.
        for_people
            Make the file safe to open in a spreadsheet, where the format needs it. Such a file is
            for reading: values that look like formulas do not come back exactly.

        Raises
        ------
        InputError
            If a row has other keys than the columns, or a value cannot be written exactly.
        """
        ...


def check_row(row: Mapping[str, object], columns: Sequence[str], number: int) -> None:
    """Refuse a row whose keys are not the columns, or whose text no file can carry.

    Parameters
    ----------
    row, columns
        What is written, and what was promised.
    number
        Counted from 1, for the sentence.

    Raises
    ------
    InputError
        Naming the row and the column.
    """
    if row.keys() != set(columns):
        odd = ", ".join(sorted(row.keys() ^ set(columns)))
        raise InputError(f"Row {number} has other columns than the first: {odd}.")
    for name, value in row.items():
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str):
                _check_text(text, f"Row {number}, column {name!r}")


def check_columns(columns: Sequence[str]) -> list[str]:
    """Return the columns as a list, refusing a name twice and names no file can carry.

    Raises
    ------
    InputError
        Naming the column.
    """
    for name in columns:
        _check_text(name, "The header")
        if list(columns).count(name) > 1:
            raise InputError(f"The header names the column {name!r} twice.")
    return list(columns)


def _check_text(text: str, where: str) -> None:
    if "\0" in text:
        raise InputError(f"{where}: holds a NUL character.", hint="Remove it before the export.")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        # Half a character: a lone surrogate, as in file names that are not UTF-8.
        raise InputError(
            f"{where}: character {error.start + 1} is not valid text.",
            hint="Rename the file or edit the text before the export.",
        ) from error
