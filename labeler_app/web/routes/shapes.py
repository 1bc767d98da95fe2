"""What travels between desk and server, typed; the source of /api/openapi.json."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from labeler_app.services import answers, desk, labeling, pool, projects, queues, suggestions
from labeler_app.web.routes.fields import EventId, Id, Moment, Version


class Shape(BaseModel):
    """Unknown fields are refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class EventIn(Shape):
    """One thing a person did to the item that was on screen."""

    event_id: EventId
    item: Id
    kind: Literal["label", "unsure", "skip", "flag", "note", "undo"]
    class_id: Id | None = None
    class_ids: Annotated[list[Id], Field(max_length=projects.MOST_CLASSES)] | None = None
    class_version: Version | None = None
    note: Annotated[str, Field(max_length=answers.LONGEST_NOTE)] | None = None
    reverts: EventId | None = None
    version: Version | None = None
    shown_at: Moment = None
    decided_at: Moment = None
    ms: Annotated[float, Field(ge=0, le=1e10)] | None = None
    suggestion: bool = False
    picked: bool = False
    bulk: EventId | None = None
    copies: bool = False

    def answer(self) -> answers.Answer:
        """Return it as the service takes it."""
        return answers.Answer(
            event_id=self.event_id,
            item=self.item,
            kind=self.kind,
            class_id=self.class_id,
            class_version=self.class_version,
            class_ids=None if self.class_ids is None else tuple(self.class_ids),
            note=self.note or "",
            reverts=self.reverts,
            version=self.version,
            shown_at=self.shown_at.timestamp() if self.shown_at else None,
            decided_at=self.decided_at.timestamp() if self.decided_at else None,
            milliseconds=min(round(self.ms), 2**31 - 1) if self.ms is not None else None,
            suggestion=self.suggestion,
            picked=self.picked,
            bulk=self.bulk,
            copies=self.copies,
        )


class LabelsIn(Shape):
    """A batch of events."""

    project: Id
    events: Annotated[list[EventIn], Field(max_length=labeling.MOST_EVENTS)]
    desk: EventId | Literal[""] = ""


class QueueIn(Shape):
    """A wish for items."""

    project: Id
    keep: Annotated[list[Id], Field(max_length=pool.MOST_WANTED)] = []
    want: Annotated[int, Field(ge=0, le=pool.MOST_WANTED)] = 120
    desk: EventId | Literal[""] = ""


class LeaveIn(Shape):
    """A page that is closed, and the items whose answers are still on their way."""

    project: Id
    keep: Annotated[list[Id], Field(max_length=pool.MOST_WANTED)] = []
    desk: EventId


class ClassIn(Shape):
    """A class to add."""

    project: Id
    name: Annotated[str, Field(max_length=1000)]


class BudgetIn(Shape):
    """More labels to pay for."""

    project: Id
    more: Annotated[int, Field(ge=1, le=100_000)]


class Progress(Shape):
    """Labels so far, of how many."""

    labeled: int
    goal: int


class Queue(Shape):
    """What the queue is, in a word and in words."""

    state: Literal["active", "stale", "random", "done"]
    text: str
    sentence: str
    training: bool
    version: int | None
    age_s: float | None
    number: int

    @classmethod
    def of(cls, state: queues.QueueState) -> "Queue":
        """Return the shape of a state."""
        return cls.model_validate({name: getattr(state, name) for name in cls.model_fields})


class ClassOut(Shape):
    """One class with its key and colour."""

    id: int
    name: str
    key: str
    colour: int
    definition: str
    count: int

    @classmethod
    def of(cls, row: projects.LabelClass) -> "ClassOut":
        """Return the shape of a class."""
        return cls.model_validate({name: getattr(row, name) for name in cls.model_fields})


class ItemOut(Shape):
    """One leased item."""

    id: int
    url: str
    thumb: str
    width: int | None
    height: int | None
    version: int | None
    p: dict[str, float] | None

    @classmethod
    def of(cls, offer: pool.Offer) -> "ItemOut":
        """Return the shape of an offer."""
        return cls(
            id=offer.id,
            url=shown_url(offer.id, offer.sha256, offer.kind, offer.of),
            thumb=image_url(offer.id, offer.sha256, "thumb"),
            width=offer.width,
            height=offer.height,
            version=offer.version,
            p={str(one): share for one, share in offer.shares.items()} if offer.shares else None,
        )


class SuggestionOut(Shape):
    """What the newest model thinks of an item that the desk kept."""

    id: int
    version: int
    p: dict[str, float]

    @classmethod
    def of(cls, one: suggestions.Suggestion) -> "SuggestionOut":
        """Return the shape of a suggestion."""
        p = {str(class_id): share for class_id, share in one.shares.items()}
        return cls(id=one.id, version=one.version, p=p)


class GivenOut(Shape):
    """One of several labels that were given together."""

    event_id: str
    item: int
    class_id: int | None
    suggestion: bool


class StandOut(Shape):
    """An answer that would stand again if the one above it were taken back."""

    seq: int
    event_id: str
    kind: str
    class_id: int | None
    class_ids: list[int] | None


class PastOut(Shape):
    """One of the last answers."""

    seq: int
    event_id: str
    item: int
    kind: str
    class_id: int | None
    class_ids: list[int] | None
    url: str
    thumb: str
    seconds: float | None
    suggestion: bool
    why: str
    together: list[GivenOut]
    under: list[StandOut]


class EndOut(Shape):
    """The screen at the end of the queue."""

    title: str
    lead: str
    point: float | None
    low: float | None
    high: float | None
    target: float
    rows: list[tuple[str, str, str]]
    more: int

    @classmethod
    def of(cls, end: desk.End | None) -> "EndOut | None":
        """Return the shape of the end, if it is reached."""
        if end is None:
            return None
        return cls.model_validate({name: getattr(end, name) for name in cls.model_fields})


class Named(Shape):
    """A project or a person."""

    id: int
    name: str


class ProjectOut(Named):
    """A project."""

    kind: str
    multi_label: bool


class DeskOut(Shape):
    """All the desk needs when it opens."""

    project: ProjectOut
    person: Named
    classes: list[ClassOut]
    class_version: int
    keys: dict[str, str]
    progress: Progress
    queue: Queue
    mix: str
    last: list[PastOut]
    columns: tuple[str, ...]
    end: EndOut | None


class QueueOut(Shape):
    """Items to show after the kept ones, and what the newest model thinks of those.

    Those `lost` are somebody else's by now, and not to be shown.
    """

    items: list[ItemOut]
    kept: list[SuggestionOut]
    lost: list[int]
    queue: Queue
    progress: Progress
    counts: dict[str, int]
    class_version: int
    mix: str
    columns: tuple[str, ...]
    end: EndOut | None


class RefusedOut(Shape):
    """An event that can never be stored, and why."""

    event_id: str
    problem: str
    hint: str


class CopiesOut(Shape):
    """The near-duplicates of the item of an answer: which pile, and how many can be labeled now."""

    event_id: str
    pile: int
    count: int


class LabelsOut(Shape):
    """What became of a batch; sent only after COMMIT."""

    acknowledged: list[str]
    refused: list[RefusedOut]
    why: dict[str, str]
    copies: CopiesOut | None
    progress: Progress
    counts: dict[str, int]
    class_version: int
    queue: Queue


class BudgetOut(Shape):
    """The goal after it was raised."""

    progress: Progress


class Health(Shape):
    """A sign of life."""

    ok: bool
    version: str
    project_count: int


class Problem(Shape):
    """What went wrong, and what to do."""

    problem: str
    hint: str


def image_url(item: int, sha256: str, size: str) -> str:
    """Return the address of an item's picture; it changes with the content."""
    return f"/api/images/{item}?size={size}&v={sha256[:12]}"


def shown_url(item: int, sha256: str, kind: str, of: int) -> str:
    """Return the address of what the desk shows of an item: its picture, or what it says.

    Where the values of a row lie among those of `of` items changes with them.
    """
    if kind == "image":
        return image_url(item, sha256, "screen")
    return f"/api/contents/{item}?v={sha256[:12]}{f'-{of}' if kind == 'table' else ''}"
