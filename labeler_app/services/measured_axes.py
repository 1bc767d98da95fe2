"""What is measured of an item, by its kind: light and focus of a picture, spelling of a text."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from labeler_app.adapters.items import image as loader
from labeler_app.core import conditions, spelling, text_conditions
from labeler_app.core.arrays import FloatArray
from labeler_app.core.gaps import Axis
from labeler_app.core.spelling import Spelling
from labeler_app.errors import FormatError, InputError
from labeler_app.services import images
from labeler_app.services.contents import Contents
from labeler_app.services.workspace import Workspace
from labeler_app.store import items
from labeler_app.store.items import ItemRow

BLOCK = 4_000
"""Items of one file: about ten seconds of measuring, which a training may wait for."""

_KEPT = 4
# Several variants are made at once, and of each it is asked how the pool spells.
_ONE_AT_A_TIME = threading.Lock()
# Of words: more than a million tell no more of a spelling.
_MOST_LETTERS = 20 * 10**6


@dataclass(frozen=True, slots=True)
class Measured:
    """What is measured of one kind of item.

    Attributes
    ----------
    revision
        Name and revision of the files of what was measured.
    noun
        What one item is called on the page of gaps.
    about
        What is measured, in a few words.
    rows
        From items of a project, or places without one, to a row of numbers each, in the order of
        the axes; NaN for what cannot be read.
    """

    revision: str
    noun: str
    about: str
    axes: Sequence[Axis]
    rows: Callable[[Workspace, int, Sequence[ItemRow | None]], FloatArray]


def of_kind(kind: str) -> Measured:
    """Return what is measured of items of a kind.

    Raises
    ------
    InputError
        If nothing is.
    """
    if kind not in MEASURED:
        raise InputError(
            "Conditions are not measured of rows.",
            hint="Gaps are found in projects of images and of texts.",
        )
    return MEASURED[kind]


def characters(length: float) -> int:
    """Return how many characters a text has, from what is measured as its length."""
    return round(10**length)


def spelling_of(ws: Workspace, project: int) -> Spelling:
    """Return how the texts of a project spell, learned from those of the first block.

    It changes only as long as that block grows, and then the block is measured again.
    """
    with ws.store.read() as tx:
        count = min(BLOCK, items.count_positions(tx, project))
    key = (str(ws.folder), project, count)
    with _ONE_AT_A_TIME:
        known = _spellings.get(key)
        if known is None:
            with ws.store.read() as tx:
                rows = items.from_position(tx, project, 0, count)
            known = _spellings[key] = spelling.learned(_beginnings(Contents(ws, rows, "text")))
            if len(_spellings) > _KEPT:
                _spellings.pop(next(iter(_spellings)), None)
    return known


# Block after block asks for it, and the page of previews.
_spellings: dict[tuple[str, int, int], Spelling] = {}


def _beginnings(texts: Contents) -> Iterator[str]:
    letters = 0
    for place in range(len(texts)):
        told = text_conditions.beginning(str(texts[place]))
        letters += len(told)
        if letters > _MOST_LETTERS:
            return
        yield told


def _pictures(ws: Workspace, _project: int, rows: Sequence[ItemRow | None]) -> FloatArray:
    return np.stack([_picture(ws, row) for row in rows])


def _picture(ws: Workspace, row: ItemRow | None) -> FloatArray:
    if row is None or row.state != "ready":
        return _nothing(conditions.AXES)
    try:
        small = loader.at_most(images.open_thumb(ws, row), conditions.SIDE)
    except FormatError:
        return _nothing(conditions.AXES)  # The embedding has named it in the log.
    return conditions.measure(
        np.asarray(small), row.width or small.width, row.height or small.height
    )


def _texts(ws: Workspace, project: int, rows: Sequence[ItemRow | None]) -> FloatArray:
    known, texts = spelling_of(ws, project), Contents(ws, rows, "text")
    told = [text_conditions.measure(str(texts[place]), known) for place in range(len(rows))]
    lost = {row.id for row in texts.unread}
    for place, row in enumerate(rows):
        if row is None or row.state != "ready" or row.id in lost:
            told[place] = _nothing(text_conditions.AXES)
    return np.stack(told)


def _nothing(axes: Sequence[Axis]) -> FloatArray:
    return np.full(len(axes), np.nan, dtype=np.float32)


MEASURED: Mapping[str, Measured] = {
    "image": Measured(
        "conditions@1", "picture", "light, focus and shape", conditions.AXES, _pictures
    ),
    "text": Measured(
        "text-conditions@1", "text", "length, spelling and signs", text_conditions.AXES, _texts
    ),
}
"""By kind; of rows of a table nothing is measured."""

AXES = tuple(axis for one in MEASURED.values() for axis in one.axes)
"""Of all kinds; no two have the same name."""


def named(axis: str) -> Axis | None:
    """Return the axis of that name, of whatever kind; None if there is none."""
    return next((one for one in AXES if one.name == axis), None)
