"""Variants that land where they are wanted, and can be made again bit for bit."""

import numpy as np
import pytest
from PIL import Image, ImageOps

from labeler_app.adapters.variants.recipes import RECIPES, for_axis
from labeler_app.core import conditions
from labeler_app.services import steered
from labeler_app.services.steered import Wanted
from tests.pictures import COLOURS, picture

NAMES = [axis.name for axis in conditions.AXES]


def photo(seed=0, size=(320, 240)):
    """Return a picture of clouds in colour, with a little noise."""
    rng = np.random.default_rng(seed)
    clouds = np.asarray(picture(list(COLOURS)[seed % 3], rng, size), dtype=float)
    return Image.fromarray((clouds + rng.normal(0, 3, clouds.shape)).clip(0, 255).astype(np.uint8))


def lines():
    """Return slanted lines."""
    rows, columns = np.mgrid[:120, :120]
    waves = 128 + 90 * np.sin((rows + columns) / 6.0)
    return Image.fromarray(waves.astype(np.uint8)).convert("RGB")


def wanted(name, cell):
    return Wanted(NAMES.index(name), cell, cell)


@pytest.mark.parametrize(
    ("recipe", "name", "cells"),
    [
        ("low light", "brightness", (0, 1)),
        ("brighter", "brightness", (5, 6)),
        ("haze or glare", "contrast", (0, 1)),
        ("out of focus", "sharpness", (0,)),
        ("grainy", "noise", (4, 5)),
        ("paler or more colourful", "saturation", (0, 1)),
        ("stretched", "aspect", (1, 5)),
        ("fewer pixels", "size", (0, 1)),
    ],
)
def test_a_recipe_lands_in_the_cell_it_is_steered_to(recipe, name, cells):
    for cell in cells:
        goal = wanted(name, cell)
        made = [steered.make(photo(seed), RECIPES[recipe], goal, seed) for seed in range(4)]

        landed = [one for one in made if one.landed]
        assert len(landed) == 4, (cell, [float(one.after[goal.axis]) for one in made])
        for one in landed:
            assert goal.condition.cells(one.after[goal.axis : goal.axis + 1])[0] == cell
            was_there = goal.condition.cells(one.before[goal.axis : goal.axis + 1])[0] == cell
            assert was_there or (one.before != one.after).any()


def test_the_same_seed_makes_the_same_variant_and_another_one_another():
    goal = wanted("brightness", 1)
    made, again, other = (
        steered.make(photo(), RECIPES["low light"], goal, seed) for seed in (7, 7, 8)
    )

    assert made.thing.tobytes() == again.thing.tobytes()
    assert made.values == again.values
    assert made.thing.tobytes() != other.thing.tobytes()
    rebuilt = RECIPES["low light"].apply(photo(), made.values, 7)
    assert rebuilt.tobytes() == made.thing.tobytes()


def test_variants_are_spread_as_the_real_items_of_a_cell_are():
    axis = NAMES.index("brightness")

    near, even = (
        [
            steered.make(photo(seed), RECIPES["low light"], Wanted(axis, 1, 1, seen), seed)
            for seed in range(8)
        ]
        for seen in ((0.11, 0.115, 0.12), ())
    )

    assert all(one.landed for one in (*near, *even))
    assert max(float(one.after[axis]) for one in near) < 0.125
    assert max(float(one.after[axis]) for one in even) > 0.15


def test_angles_that_were_seen_do_not_lead_out_of_their_cell():
    goal = Wanted(NAMES.index("orientation"), 0, 0, (170.0, 175.0))

    made = [steered.make(lines(), RECIPES["turned"], goal, seed) for seed in range(4)]

    assert all(one.landed for one in made)


@pytest.mark.parametrize("is_mirrored", [False, True])
def test_lines_are_turned_by_as_much_as_their_direction_lacks(is_mirrored):
    goal = Wanted(NAMES.index("orientation"), 3, 3)
    slanted = ImageOps.mirror(lines()) if is_mirrored else lines()

    made = [steered.make(slanted, RECIPES["turned"], goal, seed) for seed in range(4)]

    for one in made:
        assert one.landed
        turned = one.before[goal.axis] + one.values[0]["degrees"]
        assert one.after[goal.axis] == pytest.approx(turned % 180.0, abs=8.0)


def test_what_cannot_be_reached_is_told_and_comes_as_near_as_it_can():
    goal = wanted("size", 6)

    made = steered.make(photo(), RECIPES["fewer pixels"], goal, 0)

    assert not made.landed
    assert made.after[goal.axis] == pytest.approx(made.before[goal.axis])


def test_a_recipe_that_is_not_steered_is_drawn():
    made = [steered.make(photo(), RECIPES["screenshot"], None, seed) for seed in range(6)]

    assert all(one.landed for one in made)
    assert len({one.thing.size for one in made}) == 2  # A phone's screen, and a page's.


def test_large_pictures_are_made_at_512_pixels():
    made = steered.make(photo(size=(1600, 900)), RECIPES["low light"], wanted("brightness", 1), 0)

    assert max(made.thing.size) == steered.SIDE


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_grey_pictures_are_made_too(mode):
    made = steered.make(photo().convert(mode), RECIPES["low light"], wanted("brightness", 1), 0)

    assert (made.landed, made.thing.mode) == (True, "RGB")


def test_every_axis_has_a_recipe():
    assert all(for_axis(name) for name in NAMES)
