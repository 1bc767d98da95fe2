"""Variants of texts that land where they are wanted, and can be made again letter for letter."""

import numpy as np
import pytest

from labeler_app.adapters.variants.text_recipes import TEXT_RECIPES, for_axis
from labeler_app.core import spelling, text_conditions
from labeler_app.services.steered_texts import MOST, WantedText, make

AXES = {axis.name: (at, axis) for at, axis in enumerate(text_conditions.AXES)}
TEXT = (
    "This wonderful picture follows several actors across another country.\n"
    "Nothing happens quickly, although every single moment matters greatly.\n"
    "Their journey becomes slower, quieter and finally silent."
)
KNOWN = spelling.learned([TEXT] * 12)


def wanted(axis, cell):
    at, known = AXES[axis]
    place = known.names.index(cell)
    return WantedText(at, place, place)


@pytest.mark.parametrize(
    ("recipe", "axis", "cell"),
    [
        ("cut short", "length", "a few words"),
        ("cut short", "length", "short"),
        ("typed in haste", "typos", "some"),
        ("typed in haste", "typos", "many"),
        ("in capitals", "capitals", "mostly"),
        ("in capitals", "capitals", "all capitals"),
        ("in small letters", "capitals", "none"),
        ("without marks", "punctuation", "none"),
        ("marks in between", "punctuation", "very dense"),
        ("odd fonts", "look-alikes", "many"),
        ("letters that look alike", "look-alikes", "some"),
        ("signs for letters", "look-alikes", "some"),
    ],
)
def test_a_recipe_lands_in_the_cell_it_is_steered_to(recipe, axis, cell):
    goal = wanted(axis, cell)

    for seed in range(4):
        made = make(TEXT, TEXT_RECIPES[recipe], goal, seed, KNOWN)

        again = text_conditions.measure(made.thing, KNOWN)
        name = goal.condition.names[int(goal.condition.cells(again[[goal.axis]])[0])]
        assert (made.landed, name) == (True, cell), made
        assert made.thing != TEXT


def test_the_same_seed_makes_the_same_variant_and_its_values_make_it_again():
    recipe, goal = TEXT_RECIPES["typed in haste"], wanted("typos", "many")
    made, again, other = (make(TEXT, recipe, goal, seed, KNOWN) for seed in (7, 7, 8))

    assert made.thing == again.thing == recipe.apply(TEXT, made.values, 7)
    assert made.thing != other.thing


def test_what_cannot_be_reached_is_told():
    made = make(TEXT, TEXT_RECIPES["cut short"], wanted("length", "pages"), 0, KNOWN)

    assert (made.landed, made.thing) == (False, TEXT)


def test_a_recipe_that_is_steered_to_nothing_is_drawn():
    texts = {make(TEXT, TEXT_RECIPES["in capitals"], None, seed, KNOWN).thing for seed in range(4)}

    assert len(texts) == 4
    assert make(TEXT, TEXT_RECIPES["spaces gone wrong"], None, 1, KNOWN).landed


def test_a_long_text_is_made_of_its_beginning():
    text = "wonderful pictures " * 2_000

    made = make(text, TEXT_RECIPES["in capitals"], wanted("capitals", "all capitals"), 0, KNOWN)

    assert made.landed
    assert len(made.thing) == MOST


def test_every_axis_has_a_recipe():
    assert all(for_axis(name) for name in AXES)


def test_where_real_texts_are_known_variants_are_spread_as_they_are():
    seen = tuple(np.linspace(0.21, 0.25, 9).tolist())
    there = WantedText(2, 4, 4, seen)

    made = [make(TEXT * 8, TEXT_RECIPES["in capitals"], there, seed, KNOWN) for seed in range(6)]

    assert all(one.landed for one in made)
    assert all(0.15 <= one.after[2] <= 0.31 for one in made)
