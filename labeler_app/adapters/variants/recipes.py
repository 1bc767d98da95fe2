"""Recipes for pictures: what a person can choose, and what each is steered by."""

from collections.abc import Mapping
from dataclasses import dataclass

from PIL import Image

from labeler_app.adapters.variants import Transform
from labeler_app.adapters.variants.pictures import PICTURES
from labeler_app.adapters.variants.steps import Composed, Step


@dataclass(frozen=True, slots=True)
class Recipe(Composed[Image.Image]):
    """A way to make variants of an RGB picture that has a name."""

    @property
    def transforms(self) -> Mapping[str, Transform]:
        """Those of pictures."""
        return PICTURES


_ALL = (
    Recipe(
        "low light",
        "Dims the scene as less light would, and adds the grain that comes of it.",
        [Step("light", {"grain": (0.1, 1.5)})],
        "brightness",
        (0, "light"),
    ),
    Recipe(
        "brighter",
        "More light than there was, or less, evenly.",
        [Step("brightness")],
        "brightness",
        (0, "factor"),
    ),
    Recipe(
        "haze or glare", "Less or more contrast.", [Step("contrast")], "contrast", (0, "factor")
    ),
    Recipe("out of focus", "Blurred.", [Step("blur")], "sharpness", (0, "radius")),
    Recipe("sharpened", "Edges sharpened.", [Step("crisper")], "sharpness", (0, "factor")),
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
