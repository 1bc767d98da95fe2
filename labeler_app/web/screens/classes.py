"""The editor of classes, for every page that shows them: add, rename, define."""

import streamlit as st

from labeler_app.services import projects
from labeler_app.services.projects import LabelClass, Project
from labeler_app.web import state
from labeler_app.web.edge import calm
from labeler_app.web.views import classes
from labeler_app.web.views.mount import draw


def listed(project: int) -> None:
    """Show the classes; a press on one opens the `dialog`."""
    session = state.session()
    rows = projects.classes(state.workspace(), project)
    pressed = draw(classes.section(rows, session.editing), "classes")
    if pressed and pressed.name == "edit" and pressed.value.isdecimal():
        session.editing = int(pressed.value)
        st.rerun()


def dialog(project: Project) -> None:
    """Show the class that is being changed or added, if there is one.

    To be called outside of what a timer draws again: a dialog would lose what was typed.
    """
    editing = state.session().editing
    if editing is None:
        return
    rows = projects.classes(state.workspace(), project.id)
    one = next((row for row in rows if row.id == editing), None)
    title = "Change a class" if one else "Add a class"
    st.dialog(title, on_dismiss=_close)(_form)(project, one)


def _form(project: Project, one: LabelClass | None) -> None:
    if one:
        draw(classes.sign(one), "class-sign")
    with st.form("class", border=False):
        name = st.text_input("Name", value=one.name if one else "", max_chars=100)
        told = st.text_area(
            "Definition: what belongs here, and what does not",
            value=one.definition if one else "",
            max_chars=2000,
            height=96,
        )
        with st.container(horizontal=True, gap="small"):
            save = st.form_submit_button("Save" if one else "Add", type="primary")
            cancel = st.form_submit_button("Cancel")
    saved = False
    with calm("class-problem"):
        if save:
            _save(project, one, name, told)
            saved = True
    if saved or cancel:
        _close()
        st.rerun()


def _close() -> None:
    state.session().editing = None


def _save(project: Project, one: LabelClass | None, name: str, definition: str) -> None:
    ws = state.workspace()
    changed = one or projects.add_class(ws, project.id, name)
    projects.change_class(ws, changed.id, name=name, definition=definition)
