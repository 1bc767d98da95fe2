"""One variant of a project, from its labeled picture to the bytes that are kept; and again."""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import PackageNotFoundError, version

import numpy as np
from PIL import Image

from labeler_app.adapters.items import image as loader
from labeler_app.core.arrays import FloatArray
from labeler_app.errors import InputError
from labeler_app.services import blending, goals, images, steered
from labeler_app.services.parents import Turn
from labeler_app.services.steered import Made
from labeler_app.services.workspace import Workspace
from labeler_app.store.items import ItemRow
from labeler_app.store.variants import Filling

# What numpy, Pillow and our own transforms raise for a picture that they cannot work on; what
# AugLy raises is one sentence already.
FAILURES = (ValueError, ArithmeticError, IndexError, OSError, TypeError)
_MAKERS = ("augly", "pillow", "numpy")


@dataclass(frozen=True, slots=True)
class Order:
    """A variant to be made: whose turn it is, of which item, blended with which other one."""

    turn: Turn
    row: ItemRow
    other: ItemRow | None = None


@dataclass(frozen=True, slots=True)
class Crafted:
    """A variant as it would be kept.

    Attributes
    ----------
    content, suffix
        Its file.
    steps
        What every step of the recipe was told, as JSON.
    before, after
        What was measured on the axis, of the original and of the file; None without an axis.
    landed
        Whether the file lies where it was wanted.
    luma : array of shape (256,)
        By which near-duplicates are found.
    """

    order: Order
    content: bytes
    suffix: str
    steps: str
    seed: int
    before: float | None
    after: float | None
    landed: bool
    luma: FloatArray

    def picture(self) -> Image.Image:
        """Return the picture in the file."""
        with Image.open(io.BytesIO(self.content)) as opened:
            return opened.convert("RGB")


def craft(
    ws: Workspace, filling: Filling, seed: int, order: Order, seen: tuple[float, ...] = ()
) -> Crafted:
    """Make a variant, and look at what its file holds as an import would look at it.

    Parameters
    ----------
    seed
        Of the making.
    seen
        What was measured of real items where it is to land: variants are spread as they are.

    Raises
    ------
    InputError
        If it cannot be made of this picture, or the picture cannot be read.
    """
    own = order.turn.seed(seed)
    original = images.open_screen(ws, order.row)
    other = images.open_screen(ws, order.other) if order.other is not None else None
    try:
        made = _made(filling, original, other, own, seen)
    except FAILURES as error:
        raise InputError(f"{filling.recipe!r} fails on this picture: {error}.") from error
    sought = goals.wanted(filling)
    content, suffix = loader.screen(made.picture)
    with Image.open(io.BytesIO(content)) as opened:
        shown = opened.convert("RGB")
    after: float | None = None
    landed = True
    if sought is not None:
        values = steered.measured(shown)[sought.axis : sought.axis + 1]
        after = _told(values[0])
        landed = sought.first <= int(sought.condition.cells(values)[0]) <= sought.last
    return Crafted(
        order=order,
        content=content,
        suffix=suffix,
        steps=json.dumps([dict(one) for one in made.values]),
        seed=own,
        before=None if sought is None else _told(made.before[sought.axis]),
        after=after,
        landed=landed,
        luma=images.luma(shown),
    )


def again(
    ws: Workspace, filling: Filling, steps: str, seed: int, row: ItemRow, other: ItemRow | None
) -> bytes:
    """Make a variant again from what is stored of it, and return its file.

    Raises
    ------
    InputError
        If there is no such recipe any more, or a picture it is made of cannot be read.
    """
    values: Sequence[Mapping[str, float]] = json.loads(steps)
    whole = loader.at_most(images.open_screen(ws, row).convert("RGB"), steered.SIDE)
    recipe = goals.recipe(filling)
    if recipe is not None:
        return loader.screen(recipe.apply(whole, values, seed))[0]
    if filling.recipe != blending.NAME or other is None:
        raise InputError(f"There is no recipe {filling.recipe!r} any more.")
    return loader.screen(blending.apply(whole, images.open_screen(ws, other), values))[0]


def _made(
    filling: Filling,
    original: Image.Image,
    other: Image.Image | None,
    seed: int,
    seen: tuple[float, ...],
) -> Made:
    recipe, sought = goals.recipe(filling), goals.wanted(filling)
    if recipe is not None:
        return steered.make(original, recipe, sought and replace(sought, seen=seen), seed)
    if other is None:
        raise InputError("no other labeled picture of its class is known to be like it")
    return blending.make(original, other, seed)


def _told(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


@cache
def versions() -> str:
    """Return the versions of what makes variants: only under the same ones the bytes are equal."""
    told = {}
    for name in _MAKERS:
        try:
            told[name] = version(name)
        except PackageNotFoundError:
            told[name] = ""
    return json.dumps(told)
