"""The words of a text that moved the model, for the desk to underline."""

from typing import Annotated

from fastapi import Path, Query
from fastapi.responses import Response

from labeler_app.errors import InputError
from labeler_app.services import words
from labeler_app.web.routes import refusals
from labeler_app.web.routes.callers import Ws
from labeler_app.web.routes.fields import Id, Version
from labeler_app.web.routes.shapes import Shape

# An hour, not for ever: another workspace may be served here later, with other models.
KEPT = {"Cache-Control": "private, max-age=3600"}


class MarkedOut(Shape):
    """Where the words stand, in UTF-16 units; `known` is false if it cannot be told."""

    known: bool
    towards: list[tuple[int, int]]
    against: list[tuple[int, int]]


def marked(
    ws: Ws,
    item: Annotated[Id, Path()],
    v: Annotated[Version, Query()],
    of: Annotated[Id, Query()],
    text: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """Return the words that moved version `v` towards class `of`, and those against it.

    The address changes with what the text says (`text`, a part of its fingerprint).
    """
    try:
        found = words.of_item(ws, item, v, of)
    except InputError as error:
        return refusals.problem(error, 404)
    told = MarkedOut(
        known=found is not None,
        towards=list(found.towards) if found else [],
        against=list(found.against) if found else [],
    )
    return Response(told.model_dump_json(), media_type="application/json", headers=KEPT)
