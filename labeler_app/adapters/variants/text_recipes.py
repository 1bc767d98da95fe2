"""Recipes for texts: what a person can choose, and what each is steered by."""

from collections.abc import Mapping
from dataclasses import dataclass

from labeler_app.adapters.variants import Rewriting
from labeler_app.adapters.variants.steps import Composed, Step
from labeler_app.adapters.variants.texts import TEXTS


@dataclass(frozen=True, slots=True)
class TextRecipe(Composed[str]):
    """A way to make variants of a text that has a name.

    Attributes
    ----------
    lowers
        Whether what is measured falls as the knob is turned.
    """

    lowers: bool = False

    @property
    def transforms(self) -> Mapping[str, Rewriting]:
        """Those of texts."""
        return TEXTS


_ALL = (
    TextRecipe(
        "cut short",
        "Only how the text begins; look whether that still tells the class.",
        [Step("shorten")],
        "length",
        (0, "kept"),
        lowers=True,
    ),
    TextRecipe(
        "typed in haste",
        "Slips of the fingers: letters swapped, dropped, doubled or beside the right key.",
        [Step("simulate_typos")],
        "typos",
        (0, "share"),
    ),
    TextRecipe(
        "in capitals",
        "Words in capitals, as of someone who shouts.",
        [Step("change_case", {"case": (2.0, 2.0)})],
        "capitals",
        (0, "share"),
    ),
    TextRecipe(
        "in small letters",
        "Words in small letters, as on a phone.",
        [Step("change_case", {"case": (0.0, 0.0)})],
        "capitals",
        (0, "share"),
        lowers=True,
    ),
    TextRecipe(
        "without marks",
        "Commas, dots and other marks left out.",
        [Step("drop_punctuation")],
        "punctuation",
        (0, "share"),
        lowers=True,
    ),
    TextRecipe(
        "marks in between",
        "Marks between the letters, as to get past a filter.",
        [Step("insert_punctuation_chars")],
        "punctuation",
        (0, "per_100"),
    ),
    TextRecipe(
        "odd fonts",
        "Words in letters of other fonts, as copied from a page that makes them.",
        [Step("replace_fun_fonts")],
        "look-alikes",
        (0, "share"),
    ),
    TextRecipe(
        "letters that look alike",
        "Letters of other scripts in place of their own, as to get past a filter.",
        [Step("replace_similar_unicode_chars")],
        "look-alikes",
        (0, "share"),
    ),
    TextRecipe(
        "signs for letters",
        "Figures and signs in place of letters, as to get past a filter.",
        [Step("replace_similar_chars")],
        "look-alikes",
        (0, "share"),
    ),
    TextRecipe(
        "spaces gone wrong",
        "Words torn apart and run together.",
        [
            Step("split_words", {"share": (0.05, 0.2)}),
            Step("merge_words", {"share": (0.05, 0.2)}),
        ],
    ),
    TextRecipe(
        "spoken", "Shorter forms: do not becomes don't.", [Step("contractions", {"share": (1, 1)})]
    ),
    TextRecipe(
        "invisible signs",
        "Signs between the letters that nobody sees, as to get past a filter.",
        [Step("insert_zero_width_chars", {"per_100": (3.0, 20.0)})],
    ),
    TextRecipe(
        "broken up",
        "Spaces and lines between the letters; look whether it can still be read.",
        [Step("insert_whitespace_chars", {"per_100": (3.0, 15.0)})],
    ),
    TextRecipe(
        "upside down",
        "Some words on their head; look whether it can still be read.",
        [Step("replace_upside_down", {"share": (0.1, 0.5)})],
    ),
)

TEXT_RECIPES: Mapping[str, TextRecipe] = {one.name: one for one in _ALL}
"""By name."""


def for_axis(axis: str) -> list[TextRecipe]:
    """Return the recipes that are steered by a condition."""
    return [one for one in _ALL if one.axis == axis]
