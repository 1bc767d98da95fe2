"""Items as an embedder reads them, of whatever kind they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from labeler_app.adapters.embedders import Place
from labeler_app.core.arrays import Array
from labeler_app.store.items import ItemRow


class Things(Protocol):
    """A sequence of pictures, texts or rows; something plain stands in for the unreadable."""

    def __len__(self) -> int: ...

    def __getitem__(self, place: Any, /) -> Any: ...

    @property
    def places(self) -> Sequence[Place]:
        """Where the items stand in the pool."""

    @property
    def read(self) -> Sequence[int]:
        """Items that were read as they are, after `signatures`."""

    @property
    def unread(self) -> Sequence[ItemRow]:
        """Items that could not be read, after `signatures`."""

    def signatures(self) -> Array:
        """Return a row of numbers for each item, by which near-duplicates are found."""


@dataclass(frozen=True, slots=True)
class InMemory(Sequence[Any]):
    """Items that were read, and where each of them stands."""

    items: Sequence[Any]
    places: Sequence[Place]

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return InMemory(self.items[place], self.places[place])
        return self.items[place]


def places(rows: Sequence[ItemRow | None]) -> list[Place]:
    """Return where items stand; one that is not there has no path and the position -1."""
    return [Place(-1, "") if row is None else Place(row.position, row.path) for row in rows]
