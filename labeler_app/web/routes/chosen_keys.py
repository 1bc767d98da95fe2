"""The keys a person chooses instead of the usual ones."""

from typing import Annotated

from pydantic import Field

from labeler_app.services import keys
from labeler_app.web.routes.callers import Writer, Ws
from labeler_app.web.routes.fields import Id
from labeler_app.web.routes.shapes import ClassOut, Shape


class KeyIn(Shape):
    """Another key for a command or a class; without an action all usual keys come back."""

    project: Id
    action: Annotated[str, Field(max_length=60)] | None = None
    key: Annotated[str, Field(max_length=30)] = ""


class KeysOut(Shape):
    """The keys as they are now."""

    keys: dict[str, str]
    classes: list[ClassOut]


def choose(ws: Ws, who: Writer, wish: KeyIn) -> KeysOut:
    """Give a command or a class another key, or all of them the usual ones."""
    if wish.action is None:
        now = keys.reset(ws, who.id, wish.project)
    else:
        now = keys.change(ws, who.id, wish.project, wish.action, wish.key)
    return KeysOut(keys=now.changed, classes=[ClassOut.of(one) for one in now.classes])
