"""An answer as a desk sends it, and one that cannot be stored."""

from dataclasses import dataclass

LONGEST_NOTE = 4000


@dataclass(frozen=True, slots=True)
class Answer:
    """What a desk sends of one keypress."""

    event_id: str
    item: int
    kind: str
    class_id: int | None = None
    class_ids: tuple[int, ...] | None = None
    """In a project with several classes an item: all that it has; () for none of them."""
    note: str = ""
    reverts: str | None = None
    version: int | None = None
    shown_at: float | None = None
    decided_at: float | None = None
    milliseconds: int | None = None
    suggestion: bool = False
    picked: bool = False
    """Whether the person chose the item, out of many."""
    class_version: int | None = None
    """Number of the newest change of classes that the desk knew."""
    bulk: str | None = None
    """Names what is given together in the batch grid."""
    copies: bool = False
    """Whether what is given together are near-duplicates."""

    @property
    def classes(self) -> tuple[int, ...] | None:
        """The classes given; None unless it is a label."""
        return self.class_ids if self.class_id is None else (self.class_id,)

    @property
    def is_chosen(self) -> bool:
        """Whether a person brought the item on, and not its turn."""
        return self.picked or self.bulk is not None


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer that cannot be stored, and why."""

    event_id: str
    problem: str
    hint: str = ""
