"""Every transform that a text is rewritten with: the same each time, line by line, and quiet."""

import random
import subprocess
import sys

import numpy as np
import pytest

from labeler_app.adapters.variants.loading import rewrite
from labeler_app.adapters.variants.text_recipes import TEXT_RECIPES
from labeler_app.adapters.variants.texts import TEXTS
from labeler_app.errors import InputError

TEXT = (
    "I do not think this Movie is very good, and\n\tshe said:  it is a BIG bore .\n\n"
    "The same actors, they are not in the other films..."
)
# Those that may take, add or draw backwards what stands between the words.
FREE = {
    "insert_punctuation_chars",
    "insert_whitespace_chars",
    "insert_zero_width_chars",
    "shorten",
    "merge_words",
    "contractions",
    "replace_bidirectional",
}
STRANGE = [
    "",
    " ",
    "\n\n",
    "😀",
    "👩‍👩‍👧 😀😀",
    "नमस्ते दुनिया",
    "映画をみる。",
    "a",
    "?!",
    "{}<b>&",
    "x" * 5_000,
]


def strong(transform):
    """Return a value of every parameter well away from the one that changes nothing."""
    return {
        name: one.high if one.plain == one.low else 0.5 * (one.low + one.plain)
        for name, one in transform.parameters.items()
    }


def between(text):
    """Return all that stands between the words: spaces and lines."""
    return "".join(one for one in text if one.isspace())


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", list(TEXTS))
def test_a_transform_makes_another_text_twice_the_same_and_touches_no_random_state(name):
    transform = TEXTS[name]
    random.seed(5)
    np.random.seed(5)  # noqa: NPY002

    made = transform(TEXT, strong(transform), 7)
    again = transform(TEXT, strong(transform), 7)

    assert isinstance(made, str)
    assert made == again != TEXT
    drawn = random.random(), np.random.random()  # noqa: NPY002
    random.seed(5)
    np.random.seed(5)  # noqa: NPY002
    assert drawn == (random.random(), np.random.random())  # noqa: NPY002


@pytest.mark.parametrize("name", list(TEXTS))
def test_a_transform_told_nothing_changes_nothing(name):
    assert TEXTS[name](TEXT, {}, 7) == TEXT


@pytest.mark.parametrize("name", [one for one in TEXTS if one not in FREE])
def test_lines_and_spaces_stay_as_they_were(name):
    made = TEXTS[name](TEXT, strong(TEXTS[name]), 7)

    if name == "split_words":  # It adds spaces, and no line.
        assert made.replace(" ", "") == TEXT.replace(" ", "")
    else:
        assert between(made) == between(TEXT)


@pytest.mark.parametrize("name", [one for one in TEXTS if one != "shorten"])
def test_no_line_is_lost(name):
    made = TEXTS[name](TEXT, strong(TEXTS[name]), 7)

    assert made.count("\n") >= TEXT.count("\n")


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("text", STRANGE)
@pytest.mark.parametrize("name", list(TEXTS))
def test_a_strange_text_is_rewritten_or_refused_in_a_sentence(name, text):
    try:
        made = TEXTS[name](text, strong(TEXTS[name]), 7)
    except InputError as error:
        assert text == "?!"
        assert "nothing of this text is left" in str(error)
    else:
        assert bool(made.strip()) == bool(text.strip())


@pytest.mark.parametrize(
    "name", ["simulate_typos", "change_case", "replace_fun_fonts", "insert_punctuation_chars"]
)
def test_another_seed_makes_another_text(name):
    transform = TEXTS[name]
    half = {one: limits.high / 2 for one, limits in transform.parameters.items() if one != "case"}
    told = half | ({"case": 2.0} if name == "change_case" else {})

    assert len({transform(TEXT, told, seed) for seed in range(3)}) == 3


def test_a_larger_share_changes_the_same_words_and_more():
    transform, before = TEXTS["simulate_typos"], TEXT.split()

    def changed(share):
        made = transform(TEXT, {"share": share}, 3).split()
        return {at for at, (old, new) in enumerate(zip(before, made, strict=True)) if old != new}

    assert changed(0.2) < changed(0.5) < changed(1.0)
    assert len(changed(1.0)) >= 12


def test_what_each_does_is_what_it_says():
    def made(name, text, **values):
        return TEXTS[name](text, values, 1)

    assert made("change_case", "so it is", share=1.0, case=2.0) == "SO IT IS"
    assert made("change_case", "SO it is", share=1.0, case=0.0) == "so it is"
    assert made("contractions", "I do not\nknow, it is so", share=1.0) == "I don't\nknow, it's so"
    assert made("merge_words", "one two, three\nfour", share=1.0) == "onetwo, three\nfour"
    assert made("drop_punctuation", "well, so: it's", share=1.0) == "well so its"
    assert made("shorten", "one two\nthree four", kept=0.5) == "one two"
    assert made("swap_gendered_words", "she said", share=1.0) == "he said"


def test_spaces_that_are_put_in_are_spaces_tabs_and_lines_only():
    made = TEXTS["insert_whitespace_chars"]("x" * 2_000, {"per_100": 25.0}, 1)

    assert set(made) == {"x", " ", "\t", "\n"}


def test_what_augly_fails_on_is_one_sentence():
    with pytest.raises(InputError, match="AugLy's simulate_typos fails on this text"):
        rewrite("simulate_typos", ["a text"], 1, aug_word_p=2.0)


def test_of_one_text_one_is_returned_whatever_augly_returns():
    assert rewrite("change_case", ["abc"], 1, granularity="all", case="upper") == ["ABC"]
    assert len(rewrite("simulate_typos", ["wonderful"], 1)) == 1
    assert rewrite("simulate_typos", [], 1) == []


@pytest.mark.parametrize("name", list(TEXT_RECIPES))
def test_a_recipe_draws_within_the_ranges_of_its_transforms(name):
    recipe = TEXT_RECIPES[name]

    for seed in range(3):
        values = recipe.drawn(seed)
        if recipe.range is not None:
            values = recipe.turned(values, recipe.range.high)
        assert recipe.apply(TEXT, values, seed)
    assert recipe.tier in ("A", "B")


def test_without_libmagic_texts_are_rewritten_all_the_same():
    script = """
import sys
import importlib.abc
class Nothing(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == "magic":
            raise ImportError("failed to find libmagic")
sys.meta_path.insert(0, Nothing())
from labeler_app.adapters.variants.texts import TEXTS
print(TEXTS["change_case"]("so it is", {"share": 1.0, "case": 2.0}, 1))
print(TEXTS["simulate_typos"]("wonderful", {"share": 1.0}, 1) != "wonderful")
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["SO IT IS", "True"]
