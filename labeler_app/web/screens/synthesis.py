"""Synthesis: what the labels lack beside the pool, and real items that fill it."""

import streamlit as st

from labeler_app.errors import LabelerError
from labeler_app.services import asking_first, coverage, previews, text_previews
from labeler_app.services import expecting as ranges
from labeler_app.services.coverage import Coverage, Found
from labeler_app.web import links, state
from labeler_app.web.desk.review import review
from labeler_app.web.edge import calm
from labeler_app.web.screens import expecting, probes
from labeler_app.web.views import gaps, recipes, reviews, status, text_recipes
from labeler_app.web.views.mount import Action, draw


def page() -> None:
    """Show the gaps of the project, and keep them fresh."""
    project = state.project()
    _live(project.id)
    if project.kind == "image" and not project.config.multi_label:
        _review(project.id)
    if project.kind == "image":
        probes.section(project.id)


@st.fragment(run_every=5)
def _live(project: int) -> None:
    with calm("synthesis-problem"):
        ws = state.workspace()
        if not coverage.is_for(state.project().kind):
            draw(gaps.not_for(state.project().noun), "synthesis-head")
            return
        seen = coverage.of_project(ws, project)
        waiting = asking_first.waiting(ws, project)
        draw(gaps.head(seen), "synthesis-head")
        if not seen.measured:
            return
        left, right = st.columns([352, 888], gap="medium")
        with left:
            drawn = draw(gaps.list_head(seen, is_open=state.session().expecting), "gaps-head")
            if state.session().expecting:
                expecting.panel(project, seen)
            pressed = draw(gaps.listed(seen, waiting, project, state.session().gap), "gaps")
        with right:
            chosen = _recipe(project, seen)
            draw(gaps.charts(seen), "gap-charts")
        for one in (drawn, pressed, chosen):
            if one is not None:
                _act(project, one.name, one.value)


def _review(project: int) -> None:
    """Ask about made pictures; outside what is drawn again, since the grid keeps itself fresh."""
    draw(reviews.head(), "review-head")
    review(project, state.person().id, place=state.place())


def _recipe(project: int, seen: Coverage) -> Action | None:
    """Show what made items of the chosen gap would be like."""
    session = state.session()
    found = next((one for one in seen.gaps if one.key == session.gap), None)
    if found is None:
        return None
    if seen.noun == "text":
        return _text_recipe(project, found)
    known = previews.recipes(found)
    name = session.recipe or known[0].name
    made = previews.look(state.workspace(), project, found, name)
    return draw(recipes.panel(found, known, made), "recipe")


def _text_recipe(project: int, found: Found) -> Action | None:
    known = text_previews.recipes(found)
    name = state.session().recipe or known[0].name
    made = text_previews.look(state.workspace(), project, found, name)
    return draw(text_recipes.panel(found, known, made), "recipe")


def _act(project: int, name: str, value: str) -> None:
    ws, session = state.workspace(), state.session()
    try:
        if name == "first":
            asking_first.ask(ws, project, value)
        elif name == "stop":
            asking_first.stop(ws, project)
        elif name == "expect":
            session.expecting = True
        elif name == "forget":
            ranges.forget(ws, project, links.number(value) or 0)
        elif name == "gap":
            session.gap, session.recipe = value, ""
        elif name == "recipe":
            session.recipe = value
    except LabelerError as error:
        draw(status.problem(error.problem, error.hint), "gap-problem")
    else:
        st.rerun(scope="fragment")
