"""Tables and bars of classes."""

import csv
import io
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from labeler_app.web.views import signs, words
from labeler_app.web.views.tree import Element, Part, h

Bar: TypeAlias = tuple[str, int, str, int]
Cells: TypeAlias = Sequence[Part]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, whether cells stand at the right, whether it gives way on a phone."""

    head: str
    right: bool = False
    spare: bool = False

    def cell(self, tag: str) -> str:
        """Return the tag of a cell with its classes."""
        return tag + ".r" * self.right + ".spare" * self.spare


def numbers(*heads: str) -> list[Column]:
    """Return columns of numbers, which stand at the right."""
    return [Column(head, right=True) for head in heads]


def bars(rows: Sequence[Bar], *, strong: str = "") -> Element:
    """Draw a count of each class as a bar from zero.

    Parameters
    ----------
    rows
        Key, colour, name and count of each class.
    strong
        Name of the class to look at.
    """
    most = max((count for *_, count in rows), default=0) or 1
    return h("div.bars", [_bar(row, most, row[2] == strong) for row in rows])


def table(
    columns: Sequence[Column],
    rows: Sequence[Cells],
    *,
    total: Cells | None = None,
    on: Collection[int] = (),
) -> Element:
    """Draw a table.

    Parameters
    ----------
    columns
        Heads and how their cells stand.
    rows
        Cells of each row.
    total
        Cells of the last row, if there is one.
    on
        Rows that are being worked on.
    """
    top = [h(one.cell("th"), one.head or _UNSEEN, scope="col") for one in columns]
    body = [
        h("tr.on" if place in on else "tr", _cells(row, columns)) for place, row in enumerate(rows)
    ]
    last = h("tr.tot", _cells(total, columns)) if total is not None else None
    drawn = h("table", h("thead", h("tr", top)), h("tbody", body, last))
    named = ", ".join(one.head for one in columns if one.head)
    return h("div.scr", drawn, role="group", aria_label=f"Table: {named}")


# A column of actions has no words over it, but a screen reader asks for them.
_UNSEEN = h("span.only-screen-reader", "Actions")


def comma_separated(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a small table as CSV."""
    out = io.StringIO()
    csv.writer(out).writerows([list(heads), *rows])
    return out.getvalue()


def _bar(row: Bar, most: int, strong: bool) -> Element:
    key, colour, name, count = row
    length = h("i.b", w=f"{100 * count / most:.1f}", aria_hidden="true")
    shown = h("div.len", length, h("span.no", words.number(count)))
    return h("div.on" if strong else "div", h("div.name", signs.key_of(key, colour), name), shown)


def _cells(row: Cells, columns: Sequence[Column]) -> list[Element]:
    return [h(one.cell("td"), cell) for one, cell in zip(columns, row, strict=True)]
