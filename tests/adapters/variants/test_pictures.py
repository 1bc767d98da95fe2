"""Every transform that a variant is made with: small and large, the same each time, and quiet."""

import random
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from labeler_app.adapters.variants.loading import call
from labeler_app.adapters.variants.pictures import PICTURES
from labeler_app.adapters.variants.recipes import RECIPES
from labeler_app.errors import InputError

# Those that change a picture although no parameter says so.
ALWAYS = {
    "grayscale",
    "encoding_quality",
    "pad_square",
    "overlay_onto_screenshot",
    "overlay_emoji",
    "meme_format",
    "hflip",
    "perspective_transform",
    "overlay_image",
    "vflip",
    "apply_pil_filter",
    "convert_color",
    "clip_image_size",
    "resize",
}


def scene(side, seed=0):
    """Return a picture with soft edges in colour, half as high as wide at most."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (6, 8, 3)).astype(np.uint8)
    return Image.fromarray(coarse).resize((side, max(1, side * 3 // 4)), Image.Resampling.BICUBIC)


def strong(transform):
    """Return a value of every parameter well away from the one that changes nothing."""
    return {
        name: one.high
        if one.whole
        else (one.low if one.high == one.plain else one.high) * 0.5 + one.plain * 0.5
        for name, one in transform.parameters.items()
    }


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("side", [64, 512])
@pytest.mark.parametrize("name", list(PICTURES))
def test_a_transform_makes_another_rgb_picture_twice_the_same_and_touches_no_random_state(
    name, side
):
    transform, picture = PICTURES[name], scene(side)
    before = picture.tobytes()
    random.seed(5)
    np.random.seed(5)  # noqa: NPY002

    made = transform(picture, strong(transform), 7)
    again = transform(picture, strong(transform), 7)

    assert made.mode == "RGB"
    assert (made.size, made.tobytes()) == (again.size, again.tobytes())
    assert (made.size, made.tobytes()) != (picture.size, before)
    assert picture.tobytes() == before
    drawn = random.random(), np.random.random()  # noqa: NPY002
    random.seed(5)
    np.random.seed(5)  # noqa: NPY002
    assert drawn == (random.random(), np.random.random())  # noqa: NPY002


@pytest.mark.parametrize("name", [one for one in PICTURES if one not in ALWAYS])
def test_a_transform_told_nothing_changes_nothing(name):
    picture = scene(64)

    made = PICTURES[name](picture, {}, 7)

    assert np.abs(np.asarray(made, dtype=int) - np.asarray(picture)).max() <= 1


@pytest.mark.parametrize("name", ["light", "random_noise", "shuffle_pixels", "overlay_emoji"])
def test_another_seed_makes_another_picture(name):
    transform, picture = PICTURES[name], scene(64)

    assert len({transform(picture, strong(transform), seed).tobytes() for seed in range(3)}) == 3


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (1, 400), (400, 1)])
@pytest.mark.parametrize("name", list(PICTURES))
def test_a_picture_of_a_few_pixels_is_made_or_refused_in_a_sentence(name, size):
    transform, picture = PICTURES[name], Image.new("RGB", size, (10, 200, 30))

    try:
        made = transform(picture, strong(transform), 7)
    except InputError as error:
        assert name.removeprefix("rotate_")[:4] in str(error) or "fails on this" in str(error)
    else:
        assert min(made.size) >= 1


def test_values_out_of_their_range_and_unknown_ones_are_refused():
    brightness = PICTURES["brightness"]

    with pytest.raises(
        InputError, match=r"brightness: factor is 9, which is not between 0\.02 and 8"
    ):
        brightness(scene(64), {"factor": 9.0}, 0)
    with pytest.raises(InputError, match="brightness takes no 'light'"):
        brightness(scene(64), {"light": 0.5}, 0)


def test_what_augly_fails_on_is_one_sentence():
    with pytest.raises(InputError, match="AugLy's pixelization fails on this picture"):
        call("pixelization", scene(64), ratio=0.0)


@pytest.mark.parametrize("name", list(RECIPES))
def test_a_recipe_draws_within_the_ranges_of_its_transforms(name):
    recipe, picture = RECIPES[name], scene(160)

    for seed in range(5):
        values = recipe.drawn(seed)
        if recipe.range is not None:
            values = recipe.turned(values, recipe.range.low)
        assert recipe.apply(picture, values, seed).mode == "RGB"
    assert recipe.tier in ("A", "B")


def test_without_libmagic_pillow_tells_what_a_file_is():
    script = """
import sys
sys.modules["magic"] = None  # As if it were not installed.
import importlib.abc
class Nothing(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == "magic":
            raise ImportError("failed to find libmagic")
sys.meta_path.insert(0, Nothing())
del sys.modules["magic"]
from PIL import Image
from labeler_app.adapters.variants.pictures import PICTURES
made = PICTURES["overlay_emoji"](Image.new("RGB", (64, 64)), {"size": 0.2}, 1)
print(len(made.getcolors(4096)) > 4)
print(type(sys.modules["magic"]).__name__, sys.modules["magic"].from_file.__name__)
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["True", "module", "_media_type"]
