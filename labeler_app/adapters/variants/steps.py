"""Recipes: transforms one after another, of which one may be steered until a condition lands."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic

import numpy as np

from labeler_app.adapters.variants import Making, Range, Thing


@dataclass(frozen=True, slots=True)
class Step:
    """One transform of a recipe.

    Attributes
    ----------
    transform
        Its name.
    drawn
        By parameter: the bounds a value is drawn between, evenly, for each variant.
    """

    transform: str
    drawn: Mapping[str, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Composed(ABC, Generic[Thing]):
    """A way to make variants that has a name; of what, its children say.

    Attributes
    ----------
    name
        As a person chooses it: "low light".
    sentence
        What it does, and what it may do to the label.
    steps
        One after another.
    axis
        The condition it is steered by; "" for a recipe that is only drawn.
    knob
        Which step and which of its parameters is turned.
    """

    name: str
    sentence: str
    steps: Sequence[Step]
    axis: str = ""
    knob: tuple[int, str] = (0, "")

    @property
    @abstractmethod
    def transforms(self) -> Mapping[str, Making[Thing]]:
        """Those its steps are of, by name."""

    @property
    def tier(self) -> str:
        """The worst tier of its transforms."""
        return max(self.transforms[one.transform].tier for one in self.steps)

    @property
    def range(self) -> Range | None:
        """What the knob may be; None if there is none."""
        if not self.axis:
            return None
        place, name = self.knob
        return self.transforms[self.steps[place].transform].parameters[name]

    def drawn(self, seed: int) -> list[dict[str, float]]:
        """Return the values of every step for a seed, without that of the knob."""
        rng = np.random.default_rng(seed)
        return [
            {name: float(rng.uniform(*bounds)) for name, bounds in one.drawn.items()}
            for one in self.steps
        ]

    def apply(self, original: Thing, values: Sequence[Mapping[str, float]], seed: int) -> Thing:
        """Return the variant of an original.

        Parameters
        ----------
        values
            Of every step, as `drawn` and `turned` give them.

        Raises
        ------
        InputError
            If a transform fails on this original.
        """
        made = original
        for place, (one, told) in enumerate(zip(self.steps, values, strict=True)):
            transform = self.transforms[one.transform]
            whole = {
                name: float(round(value)) if transform.parameters[name].whole else value
                for name, value in told.items()
            }
            made = transform(made, whole, seed + place)
        return made

    def turned(
        self, values: Sequence[Mapping[str, float]], strength: float
    ) -> list[dict[str, float]]:
        """Return values with the knob at a strength."""
        turned = [dict(one) for one in values]
        place, name = self.knob
        turned[place][name] = strength
        return turned
