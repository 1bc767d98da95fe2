"""Mount the labeling desk: the browser component that shows items and sends labels.

Labels travel from the browser to `POST /api/labels`, never through Streamlit: a rerun is bound
to the item of the last server run, not to the one on screen.
"""

import mimetypes

import streamlit as st

# Some systems (Windows registries above all) call JavaScript plain text; browsers refuse that.
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("text/css", ".css")

# No css here: the desk hangs on the body of the page and brings its styles along.
_DESK = st.components.v2.component("labeler_app.desk", js="desk.js")


def desk(project: int, person: int, place: str = "") -> str | None:
    """Mount the desk over the whole page and return where its menu leads, if it was used.

    Parameters
    ----------
    project : int
        Id of the project to label in.
    person : int
        Id of the person who labels; the one the browser's cookie belongs to.
    place : str
        Name of the workspace. Answers that a browser still holds for another workspace, served
        at the same address before, then stay where they are.

    Returns
    -------
    str or None
        "home", "monitor", "data" or "settings" in the run after a click there, else None.
    """
    # A constant key and scalars only: otherwise each change would mount the desk anew.
    data = {"project": project, "person": person, "place": place}
    result = _DESK(key="desk", data=data, on_go_change=_nothing)
    page = result.go
    return page if isinstance(page, str) else None


def _nothing() -> None:
    """A trigger is only returned if it has a callback."""
