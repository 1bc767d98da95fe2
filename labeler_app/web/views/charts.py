"""Charts: one accent line, the rest grey, words beside the line instead of a legend."""

from collections.abc import Sequence
from typing import Any

import altair as alt

from labeler_app.services.quality import CurvePoint, Monitor
from labeler_app.web.theme import token
from labeler_app.web.views import words

TEXT = 14
HEIGHT, EARLY_HEIGHT = 400, 260


def curve(seen: Monitor, *, dark: bool) -> alt.LayerChart:
    """Draw accuracy over training labels, its interval as a band, and the target."""
    ink = _Ink(dark)
    rows = _rows(seen.curve)
    start = max(0.0, int(10 * min(row["low"] for row in rows) - 0.5) / 10)
    today = max(seen.training_labels, rows[-1]["labels"])
    x = _x(1.06 * today)
    axis, scale = _y_axis(start), alt.Scale(domain=[start, 1.0])
    y = {name: alt.Y(f"{name}:Q", scale=scale, axis=axis) for name in ("point", "low")}
    base = alt.Chart(alt.Data(values=rows)).encode(x=x, y=y["point"])
    band = base.mark_area(color=ink("chart-line"), opacity=0.16)
    line = base.mark_line(color=ink("chart-line"), strokeWidth=2.5)
    last = base.transform_filter(f"datum.version == {rows[-1]['version']}")
    layers = [
        _rule(seen.project.config.target, x, y["point"], ink),
        band.encode(y=y["low"], y2="high:Q"),
        _today(today, x, ink, align="right"),
        line,
        *_only_one(rows, last, y["low"], ink),
        last.mark_point(color=ink("chart-line"), filled=True, size=90, opacity=1),
        *_figure(last, rows[-1], y["low"], ink),
    ]
    return _finish(alt.layer(*layers), ink, HEIGHT)


def early(seen: Monitor, *, dark: bool) -> alt.LayerChart:
    """Draw the empty axis: where we are, and where the first figure will come."""
    ink = _Ink(dark)
    today, first = seen.training_labels, None
    if seen.labels_to_first is not None:
        first = today + round(seen.labels_to_first * (1 - seen.audit.share_now))
    x = _x(2.2 * max(first or today, 40))
    y = alt.Y("top:Q", scale=alt.Scale(domain=[0, 1]), axis=_y_axis(0.0, [0, 0.5, 1]))
    past = alt.Chart(alt.Data(values=[{"labels": today, "top": 1, "left": 0, "bottom": 0}]))
    layers: list[Any] = [
        past.mark_rect(color=ink("hair"), opacity=0.5).encode(
            x=alt.X("left:Q", scale=x.to_dict()["scale"]), x2="labels:Q", y=y, y2="bottom:Q"
        ),
        _today(today, x, ink),
    ]
    if first is not None:
        layers.append(_mark(first, x, ink("chart-line"), dash=[2, 4]))
        layers += _first_words(first, x, seen, ink)
    return _finish(alt.layer(*layers), ink, EARLY_HEIGHT)


def said(seen: Monitor) -> str:
    """Return the curve in words, for those who cannot see it."""
    known = [one for one in seen.curve if one.accuracy is not None]
    if not known:
        return f"No curve yet: {words.count(seen.training_labels, 'training label')} so far."
    first, last = known[0], known[-1]
    return (
        f"Learning curve: accuracy on the audit sample went from {_point(first)} at "
        f"{words.count(first.labels, 'label')} to {_point(last)} at {words.number(last.labels)}."
    )


def table(points: Sequence[CurvePoint]) -> tuple[list[str], list[list[str]]]:
    """Return the heads and rows behind the curve, newest first."""
    heads = ["model", "training labels", "accuracy", "low", "high", "right", "audit items"]
    return heads, [_line(one) for one in reversed(points)]


class _Ink:
    """Colours of one theme, by token."""

    def __init__(self, dark: bool) -> None:
        self._dark = dark

    def __call__(self, name: str) -> str:
        return token(name, dark=self._dark)


def _finish(chart: alt.LayerChart, ink: _Ink, height: int) -> alt.LayerChart:
    axis = {"domainColor": ink("hair-strong"), "gridColor": ink("chart-grid")}
    return (
        chart.properties(height=height, background="transparent")
        .configure(font=token("font"), padding={"left": 4, "right": 8, "top": 16, "bottom": 4})
        .configure_view(stroke=None)
        .configure_axis(labelColor=ink("ink-3"), titleColor=ink("ink-3"), **_AXIS, **axis)
    )


def _rows(points: Sequence[CurvePoint]) -> list[dict[str, Any]]:
    return [
        {
            "version": one.version,
            "labels": one.labels,
            "point": one.accuracy.point,
            "low": one.accuracy.low,
            "high": one.accuracy.high,
        }
        for one in points
        if one.accuracy is not None
    ]


def _x(end: float) -> alt.X:
    axis = alt.Axis(title="labels the model learns from", grid=False, tickCount=6, format=",d", **_X)
    return alt.X("labels:Q", scale=alt.Scale(domain=[0, end], nice=False), axis=axis)


def _y_axis(start: float, values: list[float] | None = None) -> alt.Axis:
    sign = "format(datum.value * 100, 'd') + (datum.value >= 1 ? '\u00a0%' : '')"
    title = f"axis starts at {words.percent(start, 0)}" if start else None
    ticks = values or [step / 10 for step in range(round(10 * start), 11)]
    return alt.Axis(title=title, values=ticks, labelExpr=sign, domain=False, ticks=False, **_Y)


def _mark(labels: int, x: alt.X, colour: str, dash: list[int] | None = None) -> alt.Chart:
    data = alt.Chart(alt.Data(values=[{"labels": labels}]))
    rule = data.mark_rule(color=colour, strokeDash=dash) if dash else data.mark_rule(color=colour)
    return rule.encode(x=x)


def _today(labels: int, x: alt.X, ink: _Ink, align: str = "left") -> alt.LayerChart:
    data = alt.Chart(alt.Data(values=[{"labels": labels}]))
    text = data.mark_text(
        text=f"today, {words.number(labels)}", align=align, dx=8 if align == "left" else -8, dy=-10,
        color=ink("ink-2"), fontSize=TEXT,
    ).encode(x=x, y=alt.value("height"))
    return alt.layer(_mark(labels, x, ink("ink-2")), text)


def _rule(target: float, x: alt.X, y: alt.Y, ink: _Ink) -> alt.LayerChart:
    data = alt.Chart(alt.Data(values=[{"point": target, "labels": 0}]))
    line = data.mark_rule(color=ink("ink-2"), strokeDash=[2, 4]).encode(y=y)
    words_ = f"target {words.percent(target, 0)}"
    text = data.mark_text(
        text=words_, align="left", dx=6, dy=-9, color=ink("ink-2"), fontSize=TEXT
    )
    return alt.layer(line, text.encode(x=x, y=y))


def _only_one(
    rows: Sequence[object], last: alt.Chart, y: alt.Y, ink: _Ink
) -> list[alt.Chart]:
    """Draw the interval of a single point as a line: a band needs two."""
    if len(rows) > 1:
        return []
    return [last.mark_rule(color=ink("chart-line"), strokeWidth=3).encode(y=y, y2="high:Q")]


def _figure(last: alt.Chart, row: dict[str, Any], y: alt.Y, ink: _Ink) -> list[alt.Chart]:
    place: dict[str, Any] = {"align": "right", "dx": -10, "baseline": "top"}
    point = last.mark_text(
        text=words.percent(row["point"]), color=ink("accent-ink"), fontSize=20, fontWeight=600,
        dy=14, **place,
    )
    between = last.mark_text(
        text=f"{words.between(row['low'], row['high'])}, 95\u00a0% interval",
        color=ink("ink-2"), fontSize=TEXT, dy=38, **place,
    )
    return [point.encode(y=y), between.encode(y=y)]


def _first_words(first: int, x: alt.X, seen: Monitor, ink: _Ink) -> list[alt.Chart]:
    time = seen.minutes_to_first
    after = f", {words.duration(60 * time)}" if time is not None else ""
    data = alt.Chart(alt.Data(values=[{"labels": first}]))
    place: dict[str, Any] = {"align": "left", "dx": 8, "fontSize": TEXT}
    strong = data.mark_text(
        text=f"first figure, at {seen.audit.needed} audit items", dy=14, fontWeight=600,
        color=ink("accent-ink"), **place,
    )
    soft = data.mark_text(
        text=f"about {seen.labels_to_first} labels from now{after}", dy=34, color=ink("ink-3"), **place
    )
    return [strong.encode(x=x, y=alt.value(0)), soft.encode(x=x, y=alt.value(0))]


def _point(one: CurvePoint) -> str:
    return words.percent(one.accuracy.point) if one.accuracy else "not yet known"


def _line(one: CurvePoint) -> list[str]:
    known = one.accuracy
    if known is None:
        return [f"v{one.version}", words.number(one.labels), "not yet known", "", "", "", str(one.answered)]
    shares = [words.bare(value) for value in (known.point, known.low, known.high)]
    return [f"v{one.version}", words.number(one.labels), *shares, str(known.correct), str(known.total)]


_AXIS: dict[str, Any] = {"labelFontSize": TEXT, "titleFontSize": TEXT, "titleFontWeight": "normal"}
_X: dict[str, Any] = {"titleAnchor": "end", "titlePadding": 8, "labelFlush": True, "labelPadding": 6}
_Y: dict[str, Any] = {"titleAngle": 0, "titleAnchor": "start", "titleAlign": "left", "titleY": -22}
