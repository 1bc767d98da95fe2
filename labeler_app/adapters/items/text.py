"""Texts: checked, read from files, drawn for thumbnails, and compared by their words."""

import re
import unicodedata
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from labeler_app.adapters.files import inside, open_regular, reading
from labeler_app.adapters.items.paper import WIDTH, draw, wrapped
from labeler_app.core.arrays import Array
from labeler_app.errors import FormatError

LONGEST_TEXT = 1_000_000
"""Characters of one item."""
SIGNATURE = 64
"""Numbers of a signature."""

_MOST_BYTES = 4 * LONGEST_TEXT
_THUMB_CHARACTERS = 300
# Scripts without spaces between the words: each of their characters counts as a word.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W\u3040-\u30ff\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class LoadedText:
    """A text, ready to be read."""

    text: str


def load_text(path: Path, *, root: Path) -> LoadedText:
    """Read a file that holds one text.

    Parameters
    ----------
    path
        Relative to ``root``, or absolute inside it.
    root
        The folder that nothing may lead out of.

    Raises
    ------
    FormatError
        If it is refused; the problem is a reason in a few words, such as "no UTF-8 text".
    """
    with open_regular(inside(path, root)) as file, reading():
        data = file.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise FormatError(f"more than {LONGEST_TEXT:,} characters")
    try:
        return LoadedText(checked_text(data.decode("utf-8-sig")))
    except UnicodeDecodeError as error:
        raise FormatError("no UTF-8 text") from error


def checked_text(text: object) -> str:
    """Return a text as it is kept: without the white space around it, line ends as ``\\n``.

    Raises
    ------
    FormatError
        If it is none, is empty, holds a NUL character or has more than a million characters.
    """
    if text is None or (isinstance(text, float) and np.isnan(text)):
        raise FormatError("the text is missing")
    kept = str(text).replace("\r\n", "\n").replace("\r", "\n").strip()
    if not kept:
        raise FormatError("the text is empty")
    if "\0" in kept:
        raise FormatError("holds a NUL character")
    if len(kept) > LONGEST_TEXT:
        raise FormatError(f"has {len(kept):,} characters, {LONGEST_TEXT:,} is the most")
    return kept


def draw_text(text: str) -> bytes:
    """Draw the beginning of a text for a thumbnail, as SVG."""
    return draw(wrapped(text[:_THUMB_CHARACTERS], WIDTH))


def words(text: str) -> list[str]:
    """Return the words of a text in their order, small letters, accents in one spelling."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def signature(text: str) -> Array:
    """Return numbers of which two texts share about as many as they share pairs of words.

    MinHash: the smallest of the hashes of all pairs of neighbouring words, for 64 hash functions.
    Texts that differ in case, white space or punctuation only have the same signature.

    Returns
    -------
    array of shape (64,), uint32

    References
    ----------
    "On the resemblance and containment of documents", Compression and Complexity 1997.
    """
    found = words(text) or [text.strip().casefold()]
    pairs = zip(["", *found], [*found, ""], strict=True)
    hashes = np.array([zlib.crc32(f"{a}\x1f{b}".encode()) for a, b in pairs], dtype=np.uint64)
    different = np.unique(hashes)
    # Products wrap around at 2**64; their upper half depends on every bit (multiply-shift). One
    # factor after the other: of a million words all products together would take 512 MB.
    smallest = [((different * factor) >> np.uint64(32)).min() for factor in _FACTORS]
    return np.array(smallest, dtype=np.uint32)


_FACTORS = np.random.default_rng(1997).integers(1, 2**63, SIGNATURE, dtype=np.uint64) * np.uint64(
    2
) + np.uint64(1)
