"""The beginning of a text or a row drawn as a picture, for places that hold a small one.

They are SVG: the browser sets the letters, so every script that the computer can write is there,
and they stay sharp at any size. Every character is escaped; nothing in them runs or loads anything.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from html import escape

_SIZE = 22
"""Pixels of a letter; the page fits the whole into its place."""
_LINE = 32
_MARGIN = 36
WIDTH = 22
"""Letters of a line."""
_LINES = 8
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"
_COLOURS = (
    "rect{fill:#fff}text{fill:#1c1d1f}"
    "@media(prefers-color-scheme:dark){rect{fill:#2a2b2d}text{fill:#ececea}}"
)
# What XML cannot hold, even escaped: control signs, halves of characters, two that are none.
_UNFIT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def draw(lines: Sequence[str]) -> bytes:
    """Draw the first lines below each other on a square, in the colours of the day or the night."""
    side = 2 * _MARGIN + _LINE * _LINES
    shown = enumerate(line[:WIDTH] for line in lines[:_LINES])
    inside = "".join(_drawn(place, line) for place, line in shown)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side}" height="{side}" '
        f'viewBox="0 0 {side} {side}" font-family="{escape(_FONT)}" font-size="{_SIZE}">'
        f"<style>{_COLOURS}</style>"
        f'<rect width="100%" height="100%"/>{inside}</svg>'
    )
    return svg.encode("utf-8")


def wrapped(text: str, width: int) -> list[str]:
    """Break a text into lines of at most `width` letters, between words where that is possible."""
    lines: list[str] = []
    for paragraph in text.expandtabs(4).split("\n"):
        lines.extend(_broken(paragraph, width))
    return lines


def _broken(paragraph: str, width: int) -> Iterator[str]:
    line = ""
    for word in paragraph.split(" "):
        joined = f"{line} {word}" if line else word
        if _cells(joined) <= width:
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
        used += _cells(one)
        if used > width:
            pieces.append("".join(piece))
            piece, used = [], _cells(one)
        piece.append(one)
    return [*pieces, "".join(piece)]


def _cells(text: str) -> int:
    """Return how many letters wide a line is; those of East Asian scripts count twice."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def _drawn(place: int, text: str) -> str:
    y = _MARGIN + _SIZE + place * _LINE
    shown = escape(_UNFIT.sub("\ufffd", text))
    return f'<text x="{_MARGIN}" y="{y}" xml:space="preserve">{shown}</text>'
