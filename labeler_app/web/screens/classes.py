"""The classes, for every page that shows them: the list, the last changes, and undo."""

from functools import partial

import streamlit as st

from labeler_app.errors import LabelerError
from labeler_app.services import class_history, class_undo, probes, projects
from labeler_app.services.projects import Project
from labeler_app.web import links, state
from labeler_app.web.screens import class_editor
from labeler_app.web.views import classes, status
from labeler_app.web.views.mount import Action, draw


def listed(project: int) -> None:
    """Show the classes and their last changes; a press on one opens the `dialog`."""
    ws, session = state.workspace(), state.session()
    rows = projects.classes(ws, project)
    brought = probes.count(ws, project)
    pressed = draw(classes.section(rows, session.editing, brought=brought), "classes")
    lines = class_history.lines(ws, project)
    gone = class_history.gone(ws, project)
    asked = class_history.asked_again(ws, project)
    if lines or gone or asked:
        picture = classes.changes(lines, gone, asked, ws.clock())
        pressed = draw(picture, "class-changes") or pressed
    if session.refusal:
        draw(status.problem(*session.refusal), "class-refusal")
    if pressed:
        _act(pressed)
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
    st.dialog(title, on_dismiss=class_editor.close)(class_editor.form)(project, one, rows)


def _act(pressed: Action) -> None:
    session, number = state.session(), links.number(pressed.value)
    session.refusal = None
    if pressed.name == "edit" and pressed.value.isdecimal():
        session.editing = int(pressed.value)
    change = {"undo": class_undo.undo, "back": class_undo.bring_back}.get(pressed.name)
    if change is None or number is None:
        return
    # The sentence outlives this run: the list is drawn again every two seconds.
    try:
        partial(change, state.workspace(), number, person=state.who())()
    except LabelerError as error:
        session.refusal = (error.problem, error.hint)
