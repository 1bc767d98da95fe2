"""Tables and bars of classes."""

import csv
import io
from collections.abc import Collection, Iterable, Sequence

from labeler_app.web.views import signs, words
from labeler_app.web.views.tree import Node, Part, h

Bar = tuple[str, int, str, int]
Cells = Sequence[Part | list[Part]]


def bars(rows: Sequence[Bar], *, strong: str = "") -> Node:
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
    heads: Sequence[str],
    rows: Sequence[Cells],
    *,
    right: Collection[int] = (),
    total: Cells | None = None,
    on: Collection[int] = (),
) -> Node:
    """Draw a table.

    Parameters
    ----------
    heads
        Words over the columns.
    rows
        Cells of each row.
    right
        Columns whose cells stand at the right, as numbers do.
    total
        Cells of the last row, if there is one.
    on
        Rows that are being worked on.
    """
    top = [h(_cell("th", place, right), head, scope="col") for place, head in enumerate(heads)]
    body = [
        h("tr.on" if place in on else "tr", _cells(row, right)) for place, row in enumerate(rows)
    ]
    last = h("tr.tot", _cells(total, right)) if total is not None else None
    return h("div.scr", h("table", h("thead", h("tr", top)), h("tbody", body, last)))


def comma_separated(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a small table as CSV."""
    out = io.StringIO()
    csv.writer(out).writerows([list(heads), *rows])
    return out.getvalue()


def _bar(row: Bar, most: int, strong: bool) -> Node:
    key, colour, name, count = row
    length = h("i.b", w=f"{100 * count / most:.1f}", aria_hidden="true")
    shown = h("div.len", length, h("span.no", words.number(count)))
    return h("div.on" if strong else "div", h("div.name", signs.key_of(key, colour), name), shown)


def _cells(row: Cells, right: Collection[int]) -> list[Node]:
    return [h(_cell("td", place, right), cell) for place, cell in enumerate(row)]


def _cell(tag: str, place: int, right: Collection[int]) -> str:
    return f"{tag}.r" if place in right else tag
