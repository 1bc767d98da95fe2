"""Probe sets on the page of gaps: those there are, and how one is brought."""

from pathlib import Path

import streamlit as st

from labeler_app.errors import InputError, LabelerError
from labeler_app.services import expecting, measured_axes, probes, uploads
from labeler_app.web import state
from labeler_app.web.edge import calm
from labeler_app.web.views import look as looks
from labeler_app.web.views import probes as views
from labeler_app.web.views import status
from labeler_app.web.views.mount import draw


def section(project: int) -> None:
    """Show the probe sets, and the form that brings one while it is open."""
    _listed(project)
    if state.session().bringing:
        _form(project)


@st.fragment(run_every=5)
def _listed(project: int) -> None:
    with calm("probes-problem"):
        ws, session = state.workspace(), state.session()
        about = measured_axes.of_kind(state.project().kind)
        # The condition that is looked at, else what is expected, else any.
        axes = [one.axis for one in expecting.of_project(ws, project)] or about.axes
        axis = session.gap.partition(":")[0] or axes[0].name
        sets, pending = probes.of_project(ws, project), probes.pending(ws, project)
        drawn = views.listed(sets, pending, axis, about.noun, is_open=session.bringing)
        if draw(drawn, "probe-sets"):
            session.bringing = True
            st.rerun()


@st.fragment
def _form(project: int) -> None:
    with st.container(key="panel-probe", gap="small"):
        name = st.text_input("Name of the set", max_chars=probes.LONGEST_NAME, key="probe-name")
        with st.container(key="drop-big-probe", gap=None):
            draw(looks.drop(st.get_option("server.maxUploadSize"), small=False), "words-probe")
            files = st.file_uploader(
                "Files of the probe set",
                accept_multiple_files=True,
                key="files-probe",
                label_visibility="collapsed",
            )
        typed = st.text_input(
            "or give the path of a folder or a zip on this computer", key="probe-path"
        )
        labels = st.checkbox("Take the labels that come along", value=True, key="probe-labels")
        noun = measured_axes.of_kind(state.project().kind).noun
        draw(views.bringing(noun), "probe-words")
        with st.container(horizontal=True, gap="small"):
            sent = st.button("Bring it", type="primary", key="probe-bring")
            left = st.button("Cancel", key="probe-cancel")
        if left:
            _close()
        if sent:
            try:
                wish = probes.options(name, labels=labels)
                path = _path(files, typed)
                ws = state.workspace()
                probes.bring(ws, project, path, wish, person=state.who())
            except LabelerError as error:
                draw(status.problem(error.problem, error.hint), "probe-problem")
            else:
                _close()


def _path(files: list[st.runtime.uploaded_file_manager.UploadedFile], typed: str) -> Path:
    if files:
        return uploads.receive(state.workspace(), [(one.name, one) for one in files])
    if not typed.strip():
        raise InputError(
            "There is nothing to bring.", hint="Drop files, or give the path of a folder."
        )
    return Path(typed.strip())


def _close() -> None:
    state.session().bringing = False
    st.rerun()
