"""A simulation's learning curves as one HTML file that needs nothing else: no script, no network.

Every curve is the mean over the repeats; its band is the 95 % interval of that mean.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from labeler_app.core.arrays import FloatArray

# Okabe and Ito's colours, told apart by most eyes; with dashes from the ninth curve on.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6d00", "#56b4e9", "#000000", "#b85c00")
DASHES = ("", "7 4", "2 3")
_WIDTH, _HEIGHT = 760, 430
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 20, 16, 48
SIGN = '<meta name="generator" content="labeler simulate">'
"""Tells a page of ours; it stands within the first bytes."""
SIGN_WITHIN = 200
_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:52rem;padding:0 1rem;
color:#1a1a1a;background:#fff}
svg{width:100%;height:auto}svg text{font:13px system-ui,sans-serif;fill:#333}
table{border-collapse:collapse;width:100%}caption{text-align:left;color:#444}
th,td{padding:.25rem .6rem;text-align:right;border-bottom:1px solid #ddd}
th:first-child,td:first-child{text-align:left}.key{display:inline-block;width:1.6rem;
border-top:3px solid;vertical-align:middle;margin-right:.5rem}
"""


@dataclass(frozen=True, slots=True)
class _Line:
    """One strategy's curve."""

    name: str
    labels: FloatArray
    mean: FloatArray
    half: FloatArray
    """Half the width of the band; 0 for a single repeat."""
    colour: str
    dashes: str


@dataclass(frozen=True, slots=True)
class _Axes:
    """From numbers to places on the drawing."""

    x: tuple[float, float]
    y: tuple[float, float]

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return the place of a point."""
        across = (x - self.x[0]) / (self.x[1] - self.x[0])
        up = (y - self.y[0]) / (self.y[1] - self.y[0])
        return (
            _LEFT + across * (_WIDTH - _LEFT - _RIGHT),
            _HEIGHT - _BOTTOM - up * (_HEIGHT - _TOP - _BOTTOM),
        )


def page(answer: Mapping[str, Any]) -> str:
    """Draw the answer of a simulation.

    Parameters
    ----------
    answer
        As `simulation.run` returns it.
    """
    measure = str(answer["settings"]["measure"]).replace("_", " ")
    parts: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for run in answer["runs"]:
        parts.setdefault((run["embedder"], run["learner"]), []).append(run)
    source = escape(str(answer["source"]))
    figures = "".join(_part(key, runs, answer, measure) for key, runs in parts.items())
    left_out = f"<p>{escape(answer['left_out'])}</p>" if answer["left_out"] else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"{SIGN}"
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>Labels and {measure}: {source}</title><style>{_STYLE}</style></head><body>"
        f"<h1>Labels and {measure}: {source}</h1><p>{_told(answer)}</p>{left_out}{figures}"
        "</body></html>\n"
    )


def _told(answer: Mapping[str, Any]) -> str:
    settings = answer["settings"]
    words = (
        f"{settings['start']} labels at first, {settings['batch']} more each time, "
        f"{settings['budget']} in all; measured on items outside the pool. "
    )
    if settings["imbalance"] > 1:
        words += f"Half of the classes are rare, 1:{settings['imbalance']:g}. "
    return escape(words + "Curves are means over the repeats, bands their 95 % intervals.")


def _part(
    key: tuple[str, str],
    runs: Sequence[Mapping[str, Any]],
    answer: Mapping[str, Any],
    measure: str,
) -> str:
    lines = _lines(runs, str(answer["settings"]["measure"]))
    title = f"{key[0]}, {key[1]}"
    rows = [one for one in answer["summary"] if (one["embedder"], one["learner"]) == key]
    table = _table(rows, lines) if rows else ""
    return f"<h2>{escape(title)}</h2>{_drawing(lines, title, measure)}{table}"


def _lines(runs: Sequence[Mapping[str, Any]], measure: str) -> list[_Line]:
    names = list(dict.fromkeys(run["strategy"] for run in runs))
    return [
        _line(name, [run for run in runs if run["strategy"] == name], measure, number)
        for number, name in enumerate(names)
    ]


def _line(name: str, runs: Sequence[Mapping[str, Any]], measure: str, number: int) -> _Line:
    values = np.array([run[measure] for run in runs], dtype=np.float64)
    half = np.zeros(values.shape[1])
    if len(values) > 1:
        from scipy.stats import t

        error = values.std(axis=0, ddof=1) / np.sqrt(len(values))
        half = error * t.ppf(0.975, len(values) - 1)
    labels = np.array(runs[0]["labels"], dtype=np.float64)
    dashes = DASHES[number // len(COLOURS) % len(DASHES)]
    return _Line(name, labels, values.mean(axis=0), half, COLOURS[number % len(COLOURS)], dashes)


def _drawing(lines: Sequence[_Line], title: str, measure: str) -> str:
    axes = _axes(lines)
    bands = "".join(_band(axes, one) for one in lines)
    curves = "".join(_curve(axes, one) for one in lines)
    best = max(lines, key=lambda one: one.mean[-1])
    told = f"{measure} against labels; highest at the end: {best.name}, {best.mean[-1]:.3f}"
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(title)}: '
        f'{escape(told)}">{_grid(axes, measure)}{bands}{curves}</svg>'
    )


def _axes(lines: Sequence[_Line]) -> _Axes:
    low = min(float((one.mean - one.half).min()) for one in lines)
    high = max(float((one.mean + one.half).max()) for one in lines)
    first = min(float(one.labels[0]) for one in lines)
    last = max(float(one.labels[-1]) for one in lines)
    bottom = max(0.0, np.floor(low * 20) / 20)
    top = min(1.0, np.ceil(high * 20) / 20)
    return _Axes((first, max(last, first + 1)), (bottom, max(top, bottom + 0.05)))


def _grid(axes: _Axes, measure: str) -> str:
    drawn = []
    for y in _ticks(*axes.y, 6):
        (left, at), (right, _) = axes.at(axes.x[0], y), axes.at(axes.x[1], y)
        drawn.append(f'<path d="M{left:.1f} {at:.1f}H{right:.1f}" stroke="#ddd"/>')
        drawn.append(f'<text x="{left - 8:.1f}" y="{at + 4:.1f}" text-anchor="end">{y:.2f}</text>')
    for x in _ticks(*axes.x, 8):
        across, bottom = axes.at(x, axes.y[0])
        drawn.append(
            f'<text x="{across:.1f}" y="{bottom + 20:.1f}" text-anchor="middle">{x:g}</text>'
        )
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    drawn.append(f'<text x="{middle:g}" y="{_HEIGHT - 8}" text-anchor="middle">labels</text>')
    drawn.append(
        f'<text transform="translate(14 {_HEIGHT / 2:g}) rotate(-90)" text-anchor="middle">'
        f"{escape(measure)}</text>"
    )
    return "".join(drawn)


def _ticks(low: float, high: float, most: int) -> Iterable[float]:
    """Return round numbers between two, at most so many."""
    size = 10.0 ** np.floor(np.log10((high - low) / most))
    step = next(size * one for one in (1, 2, 5, 10, 20) if (high - low) / (size * one) <= most)
    first = int(np.ceil(low / step - 1e-9))
    return [round(at * step, 10) for at in range(first, int(np.floor(high / step + 1e-9)) + 1)]


def _band(axes: _Axes, one: _Line) -> str:
    if not one.half.any():
        return ""
    upper = list(zip(one.labels, np.minimum(one.mean + one.half, axes.y[1]), strict=True))
    lower = list(zip(one.labels, np.maximum(one.mean - one.half, axes.y[0]), strict=True))
    places = [axes.at(x, y) for x, y in [*upper, *lower[::-1]]]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    return f'<polygon points="{points}" fill="{one.colour}" fill-opacity=".14"/>'


def _curve(axes: _Axes, one: _Line) -> str:
    places = [axes.at(x, y) for x, y in zip(one.labels, one.mean, strict=True)]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    return (
        f'<polyline points="{points}" fill="none" stroke="{one.colour}" stroke-width="2.2" '
        f'stroke-dasharray="{one.dashes}"><title>{escape(one.name)}</title></polyline>'
    )


def _table(rows: Sequence[Mapping[str, Any]], lines: Sequence[_Line]) -> str:
    looks = {one.name: one for one in lines}
    head = "".join(
        f"<th>{one}</th>"
        for one in ("strategy", "repeats", "mean", "at the end", "t random", "t margin", "fewer")
    )
    body = "".join(_row(one, looks[one["strategy"]]) for one in rows)
    return (
        "<table><caption>Fewer: how many times fewer labels reach what random reaches at the end, "
        f"with a 95 % interval.</caption><tr>{head}</tr>{body}</table>"
    )


def _row(one: Mapping[str, Any], look: _Line) -> str:
    style = "dashed" if look.dashes else "solid"
    key = f'<span class="key" style="border-top-color:{look.colour};border-top-style:{style}">'
    ratio = "–"
    if one["ratio"] is not None:
        low, high = (_number(one[name]) for name in ("ratio_low", "ratio_high"))
        ratio = f"{one['ratio']:.2f} ({low} to {high})"
    cells = (
        str(one["runs"]),
        f"{one['alc']:.3f}",
        f"{one['final']:.3f}",
        _number(one["t_random"]),
        _number(one["t_margin"]),
        ratio,
    )
    told = "".join(f"<td>{cell}</td>" for cell in cells)
    return f"<tr><td>{key}</span>{escape(one['strategy'])}</td>{told}</tr>"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
