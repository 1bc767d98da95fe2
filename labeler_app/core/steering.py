"""Find the strength at which something measured lands where it is wanted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

STEPS = 12
"""Looks that halve the way, at most."""
# What lies on a line between the ends is tried no nearer to either than this share of the way.
_EDGE = 0.05


@dataclass(frozen=True, slots=True)
class Landing:
    """Where a search ended.

    Attributes
    ----------
    strength
        The one found; where none lands, the one that comes nearest.
    measured
        What is measured there.
    landed
        Whether that is where it was wanted.
    tries
        How often was measured.
    """

    strength: float
    measured: float
    landed: bool
    tries: int


def bisect(
    measure: Callable[[float], float],
    plain: float,
    ends: tuple[float, float],
    wanted: tuple[float, float],
    aim: float,
    *,
    steps: int = STEPS,
    log: bool = False,
) -> Landing:
    """Narrow the way between a strength that changes nothing and an end until a value lands.

    First where a line between the values at both ends meets the aim; where that takes off less than
    half of the way, in the middle. What runs straight is found at once.

    Parameters
    ----------
    measure
        From a strength to the value; it rises or falls from the plain strength to each end. NaN
        lands nowhere.
    plain
        The strength that changes nothing.
    ends
        The strongest one on each side of it; equal to it where there is no such side.
    wanted
        Values land from the first one up to, but not at, the second; one may be infinite.
    aim
        What is sought: a value between them.
    steps
        Looks that take off half of the way to an end or more, at most; there are as many others.
    log
        Whether strengths are halved by their ratio; all are above 0 then.
    """
    tried: dict[float, float] = {}

    def at(strength: float) -> float:
        if strength not in tried:
            tried[strength] = measure(strength)
        return tried[strength]

    start, close = at(plain), min(aim - wanted[0], wanted[1] - aim) / 2.0
    for end in ends:
        if end == plain or not (start - aim) * (at(end) - aim) <= 0.0:
            continue
        near, far, left, by_line = plain, end, steps, True
        while left:
            share = _share(at(near) - aim, at(far) - aim) if by_line else 0.5
            middle = near * (far / near) ** share if log else near + share * (far - near)
            value = at(middle)
            if abs(value - aim) <= close:
                return _best(tried, wanted, aim)
            beyond = not (start - aim) * (value - aim) > 0.0  # Nor where it is not a number.
            near, far = (near, middle) if beyond else (middle, far)
            # A line that took off less than half is no step: a half comes next, and then a line.
            by_line = not by_line or (share if beyond else 1.0 - share) <= 0.5
            left -= by_line
    return _best(tried, wanted, aim)


def _share(near: float, far: float) -> float:
    """Return where a line between two values of other signs is 0; half way if that is no number."""
    share = near / (near - far) if near != far else 0.5
    return min(max(share, _EDGE), 1.0 - _EDGE) if np.isfinite(share) else 0.5


def _best(tried: dict[float, float], wanted: tuple[float, float], aim: float) -> Landing:
    """Return the strength that lands nearest to the aim, else the one that comes nearest to it."""

    def away(strength: float) -> tuple[bool, float]:
        value = tried[strength]
        if np.isnan(value):
            return True, np.inf
        return not wanted[0] <= value < wanted[1], abs(value - aim)

    strength = min(tried, key=away)
    return Landing(strength, tried[strength], not away(strength)[0], len(tried))


def aim(low: float, high: float, share: float) -> float:
    """Return a value to seek between bounds: at a share of the way, without the outer tenths."""
    return low + (0.1 + 0.8 * share) * (high - low)


def aim_among(values: Sequence[float], wanted: tuple[float, float], share: float) -> float:
    """Return a value to seek that lies as values do which were seen.

    Parameters
    ----------
    values
        At least one; those beyond the bounds count as lying just inside.
    wanted
        The bounds; one may be infinite.
    share
        In [0, 1]: which of the values, from the lowest to the highest.
    """
    low, high = wanted
    # An outer cell has no end, and what is seen there no width: a little inside will do.
    width = high - low if np.isfinite(high - low) else float(np.ptp(values)) or abs(values[0])
    sought = float(np.quantile(values, share))
    return min(max(sought, low + 0.1 * width), high - 0.1 * width)
