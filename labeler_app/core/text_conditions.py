"""Conditions of a text that say nothing of its meaning, in numbers that a person can read off it.

All but typos are told by the text alone. Typos are rare words that are one slip away from a
common one, so they ask for the spelling of the pool: see `spelling`.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from labeler_app.core import spelling
from labeler_app.core.arrays import FloatArray
from labeler_app.core.gaps import Axis
from labeler_app.core.spelling import Spelling

AXES = (
    Axis(
        "length",
        (1.3, 1.7, 2.0, 2.3, 2.7, 3.3),
        ("a few words", "very short", "short", "medium", "long", "very long", "pages"),
    ),
    Axis(
        "typos",
        (0.005, 0.08, 0.25),
        ("none", "few", "some", "many"),
    ),
    Axis(
        "capitals",
        (0.001, 0.02, 0.06, 0.15, 0.4, 0.95),
        ("none", "hardly any", "few", "some", "many", "mostly", "all capitals"),
    ),
    Axis(
        "punctuation",
        (0.1, 1.0, 2.5, 5.0, 9.0, 16.0),
        ("none", "hardly any", "light", "medium", "dense", "very dense", "extreme"),
    ),
    Axis(
        "look-alikes",
        (0.001, 0.03, 0.12, 0.35),
        ("none", "few", "some", "many", "most letters"),
    ),
)
"""What is measured of a text, in the columns of what `measure` returns."""

MOST = 10_000
"""Characters that all but the length is told of: those a text begins with."""

# A sign or a figure in the place of a letter, as in "m0vie"; dashes, dots and apostrophes are none.
_SIGN = re.compile(r"(?<=[^\W\d_])[0-9$@!|^+*#\u00a3\u20ac\u2211]+(?=[^\W\d_])")
# Signs that are laid over a letter; where they belong there, there is one letter for both.
_OVER = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]")
# Written side by side in one word of one language.
_TOGETHER = {"HIRAGANA": "CJK", "KATAKANA": "CJK", "KATAKANA-HIRAGANA": "CJK"}
_OTHER = "COMPATIBILITY"


def measure(text: str, known: Spelling) -> FloatArray:
    """Measure one text.

    Parameters
    ----------
    known
        How the pool spells.

    Returns
    -------
    array of shape (5,), float32
        In the order of `AXES`; NaN where the text says nothing.

        length
            log10 of its characters, white space too: 2 for a hundred.
        typos
            Share of its words of at least four letters that are rare in the pool and one slip
            away from a word that is ten times as common (forty times, for four letters); NaN
            without such words. No dictionary: names and rare forms count now and then, in every
            text alike.
        capitals
            Share of capital letters among those that come in two cases; NaN if none does.
        punctuation
            Marks (Unicode P) in 100 characters that are no white space.
        look-alikes
            Share of letters that only look like their word's: of another script than most of its
            letters, of a font of their own (not the same in NFKC, or a small capital), with a
            sign laid over them that belongs to no letter, or a figure or sign between letters.
            Accents are none: many languages are written with them. NaN without letters.
    """
    seen = beginning(text)
    told = (
        float(np.log10(max(1, len(text)))),
        spelling.typos(seen, known),
        _capitals(seen),
        _punctuation(seen),
        _lookalikes(seen),
    )
    return np.array(told, dtype=np.float32)


def beginning(text: str) -> str:
    """Return what is measured of a long text."""
    return text[:MOST]


def _capitals(text: str) -> float:
    large, small = sum(map(str.isupper, text)), sum(map(str.islower, text))
    return large / (large + small) if large + small else float("nan")


def _punctuation(text: str) -> float:
    signs = "".join(text.split())
    marks = sum(count for one, count in Counter(signs).items() if _is_mark(one))
    return 100.0 * marks / len(signs) if signs else float("nan")


def _lookalikes(text: str) -> float:
    whole = unicodedata.normalize("NFC", text)
    letters = sum(map(str.isalpha, whole))
    if not letters:
        return float("nan")
    signs = sum(len(one) for one in _SIGN.findall(whole))
    if whole.isascii():
        return min(1.0, signs / letters)
    over = len(_OVER.findall(whole))
    strange = sum(_strangers(one) for one in whole.split() if not one.isascii())
    return min(1.0, (signs + over + strange) / letters)


def _strangers(word: str) -> int:
    """Count the letters of a word that are not of the script that most of it is written in."""
    scripts = Counter(_scripts(word))
    plain = [count for name, count in scripts.items() if name != _OTHER]
    return scripts.total() - max(plain, default=0)


def _scripts(word: str) -> Iterator[str]:
    return (name for one in word if (name := _script(one)))


@lru_cache(maxsize=65_536)
def _script(letter: str) -> str:
    """Return the name of the script of a letter, or of another font's if it is no plain one.

    A letter in a ring or a Roman figure stands for one, too; of all else nothing is returned.
    """
    name, plain = unicodedata.name(letter, ""), unicodedata.normalize("NFKC", letter)
    if not letter.isalpha() and not (plain != letter and len(plain) == 1 and plain.isalpha()):
        return ""
    if plain != letter or "SMALL CAPITAL" in name:
        return _OTHER
    first = name.partition(" ")[0]
    return _TOGETHER.get(first, first)


@lru_cache(maxsize=65_536)
def _is_mark(sign: str) -> bool:
    return unicodedata.category(sign).startswith("P")
