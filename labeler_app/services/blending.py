"""Two labeled pictures of a class, alike to the model, laid over each other: an experiment."""

from collections.abc import Mapping, Sequence
from typing import cast

import numpy as np
from PIL import Image, ImageOps

from labeler_app.adapters.items import image as loader
from labeler_app.core.arrays import FloatArray
from labeler_app.core.nearest import nearest
from labeler_app.services import features, steered
from labeler_app.services.parents import Parent, Turn
from labeler_app.services.steered import Made
from labeler_app.services.workspace import Workspace

NAME = "blend"
SENTENCE = (
    "An experiment: two labeled pictures of a class that look alike to the model, one over the "
    "other; look whether the class holds."
)
NEIGHBOURS = 3
"""The nearest of a picture, which it is blended with by turns."""
SHARES = (0.3, 0.7)
"""Of the second picture, at least and at most."""


def partner(ws: Workspace, project: int, parents: Sequence[Parent], turn: Turn) -> Parent | None:
    """Return what a picture is blended with: one of the nearest of its class, by turns.

    None if its class has no other labeled picture, or it is not embedded yet.
    """
    one, shards = turn.parent, features.shards(ws, project)
    count = sum(shard.count for shard in shards)
    own = [
        other
        for other in parents
        if other.class_id == one.class_id and other.item != one.item and other.position < count
    ]
    if not own or one.position >= count:
        return None
    x = cast(FloatArray, ws.arrays.take(shards, [one.position, *(it.position for it in own)]))
    near = nearest(x[1:], x[0], NEIGHBOURS)
    return own[int(near[turn.round % len(near)])]


def make(original: Image.Image, other: Image.Image, seed: int) -> Made[Image.Image]:
    """Blend two pictures; the seed says how much of the second one is seen."""
    whole = loader.at_most(original.convert("RGB"), steered.SIDE)
    values = [{"share": float(np.random.default_rng(seed).uniform(*SHARES))}]
    picture = apply(whole, other, values)
    return Made(picture, values, steered.measured(whole), steered.measured(picture), True)


def apply(
    whole: Image.Image, other: Image.Image, values: Sequence[Mapping[str, float]]
) -> Image.Image:
    """Lay a second picture over one, cut to its shape, as strongly as the values say."""
    over = ImageOps.fit(other.convert("RGB"), whole.size, Image.Resampling.BICUBIC)
    return Image.blend(whole, over, values[0]["share"])
