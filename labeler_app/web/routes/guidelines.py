"""What the rail shows: examples of each class, and what looks like an answered item."""

from typing import Annotated

from fastapi import Query

from labeler_app.services import examples, similar
from labeler_app.services.glances import Glance
from labeler_app.web.routes.callers import Who, Writer, Ws
from labeler_app.web.routes.fields import Id
from labeler_app.web.routes.shapes import Shape, image_url


class ExampleIn(Shape):
    """An item that is to be an example of a class, or none any more."""

    project: Id
    class_id: Id
    item: Id


class GlanceOut(Shape):
    """As much of an item as a thumb holds."""

    item: int
    thumb: str
    words: str

    @classmethod
    def of(cls, one: Glance) -> "GlanceOut":
        """Return the shape of a glance."""
        return cls(item=one.item, thumb=image_url(one.item, one.sha256, "thumb"), words=one.words)


class ClassExamplesOut(Shape):
    """The examples of one class: chosen by people, or labeled so."""

    class_id: int
    chosen: bool
    shown: list[GlanceOut]


class ExamplesOut(Shape):
    """The examples of every class."""

    classes: list[ClassExamplesOut]


class NeighbourOut(GlanceOut):
    """A labeled item; it has several classes, or none, where items may."""

    class_ids: list[int]


class SimilarOut(Shape):
    """The nearest labeled items, nearest first; where there are none, why."""

    item: int
    found: list[NeighbourOut]
    why_none: str


def read_examples(ws: Ws, who: Who, project: Annotated[Id, Query()]) -> ExamplesOut:
    """Return up to three examples of every class."""
    return _examples(ws, project, who.id)


def choose_example(ws: Ws, who: Writer, new: ExampleIn) -> ExamplesOut:
    """Make an item an example of the class it was given."""
    examples.choose(ws, new.project, new.class_id, new.item, who.id)
    return _examples(ws, new.project, who.id)


def take_example_away(ws: Ws, who: Writer, old: ExampleIn) -> ExamplesOut:
    """Let an item be no example any more."""
    examples.take_away(ws, old.project, old.class_id, old.item, who.id)
    return _examples(ws, old.project, who.id)


def similar_to(ws: Ws, who: Who, item: Annotated[Id, Query()]) -> SimilarOut:
    """Return the labeled items nearest to one that the person has answered."""
    found = similar.to_item(ws, item, who.id)
    return SimilarOut(
        item=item,
        found=[
            NeighbourOut(class_ids=list(one.class_ids), **GlanceOut.of(one.glance).model_dump())
            for one in found.found
        ],
        why_none=found.why_none,
    )


def _examples(ws: Ws, project: int, annotator: int) -> ExamplesOut:
    return ExamplesOut(
        classes=[
            ClassExamplesOut(
                class_id=one.class_id,
                chosen=one.is_chosen,
                shown=[GlanceOut.of(glance) for glance in one.shown],
            )
            for one in examples.of_project(ws, project, annotator)
        ]
    )
