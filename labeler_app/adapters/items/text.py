"""Texts: checked, read from files, drawn for the desk, and compared by their words."""

import re
import unicodedata
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from labeler_app.adapters.files import inside, open_regular, reading
from labeler_app.adapters.items.paper import SMALL_WIDTH, Drawing, draw_lines, draw_small, wrapped
from labeler_app.core.arrays import Array
from labeler_app.errors import FormatError

LONGEST_TEXT = 100_000
"""Characters of one item."""
SIGNATURE = 64
"""Numbers of a signature."""

_MOST_BYTES = 4 * LONGEST_TEXT
_SHOWN_CHARACTERS = 6_000
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
        If it is none, is empty, holds a NUL character or has more than 100,000 characters.
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


def draw_text(text: str) -> Drawing:
    """Draw a text for the desk; what is very long is cut, and said so."""
    shown = text[:_SHOWN_CHARACTERS]
    rest = len(text) - len(shown)
    # Lines grow with the text, so that it keeps the shape of a page.
    width = int(np.clip(1.6 * np.sqrt(2.5 * len(shown)), 34, 130))
    lines = wrapped(shown, width)
    if rest:
        lines += ["", f"… and {rest:,} more characters"]
    return draw_lines(lines)


def thumb_text(text: str) -> Drawing:
    """Draw the beginning of a text for a thumbnail."""
    return draw_small(wrapped(text[:_THUMB_CHARACTERS], SMALL_WIDTH))


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
    # Products wrap around at 2**64; their upper half depends on every bit (multiply-shift).
    mixed = (np.unique(hashes)[:, None] * _FACTORS) >> np.uint64(32)
    return np.asarray(mixed.min(axis=0), dtype=np.uint32)


_FACTORS = np.random.default_rng(1997).integers(1, 2**63, SIGNATURE, dtype=np.uint64) * np.uint64(
    2
) + np.uint64(1)
