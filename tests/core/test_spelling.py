"""Typos: rare words that are one slip away from a common one of the pool."""

import pytest

from labeler_app.core import spelling

POOL = ["a wonderful picture with great actors"] * 12 + ["a wonderful boat of nectar"]


@pytest.mark.parametrize(
    "slip", ["wonderfull", "wonerful", "wonderfal", "wodnerful", "w0nderful", "wonder!ful"]
)
def test_one_slip_away_from_a_common_word_is_a_typo(slip):
    known = spelling.learned(POOL)

    assert known.is_typo(slip) == (slip != "wonderfull")  # Its last letter may be an ending.


@pytest.mark.parametrize("word", ["wonderful", "actor", "actorz", "nectar", "unheard", "wnodefrul"])
def test_common_words_their_endings_and_words_of_their_own_are_none(word):
    known = spelling.learned(POOL)

    assert not known.is_typo(word)


def test_what_is_written_often_is_no_typo_whatever_it_resembles():
    known = spelling.learned([*POOL, "a wonderfil day", "so wonderfil"])

    assert not known.is_typo("wonderfil")


def test_a_word_of_four_letters_asks_for_a_word_that_is_four_times_as_common():
    few, many = (spelling.learned(["what is it like"] * count) for count in (39, 40))

    assert (few.is_typo("waht"), many.is_typo("waht")) == (False, True)


def test_the_share_is_of_words_that_are_long_enough():
    known = spelling.learned(POOL)

    assert spelling.words("The WONDERFUL, well-acted 'picture': 12345 a/b") == [
        "wonderful",
        "well",
        "acted",
        "picture",
    ]
    assert spelling.typos("A wodnerful picture of it", known) == 0.5
    assert spelling.typos("Go on", known) != spelling.typos("Go on", known)  # Not known.
    assert spelling.typos("любимый фильм", known) == 0.0
