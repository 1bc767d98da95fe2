"""The batch grid: piles of items that the model takes for one class."""

from typing import Annotated, Literal

from pydantic import Field

from labeler_app.services import images, pile_parts, piles, pool
from labeler_app.web.routes.callers import Writer, Ws
from labeler_app.web.routes.fields import EventId, Id
from labeler_app.web.routes.shapes import Shape, image_url, shown_url


class PilesIn(Shape):
    """A wish for the tiles of a pile."""

    project: Id
    by: Literal["class", "cluster", "copies"] = "class"
    pile: Id | None = None
    least: Annotated[float, Field(ge=0, le=1)] = 0.8
    want: Annotated[int, Field(ge=1, le=pile_parts.MOST_TILES)] = 48
    keep: Annotated[tuple[Id, ...], Field(max_length=pool.MOST_WANTED)] = ()
    ahead: Annotated[tuple[Id, ...], Field(max_length=pool.MOST_WANTED)] = ()
    here: Annotated[tuple[Id, ...], Field(max_length=pool.MOST_WANTED)] = ()
    desk: EventId | Literal[""] = ""


class PileOut(Shape):
    """A pile of a class, cluster or copies: how many are sure enough, and how many there are."""

    number: int
    sure: int
    total: int
    thumb: str | None


class TileOut(Shape):
    """One item of a pile; with its picture, if the desk does not have it yet."""

    id: int
    url: str
    thumb: str
    picture: str | None
    width: int | None
    height: int | None
    share: float | None
    words: str


class SoonOut(Shape):
    """One picture that comes next."""

    id: int
    thumb: str


class PilesOut(Shape):
    """All piles, and the tiles of one; no audit item is among them."""

    version: int | None
    piles: list[PileOut]
    pile: int | None
    tiles: list[TileOut]
    soon: list[SoonOut]
    shares: list[int]
    apart: int
    judged: int
    wrong: dict[str, int]
    expected: dict[str, list[tuple[int, int]]]
    pending: bool


def look(ws: Ws, who: Writer, wish: PilesIn) -> PilesOut:
    """Lease the least certain items of a pile, and say how many of them will be wrong.

    Pictures come along: 48 requests of their own would take longer than all else.
    """
    found = piles.look(
        ws,
        wish.project,
        who.id,
        by=wish.by,
        pile=wish.pile,
        least=wish.least,
        want=wish.want,
        keep=wish.keep,
        ahead=wish.ahead,
        desk=wish.desk,
    )
    return PilesOut(
        version=found.version,
        piles=[
            PileOut(
                number=one.number,
                sure=one.sure,
                total=one.total,
                thumb=image_url(one.item.id, one.item.sha256, "thumb") if one.item else None,
            )
            for one in found.piles
        ],
        pile=found.pile,
        tiles=[
            TileOut(
                id=one.id,
                url=shown_url(one.id, one.sha256, one.kind, one.of),
                thumb=image_url(one.id, one.sha256, "thumb"),
                picture=None if one.id in wish.here else images.inline(ws, one.kind, one.sha256),
                width=one.width,
                height=one.height,
                share=one.share,
                words=one.words,
            )
            for one in found.tiles
        ],
        soon=[
            SoonOut(id=one.id, thumb=image_url(one.id, one.sha256, "thumb")) for one in found.soon
        ],
        shares=list(found.shares),
        apart=found.apart,
        judged=found.judged,
        wrong={str(class_id): count for class_id, count in found.wrong.items()},
        expected={str(wrong): list(spans) for wrong, spans in found.expected.items()},
        pending=found.pending,
    )
