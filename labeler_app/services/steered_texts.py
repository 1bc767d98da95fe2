"""One variant of a text: its strength found by halving, until a condition lands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from labeler_app.adapters.variants import Range
from labeler_app.adapters.variants.text_recipes import TextRecipe
from labeler_app.core import steering, text_conditions
from labeler_app.core.arrays import FloatArray
from labeler_app.core.gaps import Axis
from labeler_app.core.spelling import Spelling
from labeler_app.errors import InputError
from labeler_app.services.steered import Made, Wanted

MOST = text_conditions.MOST
"""Characters of a variant, at most: more costs time and tells a model little."""


@dataclass(frozen=True, slots=True)
class WantedText(Wanted):
    """Where a variant of a text is to land."""

    @property
    def condition(self) -> Axis:
        """The axis."""
        return text_conditions.AXES[self.axis]


def make(
    original: str, recipe: TextRecipe, wanted: Wanted | None, seed: int, known: Spelling
) -> Made[str]:
    """Make a variant of a text.

    Parameters
    ----------
    wanted
        Where it is to land, on the axis that the recipe is steered by; None draws the knob, too.
    seed
        In [0, 2**31): the same seed makes the same variant of a text.
    known
        How the pool spells.

    Raises
    ------
    InputError
        If the recipe cannot be made of this text.
    """
    whole = original[:MOST]
    before = text_conditions.measure(whole, known)
    values, limits = recipe.drawn(seed), recipe.range
    if limits is not None:
        strength = (
            _anywhere(limits, seed)
            if wanted is None
            else _found(whole, recipe, values, wanted, seed, known)
        )
        values = recipe.turned(values, strength)
    text = recipe.apply(whole, values, seed)
    after = text_conditions.measure(text, known)
    return Made(text, values, before, after, wanted is None or _is_there(after, wanted))


def _found(
    text: str,
    recipe: TextRecipe,
    values: Sequence[Mapping[str, float]],
    wanted: Wanted,
    seed: int,
    known: Spelling,
) -> float:
    """Return the strength that lands where it is wanted, else the one that comes nearest."""
    limits, axis = recipe.range, wanted.condition
    assert limits is not None

    def at(strength: float) -> float:
        try:
            made = recipe.apply(text, recipe.turned(values, strength), seed)
        except InputError:
            return float("nan")  # Too strong for this text; others may do.
        return float(text_conditions.measure(made, known)[wanted.axis])

    share = float(np.random.default_rng([seed, wanted.axis]).uniform())
    bounds = axis.bounds(wanted.first, wanted.last)
    aim = steering.aim(*axis.reach(wanted.first, wanted.last), share)
    if wanted.seen:
        aim = steering.aim_among(wanted.seen, bounds, share)
    ends = (limits.low, limits.high)
    return steering.bisect(at, limits.plain, ends, bounds, aim, log=limits.log).strength


def _anywhere(limits: Range, seed: int) -> float:
    """Draw a strength on the way from the plain one to the other end."""
    end = limits.high if limits.plain == limits.low else limits.low
    share = float(np.random.default_rng([seed, 1]).uniform(0.1, 0.6))
    return limits.plain + share * (end - limits.plain)


def _is_there(after: FloatArray, wanted: Wanted) -> bool:
    cell = int(wanted.condition.cells(after[[wanted.axis]])[0])
    return wanted.first <= cell <= wanted.last
