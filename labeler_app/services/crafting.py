"""One variant of a project, from its labeled item to the bytes that are kept; and again."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from labeler_app.core.arrays import Array
from labeler_app.errors import InputError
from labeler_app.services import blending, goals, variant_kinds
from labeler_app.services.parents import Turn
from labeler_app.services.steered import Made, Wanted
from labeler_app.services.variant_kinds import VariantKind
from labeler_app.services.workspace import Workspace
from labeler_app.store.items import ItemRow
from labeler_app.store.variants import Filling

# What numpy, Pillow and our own transforms raise for an original that they cannot work on; what
# AugLy raises is one sentence already.
FAILURES = (ValueError, ArithmeticError, IndexError, OSError, TypeError)
_MAKERS = ("augly", "nlpaug", "pillow", "numpy")


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
    signature
        By which near-duplicates are found.
    thing
        What the file holds.
    """

    order: Order
    content: bytes
    suffix: str
    steps: str
    seed: int
    before: float | None
    after: float | None
    landed: bool
    signature: Array
    thing: Any


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
        If it cannot be made of this original, or that cannot be read.
    """
    kind, own = variant_kinds.of(order.row.kind), order.turn.seed(seed)
    sought = goals.wanted(filling, seen)
    original = kind.open(ws, order.row)
    other = kind.open(ws, order.other) if order.other is not None else None
    try:
        made = _made(ws, kind, order, filling, original, other, sought, own)
        content, suffix = kind.packed(made.thing)
        thing = kind.unpacked(content)
    except FAILURES as error:
        raise InputError(f"{filling.recipe!r} fails on this {kind.noun}: {error}.") from error
    after: float | None = None
    landed = True
    if sought is not None:
        values = kind.measured(ws, order.row.project, thing)[sought.axis : sought.axis + 1]
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
        signature=kind.signature(thing),
        thing=thing,
    )


def again(
    ws: Workspace, filling: Filling, steps: str, seed: int, row: ItemRow, other: ItemRow | None
) -> bytes:
    """Make a variant again from what is stored of it, and return its file.

    Raises
    ------
    InputError
        If there is no such recipe any more, or an original it is made of cannot be read.
    """
    values: Sequence[Mapping[str, float]] = json.loads(steps)
    kind = variant_kinds.of(row.kind)
    whole, recipe = kind.cut(kind.open(ws, row)), kind.recipes.get(filling.recipe)
    if recipe is not None:
        return kind.packed(recipe.apply(whole, values, seed))[0]
    if filling.recipe != blending.NAME or not kind.blends or other is None:
        raise InputError(f"There is no recipe {filling.recipe!r} any more.")
    return kind.packed(blending.apply(whole, kind.open(ws, other), values))[0]


def _made(
    ws: Workspace,
    kind: VariantKind[Any],
    order: Order,
    filling: Filling,
    original: Any,
    other: Any,
    sought: Wanted | None,
    seed: int,
) -> Made[Any]:
    recipe = kind.recipes.get(filling.recipe)
    if recipe is not None:
        return kind.make(ws, order.row.project, original, recipe, sought, seed)
    if other is None:
        raise InputError(f"no other labeled {kind.noun} of its class is known to be like it")
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
