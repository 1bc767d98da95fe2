"""The learning curve: one accent line, the rest grey, words beside it instead of a legend.

Charts are Vega-Lite specifications, written as plain values: what `st.altair_chart` would send,
without loading Altair (27 MB) into the server.
"""

from collections.abc import Sequence
from typing import Any

from labeler_app.services.quality import CurvePoint, Monitor
from labeler_app.web.views import words
from labeler_app.web.views.inks import Inks, framed, text_style

Spec = dict[str, Any]
HEIGHT, EARLY_HEIGHT = 400, 260
ASIDE = 10
# In pixels: the height between the axes, what may be written above, and the room behind today,
# where no band can lie under words.
PLOT, OVER, BEHIND = 292, 16, 112
# What words take of the height: the figure, which begins above its dot; a line at a rule or axis.
FIGURE, ABOVE_DOT, ONE_LINE = 66, 14, 22


def curve(seen: Monitor, *, dark: bool) -> Spec:
    """Draw accuracy over training labels, its interval as a band, and the target."""
    ink = Inks(dark)
    rows = _rows(seen.curve)
    target = seen.project.config.target
    start = max(0.0, int(10 * min(target, *(row["low"] for row in rows)) - 0.5) / 10)
    today = max(seen.training_labels, rows[-1]["labels"])
    down = _below(
        PLOT * (1.0 - rows[-1]["point"]) / (1.0 - start), PLOT * (1.0 - target) / (1.0 - start)
    )
    layers = [
        _target(target, today, ink),
        _band(rows, ink),
        _today(today, ink),
        _line(rows, ink),
        _last(rows[-1], ink),
        *_figure(rows[-1], today, down, ink),
    ]
    ticks = [step / 10 for step in range(round(10 * start), 11)]
    return framed(
        layers, ink, HEIGHT, x_end=max(1, today), room=BEHIND, y_start=start, y_ticks=ticks
    )


def early(seen: Monitor, *, dark: bool) -> Spec:
    """Draw the empty axis: where we are, and where the first figure will come."""
    ink = Inks(dark)
    today, first = seen.training_labels, None
    if seen.first.labels is not None and not seen.spent.left.ended:
        first = today + round(seen.first.labels * (1 - seen.audit.share_now))
    past = {
        "mark": {"type": "rect", "color": ink("hair"), "opacity": 0.5},
        "data": {"values": [{"labels": 0, "end": today, "point": 0, "top": 1}]},
        "encoding": {**_X, **_POINT, "x2": {"field": "end"}, "y2": {"field": "top"}},
    }
    layers = [past, _today(today, ink)]
    if first is not None:
        layers += [_rule(first, ink("chart-line")), *_coming(first, seen, ink)]
    end = 2.6 * max(first or today, 40)
    return framed(layers, ink, EARLY_HEIGHT, x_end=end, y_start=0.0, y_ticks=[0, 0.5, 1])


def said(seen: Monitor) -> str:
    """Return the curve in words, for those who cannot see it."""
    known = [one for one in seen.curve if one.accuracy is not None]
    if not known:
        return f"No curve yet: {words.count(seen.training_labels, 'training label')} so far."
    first, last = known[0], known[-1]
    return (
        f"Learning curve: accuracy on the audit sample went from {_level(first)} at "
        f"{words.count(first.labels, 'label')} to {_level(last)} at {words.number(last.labels)}."
    )


def table(points: Sequence[CurvePoint]) -> tuple[list[str], list[list[str]]]:
    """Return the heads and rows behind the curve, newest first."""
    heads = ["model", "training labels", "accuracy", "low", "high", "right", "audit items"]
    return heads, [_cells(one) for one in reversed(points)]


def _rows(points: Sequence[CurvePoint]) -> list[Spec]:
    """Return what is drawn; versions of more labels than the newest has are in the table only.

    Labels were taken back since, so that they would lie behind today.
    """
    most = max((one.version, one.labels) for one in points if one.accuracy is not None)[1]
    return [
        {
            "labels": one.labels,
            "point": one.accuracy.point,
            "low": one.accuracy.low,
            "high": one.accuracy.high,
        }
        for one in points
        if one.accuracy is not None and one.labels <= most
    ]


def _band(rows: Sequence[Spec], ink: Inks) -> Spec:
    # The interval of a single point is a line: a band needs two.
    kind: Spec = {"type": "area", "color": ink("chart-band"), "opacity": 1}
    if len(rows) == 1:
        kind = {"type": "rule", "color": ink("chart-line"), "strokeWidth": 3}
    return {
        "mark": kind,
        "data": {"values": list(rows)},
        "encoding": {**_X, "y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}},
    }


def _line(rows: Sequence[Spec], ink: Inks) -> Spec:
    mark = {"type": "line", "color": ink("chart-line"), "strokeWidth": 2.5}
    return {"mark": mark, "data": {"values": list(rows)}, "encoding": {**_X, **_POINT}}


def _last(row: Spec, ink: Inks) -> Spec:
    mark = {"type": "point", "filled": True, "size": 90, "opacity": 1, "color": ink("chart-line")}
    return {"mark": mark, "data": {"values": [row]}, "encoding": {**_X, **_POINT}}


def _target(target: float, today: int, ink: Inks) -> Spec:
    rule = {"type": "rule", "color": ink("ink-2"), "strokeDash": [2, 4]}
    name = text_style(ink("ink-2"), f"target {words.percent(target, 0)}", dx=ASIDE, dy=-9)
    at = {"y": {"field": "point", "type": "quantitative"}}
    return {
        "data": {"values": [{"point": target, "labels": today}]},
        "layer": [
            {"mark": rule, "encoding": at},
            {"mark": name, "encoding": {**_X, **at}},
        ],
    }


def _today(labels: int, ink: Inks) -> Spec:
    name = text_style(ink("ink-2"), f"today, {words.number(labels)}", dx=ASIDE, dy=-10)
    text = {"mark": name, "encoding": {**_X, "y": {"value": "height"}}}
    return {
        "data": {"values": [{"labels": labels}]},
        "layer": [{"mark": {"type": "rule", "color": ink("ink-2")}, "encoding": _X}, text],
    }


def _rule(labels: int, colour: str) -> Spec:
    """Draw a dotted line down to where the words at the axis begin."""
    mark: Spec = {"type": "rule", "color": colour, "strokeDash": [2, 4]}
    ends = {"y": {"value": 0}, "y2": {"value": {"expr": "height - 30"}}}
    return {"mark": mark, "data": {"values": [{"labels": labels}]}, "encoding": {**_X, **ends}}


def _figure(row: Spec, today: int, down: float, ink: Inks) -> list[Spec]:
    """Write the newest figure behind today, so many pixels from the top."""
    level = text_style(ink("accent-ink"), words.percent(row["point"]), dx=ASIDE, dy=0)
    interval = [words.between(row["low"], row["high"]), f"95{words.SPACE}% interval"]
    below = text_style(ink("ink-2"), interval, dx=ASIDE, dy=26)
    at = {**_X, "y": {"value": round(down)}}
    marks = ({**level, "fontSize": 20, "fontWeight": 600}, below)
    data = {"values": [{"labels": today}]}
    return [{"mark": {**one, "baseline": "top"}, "data": data, "encoding": at} for one in marks]


def _below(dot: float, rule: float) -> float:
    """Return where the figure begins: beside its dot, clear of the target's words and of today's.

    All are pixels from the top.
    """
    lowest = PLOT - ONE_LINE - FIGURE
    beside = min(max(-OVER, dot - ABOVE_DOT), lowest)
    over, under = rule - ONE_LINE - FIGURE, rule + 6
    if beside >= under or beside <= over:
        return beside
    # On the side of its dot, where there is room.
    fits = [place for place in (over, under) if -OVER <= place <= lowest]
    return min(fits, key=lambda place: abs(place - beside), default=beside)


def _coming(first: int, seen: Monitor, ink: Inks) -> list[Spec]:
    soon = [f"in about {words.count(seen.first.labels or 0, 'label')}"]
    if seen.first.minutes is not None:
        soon.append(words.duration(60 * seen.first.minutes))
    what = ["first figure,", f"at {seen.audit.needed} audit items"]
    strong = {**text_style(ink("accent-ink"), what, dx=8, dy=14), "fontWeight": 600}
    soft = text_style(ink("ink-3"), soon, dx=8, dy=54)
    at = {**_X, "y": {"value": 0}}
    data = {"values": [{"labels": first}]}
    return [{"mark": mark, "data": data, "encoding": at} for mark in (strong, soft)]


def _level(one: CurvePoint) -> str:
    return words.percent(one.accuracy.point) if one.accuracy else "not yet known"


def _cells(one: CurvePoint) -> list[str]:
    known = one.accuracy
    name = [f"v{one.version}", words.number(one.labels)]
    if known is None:
        return [*name, "not yet known", "", "", "", words.number(one.answered)]
    shares = [words.bare(value) for value in (known.point, known.low, known.high)]
    return [*name, *shares, words.number(known.correct), words.number(known.total)]


_X: Spec = {"x": {"field": "labels", "type": "quantitative"}}
_POINT: Spec = {"y": {"field": "point", "type": "quantitative"}}
