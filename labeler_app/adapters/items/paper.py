"""Texts and rows drawn as pictures, so that the desk shows them as it shows images.

They are SVG: the browser sets the letters, so every script that the computer can write is there,
and they stay sharp at any size. Every character is escaped; nothing in them runs or loads anything.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

_SIZE = 22
"""Pixels of a letter; the desk fits the whole into its place."""
_LINE = 32
_MARGIN = 36
_LETTER = 12.2
"""Pixels an average letter is wide: wide letters make a line end a little earlier."""
_BOLD = 1.12
"""How much wider bold letters are."""
SMALL_WIDTH = 22
_SMALL_LINES = 8
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"
# What XML cannot hold, even escaped: control signs, halves of characters, two that are none.
_UNFIT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture of a text or a row."""

    svg: bytes
    width: int
    height: int


def draw_lines(lines: Sequence[str]) -> Drawing:
    """Draw lines below each other, black on white."""
    longest = max((cells(line) for line in lines), default=1)
    return _paper(
        round(2 * _MARGIN + max(longest, 20) * _LETTER), 2 * _MARGIN + _LINE * len(lines), lines
    )


def draw_small(lines: Sequence[str]) -> Drawing:
    """Draw the beginning of some lines on a square, for a thumbnail."""
    shown = [line[:SMALL_WIDTH] for line in lines[:_SMALL_LINES]]
    side = 2 * _MARGIN + _LINE * _SMALL_LINES
    return _paper(side, side, shown)


def draw_pairs(pairs: Sequence[tuple[str, Sequence[str]]], *, left: int, right: int) -> Drawing:
    """Draw names with their values beside them.

    Parameters
    ----------
    pairs
        Each name with the lines of its value.
    left, right
        The longest name and the longest line, in letters.
    """
    parts, place = [], 0
    for name, lines in pairs:
        parts.append(_line(_MARGIN, place, name, "400", colour="#5c5e60"))
        for line in lines:
            parts.append(_line(round(_MARGIN + (left + 2) * _LETTER), place, line, "600"))
            place += 1
    width = round(2 * _MARGIN + (left + 2 + right * _BOLD) * _LETTER)
    return _sheet(width, 2 * _MARGIN + _LINE * place, "".join(parts))


def wrapped(text: str, width: int) -> list[str]:
    """Break a text into lines of at most `width` letters, between words where that is possible."""
    lines: list[str] = []
    for paragraph in text.expandtabs(4).split("\n"):
        lines.extend(_broken(paragraph, width))
    return lines


def cells(text: str) -> int:
    """Return how many letters wide a line is; those of East Asian scripts count twice."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def _broken(paragraph: str, width: int) -> Iterator[str]:
    line = ""
    for word in paragraph.split(" "):
        joined = f"{line} {word}" if line else word
        if cells(joined) <= width:
            line = joined
            continue
        if line:
            yield line
        *whole, line = _pieces(word, width)
        yield from whole
    yield line


def _pieces(word: str, width: int) -> list[str]:
    """Cut a word that is longer than a line, as text without spaces is."""
    pieces: list[str] = []
    piece: list[str] = []
    used = 0
    for one in word:
        used += cells(one)
        if used > width:
            pieces.append("".join(piece))
            piece, used = [], cells(one)
        piece.append(one)
    return [*pieces, "".join(piece)]


def _paper(width: int, height: int, lines: Sequence[str]) -> Drawing:
    drawn = (_line(_MARGIN, place, text, "400") for place, text in enumerate(lines))
    return _sheet(width, height, "".join(drawn))


def _sheet(width: int, height: int, inside: str) -> Drawing:
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="{escape(_FONT)}" font-size="{_SIZE}">'
        f'<rect width="100%" height="100%" fill="#ffffff"/>{inside}</svg>'
    )
    return Drawing(svg.encode("utf-8"), width, height)


def _line(x: int, place: int, text: str, weight: str, colour: str = "#1c1d1f") -> str:
    y = _MARGIN + _SIZE + place * _LINE
    shown = escape(_UNFIT.sub("\ufffd", text))
    return (
        f'<text x="{x}" y="{y}" font-weight="{weight}" fill="{colour}" '
        f'xml:space="preserve">{shown}</text>'
    )
