"""What a person expects: the ranges in force, in words and numbers."""

from collections.abc import Sequence

import numpy as np

from labeler_app.core.gaps import Axis
from labeler_app.services.coverage import Coverage, Found
from labeler_app.services.expecting import Expectation
from labeler_app.web.views import words
from labeler_app.web.views.tree import Element, h

_UNITS = {
    "length": " characters",
    "punctuation": " in 100",
    **dict.fromkeys(words.SHARES, " %"),
}


def cells(axis: Axis, first: int, last: int) -> str:
    """Write where cells begin and end: "under 0.20", "0.20 to 0.35", "0.80 and more"."""
    low, high = axis.bounds(first, last)
    unit = _UNITS.get(axis.name, "")
    if np.isinf(low):
        return f"under {_number(axis, high)}{unit}"
    if np.isinf(high):
        return f"{_number(axis, low)}{unit} and more"
    return f"{_number(axis, low)} to {_number(axis, high)}{unit}"


def told(one: Found) -> str:
    """Say what is expected in a gap, and what pool and labels hold of it."""
    gap = one.gap
    where = f"{one.axis.name.capitalize()} {cells(one.axis, gap.first, gap.last)}."
    held = f"{words.percent(gap.held)} ({words.number(gap.labels)} of {words.number(gap.of)})"
    if not one.pool:
        holds = "the pool holds none, " + (
            "nor do the labels" if not gap.labels else f"labels {held}"
        )
    else:
        labels = "the labels none" if not gap.labels else f"labels {held}"
        holds = f"the pool holds {words.percent(one.pool)}, {labels}"
    return f"{where} You expect {_share(gap.wanted)}; {holds}."


def listed(seen: Coverage) -> Element | None:
    """Draw what is expected, met or not, each with a way to forget it; None if nothing is."""
    if not seen.expected:
        return None
    return h("section.expected", h("ul.plain", [_one(one) for one in seen.expected]))


def shares(expected: Sequence[Expectation], place: int, count: int) -> list[float]:
    """Return the share that is expected in each cell of an axis, spread evenly over a range."""
    made = [0.0] * count
    for one in expected:
        if one.place == place:
            width = one.last - one.first + 1
            for at in range(one.first, one.last + 1):
                made[at] += one.share / width
    return made


def _one(one: Expectation) -> Element:
    who = f" Expected by {one.person}." if one.person else ""
    return h(
        "li",
        h(
            "span",
            h("b", f"{_share(one.share)} with {one.name}"),
            h("span.mut", f" {cells(one.axis, one.first, one.last)}.{who}"),
        ),
        h(
            "button.lk",
            "Forget",
            type="button",
            act="forget",
            value=one.id,
            aria_label=f"Forget {one.name}",
        ),
    )


def _share(share: float) -> str:
    return words.percent(share, 0 if abs(100 * share - round(100 * share)) < 1e-6 else 1)


def _number(axis: Axis, value: float) -> str:
    if axis.name == "length":
        return words.number(int(round(10**value, 1 - int(value))))
    if axis.name == "punctuation":
        return f"{value:g}"
    if axis.name in words.SHARES:
        return f"{100 * value:g}"
    if axis.turn:
        return f"{value:g}°"
    if axis.name == "size":
        return f"{2**value:.0f} px"
    if axis.name == "aspect":
        return f"{2**value:.2f} to 1"
    said = f"{abs(value):.2f}" if abs(value) >= 0.1 else f"{abs(value):g}"
    return f"−{said}" if value < 0 else said
