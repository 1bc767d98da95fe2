"""Transforms that make a variant of a picture or a text: what each is called, takes, and does.

Every one is a pure function of the original, values and seed; under the same versions of the
libraries it makes the same variant, bit for bit.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from PIL import Image

from labeler_app.errors import InputError

Values = Mapping[str, float]
Thing = TypeVar("Thing")
"""What variants are made of: an RGB picture, or a text."""


@dataclass(frozen=True, slots=True)
class Range:
    """What a parameter may be: between `low` and `high`; whole numbers only where `whole`.

    Attributes
    ----------
    plain
        The value at which the transform changes nothing, or hardly anything.
    unit
        ``""``, ``"degrees"``, ``"% of the longer side"`` and the like.
    log
        Whether equal ratios are equal steps.
    """

    low: float
    high: float
    plain: float
    unit: str = ""
    whole: bool = False
    log: bool = False

    def checked(self, name: str, value: float) -> float:
        """Return a value, whole where it must be.

        Raises
        ------
        InputError
            If it is not between low and high.
        """
        if not self.low <= value <= self.high:
            raise InputError(
                f"{name} is {value:g}, which is not between {self.low:g} and {self.high:g}."
            )
        return float(round(value)) if self.whole else float(value)


@dataclass(frozen=True, slots=True)
class Making(Generic[Thing]):
    """One way to make a variant of one kind of thing.

    Attributes
    ----------
    name
        The name it is asked for by.
    tier
        ``A``: the label of the original holds, and a person confirms it. ``B``: it may not hold,
        look closer. ``C``: not offered; kept for programs.
    sentence
        What it does, for people.
    apply
        From the original, a value for each parameter, and a seed.
    parameters
        By name.
    """

    name: str
    tier: str
    sentence: str
    apply: Callable[[Thing, Values, int], Thing]
    parameters: Mapping[str, Range] = field(default_factory=dict)

    def __call__(self, original: Thing, values: Values, seed: int) -> Thing:
        """Return the variant of an original.

        Parameters
        ----------
        values
            Of some parameters; the others change nothing.
        seed
            In [0, 2**31); whatever is drawn follows from it.

        Raises
        ------
        InputError
            If there is no such parameter, a value is out of its range, or the transform cannot be
            made of this original.
        """
        unknown = sorted(set(values) - set(self.parameters))
        if unknown:
            raise InputError(
                f"{self.name} takes no {unknown[0]!r}.",
                hint=f"It takes: {', '.join(self.parameters) or 'nothing'}.",
            )
        told = {
            name: one.checked(f"{self.name}: {name}", values.get(name, one.plain))
            for name, one in self.parameters.items()
        }
        return self.apply(original, told, seed)


@dataclass(frozen=True, slots=True)
class Transform(Making[Image.Image]):
    """One way to make a variant of an RGB picture, RGB too."""


@dataclass(frozen=True, slots=True)
class Rewriting(Making[str]):
    """One way to make a variant of a text."""
