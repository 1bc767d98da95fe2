"""The terms of a text: words, pairs of neighbouring words, and pieces of words; and where they are.

A text is read in small letters with all spellings of a sign made one (NFKC), its first 20,000
characters only. What is found there can be told in places of the text as it was.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

import numpy as np

from labeler_app.adapters.embedders import Part
from labeler_app.core.arrays import FloatArray, IndexArray

Analyzer = Callable[[str], list[str]]

_LONGEST_TERM = 40
_READ_CHARACTERS = 20_000
_WORD = re.compile(r"\w+|[^\w\s]")
_CHUNK = re.compile(r"\S+|\s+")
_BEGINNING = "\x02"
_PIECES = (3, 5)


def plain(text: str) -> str:
    """Return a text as its terms are looked for in it."""
    return _folded(text[:_READ_CHARACTERS])


def words(plain: str) -> list[str]:
    """Return the words and signs in their order, then each with the one before it."""
    found = [word[:_LONGEST_TERM] for word in _WORD.findall(plain)]
    pairs = zip([_BEGINNING, *found], found, strict=False)
    return found + [f"{first} {second}"[:_LONGEST_TERM] for first, second in pairs]


def pieces(plain: str) -> list[str]:
    """Return the strings of 3 to 5 letters of what stands between white space."""
    return [
        word[start : start + size] for word in _padded(plain) for size, start in _cuts(len(word))
    ]


def parts(
    text: str,
    of_words: Mapping[str, float],
    of_pieces: Mapping[str, float],
    held_by: Mapping[str, float],
) -> list[Part]:
    """Spread what each term adds over the words and signs where it occurs; nothing gets lost.

    Every occurrence of a term has the same share of it. A word takes what its pieces add by their
    letters in it, and half of what a pair adds that it is one of.

    Parameters
    ----------
    of_words, of_pieces
        What each term adds that is known: words and pairs, pieces.
    held_by
        Which share of the texts learned from holds a word that is known.

    Returns
    -------
    list of Part
        In the order of the text; what they add is what all terms add together.
    """
    read = plain(text)
    at = [one.span() for one in _WORD.finditer(read)]
    added = np.zeros(len(read) + 1)
    _spread(added, words(read), of_words, _word_places(at))
    _spread(added, pieces(read), of_pieces, _piece_places(read))
    until = np.concatenate([[0.0], np.cumsum(np.cumsum(added)[:-1])])
    first, behind = _origins(text[:_READ_CHARACTERS], read)
    return [
        Part(
            word=read[a:b],
            first=int(first[a]),
            behind=int(behind[b - 1]),
            added=float(until[b] - until[a]),
            held_by=held_by.get(read[a:b], 0.0),
        )
        for a, b in at
    ]


def _spread(
    added: FloatArray,
    terms: list[str],
    known: Mapping[str, float],
    places: Iterator[list[tuple[int, int]]],
) -> None:
    """Write into `added` by how much what a letter adds differs from that of the letter before."""
    counts = Counter(terms)
    for term, spans in zip(terms, places, strict=True):
        if term in known:
            each = known[term] / counts[term] / len(spans)
            for first, behind in spans:
                added[first] += each / (behind - first)
                added[behind] -= each / (behind - first)


def _word_places(at: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    """Yield the places of what `words` returns."""
    yield from ([one] for one in at)
    for number, one in enumerate(at):
        yield [at[number - 1], one] if number else [one]


def _piece_places(plain: str) -> Iterator[list[tuple[int, int]]]:
    """Yield the places of what `pieces` returns, without the white space around a word."""
    for found in re.finditer(r"\S+", plain):
        first, behind = found.span()
        for size, start in _cuts(behind - first + 2):
            begins = first - 1 + start
            yield [(max(begins, first), min(begins + size, behind))]


def _padded(plain: str) -> list[str]:
    return [f" {word} " for word in plain.split()]


def _cuts(length: int) -> Iterator[tuple[int, int]]:
    """Yield size and start of every piece of a word of a length."""
    low, high = _PIECES
    for size in range(low, min(high, length) + 1):
        for start in range(length - size + 1):
            yield size, start


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _origins(text: str, read: str) -> tuple[IndexArray, IndexArray]:
    """Return for each letter of what is read where it begins and ends in the text.

    Signs of the text that become one, such as a letter and its accent, stay together; where more
    of them act on each other, as in some scripts, all that stands between white space does.
    """
    sizes: list[tuple[int, int]] = []
    for chunk in _CHUNK.findall(text):
        whole, clusters = _folded(chunk), _clusters(chunk)
        one_by_one = [_folded(one) for one in clusters]
        if "".join(one_by_one) == whole:
            sizes += [(len(a), len(b)) for a, b in zip(clusters, one_by_one, strict=True)]
        else:
            sizes.append((len(chunk), len(whole)))
    taken, made = np.array(sizes, dtype=np.int64).reshape(-1, 2).T
    behind = np.cumsum(taken)
    if made.sum() != len(read):  # White space and what stands beside it became one.
        return np.zeros(len(read), np.int64), np.full(len(read), len(text), np.int64)
    return np.repeat(behind - taken, made), np.repeat(behind, made)


def _clusters(chunk: str) -> list[str]:
    """Return the signs of a text, each with the accents that follow it."""
    if chunk.isascii():
        return list(chunk)
    found: list[str] = []
    for sign in chunk:
        if found and unicodedata.combining(sign):
            found[-1] += sign
        else:
            found.append(sign)
    return found
