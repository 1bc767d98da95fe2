"""The grid of items to pick a seed set from."""

from typing import Annotated, Literal

from pydantic import Field

from labeler_app.services import picking
from labeler_app.web.routes.callers import Writer, Ws
from labeler_app.web.routes.fields import EventId, Id
from labeler_app.web.routes.shapes import Shape, image_url, shown_url


class GridIn(Shape):
    """A wish for more items to pick from."""

    project: Id
    seen: Annotated[tuple[Id, ...], Field(max_length=picking.MOST_SEEN)] = ()
    want: Annotated[int, Field(ge=1, le=picking.MOST_WANTED)] = 48
    desk: EventId | Literal[""] = ""


class TileOut(Shape):
    """One item to pick or to pass over."""

    id: int
    url: str
    thumb: str
    width: int | None
    height: int | None


class GridOut(Shape):
    """Items that lie in no audit sample."""

    items: list[TileOut]
    most: int
    """How many a grid may hold in all."""


def tiles(ws: Ws, who: Writer, wish: GridIn) -> GridOut:
    """Return more items to pick from; nothing is leased or written."""
    found = picking.tiles(ws, wish.project, who.id, seen=wish.seen, want=wish.want, desk=wish.desk)
    return GridOut(
        items=[
            TileOut(
                id=one.id,
                url=shown_url(one.id, one.sha256, one.kind, one.of),
                thumb=image_url(one.id, one.sha256, "thumb"),
                width=one.width,
                height=one.height,
            )
            for one in found
        ],
        most=picking.MOST_SEEN,
    )
