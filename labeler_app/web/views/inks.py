"""Colours and axes that every chart shares; text is 14 px at every width."""

from collections.abc import Sequence
from typing import Any

from labeler_app.web.theme import token
from labeler_app.web.views import words

Spec = dict[str, Any]
TEXT, LINE = 14, 20
# Only the top line carries the sign, for all of them.
_PERCENT = "format(datum.value * 100, 'd') + (datum.value >= 1 ? '\u00a0%' : '')"


class Inks:
    """Colours of one theme, by the name of their token."""

    def __init__(self, dark: bool) -> None:
        self._dark = dark

    def __call__(self, name: str) -> str:
        """Return the colour of a token."""
        return token(name, dark=self._dark)


def text_style(colour: str, text: str | Sequence[str], *, dx: int, dy: int) -> Spec:
    """Return the mark of words in a chart, moved from their place by pixels."""
    place = {"align": "left", "dx": dx, "dy": dy, "fontSize": TEXT, "lineHeight": LINE}
    return {"type": "text", "text": text, "color": colour, **place}


def framed(
    layers: Sequence[Spec],
    ink: Inks,
    height: int,
    *,
    x_end: float,
    room: int = 0,
    y_start: float,
    y_ticks: Sequence[float],
) -> Spec:
    """Put layers on one pair of axes: training labels to the right, a share upwards.

    Parameters
    ----------
    x_end
        Labels at the right end; the left end is 0.
    room
        Pixels behind that end, for words.
    y_start
        Share at the lower end; the upper end is 1. A broken axis says so.
    y_ticks
        Shares with a grid line.
    """
    end = {"expr": f"{x_end} * width / max(1, width - {room})"}
    x: Spec = {"scale": {"domainMin": 0, "domainMax": end, "nice": False}, "axis": _X_AXIS}
    y: Spec = {"scale": {"domain": [y_start, 1]}, "axis": _y_axis(y_start, y_ticks)}
    return {
        "height": height,
        "background": "transparent",
        "padding": {"left": 4, "right": 8, "top": 16, "bottom": 4},
        "encoding": {
            "x": {"type": "quantitative", **x},
            "y": {"type": "quantitative", **y},
        },
        "layer": list(layers),
        "config": _config(ink),
    }


def _config(ink: Inks) -> Spec:
    axis = {
        "domainColor": ink("hair-strong"),
        "tickColor": ink("hair-strong"),
        "gridColor": ink("chart-grid"),
        "labelColor": ink("ink-3"),
        "titleColor": ink("ink-3"),
        "labelFontSize": TEXT,
        "titleFontSize": TEXT,
        "titleFontWeight": "normal",
    }
    return {"font": token("font"), "view": {"stroke": None}, "axis": axis}


def _y_axis(start: float, ticks: Sequence[float]) -> Spec:
    title = f"axis starts at {words.percent(start, 0)}" if start else None
    place = {"titleAngle": 0, "titleAnchor": "start", "titleAlign": "left", "titleY": -22}
    plain = {"domain": False, "ticks": False, "labelExpr": _PERCENT}
    return {"title": title, "values": list(ticks), **plain, **place}


_X_AXIS: Spec = {
    "title": "labels the model learns from",
    "titleAnchor": "end",
    "titlePadding": 8,
    "grid": False,
    "format": ",d",
    "tickCount": 6,
    "labelFlush": True,
    "labelPadding": 6,
}
