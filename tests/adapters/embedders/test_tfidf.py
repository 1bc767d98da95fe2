import numpy as np
import pytest

from labeler_app.adapters.embedders.tfidf import LENGTH, TFIDF
from labeler_app.errors import InputError

RNG = np.random.default_rng
ANIMALS = [
    f"the {one} sleeps in the {place}" for one in ("cat", "dog") for place in ("barn", "sun")
]
MONEY = [
    f"{one} raised its interest rate to {rate} percent"
    for one in ("Chile", "Peru")
    for rate in (2, 3)
]


def test_texts_on_one_topic_lie_nearer_to_each_other():
    x = TFIDF.embed(ANIMALS + MONEY, TFIDF.fit(ANIMALS + MONEY, RNG(0)))

    alike = x @ x.T
    assert alike[:4, :4].min() > alike[:4, 4:].max()
    assert alike[4:, 4:].min() > alike[:4, 4:].max()


def test_every_vector_has_one_length_but_that_of_a_text_of_unknown_words():
    state = TFIDF.fit(ANIMALS, RNG(0))

    x = TFIDF.embed([*ANIMALS, "", "ЖЖЖ"], state)

    lengths = np.linalg.norm(x, axis=1)
    np.testing.assert_allclose(lengths[:-2], LENGTH, rtol=1e-5)
    assert lengths[-2:].tolist() == [0.0, 0.0]


def test_a_misspelt_word_still_counts_by_its_pieces():
    texts = [
        f"{word} number {number}" for word in ("wonderful", "terrible") for number in range(30)
    ]
    state = TFIDF.fit(texts, RNG(0))

    right, misspelt, other = TFIDF.embed(["wonderful", "wonderfull", "terrible"], state)

    assert right @ misspelt > 2 * (right @ other)


def test_what_stands_at_the_beginning_makes_a_difference():
    texts = [f"{a} {b}" for a in ("what", "who") for b in ("what", "who", "else")] * 10
    state = TFIDF.fit(texts, RNG(0))

    first, second = TFIDF.embed(["what who", "who what"], state)

    assert np.abs(first - second).max() > 0.1


@pytest.mark.parametrize("texts", [["one"], ["same"] * 5, ["?", "!"], ["a" * 200_000]])
def test_few_or_equal_or_odd_texts_are_embedded(texts):
    x = TFIDF.embed(texts, TFIDF.fit(texts, RNG(0)))

    assert np.isfinite(x).all()


@pytest.mark.parametrize("texts", [[], ["", " "]])
def test_no_words_to_learn_from_is_an_error(texts):
    with pytest.raises(InputError):
        TFIDF.fit(texts, RNG(0))


def test_the_state_is_small_and_holds_plain_arrays_only():
    texts = [f"word{number} and word{number + 1}" for number in range(3_000)]

    state = TFIDF.fit(texts, RNG(0))

    assert all(array.dtype.kind in "Uf" for array in state.values())
    assert sum(array.nbytes for array in state.values()) < 40e6
    assert state["directions"].shape[1] == 256
