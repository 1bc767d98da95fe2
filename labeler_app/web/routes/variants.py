"""The grid of variants: what waits for a decision, the decisions, and what is shown of each."""

import math
from typing import Annotated, Literal

from fastapi import Path, Query
from fastapi.responses import Response
from pydantic import Field

from labeler_app.errors import InputError
from labeler_app.services import keys, reviewing, variant_contents
from labeler_app.services.review_rules import Review
from labeler_app.services.reviewing import Tile
from labeler_app.web.routes import contents, refusals
from labeler_app.web.routes.callers import Who, Writer, Ws
from labeler_app.web.routes.fields import EventId, Id
from labeler_app.web.routes.shapes import ClassOut, RefusedOut, Shape, image_url, shown_url
from labeler_app.web.views import words

ProjectId = Annotated[int, Query(ge=1, le=2**31 - 1)]
First = Annotated[int, Query(ge=0, le=2**31 - 1)]
Count = Annotated[int, Query(ge=1, le=reviewing.MOST_TILES)]


class FillingOut(Shape):
    """What variants were made for, and how many of them are undecided."""

    key: str
    words: str
    axis: str
    open: int
    made: int


class VariantOut(Shape):
    """A variant beside its original; `class_id` is what Enter keeps it as, if anything.

    `original` and `made` are addresses: of pictures, or of what texts say.
    """

    id: int
    kind: Literal["image", "text"]
    original: str
    made: str
    before: str
    after: str
    landed: bool
    near: str
    tier: str
    class_id: int | None
    decision: Literal["", "keep", "reject"]
    kept_as: int | None

    @classmethod
    def of(cls, one: Tile, axis: str) -> "VariantOut":
        """Return the shape of a tile of variants for an axis, if for any."""
        beside = ("original", "made", "before", "after")
        told = {name: getattr(one, name) for name in cls.model_fields if name not in beside}
        version = f"v={one.sha256[:12]}"
        if one.kind == "image":
            made = f"/api/variants/{one.id}/picture?size=thumb&{version}"
            original = image_url(one.root, one.root_sha256, "thumb")
        else:
            made = f"/api/variants/{one.id}/text?{version}"
            original = shown_url(one.root, one.root_sha256, one.kind, 0)
        before, after = _measured(axis, one.before), _measured(axis, one.after)
        told |= {"original": original, "made": made, "before": before, "after": after}
        return cls.model_validate(told)


class VariantsOut(Shape):
    """Variants of a filling, the undecided first, and the classes with this person's keys."""

    fillings: list[FillingOut]
    filling: FillingOut | None
    variants: list[VariantOut]
    classes: list[ClassOut]
    spent: str


class MadeTextOut(Shape):
    """What the variant of a text says."""

    text: str


class ReviewIn(Shape):
    """A decision about one variant, or taking it back."""

    event_id: EventId
    variant: Id
    kind: Literal["keep", "reject", "undo"]
    class_id: Id | None = None
    ms: Annotated[float, Field(ge=0, le=1e10)] | None = None

    def review(self) -> Review:
        """Return it as the service takes it."""
        took = min(round(self.ms), 2**31 - 1) if self.ms is not None else None
        return Review(self.event_id, self.variant, self.kind, self.class_id, took)


class ReviewsIn(Shape):
    """A batch of decisions."""

    project: Id
    events: Annotated[list[ReviewIn], Field(max_length=reviewing.MOST_REVIEWS)]
    desk: EventId | Literal[""] = ""


class ReviewsOut(Shape):
    """What became of a batch; sent only after COMMIT."""

    acknowledged: list[str]
    refused: list[RefusedOut]
    spent: str


def look(
    ws: Ws,
    who: Who,
    project: ProjectId,
    filling: Annotated[str, Query(max_length=200)] = "",
    first: First = 0,
    count: Count = 12,
) -> VariantsOut:
    """Return variants that wait for a decision, and after them those decided."""
    found = reviewing.look(ws, project, filling, first=first, count=count)
    shown = [FillingOut.model_validate(one, from_attributes=True) for one in found.fillings]
    return VariantsOut(
        fillings=shown,
        filling=next(
            (one for one in shown if found.filling and one.key == found.filling.key), None
        ),
        variants=[
            VariantOut.of(one, found.filling.axis if found.filling else "") for one in found.tiles
        ],
        classes=[ClassOut.of(one) for one in keys.of(ws, who.id, project).classes],
        spent=reviewing.spent(ws, project).sentence,
    )


def record(ws: Ws, who: Writer, sent: ReviewsIn) -> ReviewsOut:
    """Store decisions; acknowledged only after COMMIT, each stored once."""
    receipt = reviewing.record(ws, sent.project, who.id, [one.review() for one in sent.events])
    return ReviewsOut(
        acknowledged=list(receipt.acknowledged),
        refused=[
            RefusedOut(event_id=one.event_id, problem=one.problem, hint=one.hint)
            for one in receipt.refused
        ],
        spent=reviewing.spent(ws, sent.project).sentence,
    )


def picture(
    ws: Ws, variant: Annotated[Id, Path()], size: Literal["screen", "thumb"] = "screen"
) -> Response:
    """Return the picture of a variant; its address changes with its content."""
    try:
        content, media_type = variant_contents.picture_of(ws, variant, size)
    except InputError as error:
        return refusals.problem(error, 404)
    return Response(content, media_type=media_type, headers=contents.KEPT)


def text(ws: Ws, variant: Annotated[Id, Path()]) -> Response:
    """Return what the variant of a text says; its address changes with its content."""
    try:
        told = MadeTextOut(text=variant_contents.text_of(ws, variant))
    except InputError as error:
        return refusals.problem(error, 404)
    return Response(told.model_dump_json(), media_type="application/json", headers=contents.KEPT)


def _measured(axis: str, value: float | None) -> str:
    """Write what was measured; "" where no axis is."""
    return words.measured(axis, math.nan if value is None else value) if axis else ""
