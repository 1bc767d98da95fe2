"""What a browser session remembers, and what the process was started with.

The only place that touches `st.session_state`; everything in it is typed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import streamlit as st
from streamlit.navigation.page import Page

from labeler_app.errors import AccessError, InputError, StateError
from labeler_app.services import people, projects
from labeler_app.services.preview import Look
from labeler_app.services.workspace import Workspace
from labeler_app.web import links
from labeler_app.web.guard import person_cookie
from labeler_app.web.views.mount import leave

_KEY = "labeler_session"


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found in the files of a draft."""

    draft: str
    seed: int
    """Of the pictures shown."""
    found: Look


@dataclass(slots=True)
class Session:
    """What one browser session remembers between two runs of a page."""

    pages: Mapping[str, Page] = field(default_factory=dict)
    looked: Looked | None = None
    report: int | None = None
    """Import whose report is open on Data."""
    editing: int | None = None
    """Class that is being changed; 0 while one is being added."""
    refusal: tuple[str, str] | None = None
    """Why the last undo of a change of classes was refused, and what to do."""
    gap: str = ""
    """Key of the gap whose recipe is open on Synthesis."""
    recipe: str = ""
    """Name of the recipe that was chosen for it; "" for the first."""
    trouble: tuple[str, str] | None = None
    """Why the last press there was refused, and what to do; told until the next press."""
    expecting: bool = False
    """Whether a range is being drawn on Synthesis."""
    bringing: bool = False
    """Whether a probe set is being brought there."""
    noting: str = ""
    """Key of the filling that a note is being written for there."""


@dataclass(slots=True)
class _Process:
    workspace: Workspace | None = None


_PROCESS = _Process()


def provide(ws: Workspace) -> None:
    """Give the pages their workspace; the server does this once, before it starts."""
    _PROCESS.workspace = ws


def workspace() -> Workspace:
    """Return the workspace of this process."""
    if _PROCESS.workspace is None:
        raise StateError("The pages run without a workspace.", hint="Start with: labeler run")
    return _PROCESS.workspace


def session() -> Session:
    """Return the memory of this browser session."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = Session()
    kept: Session = st.session_state[_KEY]
    return kept


def project() -> projects.Project:
    """Return the project the address names."""
    named = links.number(st.query_params.get("project", ""))
    if named is None:
        raise InputError("This address names no project.", hint="Choose one under Projects.")
    return projects.get(workspace(), named)


def person() -> people.Person:
    """Return the person whose cookie the browser sent."""
    named = links.number(st.context.cookies.get(person_cookie(workspace()), ""))
    if named is None:
        raise StateError("The browser did not say who you are.", hint="Reload the page.")
    return people.get(workspace(), named)


def who() -> int | None:
    """Return the number of the person, for the log; None if the browser names nobody known."""
    try:
        return person().id
    except (AccessError, StateError):
        return None


def place() -> str:
    """Return the name of this workspace among all that a browser may have seen here."""
    return person_cookie(workspace())


def is_dark() -> bool:
    """Tell whether the browser shows the night theme."""
    return st.context.theme.type == "dark"


def go(page: str, project_id: int | None = None, **more: int | str) -> None:
    """Have the browser load another page.

    Streamlit's own change of page keeps the timers of the page before for a moment; one that fires
    late takes the body of the new page away. Only Label, which has no timers, may `switch`.
    """
    leave(links.href(page, project_id, **more))
    st.stop()


def switch(page: str, project_id: int | None = None) -> None:
    """Show another page without a reload: what this browser session remembers stays."""
    pages = session().pages
    query = {} if project_id is None else {"project": str(project_id)}
    st.switch_page(pages.get(page, pages[links.HOME]), query_params=query)
