"""Conditions of texts, on texts small enough to count by hand."""

import unicodedata

import numpy as np
import pytest

from labeler_app.core import spelling
from labeler_app.core.text_conditions import AXES, measure

NAMES = [axis.name for axis in AXES]
NOTHING = spelling.learned([])


def of(text, name, known=NOTHING):
    return float(measure(text, known)[NAMES.index(name)])


def cell(text, name):
    axis = AXES[NAMES.index(name)]
    return axis.names[int(axis.cells(measure(text, NOTHING)[[NAMES.index(name)]])[0])]


def test_every_axis_has_a_name_for_each_of_its_cells_and_rising_edges():
    for axis in AXES:
        assert len(axis.names) == len(axis.edges) + 1 == len(set(axis.names))
        assert list(axis.edges) == sorted(axis.edges)


def test_length_is_the_logarithm_of_the_characters():
    assert of("x" * 100, "length") == pytest.approx(2.0)
    assert cell("How far is it?", "length") == "a few words"
    assert cell("x" * 2_000, "length") == "pages"


def test_typos_are_told_by_the_spelling_of_the_pool():
    known = spelling.learned(["a wonderful picture"] * 10)

    assert of("a wodnerful picture", "typos", known) == 0.5
    assert np.isnan(of("so it is", "typos", known))


def test_capitals_are_counted_among_letters_that_have_two_cases():
    assert of("ABcd 12!", "capitals") == 0.5
    assert cell("WHY IS THIS SO LOUD?", "capitals") == "all capitals"
    assert cell("all in small letters", "capitals") == "none"
    assert np.isnan(of("देवनागरी 12", "capitals"))


def test_punctuation_is_told_in_100_characters_without_white_space():
    assert of("abcd, efgh.", "punctuation") == pytest.approx(20.0)
    assert of("¿qué?", "punctuation") == pytest.approx(40.0)
    assert np.isnan(of(" \n", "punctuation"))


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("plain words", 0.0),
        ("p\u0430in", 0.25),  # A Cyrillic a among Latin letters.
        ("\u0430\u0431\u0432\u0433 abcd", 0.0),  # Two words of two scripts.
        ("m0vie", 0.25),
        ("it's a 2-hour co-op", 0.0),
        ("\U0001d41a\U0001d41bcd", 0.5),  # Bold letters of mathematics.
        ("a\u0336b\u0336", 1.0),  # Struck through.
        ("ᴀbcd", 0.25),
        ("abⓒ", 0.5),  # A letter in a ring is a sign for Unicode, so there are two letters.
        ("abc™ 12°", 0.0),
        ("déjà Straße", 0.0),
        (unicodedata.normalize("NFD", "déjà Straße"), 0.0),
        ("映画をみる", 0.0),
        ("देवनागरी में", 0.0),
    ],
)
def test_lookalikes_are_letters_that_do_not_belong_to_their_word(text, share):
    assert of(text, "look-alikes") == pytest.approx(share)


def test_a_text_without_letters_has_no_capitals_and_no_lookalikes():
    told = measure("😀 12", NOTHING)

    assert np.isfinite(told[NAMES.index("length")])
    assert np.isnan(told[[NAMES.index("typos"), NAMES.index("capitals")]]).all()
    assert np.isnan(of("😀 12", "look-alikes"))
