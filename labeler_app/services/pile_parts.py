"""What a pile of the batch grid is made of, however it came about."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from sqlalchemy import Connection

from labeler_app.core import bulk
from labeler_app.core.arrays import Array, IndexArray
from labeler_app.services import contents, projects, snapshot, telling
from labeler_app.services.picking import Choice
from labeler_app.store import contents as content_rows
from labeler_app.store import events, items, leases
from labeler_app.store.items import ItemRow
from labeler_app.store.leases import Asker

MOST_TILES = 60
GIVEN = Choice(selected_as=events.PILED, why="You gave it in the grid, with others of its pile.")
COPIED = Choice(selected_as=events.PILED, why="You gave it in the grid, with its near-duplicates.")


@dataclass(frozen=True, slots=True)
class Pile:
    """Items the model takes for one class, or that look alike, or near-duplicates.

    Attributes
    ----------
    number
        The class, the number of the cluster from 1, or the position of the first of
        near-duplicates from 1: it stays when groups are made anew.
    sure
        Items the model is at least as sure of as asked; for other piles all.
    total
        All of them.
    item
        The most typical one of a cluster, or the first of near-duplicates, for the thumbnail; None
        for a class, or if none is left.
    """

    number: int
    sure: int
    total: int
    item: ItemRow | None = None


@dataclass(frozen=True, slots=True)
class Tile:
    """One item of a pile, leased to the desk."""

    id: int
    kind: str
    sha256: str
    width: int | None
    height: int | None
    of: int
    """How many items the project has."""
    share: float | None
    """The model's probability of the class of the pile; None in a cluster."""
    words: str
    """How a text or a row begins; "" for an image."""


@dataclass(frozen=True, slots=True)
class Soon:
    """One item that comes next, not leased yet."""

    id: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Sight:
    """What the grid shows: all piles, and the tiles of one.

    Attributes
    ----------
    version
        Of the model; None before the first, and then there are piles of items that look alike only.
    pile
        Number of the pile of the tiles; None if no pile has any.
    tiles
        Of a class the least certain first, of a cluster the most typical first; near-duplicates
        in the order of the project.
    soon
        Those that come after them, as many again.
    shares
        How many items of the pile lie in each twentieth of the probabilities from 0 to 1.
    apart
        Items that are in no pile at this certainty, or drawn for the audit.
    judged
        How many audit items say how often a label of this pile is wrong.
    wrong
        By class: how many of them have another one.
    expected
        By how many of them are wrong, and by the number of labels given: between which numbers the
        wrong ones lie.
    pending
        Whether the worker has yet to make the piles.
    """

    version: int | None
    piles: tuple[Pile, ...] = ()
    pile: int | None = None
    tiles: tuple[Tile, ...] = ()
    soon: tuple[Soon, ...] = ()
    shares: tuple[int, ...] = ()
    apart: int = 0
    judged: int = 0
    wrong: Mapping[int, int] = field(default_factory=dict)
    expected: Mapping[int, Sequence[tuple[int, int]]] = field(default_factory=dict)
    pending: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """What a desk wants to see."""

    known: projects.Project
    asker: Asker
    pile: int | None
    least: float
    want: int
    first: Sequence[str]
    """Columns of a row that a tile begins with."""


def free(tx: Connection, asker: Asker, count: int) -> Array:
    """Return which of so many positions may be in a pile of this annotator, (count,) bool."""
    found = np.ones(count, dtype=bool)
    for taken in (items.unready_positions(tx, asker.project), leases.barred(tx, asker)):
        found[[one for one in taken if one < count]] = False
    return found


def chosen_of(found: Sequence[Pile], wanted: int | None) -> int | None:
    """Return the pile that is shown: the wanted one, or the largest if that has no items."""
    full = {one.number: one.sure for one in found if one.sure}
    return wanted if wanted in full else max(full, key=full.__getitem__, default=None)


def affordable(tx: Connection, wish: Wish) -> int:
    """Return how many tiles are wanted, and no more than the budget pays for."""
    left = wish.known.config.budget - events.answered(tx, wish.known.id)
    return max(0, min(wish.want, left))


def tiles_at(
    tx: Connection,
    wish: Wish,
    positions: IndexArray,
    shares: Sequence[float | None],
) -> list[Tile]:
    """Return the items at positions as tiles, in that order."""
    found = items.at_positions(tx, wish.known.id, positions.tolist())
    kept = content_rows.of_items(tx, [one.id for one in found.values() if one.kind != "image"])
    return [
        Tile(
            id=row.id,
            kind=row.kind,
            sha256=row.sha256,
            width=row.width,
            height=row.height,
            of=wish.known.items,
            share=None if share is None else round(share, 4),
            words=_words(row, kept, wish.first),
        )
        for row, share in zip((found[one] for one in positions.tolist()), shares, strict=True)
    ]


def soon(
    tx: Connection, known: projects.Project, order: IndexArray, shown: int
) -> tuple[Soon, ...]:
    """Return the pictures that come after the first `shown` of an order, as many again."""
    if known.kind != "image":
        return ()
    next_ = order[shown : 2 * shown].tolist()
    found = items.at_positions(tx, known.id, next_)
    return tuple(Soon(found[one].id, found[one].sha256) for one in next_)


def _words(row: ItemRow, kept: Mapping[int, str], first: Sequence[str]) -> str:
    if row.id not in kept:
        return ""
    return contents.beginning(telling.in_order(contents.unpacked(kept[row.id]), first))


def answered(tx: Connection, project: int, count: int) -> dict[int, int]:
    """Return the class of the answered audit items of the report part, by position."""
    answers = [one for one in events.audit_answers(tx, project, "report") if one.kind == "label"]
    return {at: one for at, one in snapshot.resolved(answers).items() if at < count}


def expected(judged: Iterable[bulk.Judged], count: int) -> dict[int, tuple[tuple[int, int], ...]]:
    """Return what to expect of up to `count` labels, by how many audit items are wrong."""
    return {
        one.wrong: tuple(bulk.expected(one, given) for given in range(count + 1)) for one in judged
    }
