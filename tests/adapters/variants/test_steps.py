"""Recipes: transforms one after another."""

import pytest

from labeler_app.adapters.variants.steps import Composed, Step


def test_a_recipe_cannot_be_made_without_saying_which_transforms_its_steps_are_of():
    class Bare(Composed):
        """A recipe that says nothing of its transforms."""

    with pytest.raises(TypeError, match="transforms"):
        Bare("haste", "Slips of the fingers.", [Step("simulate_typos")])
