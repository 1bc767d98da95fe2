"""Recipes: transforms one after another, of which one may be steered until a condition lands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from labeler_app.adapters.variants import Range
from labeler_app.adapters.variants.pictures import PICTURES


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
class Recipe:
    """A way to make variants that has a name.

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
    def tier(self) -> str:
        """The worst tier of its transforms."""
        return max(PICTURES[one.transform].tier for one in self.steps)

    @property
    def range(self) -> Range | None:
        """What the knob may be; None if there is none."""
        if not self.axis:
            return None
        place, name = self.knob
        return PICTURES[self.steps[place].transform].parameters[name]

    def drawn(self, seed: int) -> list[dict[str, float]]:
        """Return the values of every step for a seed, without that of the knob."""
        rng = np.random.default_rng(seed)
        return [
            {name: float(rng.uniform(*bounds)) for name, bounds in one.drawn.items()}
            for one in self.steps
        ]

    def apply(
        self, picture: Image.Image, values: Sequence[Mapping[str, float]], seed: int
    ) -> Image.Image:
        """Return the variant of an RGB picture.

        Parameters
        ----------
        values
            Of every step, as `drawn` and `turned` give them.

        Raises
        ------
        InputError
            If a transform fails on this picture.
        """
        made = picture
        for place, (one, told) in enumerate(zip(self.steps, values, strict=True)):
            transform = PICTURES[one.transform]
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


_ALL = (
    Recipe(
        "low light",
        "Dims the scene as less light would, and adds the grain that comes of it.",
        [Step("light", {"grain": (0.1, 1.5)})],
        "brightness",
        (0, "light"),
    ),
    Recipe(
        "brighter", "More light than there was.", [Step("brightness")], "brightness", (0, "factor")
    ),
    Recipe(
        "haze or glare", "Less or more contrast.", [Step("contrast")], "contrast", (0, "factor")
    ),
    Recipe("out of focus", "Blurred.", [Step("blur")], "sharpness", (0, "radius")),
    Recipe("sharpened", "Edges sharpened.", [Step("sharpen")], "sharpness", (0, "factor")),
    Recipe("grainy", "Noise over it.", [Step("random_noise")], "noise", (0, "deviation")),
    Recipe("smoothed", "Less noise, a little blurred.", [Step("blur")], "noise", (0, "radius")),
    Recipe(
        "paler or more colourful",
        "Less or more colour; not where colour tells the class.",
        [Step("saturation")],
        "saturation",
        (0, "factor"),
    ),
    Recipe(
        "stretched",
        "Wider or taller than it was.",
        [Step("change_aspect_ratio")],
        "aspect",
        (0, "stretch"),
    ),
    Recipe(
        "turned",
        "Turned; look whether the class holds.",
        [Step("rotate_far")],
        "orientation",
        (0, "degrees"),
    ),
    Recipe("fewer pixels", "Smaller than it was.", [Step("scale")], "size", (0, "factor")),
    Recipe(
        "screenshot",
        "Shown in an app on a screen.",
        [Step("overlay_onto_screenshot", {"phone": (0.0, 1.0), "fill": (0.0, 1.0)})],
    ),
    Recipe(
        "forwarded picture",
        "A caption above it, and the artefacts of many forwards.",
        [
            Step("meme_format", {"height": (0.1, 0.3)}),
            Step("encoding_quality", {"quality": (8, 40)}),
        ],
    ),
    Recipe(
        "words and emoji on it",
        "As people send them on.",
        [
            Step("overlay_emoji", {"size": (0.08, 0.25)}),
            Step("overlay_text", {"size": (0.06, 0.15), "opacity": (0.6, 1.0)}),
        ],
    ),
    Recipe("JPEG artefacts", "Packed hard.", [Step("encoding_quality", {"quality": (5, 30)})]),
    Recipe("coarse pixels", "As of a cheap camera.", [Step("pixelization", {"ratio": (0.4, 0.8)})]),
    Recipe(
        "another angle",
        "Seen from aside; look whether the class holds.",
        [Step("perspective_transform", {"shift": (2.0, 8.0)})],
    ),
    Recipe(
        "partly covered",
        "A patch over it; look whether the class holds.",
        [Step("overlay_image", {"size": (0.1, 0.35)})],
    ),
)

RECIPES: Mapping[str, Recipe] = {one.name: one for one in _ALL}
"""By name."""


def for_axis(axis: str) -> list[Recipe]:
    """Return the recipes that are steered by a condition."""
    return [one for one in _ALL if one.axis == axis]
