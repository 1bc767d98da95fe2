"""Numbers in words: one way to write each, so that a figure looks the same on every page."""

from datetime import datetime

from labeler_app.services import measured_axes

SHARES = ("typos", "capitals", "look-alikes")
SPACE = "\u00a0"
DASH = "\u2060–\u2060"


def number(value: int) -> str:
    """Write a whole number with commas: 1,242."""
    return f"{value:,}"


def count(value: int, one: str, many: str = "") -> str:
    """Write a number with its noun: 1 image, 1,242 images."""
    return f"{number(value)} {one if value == 1 else many or one + 's'}"


def strangers(value: int, noun: str) -> str:
    """Write how many paths a labels.csv names where no item is: 12 paths in labels.csv ..."""
    return (
        f"{count(value, 'path')} in labels.csv {'names' if value == 1 else 'name'} no {noun} here"
    )


def unusable(value: int) -> str:
    """Write how many labels that came with files can be no class: 1 label cannot be used."""
    return f"{count(value, 'label')} cannot be used"


def percent(share: float, digits: int = 1) -> str:
    """Write a share in [0, 1] as a percentage: 91.3 %; exactly 0 and 1 have no decimals."""
    return f"{bare(share, digits)}{SPACE}%"


def bare(share: float, digits: int = 1) -> str:
    """Write a share in [0, 1] in percent without its sign: 91.3."""
    return f"{100 * share:.{0 if share in (0.0, 1.0) else digits}f}"


def between(low: float, high: float) -> str:
    """Write an interval of shares: 88.1–93.6."""
    return f"{bare(low)}{DASH}{bare(high)}"


def duration(seconds: float) -> str:
    """Write a duration a person would say: 12 s, 5 minutes, 2 h 29 min."""
    if seconds < 1:
        return "less than 1 s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return count(minutes, "minute")
    return f"{minutes // 60} h {minutes % 60} min"


def measured(axis: str, value: float) -> str:
    """Write what was measured of an item, in the unit of its condition: 0.31, 12.5 %, none."""
    if value != value:
        return "none"
    if axis == "length":
        return count(measured_axes.characters(value), "character")
    if axis == "punctuation":
        return f"{value:.1f} in 100"
    if axis in SHARES:
        return percent(round(value, 6))
    return f"{value:.3f}" if abs(value) < 0.1 else f"{value:.2f}"


def day(moment: datetime) -> str:
    """Write a day: 3 Nov."""
    return f"{moment.day} {moment:%b}"
