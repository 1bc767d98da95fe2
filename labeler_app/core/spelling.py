"""Typos, told without a dictionary: rare words that are one slip away from a common one.

It holds for every language whose words stand apart; of the others it tells none.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

LEAST_LETTERS = 4
"""Of a word: shorter ones are a slip away from each other everywhere."""
MOST_LETTERS = 30
TIMES = 10
"""In so many times as many texts the common word must be."""
TIMES_SHORT = 40
"""And in so many for a word of four letters, which other words resemble more often."""

# Words that are joined by dashes or slashes are several.
_BETWEEN = re.compile(r"[\s\-\u2010-\u2015\u2026/]+")
_ANY = "\0"


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a pool spells.

    Attributes
    ----------
    texts
        By word: how many texts have it, if more than one does.
    slips
        By what a slip makes of a common word: how many texts have the word; of several the most.
    """

    texts: Mapping[str, int]
    slips: Mapping[str, int]

    def is_typo(self, word: str) -> bool:
        """Tell whether one slip makes this word of one that is ten times as common, or forty.

        A slip is a letter too much, too few, or another one, or two neighbours swapped. The last
        letter does not count: many languages bend their words there.
        """
        times = TIMES_SHORT if len(word) <= LEAST_LETTERS else TIMES
        least = times * max(1, self.texts.get(word, 0))
        return any(self.slips.get(one, 0) >= least for one in _mended(word))


def learned(texts: Iterable[str]) -> Spelling:
    """Learn from some texts of a pool which words are common."""
    found: Counter[str] = Counter()
    for text in texts:
        found.update(set(words(text)))
    slips: dict[str, int] = {}
    # The rarest first, so that the most common one stays.
    for word, count in sorted(found.items(), key=lambda one: one[1]):
        if count >= TIMES:
            slips.update(dict.fromkeys(_slipped(word), count))
    return Spelling({word: count for word, count in found.items() if count > 1}, slips)


def words(text: str) -> list[str]:
    """Return the words of a text that are long enough to tell, small letters, in their order."""
    parts = _BETWEEN.split(unicodedata.normalize("NFC", text).casefold())
    return [one for one in map(_bare, parts) if LEAST_LETTERS <= len(one) <= MOST_LETTERS]


def typos(text: str, known: Spelling) -> float:
    """Return the share of the words of a text that are typos, in [0, 1]; NaN if it has none."""
    found = words(text)
    if not found:
        return float("nan")
    return sum(known.is_typo(one) for one in found) / len(found)


def _bare(part: str) -> str:
    """Return a word without the marks around it; nothing if it has fewer letters than marks."""
    first, last = 0, len(part)
    while first < last and not part[first].isalnum():
        first += 1
    while last > first and not part[last - 1].isalnum():
        last -= 1
    bare = part[first:last]
    return bare if 2 * sum(map(str.isalpha, bare)) > len(bare) else ""


def _slipped(word: str) -> Iterator[str]:
    """Return what stands for a common word: itself, less a letter, and with one left open."""
    yield word
    for at in range(len(word) - 1):
        yield f"{word[:at]}{_ANY}{word[at + 1 :]}"
        if not word.startswith(less := word[:at] + word[at + 1 :]):
            yield f"{_ANY}{less}"


def _mended(word: str) -> Iterator[str]:
    """Return what would stand for the common word, for every slip that may have been made."""
    yield f"{_ANY}{word}"  # A letter too few.
    for at in range(len(word) - 1):
        before, letter, after = word[:at], word[at], word[at + 1 :]
        yield f"{before}{_ANY}{after}"
        if not word.startswith(before + after):
            yield before + after
        if after and letter != after[0]:
            yield before + after[0] + letter + after[1:]
