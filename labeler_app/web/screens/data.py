"""Data: what came in, the classes, what goes out."""

import io

import streamlit as st

from labeler_app.services import desk, doubts, exchange, export, probes, projects
from labeler_app.services.projects import Project
from labeler_app.web import links, state
from labeler_app.web.edge import calm
from labeler_app.web.screens import classes
from labeler_app.web.views import data, words
from labeler_app.web.views.mount import Action, draw

FORMATS = {"csv": ("CSV", "one row an answer"), "jsonl": ("JSONL", "one object an answer")}
# Origins that are listed even while there is no label of them.
ALWAYS = ("human", "imported")
MEDIA_TYPES = {"csv": "text/csv", "jsonl": "application/jsonl"}


def page() -> None:
    """Show the data of the project."""
    project = state.project()
    _live(project.id)
    classes.dialog(project)
    _export(project)


@st.fragment(run_every=2)
def _live(project: int) -> None:
    pressed: Action | None = None
    with calm("data-problem"):
        pressed = _show(projects.get(state.workspace(), project))
    if pressed:
        _act(pressed)


def _show(project: Project) -> Action | None:
    ws, session = state.workspace(), state.session()
    rows = exchange.import_rows(ws, project.id)
    labels = desk.progress(ws, project.id).labeled
    came_along = export.origin_counts(ws, project.id)["imported"].total
    number = len(projects.classes(ws, project.id))
    brought = probes.count(ws, project.id)
    draw(data.head(project, labels, came_along, number, rows, brought), "head")
    left, right = st.columns([5, 7], gap="large")
    with left:
        said = doubts.of_features(ws, project.id)
        pressed = draw(data.imports(rows, project, said), "imports")
    with right:
        classes.listed(project.id)
    report = next((row for row in rows if row.id == session.report), None)
    if report is not None:
        with st.container(key="left-out"):
            problems = exchange.problems(ws, report.id)
            pressed = draw(data.problems(report, problems, project.noun), "report") or pressed
    return pressed


def _act(pressed: Action) -> None:
    session = state.session()
    number = links.number(pressed.value)
    if pressed.name == "cancel" and number is not None:
        exchange.cancel(state.workspace(), number)
    elif pressed.name == "report":
        session.report = number
    st.rerun()


def _export(project: Project) -> None:
    ws = state.workspace()
    with st.container(key="export", gap="small"):
        draw(data.export_head(), "export-head")
        left, right = st.columns([330, 894], gap="medium")
        with left:
            chosen = st.radio(
                "Format",
                list(FORMATS),
                format_func=lambda one: FORMATS[one][0],
                captions=[caption for _, caption in FORMATS.values()],
                label_visibility="collapsed",
            )
        with right:
            origins, count = _origins(project)
            draw(data.preview(export.preview(ws, project.id)), "preview")
            for_people = chosen == "csv" and _for_people()
            _download(project, str(chosen), origins, count, for_people=for_people)


def _origins(project: Project) -> tuple[list[str], int]:
    chosen, count = [], 0
    for name, found in export.origin_counts(state.workspace(), project.id).items():
        if not found.total and name not in ALWAYS:
            continue
        with st.container(key=f"origin-{name}", horizontal=True, vertical_alignment="center"):
            title = data.ORIGINS.get(name, (name, ""))[0]
            wanted = st.checkbox(
                title, value=found.total > 0, key=f"wants-{name}", label_visibility="collapsed"
            )
            draw(data.origin(name, found), f"origin-words-{name}")
        if wanted:
            chosen.append(name)
            count += found.total
    return chosen, count


def _for_people() -> bool:
    with st.container(key="for-people", horizontal=True, vertical_alignment="center"):
        wanted = st.checkbox("Safe to open in a spreadsheet", width="content")
        draw(data.for_people(), "for-people-words")
    return wanted


def _download(
    project: Project, name: str, origins: list[str], count: int, *, for_people: bool
) -> None:
    def made() -> bytes:
        out = io.StringIO(newline="")
        export.export(
            state.workspace(), project.id, name, out, origins=origins, for_people=for_people
        )
        return out.getvalue().encode()

    st.download_button(
        f"Export {words.count(count, 'answer')} as {FORMATS[name][0]}",
        made,
        file_name=f"{project.name}.{name}",
        mime=MEDIA_TYPES[name],
        type="primary",
        disabled=not count,
        on_click="ignore",
    )
