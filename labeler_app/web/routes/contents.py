"""What a text or a row says, for the desk to set as letters."""

from typing import Annotated, Literal

from fastapi import Path
from fastapi.responses import Response

from labeler_app.errors import InputError
from labeler_app.services import readable
from labeler_app.web.routes import refusals
from labeler_app.web.routes.callers import Ws
from labeler_app.web.routes.fields import Id
from labeler_app.web.routes.shapes import Shape

KEPT = {"Cache-Control": "private, max-age=31536000, immutable"}
"""Headers of what an address always means: it changes with what lies there."""


class StandingOut(Shape):
    """Where a value lies among those of its column."""

    number: float | None
    marks: list[float]
    below: float
    same: float


class ValueOut(Shape):
    """One value of a row."""

    name: str
    written: str
    missing: bool
    standing: StandingOut | None


class ContentOut(Shape):
    """What an item says: a text, or values in the order of the file."""

    kind: Literal["text", "table"]
    text: str | None
    values: list[ValueOut]
    rows: int
    of: int


def content(ws: Ws, item: Annotated[Id, Path()]) -> Response:
    """Return what a text or a row says; its address changes with it.

    One that does not exist, or is an image, is "not found": the desk sets it aside at once.
    """
    try:
        found = readable.of_item(ws, item)
    except InputError as error:
        return refusals.problem(error, 404)
    told = ContentOut.model_validate(found, from_attributes=True)
    return Response(told.model_dump_json(), media_type="application/json", headers=KEPT)
