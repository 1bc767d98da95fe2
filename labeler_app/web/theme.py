"""Streamlit's theme and the colours of charts, read from the one file of design tokens."""

import re
from functools import cache
from pathlib import Path

ASSETS = Path(__file__).with_name("assets")
TOKENS = ASSETS / "tokens.css"

_TOKEN = re.compile(r"--([a-z0-9-]+):([^;]+);")
_PAIR = re.compile(r"light-dark\((#[0-9a-f]+|rgba\([^)]*\)),(#[0-9a-f]+|rgba\([^)]*\))\)")


@cache
def token(name: str, *, dark: bool = False) -> str:
    """Return the value of a design token in one of the two themes.

    Parameters
    ----------
    name
        Name without the two dashes, such as ``accent``.
    dark
        Whether the night value of a pair is wanted.
    """
    value = dict(_TOKEN.findall(TOKENS.read_text("utf-8")))[name]
    pair = _PAIR.fullmatch(value)
    return pair.group(2 if dark else 1) if pair else value


def _colours(dark: bool) -> dict[str, str]:
    name = "dark" if dark else "light"
    return {
        f"theme.{name}.{option}": token(source, dark=dark) for option, source in _SOURCES.items()
    }


_SOURCES = {
    "primaryColor": "accent",
    "backgroundColor": "paper",
    "secondaryBackgroundColor": "panel",
    "textColor": "ink",
    "borderColor": "hair-strong",
    "linkColor": "accent-ink",
    "redColor": "danger",
}

THEME: dict[str, object] = {
    **_colours(dark=False),
    **_colours(dark=True),
    "theme.font": token("font"),
    "theme.baseRadius": token("radius"),
    "theme.showWidgetBorder": True,
    "theme.linkUnderline": False,
}
