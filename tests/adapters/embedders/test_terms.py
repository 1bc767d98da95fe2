"""What each word adds to a linear model, and where it stands."""

import numpy as np
import pytest

from labeler_app.adapters.embedders.tfidf import TFIDF
from labeler_app.core.evidence import contrast
from labeler_app.core.learners import fit_linear_svm, fit_logistic
from tests.tables import reviews

RNG = np.random.default_rng
TEXTS = [one["text"] for one in reviews(80)]
EVEN = np.arange(80) % 2
THIRDS = np.arange(80) % 3


def parts_of(text, state, direction=None):
    d = np.arange(state["directions"].shape[1]) - 3.0 if direction is None else direction
    return TFIDF.parts(text, state, d)


@pytest.mark.parametrize("fit", [fit_logistic, fit_linear_svm])
@pytest.mark.parametrize("y", [EVEN, THIRDS])
def test_what_all_words_add_and_the_intercept_are_the_difference_of_the_logits(fit, y):
    state = TFIDF.fit(TEXTS, RNG(0))
    x = TFIDF.embed(TEXTS, state)
    head = fit(x.astype(np.float64), y, seed=0)
    logits = x.astype(np.float64) @ head.coef.T + head.intercept

    for text, row in zip(TEXTS, logits, strict=True):
        column = int(row.argmax())
        direction, intercept = contrast(head, column)
        told = sum(one.added for one in parts_of(text, state, direction)) + intercept

        wanted = row[column] - np.delete(row, column).mean()
        assert told == pytest.approx(wanted, rel=1e-4, abs=1e-5)


def test_each_word_tells_how_many_texts_hold_it():
    texts = [f"{'cold' if number % 4 else 'warm'} the day" for number in range(99)]

    found = parts_of("The warm unheard", TFIDF.fit(texts, RNG(0)))

    told = {one.word: one.held_by for one in found}
    assert told == pytest.approx({"the": 1.0, "warm": 0.26, "unheard": 0.0}, abs=0.01)


@pytest.mark.parametrize(
    "text",
    [
        "A wonderful\u00a0FILM, twice: wonderful!",
        "\U0001f3ac cafe\u0301 and the ﬁlm \U0001f37f wonderful",
        "\u1112\u1161\u11ab\u1100\u1173\u11af wonderful straße İstanbul",
        "¨ \u0301wonderful q\u0323\u0307 film",
        "x" * 100 + " wonderful",
    ],
)
def test_places_are_those_of_the_text_as_it_was_and_nothing_is_lost(text):
    state = TFIDF.fit([*TEXTS, text, text], RNG(0))
    direction = np.arange(state["directions"].shape[1]) - 3.0

    parts = parts_of(text, state, direction)

    value = float(TFIDF.embed([text], state)[0] @ direction)
    assert sum(one.added for one in parts) == pytest.approx(value, rel=1e-4, abs=1e-4)
    wonderful = [text[one.first : one.behind] for one in parts if one.word == "wonderful"]
    assert len(wonderful) == text.count("wonderful")
    assert {one.strip("\u0301") for one in wonderful} == {"wonderful"}
    assert [one.first for one in parts] == sorted(one.first for one in parts)


def test_an_accent_and_its_letter_are_marked_together():
    text = "\U0001f3ac cafe\u0301 wonderful"
    state = TFIDF.fit([*TEXTS, text, text], RNG(0))

    told = {one.word: text[one.first : one.behind] for one in parts_of(text, state)}

    assert told["caf\u00e9"] == "cafe\u0301"


def test_a_word_in_pieces_that_are_known_adds_something_though_it_is_new():
    state = TFIDF.fit(TEXTS, RNG(0))

    told = {one.word: one.added for one in parts_of("wonderfull ЖЖЖ", state)}

    assert told["wonderfull"] != 0.0
    assert told["жжж"] == 0.0


def test_a_text_without_any_known_term_tells_nothing():
    state = TFIDF.fit(TEXTS, RNG(0))

    assert parts_of("ЖЖЖ", state) == []
    assert parts_of("", state) == []


def test_what_lies_behind_the_letters_that_are_read_is_not_told_of():
    state = TFIDF.fit(TEXTS, RNG(0))

    parts = parts_of("wonderful " * 3_000, state)

    assert parts[-1].behind == 20_000 - len(" ")
