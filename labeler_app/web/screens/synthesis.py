"""Synthesis: what the labels lack beside the pool, and real items that fill it."""

import streamlit as st

from labeler_app.errors import LabelerError
from labeler_app.services import (
    askable,
    asking_first,
    coverage,
    goals,
    making,
    margins,
    previews,
    projects,
    text_previews,
    variant_kinds,
)
from labeler_app.services import expecting as ranges
from labeler_app.services import lifts as proofs
from labeler_app.services.coverage import Coverage, Found
from labeler_app.services.projects import LabelClass
from labeler_app.services.variant_kinds import VARIANT_KINDS
from labeler_app.web import links, state
from labeler_app.web.desk.review import review
from labeler_app.web.edge import calm
from labeler_app.web.screens import expecting, lifts, probes
from labeler_app.web.views import gaps, makings, recipes, reviews, status, text_recipes
from labeler_app.web.views import lifts as lift_views
from labeler_app.web.views.mount import Action, draw
from labeler_app.web.views.tree import Element

_PAIRS = 2
"""Of classes that are mixed up: more of them would hide the other buttons."""


def page() -> None:
    """Show the gaps of the project, and keep them fresh."""
    project = state.project()
    _live(project.id)
    if _can_make():
        _review(project.id)
        lifts.section(project.id)
    if coverage.is_for(project.kind):
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
            if trouble := state.session().trouble:
                draw(status.problem(*trouble), "gap-problem")
            chosen_gap, made = state.session().gap, _made(project)
            pressed = draw(gaps.listed(seen, waiting, project, chosen_gap, made), "gaps")
        with right:
            chosen = _recipe(project, seen)
            asked = _makings(project)
            draw(gaps.charts(seen), "gap-charts")
        for one in (drawn, pressed, chosen, asked):
            if one is not None:
                _act(project, one.name, one.value)


def _can_make() -> bool:
    """Tell whether variants are made of the items of the project."""
    known = state.project()
    return known.kind in VARIANT_KINDS and not known.config.multi_label


def _noun() -> str:
    return variant_kinds.of(state.project().kind).noun


def _review(project: int) -> None:
    """Ask about variants; outside what is drawn again, since the grid keeps itself fresh."""
    draw(reviews.head(_noun()), "review-head")
    review(project, state.person().id, place=state.place())


def _recipe(project: int, seen: Coverage) -> Action | None:
    """Show what made items of the chosen gap would be like."""
    session = state.session()
    found = next((one for one in seen.gaps if one.key == session.gap), None)
    if found is None:
        return None
    ws = state.workspace()
    if seen.noun == "text":
        texts = text_previews.recipes(found)
        name = session.recipe or texts[0].name
        read = text_previews.look(ws, project, found, name)
        return draw(text_recipes.panel(found, texts, read, _more(project, name, found)), "recipe")
    known = previews.recipes(found)
    name = session.recipe or known[0].name
    made = previews.look(ws, project, found, name)
    return draw(recipes.panel(found, known, made, _more(project, name, found)), "recipe")


def _more(project: int, recipe: str, found: Found) -> Element | None:
    """Offer to make variants with a recipe, where any can be made."""
    if not _can_make():
        return None
    ws = state.workspace()
    open_ = [one for one in making.every(ws, project) if one.is_open]
    # Whoever keeps with Enter must not press these again because they have the focus still.
    unsure = margins.is_known(ws, project)
    return makings.ask(recipe, open_, can_be_unsure=unsure, mixed_up=_mixed_up(project, found))


def _mixed_up(project: int, found: Found) -> list[tuple[LabelClass, LabelClass]]:
    """Return the classes of a gap that the model takes for others most often, with these."""
    ws = state.workspace()
    known = {one.id: one for one in projects.classes(ws, project)}
    whose = known if found.class_ is None else {found.class_.id}
    pairs = [
        (known[true], known[said])
        for true, said in askable.mixed_up(ws, project)
        if true in whose and {true, said} <= known.keys()
    ]
    return pairs[:_PAIRS]


def _made(project: int) -> dict[str, str]:
    """Return by condition and cells what the variants made for them have come to."""
    if not _can_make():
        return {}
    told: dict[str, list[str]] = {}
    for one in proofs.of_project(state.workspace(), project):
        where = f"{one.filling.axis}:{one.filling.first}-{one.filling.last}"
        if said := lift_views.beside(one, _noun()):
            told.setdefault(where, []).append(said)
    return {where: " ".join(sentences) for where, sentences in told.items()}


def _makings(project: int) -> Action | None:
    """Show what is being made, and the recipes that no gap steers."""
    if not _can_make():
        return None
    ws = state.workspace()
    asked = making.every(ws, project)
    conditions = {one.filling.key: proofs.condition(one.filling) for one in asked}
    told = makings.listed(asked, projects.classes(ws, project), conditions)
    pressed = draw(told, "makings") if told is not None else None
    free = [one for one in goals.ways(state.project().kind) if not one.axis]
    return draw(makings.others(free), "other-recipes") or pressed


def _make(project: int, told: str) -> None:
    name, count, pick = told.split("|")
    of, _, toward = pick.partition(">")
    steered = next((one.axis for one in goals.ways(state.project().kind) if one.name == name), "")
    making.ask(
        state.workspace(),
        project,
        state.person().id,
        recipe=name,
        gap=state.session().gap if steered else "",
        count=int(count),
        class_id=links.number(of),
        hardest=pick == making.HARDEST,
        toward=links.number(toward),
    )


def _act(project: int, name: str, value: str) -> None:
    try:
        if not _turn(name, value):
            _ask(project, name, value)
    except LabelerError as error:
        state.session().trouble = error.problem, error.hint
    else:
        state.session().trouble = None
    st.rerun(scope="fragment")


def _turn(name: str, value: str) -> bool:
    """Show something else; False if that is not what was pressed."""
    session = state.session()
    if name == "expect":
        session.expecting = True
    elif name == "gap":
        session.gap, session.recipe = value, ""
    elif name == "recipe":
        session.recipe = value
    else:
        return False
    return True


def _ask(project: int, name: str, value: str) -> None:
    """Change something in the project."""
    ws = state.workspace()
    if name == "first":
        asking_first.ask(ws, project, value)
    elif name == "stop":
        asking_first.stop(ws, project)
    elif name == "forget":
        ranges.forget(ws, project, links.number(value) or 0)
    elif name == "make":
        _make(project, value)
    elif name == "cancel":
        making.cancel(ws, project, links.number(value))
