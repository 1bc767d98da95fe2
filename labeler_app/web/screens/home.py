"""Projects: the list, or the first step of an empty workspace."""

import streamlit as st

from labeler_app.services import demonstration, home
from labeler_app.web import state
from labeler_app.web.edge import calm
from labeler_app.web.screens import newproject
from labeler_app.web.views.mount import draw
from labeler_app.web.views.projects import demo, listing, opening, then


def page() -> None:
    """Show the projects of this workspace."""
    if home.cards(state.workspace()):
        _list()
        with st.container(horizontal=True, gap="medium", key="more"):
            newproject.drop("list", small=True)
            _demo("1,797 handwritten digits, first label in two clicks.", "New here?", (3, 7, 2))
        return
    with st.container(key="narrow", gap="medium"):
        draw(opening(), "opening")
        newproject.drop("empty")
        text = "Label 1,797 handwritten digits that come with the program."
        _demo(text, "Nothing at hand?", tuple(range(10)))
        draw(then(), "then")


@st.fragment(run_every=5)
def _list() -> None:
    with calm("list-problem"):
        draw(listing(home.cards(state.workspace())), "list")


def _demo(text: str, strong: str, digits: tuple[int, ...]) -> None:
    if draw(demo(text, strong, digits=digits), "demo"):
        made = demonstration.start(state.workspace())
        newproject.wait(made.id)
