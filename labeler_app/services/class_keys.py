"""Which key gives which class: the one a person set, else the one of its place."""

from collections.abc import Sequence

from labeler_app.store import projects
from labeler_app.store.projects import ClassRow

# The keys of PRODUCT.md's table that are free for classes, in order.
CLASS_KEYS = (*"1234567890", *"DEJKLMOPQTVWXY")
COLOURS = projects.COLOURS
# From so many classes on the digits are the keys of places in the row of the desk, whatever class
# lies there, and 0 finds the others.
MANY_CLASSES = 11
DIGITS = frozenset("0123456789")


def of(rows: Sequence[ClassRow]) -> dict[int, str]:
    """Return the key of every class; empty for those that get none.

    A class that goes leaves its key free, so that those behind it keep theirs: fingers remember.
    Among many classes none has a digit: those are the keys of places.

    Parameters
    ----------
    rows
        The classes in use, in their order.
    """
    usable = usable_among(len(rows))
    keys = {row.id: row.key for row in rows if row.key in usable}
    for row in rows:
        place = CLASS_KEYS[row.position] if row.position < len(CLASS_KEYS) else ""
        if row.id not in keys and place not in keys.values():
            keys[row.id] = place
    free = iter([one for one in usable if one not in keys.values()])
    found = {row.id: keys.get(row.id) or next(free, "") for row in rows}
    return {one: key if key in usable else "" for one, key in found.items()}


def of_place(place: int, count: int) -> str:
    """Return the usual key of a place in the order, of so many classes; "" if it has none."""
    key = CLASS_KEYS[place] if place < len(CLASS_KEYS) else ""
    return key if key in usable_among(count) else ""


def usable_among(count: int) -> tuple[str, ...]:
    """Return the keys that a class can have where there are so many."""
    if count < MANY_CLASSES:
        return CLASS_KEYS
    return tuple(one for one in CLASS_KEYS if one not in DIGITS)
