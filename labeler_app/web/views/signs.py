"""Small signs every page uses: class, state, share, interval, help."""

from dataclasses import dataclass

from labeler_app.web.views import words
from labeler_app.web.views.tree import Element, Part, h


@dataclass(frozen=True, slots=True)
class Scale:
    """A line from `start` to 1 that several figures are drawn on, with grid lines at `ticks`."""

    start: float
    ticks: tuple[float, ...] = ()

    def place(self, value: float) -> float:
        """Return where a share lies, in percent of the line."""
        within = min(max(value, self.start), 1.0)
        return round(100 * (within - self.start) / (1 - self.start), 2)


def key_of(key: str, colour: int) -> Element:
    """Draw the sign of a class: its key on a line of its colour; the name stands beside it.

    Parameters
    ----------
    key
        Key that gives the class; a dot when no key is left.
    colour
        1 to 8, a place in the fixed order of colours.
    """
    return h(f"i.mk.c{colour}", key.upper() or "·", aria_hidden="true")


def live(on: bool) -> Element:
    """Draw the dot of a state: filled when a model chooses, hollow otherwise."""
    return h("i.live" if on else "i.live.off", aria_hidden="true")


def chip(text: str, on: bool = False) -> Element:
    """Draw a state as a chip."""
    return h("span.chip", live(on), h("span", text))


def share(part: int, whole: int) -> Element:
    """Draw a share as a bar; an overfull one is full."""
    width = 100 * min(part, whole) / whole if whole else 0
    return h("div.bar", h("i", w=f"{width:.2f}"), aria_hidden="true")


def interval(
    point: float,
    low: float,
    high: float,
    *,
    scale: Scale,
    target: float | None = None,
    tag: str = "",
) -> Element:
    """Draw a figure as a dot on its interval.

    Parameters
    ----------
    point, low, high, target
        Shares in [0, 1]; the target is a thin rule.
    scale
        What the line is drawn on.
    tag
        ``"on"`` for the one to look at, ``"ink"`` for the others of a list.
    """
    said = f"{words.percent(point)} ({words.between(low, high)})"
    aim = f", target {words.percent(target)}" if target is not None else ""
    left, right = scale.place(low), scale.place(high)
    return h(
        f"div.rail.{tag}" if tag else "div.rail",
        [h("i.grid", x=scale.place(tick)) for tick in scale.ticks],
        h("i.rule", x=scale.place(target)) if target is not None else None,
        h("i.span", x=left, w=right - left),
        h("i.dot", x=scale.place(point)),
        role="img",
        aria_label=said + aim,
    )


def ask(title: str, computed: str, source: str, assuming: str, checked: str) -> Element:
    """Draw the question mark of a figure; it opens the same four rows everywhere."""
    rows = [
        ("computed", computed),
        ("from", source),
        ("assuming", assuming),
        ("checked", checked),
    ]
    told = h("dl.kv", [[h("dt", name), h("dd", text)] for name, text in rows])
    mark = h("summary", "?", aria_label=f"How this is known: {title}")
    return h("details.float.help", mark, h("div.pop", h("b.t16", title), told))


def head(title: str, *tools: Part, help_mark: Part = None) -> Element:
    """Draw the head of a section, with what can be done at its right end."""
    return h("div.hd", h("h2", title), help_mark, h("span.tools", *tools) if tools else None)
