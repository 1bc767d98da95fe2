"""Which columns of a table make an item, and which names its class: as told, or as is obvious."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from labeler_app.adapters import tabular
from labeler_app.adapters.items import table, text
from labeler_app.adapters.labels import checked_label
from labeler_app.adapters.tabular import Row, Table
from labeler_app.errors import InputError

ROWS_LOOKED_AT = 1_000
LETTERS_LOOKED_AT = 10_000
"""Of one cell."""
MOST_LETTERS = 20 * 10**6
"""Of all rows that are looked at; the first row is looked at whatever its length."""

_TEXT_NAMES = frozenset(
    [
        "text",
        "sentence",
        "review",
        "comment",
        "message",
        "content",
        "body",
        "question",
        "tweet",
        "document",
        "utterance",
        "description",
        "title",
        "headline",
        "abstract",
        "note",
    ]
)
_LABEL_NAMES = frozenset(["label", "class", "target", "category", "y"])
_LIKE_TEXT = 0.6
_FEWEST_WORDS = 3
_MANY_WORDS = 8
_DISTINCT = 0.3

Content = str | Mapping[str, str | float | None]
"""What an item is: a text, or the values of a row."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person said of a table; None and nothing leave it to be guessed.

    Attributes
    ----------
    kind
        ``text`` or ``table``.
    text_column, label_column
        Names of columns.
    leave_out
        Columns that are no part of a row, such as numbers of rows or other people's answers.
    """

    kind: str | None = None
    text_column: str | None = None
    label_column: str | None = None
    leave_out: tuple[str, ...] = ()


GUESS = Wish()


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of a table make an item."""

    kind: str
    text: str | None
    """The column of the text; None for rows."""
    label: str | None
    parts: tuple[str, ...]
    """The columns of a row; none for texts."""
    others: tuple[str, ...]
    """Columns beside a text that are not looked at; none for rows."""
    left_out: tuple[str, ...]
    """Columns that were to be left out."""
    guessed: tuple[str, ...]
    """What nobody told and was taken, a few words each."""

    def content(self, row: Row) -> Content:
        """Return the item in a row.

        Raises
        ------
        FormatError
            If there is none; the problem is a reason in a few words.
        """
        if self.text is not None:
            return text.checked_text(row.cells.get(self.text))
        return table.checked_row({name: row.cells.get(name) for name in self.parts})

    def label_of(self, row: Row) -> str:
        """Return the class of a row, "" if it names none.

        Raises
        ------
        FormatError
            If what stands there cannot be a class.
        """
        return checked_label(row.cells.get(self.label)) if self.label is not None else ""


# Columns that our own exports have, and no table of items.
_EXPORTED = frozenset({"sha256", "answer", "selected_as", "event_id"})


def find(path: Path, wish: Wish) -> Columns:
    """Return the columns of a table as they were told; what was not told is guessed.

    Raises
    ------
    InputError
        If a column is not there, or what makes an item is not obvious.
    """
    opened = tabular.open_table(path)
    if _EXPORTED.issubset(opened.columns):
        raise InputError(
            f"{path.name} is an export of labels: it says which items have which, and holds no "
            "items itself.",
            hint="Labels of images come back as a labels.csv beside them; give the table that the "
            "items came from for texts and rows.",
        )
    told = replace(
        wish,
        text_column=wish.text_column and opened.column(wish.text_column, "text"),
        label_column=wish.label_column and opened.column(wish.label_column, "labels"),
        leave_out=tuple(opened.column(one, "columns left out") for one in wish.leave_out),
    )
    label = told.label_column or _obvious_label(opened, told)
    wordy = _wordy(opened, {label, *told.leave_out})
    kind = told.kind or ("text" if told.text_column or _obvious_text(wordy) else "table")
    if kind == "text":
        column = told.text_column or _obvious_text(wordy) or _only(opened, label, told)
        taken = {column, label, *told.leave_out}
        others = tuple(one for one in opened.columns if one not in taken)
        found = Columns(kind, column, label, (), others, told.leave_out, ())
    else:
        found = Columns(kind, None, label, _parts(opened, label, told), (), told.leave_out, ())
    return replace(found, guessed=tuple(_guesses(found, wish)))


def _obvious_label(opened: Table, told: Wish) -> str | None:
    taken = {told.text_column, *told.leave_out}
    named = [one for one in opened.columns if one.casefold() in _LABEL_NAMES and one not in taken]
    return named[0] if len(named) == 1 else None


def _wordy(opened: Table, taken: set[str | None]) -> list[str]:
    """Return the columns that hold mostly sentences, and rarely the same one."""
    names = [name for name in opened.columns if name not in taken]
    rows = list(_beginnings(opened, names))
    return [name for at, name in enumerate(names) if _is_wordy([row[at] for row in rows])]


def _beginnings(opened: Table, names: Sequence[str]) -> Iterator[list[str]]:
    """Read how the cells of the first rows begin: whole rows might fill the memory."""
    letters = 0
    for row in islice(opened.rows(), ROWS_LOOKED_AT):
        if letters > MOST_LETTERS:
            return
        if isinstance(row, Row):
            cells = [str(row.cells.get(name) or "") for name in names]
            letters += sum(map(len, cells))
            yield [cell[:LETTERS_LOOKED_AT].strip() for cell in cells]


def _is_wordy(values: Sequence[str]) -> bool:
    filled = [value for value in values if value]
    sentences = sum(_is_sentence(value) for value in filled)
    return bool(filled) and sentences >= _LIKE_TEXT * len(filled) and _vary(filled)


def _is_sentence(value: str) -> bool:
    letters = sum(one.isalpha() for one in value)
    spaced = len(value.split()) >= _FEWEST_WORDS and 2 * letters >= len(value)
    return spaced or len(text.words(value)) >= _MANY_WORDS  # Scripts without spaces.


def _vary(filled: Sequence[str]) -> bool:
    return len(set(filled)) >= _DISTINCT * len(filled)


def _obvious_text(wordy: Sequence[str]) -> str | None:
    """Return the column that holds the texts, if only one can."""
    named = [one for one in wordy if one.casefold() in _TEXT_NAMES]
    for candidates in (named, wordy):
        if len(candidates) == 1:
            return candidates[0]
    return None


def _only(opened: Table, label: str | None, told: Wish) -> str:
    """Return the text column of a table that has no wordy one: by its name, or the only one."""
    left = [one for one in opened.columns if one != label and one not in told.leave_out]
    named = [one for one in left if one.casefold() in _TEXT_NAMES]
    for candidates in (named, left):
        if len(candidates) == 1:
            return candidates[0]
    raise InputError(
        f"It is not obvious which column of {opened.path.name} holds the texts.",
        hint=f"Say it with --text-column. Its columns: {tabular.listed(opened.columns)}.",
    )


def _parts(opened: Table, label: str | None, told: Wish) -> tuple[str, ...]:
    parts = tuple(one for one in opened.columns if one != label and one not in told.leave_out)
    if not parts:
        raise InputError(
            f"{opened.path.name} has no column left that could make a row.",
            hint=f"Its columns: {tabular.listed(opened.columns)}.",
        )
    return parts


def _guesses(found: Columns, wish: Wish) -> list[str]:
    told = []
    if wish.kind is None:
        told.append("each row is a text" if found.kind == "text" else "each row is one item")
    if found.text is not None and wish.text_column is None:
        told.append(f"the texts are in the column {found.text!r}")
    if found.others and wish.kind is None:
        told.append(
            f"{tabular.listed(found.others)} {'is' if len(found.others) == 1 else 'are'} not looked"
            " at (kind table takes all columns)"
        )
    if found.kind == "table" and wish.kind is None:
        told.append(f"{len(found.parts):,} columns make a row")
    if found.label is not None and wish.label_column is None:
        told.append(
            f"the column {found.label!r} names the classes and is no part of an item; its labels "
            "are taken only where it is named as the label column"
        )
    return told
