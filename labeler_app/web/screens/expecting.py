"""A range that a person draws: a condition, from where to where, and which share will lie there."""

import streamlit as st

from labeler_app.errors import LabelerError
from labeler_app.services import expecting
from labeler_app.services.coverage import Coverage
from labeler_app.web import state
from labeler_app.web.views.expecting import cells


def panel(project: int, seen: Coverage) -> None:
    """Ask for a range, and expect it when the button is pressed."""
    with st.container(key="panel-expect", gap="small"):
        names = [axis.name for axis in seen.axes]
        axis = seen.axes[names.index(str(st.selectbox("Condition", names, key="expect-axis")))]
        places = list(range(len(axis.names)))

        def named(at: int) -> str:
            return f"{axis.names[at]}, {cells(axis, at, at)}"

        first = st.selectbox("From", places, format_func=named, key=f"expect-from-{axis.name}")
        last = st.selectbox("To", places, format_func=named, key=f"expect-to-{axis.name}")
        share = st.number_input(
            f"Share of all {seen.noun}s to come, in %", value=15.0, step=1.0, format="%g"
        )
        sent = st.button(f"Expect {share:g} % there", type="primary", width="stretch")
        left = st.button("Cancel", width="stretch", key="expect-cancel")
        if sent:
            _expect(project, axis.name, int(first or 0), int(last or 0), round(share / 100, 6))
        elif left:
            _close()


def _expect(project: int, axis: str, first: int, last: int, share: float) -> None:
    try:
        expecting.expect(state.workspace(), project, axis, first, last, share, person=state.who())
    except LabelerError as error:
        state.session().trouble = error.problem, error.hint
        st.rerun(scope="fragment")
    else:
        _close()


def _close() -> None:
    state.session().expecting, state.session().trouble = False, None
    st.rerun(scope="fragment")
