"""Words that are written on pictures: plain phrases, and how AugLy wants to be told them."""

import pickletools
from functools import cache
from pathlib import Path

import numpy as np

from labeler_app.adapters.variants.loading import asset

_PHRASES = (
    "LOL",
    "for sale",
    "look at this",
    "best offer today",
    "no comment",
    "seen this morning",
    "who lost it?",
    "please share",
    "day one",
    "not what I ordered",
)
_FONT = "Raleway-ExtraBold"
_WHOLE = frozenset({"BININT", "BININT1", "BININT2"})


def caption(seed: int, *, letters: int) -> str:
    """Return a phrase of at most so many letters, drawn by the seed."""
    short = [one for one in _PHRASES if len(one) <= letters] or [_PHRASES[0]]
    return short[int(np.random.default_rng(seed).integers(len(short)))]


def written(words: str) -> list[int]:
    """Return words as AugLy takes them: each letter's place in the list of a font's letters."""
    place_of = _places()
    return [place_of[ord(one)] for one in words if ord(one) in place_of]


@cache
def _places() -> dict[int, int]:
    """Read the list that comes with the font: a pickle, of which only the numbers are looked at."""
    told = Path(asset("fonts", f"{_FONT}.pkl")).read_bytes()
    codes = [
        argument
        for operation, argument, _ in pickletools.genops(told)
        if operation.name in _WHOLE and isinstance(argument, int)
    ]
    return {code: place for place, code in enumerate(codes)}
