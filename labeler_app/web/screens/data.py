"""Data: what came in, the classes, what goes out."""

import io

import streamlit as st

from labeler_app.services import desk, exchange, export, projects
from labeler_app.services.projects import LabelClass, Project
from labeler_app.web import state
from labeler_app.web.edge import calm
from labeler_app.web.views import data, words
from labeler_app.web.views.mount import Action, draw
from labeler_app.web.views.tree import h

FORMATS = {"csv": ("CSV", "one row a label"), "jsonl": ("JSONL", "one object a label")}
# Origins that are listed even while there is no label of them.
ALWAYS = ("human", "imported")
MEDIA_TYPES = {"csv": "text/csv", "jsonl": "application/jsonl"}


def page() -> None:
    """Show the data of the project."""
    project = state.project()
    _live(project.id)
    _class_dialog(project)
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
    rows, classes = exchange.import_rows(ws, project.id), projects.classes(ws, project.id)
    labels = desk.progress(ws, project.id).labeled
    draw(data.head(project, labels, len(classes), rows), "head")
    shown = [data.imports(rows, project.id), data.classes(classes, session.editing)]
    pressed = draw(h("div.five-seven", shown), "data")
    report = next((row for row in rows if row.id == session.report), None)
    if report is not None:
        with st.container(key="left-out"):
            problems = exchange.problems(ws, report.id)
            pressed = draw(data.problems(report.source, problems), "report") or pressed
    return pressed


def _act(pressed: Action) -> None:
    session = state.session()
    number = int(pressed.value) if pressed.value.isdigit() else None
    if pressed.name == "cancel" and number is not None:
        exchange.cancel(state.workspace(), number)
    elif pressed.name == "report":
        session.report = number
    elif pressed.name == "edit":
        session.editing = number
    st.rerun()


def _class_dialog(project: Project) -> None:
    editing = state.session().editing
    if editing is None:
        return
    rows = projects.classes(state.workspace(), project.id)
    one = next((row for row in rows if row.id == editing), None)
    title = "Change a class" if one else "Add a class"
    st.dialog(title, on_dismiss=_close)(_class_form)(project, one)


def _class_form(project: Project, one: LabelClass | None) -> None:
    if one:
        draw(data.sign(one), "class-sign")
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


def _export(project: Project) -> None:
    ws = state.workspace()
    with st.container(key="export", gap="small"):
        draw(h("section", h("h2", "Export")), "export-head")
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
            _download(project, str(chosen), origins, count)


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


def _download(project: Project, name: str, origins: list[str], count: int) -> None:
    def made() -> bytes:
        out = io.StringIO(newline="")
        export.export(state.workspace(), project.id, name, out, origins=origins)
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
