"""What a thumb shows of an item: its picture, or how its text or row begins."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from labeler_app.services import contents, telling
from labeler_app.store import contents as content_rows
from labeler_app.store import items

_LETTERS = 100


@dataclass(frozen=True, slots=True)
class Glance:
    """As much of an item as a thumb holds."""

    item: int
    sha256: str
    words: str
    """How a text or a row begins; "" for an image."""


def of_items(tx: Connection, wanted: Sequence[int], first: Sequence[str] = ()) -> dict[int, Glance]:
    """Return by item what a thumb shows; items that cannot be shown are left out.

    Parameters
    ----------
    first
        Columns of a row that it begins with.
    """
    rows = {one: row for one, row in items.many(tx, wanted).items() if row.state == "ready"}
    kept = content_rows.of_items(tx, [row.id for row in rows.values() if row.kind != "image"])
    said = {one: contents.unpacked(stored) for one, stored in kept.items()}
    begun = {one: contents.beginning(telling.in_order(row, first)) for one, row in said.items()}
    return {
        one: Glance(one, row.sha256, begun.get(one, "")[:_LETTERS]) for one, row in rows.items()
    }
