"""Texts and rows as the desk shows them: as data, which the browser sets as letters."""

from dataclasses import dataclass

from labeler_app.adapters.cells import Cell, is_missing, written
from labeler_app.errors import InputError
from labeler_app.services import contents, spread
from labeler_app.services.spread import Standing
from labeler_app.services.workspace import Workspace
from labeler_app.store import items


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a row.

    Attributes
    ----------
    written
        As it stands in the file; "" if nothing stands there.
    missing
        Whether it says that there is none: also "?", "NA" and the like.
    """

    name: str
    written: str
    missing: bool
    standing: Standing | None


@dataclass(frozen=True, slots=True)
class Readable:
    """What an item says.

    Attributes
    ----------
    text
        A text, as it was imported; None for a row.
    values
        Of a row, in the order of the file; which of them matter first, `telling` says.
    rows, of
        How many rows the standings rest on, and how many the project had then.
    """

    kind: str
    text: str | None
    values: tuple[Value, ...] = ()
    rows: int = 0
    of: int = 0


def of_item(ws: Workspace, item: int) -> Readable:
    """Return what an item says, to be set as letters.

    Raises
    ------
    InputError
        If there is no such item, it is an image, or its content is not kept.
    """
    with ws.store.read() as tx:
        row = items.get(tx, item)
    if row is None:
        raise InputError(f"There is no item number {item}.")
    if row.kind == "image":
        raise InputError(f"Item {item} is an image.", hint=f"Ask for /api/images/{item}.")
    content = contents.of_item(ws, row)
    if isinstance(content, str):
        return Readable("text", content)
    known = spread.of_project(ws, row.project)
    values = tuple(_value(name, cell, known) for name, cell in content.items())
    return Readable("table", None, values, known.rows, known.of)


def _value(name: str, cell: Cell, known: spread.Spread) -> Value:
    missing = is_missing(cell)
    column = known.columns.get(name)
    standing = None if missing or column is None else column.standing(cell)
    return Value(name, written(cell), missing, standing)
