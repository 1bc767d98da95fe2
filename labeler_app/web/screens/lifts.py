"""Did it help? The proofs on the page of gaps, and using variants without one."""

import streamlit as st

from labeler_app.errors import LabelerError
from labeler_app.services import lifts, measured_axes, projects
from labeler_app.web import state
from labeler_app.web.edge import calm
from labeler_app.web.views import lifts as views
from labeler_app.web.views import status
from labeler_app.web.views.mount import draw


def section(project: int) -> None:
    """Show what kept variants change, and the form for a note while it is open."""
    _listed(project)
    if state.session().noting:
        _form(project)


@st.fragment(run_every=5)
def _listed(project: int) -> None:
    with calm("lifts-problem"):
        ws, session = state.workspace(), state.session()
        known, classes = lifts.of_project(ws, project), projects.classes(ws, project)
        told = {one.filling.key: lifts.condition(one.filling) for one in known}
        noun = measured_axes.of_kind(state.project().kind).noun
        pressed = draw(views.section(known, classes, told, session.noting, noun), "lifts")
        if pressed is None:
            return
        if pressed.name == "note":
            session.noting = pressed.value
        else:
            lifts.use(ws, project, state.person().id, pressed.value, used=False)
        st.rerun()


@st.fragment
def _form(project: int) -> None:
    with st.container(key="panel-note", gap="small"):
        note = st.text_area(
            "Why they are used without a proof. The Monitor shows this note.",
            max_chars=lifts.LONGEST_NOTE,
            key="lift-note",
        )
        with st.container(horizontal=True, gap="small"):
            sent = st.button("Use them", type="primary", key="lift-use")
            left = st.button("Cancel", key="lift-cancel")
        if left:
            _close()
        if sent:
            try:
                ws, key = state.workspace(), state.session().noting
                lifts.use(ws, project, state.person().id, key, used=True, note=note)
            except LabelerError as error:
                draw(status.problem(error.problem, error.hint), "note-problem")
            else:
                _close()


def _close() -> None:
    state.session().noting = ""
    st.rerun()
