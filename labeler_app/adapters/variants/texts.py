"""Every transform of AugLy that a text can be made with, and two of our own.

AugLy takes a text apart and puts it together with other spaces and without lines. So it is given
the words that are to change, each by itself, and they are put back where they stood.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import numpy as np

from labeler_app.adapters.variants import Range, Rewriting, Values
from labeler_app.adapters.variants.loading import rewrite
from labeler_app.errors import InputError

_STEPS = 2**31
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_TWO = re.compile(r"(?=(?<![^\W_])([^\W_]+ [^\W_]+(?:['\u2019][^\W_]+)*))")
_LINE = re.compile(r"[^\r\n]*\S[^\r\n]*")
_MARK = re.compile(r"[^\w\s]")
# What a page draws as a break of its own, or not at all.
_ODD_SPACES = str.maketrans("\r\v\f", "   ")
_SYNONYMS = {
    "movie": "film",
    "film": "movie",
    "great": "grand",
    "good": "fine",
    "bad": "poor",
    "big": "large",
    "small": "little",
    "very": "really",
    "quick": "fast",
    "begin": "start",
}

Spans = Sequence[tuple[int, int]]
Rewrite = Callable[[tuple[str, ...], int], Sequence[str]]
"""From words, and a seed."""


def _put_back(text: str, spans: Spans, made: Sequence[str]) -> str:
    """Return a text with other words in some places, which rise and do not overlap."""
    parts, end = [], 0
    for (first, last), word in zip(spans, made, strict=True):
        parts += [text[end:first], word]
        end = last
    return "".join([*parts, text[end:]])


def _drawn(spans: Spans, share: float, seed: int) -> Spans:
    """Draw a share of places, by the seed: with a larger share the same ones, and more."""
    order = np.random.default_rng(seed % _STEPS).permutation(len(spans))
    return [spans[at] for at in sorted(order[: round(share * len(spans))].tolist())]


def _changed(text: str, spans: Spans, made: Rewrite, share: float, seed: int) -> str:
    """Return a text of which a share of the places that change at all is rewritten."""
    old = tuple(text[first:last] for first, last in spans)
    told = dict(zip(spans, made(old, seed % _STEPS), strict=True))
    apart: list[tuple[int, int]] = []
    for (first, last), word in zip(spans, old, strict=True):
        new = told[first, last]
        if new and new != word and (not apart or first >= apart[-1][1]):
            apart.append((first, last))
    drawn = _drawn(apart, share, seed)
    return _put_back(text, drawn, [told[one] for one in drawn])


def _augly(name: str, told: Mapping[str, object]) -> Rewrite:
    """Return one of AugLy's functions; a search asks for the same words again and again."""

    @lru_cache(maxsize=4)
    def made(words: tuple[str, ...], seed: int) -> tuple[str, ...]:
        return tuple(rewrite(name, words, seed, **told))

    return made


def _by_words(
    name: str, tier: str, sentence: str, told: Mapping[str, object], *, least: int = 1
) -> Rewriting:
    """Return a transform of AugLy that changes a share of the words with so many letters."""
    made = _augly(name, told)

    def apply(text: str, values: Values, seed: int) -> str:
        words = [one.span() for one in _WORD.finditer(text) if len(one[0]) >= least]
        return _changed(text, words, made, values["share"], seed)

    return Rewriting(name, tier, sentence, apply, {"share": _SHARE})


def _by_pairs(name: str, sentence: str, made: Rewrite) -> Rewriting:
    """Return a transform of AugLy that changes a share of the pairs of neighbouring words."""

    def apply(text: str, values: Values, seed: int) -> str:
        pairs = [one.span(1) for one in _TWO.finditer(text)]
        return _changed(text, pairs, made, values["share"], seed)

    return Rewriting(name, "A", sentence, apply, {"share": _SHARE})


def _inserting(name: str, sentence: str) -> Rewriting:
    """Return a transform of AugLy that puts signs between letters, so many in 100."""

    def apply(text: str, values: Values, seed: int) -> str:
        if not text or not values["per_100"]:
            return text
        cadence = 100.0 / values["per_100"]
        [made] = rewrite(name, [text], seed % _STEPS, cadence=cadence, vary_chars=True)
        return made.translate(_ODD_SPACES)

    return Rewriting(name, "B", sentence, apply, {"per_100": Range(0.0, 25.0, 0.0, "in 100 signs")})


def _case(text: str, values: Values, seed: int) -> str:
    words = [one.span() for one in _WORD.finditer(text)]
    return _changed(text, words, _IN_CASE[int(values["case"])], values["share"], seed)


def _contracted(pairs: tuple[str, ...], seed: int) -> tuple[str, ...]:
    # What a text ends with is told twice: so it ends with a word that is taken away again.
    made = rewrite("contractions", [f"{one} x" for one in pairs], seed, aug_p=1.0)
    return tuple(one.removesuffix(" x") for one in made)


def _bidirectional(text: str, values: Values, seed: int) -> str:
    spans = _drawn([one.span() for one in _LINE.finditer(text)], values["share"], seed)
    lines = [text[first:last] for first, last in spans]
    return _put_back(text, spans, rewrite("replace_bidirectional", lines, seed % _STEPS))


def _shorten(text: str, values: Values, _seed: int) -> str:
    words = list(re.finditer(r"\S+", text))
    kept = max(1, round(values["kept"] * len(words)))
    return text if kept >= len(words) else text[: words[kept - 1].end()]


def _marks(text: str) -> Spans:
    found = (one for one in _MARK.finditer(text) if unicodedata.category(one[0]).startswith("P"))
    return [one.span() for one in found]


def _unmarked(text: str, values: Values, seed: int) -> str:
    spans = _drawn(_marks(text), values["share"], seed)
    made = _put_back(text, spans, [""] * len(spans))
    if text.strip() and not made.strip():
        raise InputError("Without its marks nothing of this text is left.")
    return made


_SHARE = Range(0.0, 1.0, 0.0, "of the words that it changes at all")
_IN_CASE = [
    _augly("change_case", {"granularity": "all", "case": case})
    for case in ("lower", "title", "upper")
]
_ONE_WORD = {"aug_word_p": 1.0}
_WHOLE_WORD = {"granularity": "all", "aug_p": 1.0}
_HALF_ITS_LETTERS = {"aug_word_p": 1.0, "aug_char_p": 0.5, "min_char": 1}

_ALL = (
    _by_words("simulate_typos", "A", "Slips of the fingers.", _ONE_WORD, least=3),
    _by_words("split_words", "A", "Words torn apart.", _ONE_WORD, least=4),
    _by_pairs("merge_words", "Words run together.", _augly("merge_words", _ONE_WORD)),
    _by_words("replace_similar_chars", "A", "Signs for letters.", _HALF_ITS_LETTERS, least=2),
    _by_words(
        "replace_similar_unicode_chars",
        "A",
        "Letters of other scripts that look alike.",
        _HALF_ITS_LETTERS,
        least=2,
    ),
    _by_words("replace_fun_fonts", "A", "Letters of odd fonts.", _WHOLE_WORD),
    _by_pairs("contractions", "Do not becomes don't.", _contracted),
    Rewriting(
        "change_case",
        "A",
        "Small letters (0), Capitals At The Front (1) or ALL CAPITALS (2).",
        _case,
        {"share": _SHARE, "case": Range(0.0, 2.0, 0.0, whole=True)},
    ),
    _inserting("insert_punctuation_chars", "Marks between the letters."),
    _inserting("insert_whitespace_chars", "Spaces and lines between the letters."),
    _inserting("insert_zero_width_chars", "Signs between the letters that nobody sees."),
    _by_words("replace_upside_down", "B", "Words on their head.", {"granularity": "all"}),
    Rewriting(
        "shorten",
        "B",
        "Only how it begins.",
        _shorten,
        {"kept": Range(0.001, 1.0, 1.0, "of the words", log=True)},
    ),
    Rewriting(
        "drop_punctuation",
        "A",
        "Marks left out.",
        _unmarked,
        {"share": Range(0.0, 1.0, 0.0, "of the marks")},
    ),
    Rewriting(
        "replace_bidirectional",
        "C",
        "Lines written backwards.",
        _bidirectional,
        {"share": Range(0.0, 1.0, 0.0, "of the lines")},
    ),
    _by_words("replace_words", "C", "Other words.", {"mapping": _SYNONYMS, **_ONE_WORD}),
    _by_words("swap_gendered_words", "C", "He becomes she.", _ONE_WORD),
)

TEXTS: Mapping[str, Rewriting] = {one.name: one for one in _ALL}
"""By name; `shorten` and `drop_punctuation` are ours."""
