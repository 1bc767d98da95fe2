"""One variant of a picture: its strength found on a small copy, then made once in full."""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Generic

import numpy as np
from PIL import Image

from labeler_app.adapters.items import image as loader
from labeler_app.adapters.variants import Range, Thing
from labeler_app.adapters.variants.recipes import Recipe
from labeler_app.core import conditions, steering
from labeler_app.core.arrays import FloatArray
from labeler_app.core.gaps import Axis
from labeler_app.core.steering import Landing

SIDE = 512
"""Pixels of the longer side of a variant, at most: more costs time and tells a model nothing."""
# What a small copy does not tell is found on the whole picture, in so few further tries.
_AGAIN = 8


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where a variant is to land: cells of an axis next to each other.

    Attributes
    ----------
    axis
        Its place among the axes.
    seen
        Values that real items have in these cells, if any are known: variants are spread as they
        are. Without any, and of angles, evenly over the cells, of which an outer one has no end.
    """

    axis: int
    first: int
    last: int
    seen: tuple[float, ...] = ()

    @property
    def condition(self) -> Axis:
        """The axis."""
        return conditions.AXES[self.axis]


@dataclass(frozen=True, slots=True)
class Made(Generic[Thing]):
    """A variant.

    Attributes
    ----------
    thing
        It: a picture, RGB, at most 512 pixels a side; or a text of at most 10,000 characters of
        the original.
    values
        What every step of the recipe was told: with the seed it makes the same again.
    before, after : arrays of shape (A,)
        What was measured of the original and of the variant, in the order of the axes.
    landed
        Whether it lies where it was wanted; True where nothing was wanted.
    """

    thing: Thing
    values: Sequence[Mapping[str, float]]
    before: FloatArray
    after: FloatArray
    landed: bool


def make(
    original: Image.Image, recipe: Recipe, wanted: Wanted | None, seed: int
) -> Made[Image.Image]:
    """Make a variant of a picture.

    Parameters
    ----------
    original
        RGB, or grey.
    wanted
        Where it is to land, on the axis that the recipe is steered by; None draws the knob, too.
    seed
        In [0, 2**31): the same seed makes the same variant of a picture.

    Raises
    ------
    InputError
        If the recipe cannot be made of this picture.
    """
    whole = loader.at_most(original.convert("RGB"), SIDE)
    before = measured(whole)
    values = recipe.drawn(seed)
    if wanted is None or recipe.range is None:
        if recipe.range is not None:
            values = recipe.turned(values, _anywhere(recipe, seed))
        picture = recipe.apply(whole, values, seed)
        return Made(picture, values, before, measured(picture), True)
    told = _told(wanted, seed)
    small = loader.at_most(whole, loader.THUMB_SIDE)
    found = _search(small, recipe, values, told, seed, steering.STEPS)
    strength, picture, landed = _in_full(whole, recipe, values, told, seed, found.strength)
    return Made(picture, recipe.turned(values, strength), before, measured(picture), landed)


def measured(picture: Image.Image) -> FloatArray:
    """Measure a picture as those of the pool are: on a small copy, packed like theirs."""
    packed, _ = loader.thumb(picture)
    with Image.open(io.BytesIO(packed)) as opened:
        small = loader.at_most(opened, conditions.SIDE)
        return conditions.measure(np.asarray(small), *picture.size)


@dataclass(frozen=True, slots=True)
class _Told:
    """What is sought, as `steering.bisect` takes it: the value of a condition, or how far off."""

    axis: int
    bounds: tuple[float, float]
    aim: float
    value: Callable[[float], float]


def _told(wanted: Wanted, seed: int) -> _Told:
    share = float(np.random.default_rng([seed, wanted.axis]).uniform())
    axis = wanted.condition
    low, high = axis.bounds(wanted.first, wanted.last)
    turn = axis.turn
    if wanted.seen and not turn:
        aim = steering.aim_among(wanted.seen, (low, high), share)
    else:
        aim = steering.aim(*axis.reach(wanted.first, wanted.last), share)
    if not turn:
        return _Told(wanted.axis, (low, high), aim, lambda value: value)
    # Angles begin again: what counts is how far it is to the one that is sought.
    bounds = (low - aim, high - aim)
    return _Told(wanted.axis, bounds, 0.0, lambda value: (value - aim + turn / 2) % turn - turn / 2)


def _search(
    picture: Image.Image,
    recipe: Recipe,
    values: Sequence[Mapping[str, float]],
    told: _Told,
    seed: int,
    steps: int,
) -> Landing:
    """Halve the way to what is sought on a picture of some size."""
    limits = recipe.range
    assert limits is not None

    @cache
    def at(strength: float) -> float:
        made = recipe.apply(picture, recipe.turned(values, strength), seed)
        return told.value(float(measured(made)[told.axis]))

    ends = limits.low, limits.high
    if turn := conditions.AXES[told.axis].turn / 2.0:
        # Half a turn to either side leads there: the way that does not pass where angles begin.
        end = limits.plain - np.copysign(turn, at(limits.plain))
        ends = (float(np.clip(end, limits.low, limits.high)), limits.plain)
    return steering.bisect(
        at, limits.plain, ends, told.bounds, told.aim, steps=steps, log=limits.log
    )


def _in_full(
    whole: Image.Image,
    recipe: Recipe,
    values: Sequence[Mapping[str, float]],
    told: _Told,
    seed: int,
    strength: float,
) -> tuple[float, Image.Image, bool]:
    """Make it in full; where it does not land there, look for it there, a few times."""

    def made(strength: float) -> tuple[float, Image.Image, bool]:
        picture = recipe.apply(whole, recipe.turned(values, strength), seed)
        value = told.value(float(measured(picture)[told.axis]))
        return strength, picture, told.bounds[0] <= value < told.bounds[1]

    once = made(strength)
    if once[2]:
        return once
    found = _search(whole, recipe, values, told, seed, _AGAIN)
    return made(found.strength)


def _along(limits: Range, strength: float, share: float) -> float:
    """Return the strength at a share of the way from the plain one to another, and beyond it."""
    if limits.log:
        return float(limits.plain * (strength / limits.plain) ** share)
    return limits.plain + share * (strength - limits.plain)


def _anywhere(recipe: Recipe, seed: int) -> float:
    """Draw a strength between the plain one and either end."""
    limits = recipe.range
    assert limits is not None
    rng = np.random.default_rng([seed, 1])
    end = limits.low if rng.uniform() < 0.5 else limits.high
    end = end if end != limits.plain else limits.low + limits.high - end
    return _along(limits, end, float(rng.uniform(0.1, 0.6)))
