"""Settings: every one says what it does and what its default is worth."""

from dataclasses import replace

import streamlit as st

from labeler_app import plugins
from labeler_app.services import configs, doubts, projects
from labeler_app.services.projects import Project
from labeler_app.web import state
from labeler_app.web.edge import calm
from labeler_app.web.screens import classes
from labeler_app.web.views import settings, status
from labeler_app.web.views.mount import draw
from labeler_app.web.views.tree import Element


def page() -> None:
    """Show the settings of the project."""
    project = state.project()
    draw(settings.head(project.name), "head")
    classes.listed(project.id)
    classes.dialog(project)
    with st.form("settings", border=False):
        changed = _fields(project)
        draw(settings.note(), "note")
        sent = st.form_submit_button("Save settings", type="primary")
    with calm("settings-problem"):
        if sent:
            _save(project, changed)
            draw(status.notice("Saved. " + settings.WHEN), "saved")


def _save(project: Project, changed: dict[str, object]) -> None:
    config = replace(project.config, **changed)  # type: ignore[arg-type]
    projects.configure(state.workspace(), project.id, config)


def _fields(project: Project) -> dict[str, object]:
    changed: dict[str, object] = {}
    for group in settings.GROUPS:
        draw(settings.group(group), f"group-{group.key}")
        for one in group.fields:
            with st.container(key=f"setting-{one.name}"):
                words, field = st.columns([7, 4], gap="medium", vertical_alignment="center")
                with words:
                    draw(_words(one, project), f"words-{one.name}")
                with field:
                    changed[one.name] = _field(one, getattr(project.config, one.name))
    return changed


def _words(one: settings.Field, project: Project) -> Element:
    if one.name != settings.EMBEDDER:
        return settings.words_of(one)
    said = doubts.of_features(state.workspace(), project.id)
    return settings.embedders(one, configs.embedders(project.kind), said)


def _field(one: settings.Field, value: object) -> object:
    if one.plugins or one.choices:
        known = [*one.extra, *(plugins.names(one.plugins) if one.plugins else one.choices)]
        at = known.index(str(value)) if value in known else 0
        return st.selectbox(one.title, known, index=at, label_visibility="collapsed")
    if isinstance(value, bool):
        return st.toggle(one.title, value=value, label_visibility="collapsed")
    if isinstance(value, str):
        return st.text_input(one.title, value=value, label_visibility="collapsed").strip()
    return _number(one, value)


def _number(one: settings.Field, value: object) -> object:
    if one.share:
        shown = st.number_input(
            one.title,
            value=round(100 * float(str(value)), 2),
            step=1.0,
            format="%.4g",
            label_visibility="collapsed",
        )
        return round(shown / 100, 6)
    whole = isinstance(value, int)
    typed = st.number_input(
        one.title,
        value=int(str(value)) if whole else float(str(value)),
        step=1 if whole else 1.0,
        label_visibility="collapsed",
    )
    return int(typed) if whole else float(typed)
