"""Monitor: how good the model is, and what labels have bought."""

import streamlit as st

from labeler_app.services import lifts, quality
from labeler_app.services.quality import Monitor
from labeler_app.web import state
from labeler_app.web.edge import calm
from labeler_app.web.views import advice, charts, monitor, recall, tables
from labeler_app.web.views import lifts as lift_views
from labeler_app.web.views.mount import draw
from labeler_app.web.views.tree import Part, h


def page() -> None:
    """Show the figures of the project, and keep them fresh."""
    _live(state.project().id, state.is_dark())


@st.fragment(run_every=2)
def _live(project: int, dark: bool) -> None:
    with calm("monitor-problem"):
        _show(quality.monitor(state.workspace(), project), dark)


def _show(seen: Monitor, dark: bool) -> None:
    """Draw everything; what is used without a proof stands right below the answer."""
    draw(monitor.head(seen), "head")
    unproven = lift_views.without_proof(lifts.of_project(state.workspace(), seen.project.id))
    if unproven is not None:
        draw(unproven, "unproven")
    left, right = st.columns([880, 360], gap="medium")
    with left:
        _curve(seen, dark)
        if seen.accuracy is None:
            _halves(monitor.labeled(seen), monitor.how(seen), "work")
    with right:
        draw(advice.panel(seen), "advice")
    if seen.accuracy is not None:
        _halves(
            recall.recall(seen.recall, seen.weakest),
            recall.mixed_up(
                seen.confusions,
                seen.extras,
                seen.accuracy.total - seen.accuracy.correct,
                seen.accuracy.total,
            ),
            "answers",
        )
        _halves(monitor.labeled(seen), monitor.how(seen), "work")


def _curve(seen: Monitor, dark: bool) -> None:
    draw(monitor.curve_head(seen), "curve-head")
    chart = charts.curve if seen.accuracy else charts.early
    spec, spoken = chart(seen, dark=dark), charts.said(seen)
    st.vega_lite_chart(spec=spec, width="stretch", theme=None, key="curve", alt=spoken)
    if seen.accuracy is None:
        return
    heads, rows = charts.table(seen.curve)
    with st.expander("Table"):
        draw(
            tables.table([tables.Column(heads[0]), *tables.numbers(*heads[1:])], rows),
            "curve-table",
        )
        st.download_button(
            "Curve as CSV",
            tables.comma_separated(heads, rows),
            file_name="curve.csv",
            mime="text/csv",
            on_click="ignore",
        )


def _halves(left: Part, right: Part, key: str) -> None:
    draw(h("div.two.halves", left, right), key)
