"""Texts and rows of a table: written for the store, and read from it as an embedder reads them."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, cast, overload

import numpy as np

from labeler_app.adapters.cells import Cell, written
from labeler_app.adapters.embedders import Place
from labeler_app.adapters.items import table, text
from labeler_app.core.arrays import Array
from labeler_app.errors import InputError
from labeler_app.log import line, logger
from labeler_app.services.columns import Content
from labeler_app.services.things import places
from labeler_app.services.workspace import Workspace
from labeler_app.store import contents
from labeler_app.store.items import ItemRow

# Of the longest texts so many are 32 million letters, and twice that while they are read.
_AT_ONCE = 32
_ROWS_AT_ONCE = 200
_MOST_LETTERS = 20 * 10**6
_BEGINNING = 300
_FIRST_CELLS = 5

log = logger(__name__)


def packed(content: Content) -> str:
    """Return a text or a row as it is stored."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def unpacked(stored: str) -> Content:
    """Return what `packed` was given."""
    return cast(Content, json.loads(stored))


def fingerprint(content: Content) -> str:
    """Return 64 hexadecimal digits, the same for the same content in any order of the columns."""
    told = json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(told.encode("utf-8")).hexdigest()


def draw(content: Content) -> bytes:
    """Draw the beginning of a text or a row as an SVG picture, for a thumbnail."""
    return text.draw_text(content) if isinstance(content, str) else table.draw_row(content)


def beginning(content: Content) -> str:
    """Return how a text begins, or the first values of a row: as much as a tile holds."""
    if isinstance(content, str):
        return content[:_BEGINNING]
    told = (f"{name}: {written(cell) or '–'}" for name, cell in content.items())
    return "\n".join(islice(told, _FIRST_CELLS))[:_BEGINNING]


def of_item(ws: Workspace, row: ItemRow) -> Content:
    """Return the text or the row that an item is.

    Raises
    ------
    InputError
        If it is not kept, which a restored half of a workspace may bring about.
    """
    with ws.store.read() as tx:
        found = contents.of_items(tx, [row.id])
    if row.id not in found:
        raise InputError(f"The content of item {row.id} is missing.", hint="Import it again.")
    return unpacked(found[row.id])


def rows(ws: Workspace, wanted: Sequence[int]) -> Iterator[tuple[int, Mapping[str, Cell]]]:
    """Read the rows that items are, with the items: of so many as 20 million letters take."""
    letters = 0
    for start in range(0, len(wanted), _ROWS_AT_ONCE):
        with ws.store.read() as tx:
            some = contents.of_items(tx, wanted[start : start + _ROWS_AT_ONCE])
        letters += sum(map(len, some.values()))
        if letters > _MOST_LETTERS and start:
            return
        for item, stored in some.items():
            row = unpacked(stored)
            if not isinstance(row, str):
                yield item, row


@dataclass(frozen=True, slots=True)
class Contents(Sequence[Any]):
    """Texts or rows read some at a time: all of them might not fit into memory.

    Attributes
    ----------
    rows
        The items; a place without one is an empty text or row.
    kind
        ``text`` or ``table``.
    """

    ws: Workspace
    rows: Sequence[ItemRow | None]
    kind: str
    unread: list[ItemRow] = field(default_factory=list)
    """Items whose content is not kept; an empty one stands in."""
    _block: dict[int, Content] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, place: int) -> Content: ...

    @overload
    def __getitem__(self, place: slice) -> "Contents": ...

    def __getitem__(self, place: int | slice) -> "Content | Contents":
        if isinstance(place, slice):
            return Contents(self.ws, self.rows[place], self.kind, self.unread)
        at = range(len(self.rows))[place]
        if at not in self._block:
            self._read(at - at % _AT_ONCE)
        return self._block[at]

    @property
    def places(self) -> Sequence[Place]:
        """Where the items stand in the pool."""
        return places(self.rows)

    @property
    def read(self) -> Sequence[int]:
        """Items whose content is kept."""
        lost = {row.id for row in self.unread}
        return [row.id for row in self.rows if row is not None and row.id not in lost]

    def signatures(self) -> Array:
        """Return a row of numbers for each item: MinHash of a text, the fingerprint of a row."""
        made = [_signature(self[place]) for place in range(len(self))]
        width = text.SIGNATURE if self.kind == "text" else table.SIGNATURE
        return np.stack(made) if made else np.zeros((0, width), dtype=np.uint32)

    def _read(self, first: int) -> None:
        some = self.rows[first : first + _AT_ONCE]
        with self.ws.store.read() as tx:
            kept = contents.of_items(tx, [row.id for row in some if row is not None])
        self._block.clear()
        known = {row.id for row in self.unread}
        for place, row in enumerate(some, start=first):
            stored = None if row is None else kept.get(row.id)
            if row is not None and stored is None and row.id not in known:
                log.warning(line("item-unreadable", item=row.id, reason="its content is missing"))
                self.unread.append(row)
            self._block[place] = _NOTHING[self.kind] if stored is None else unpacked(stored)


_NOTHING: dict[str, Content] = {"text": "", "table": {}}


def _signature(content: Content) -> Array:
    return text.signature(content) if isinstance(content, str) else table.signature(content)
