"""New project, or more files for one: drop, look, start."""

from pathlib import Path

import streamlit as st

from labeler_app.errors import LabelerError
from labeler_app.services import drafts, exchange, preview, projects, setup, uploads
from labeler_app.services.drafts import Draft
from labeler_app.services.exchange import ImportOptions
from labeler_app.services.preview import Look
from labeler_app.web import links, state
from labeler_app.web.edge import calm
from labeler_app.web.state import Looked
from labeler_app.web.views import look as looks
from labeler_app.web.views import status, words
from labeler_app.web.views.mount import Action, draw

TRUST, CLASSES, IGNORE = "trust", "classes", "ignore"


def page() -> None:
    """Show the step we are at."""
    draft = drafts.find(state.workspace(), st.query_params.get("draft", ""))
    project = _named()
    run = None if draft else _at_work(project)
    if draft is not None:
        draw(looks.steps(_title(draft.project), "Look"), "steps")
        _decide(draft)
    elif project is not None and run is not None:
        draw(looks.steps(_name(project), "Start"), "steps")
        _reading(run, project)
    else:
        draw(looks.steps(_title(project), "Drop"), "steps")
        with st.container(key="narrow"):
            drop("new", project=project)


def drop(key: str, *, small: bool = False, project: int | None = None) -> None:
    """Offer to bring files: dropped, chosen, or by their path on this computer.

    Parameters
    ----------
    key
        Unique on the page.
    small
        Whether the place has only room for dropping.
    project
        Project the files are for; None makes a new one.
    """
    with st.container(key=f"drop-{'small' if small else 'big'}-{key}", gap=None):
        draw(looks.drop(st.get_option("server.maxUploadSize"), small=small), f"words-{key}")
        with calm(f"problem-{key}"):
            path = _uploaded(key) or (None if small else _typed(key))
            if path is not None:
                draft = drafts.keep(state.workspace(), path, project)
                state.go(links.NEW, project, draft=draft.name)


def wait(project: int) -> None:
    """Go to Label: at once if there are items, after the import that is at work otherwise."""
    waiting = exchange.pending(state.workspace(), project)
    if not waiting:
        state.go(links.LABEL, project)
    state.go(links.NEW, project, run=waiting[0])


def _uploaded(key: str) -> Path | None:
    files = st.file_uploader(
        "Files of a new project",
        accept_multiple_files=True,
        key=f"files-{key}",
        label_visibility="collapsed",
    )
    if not files:
        return None
    return uploads.receive(state.workspace(), [(one.name, one) for one in files])


def _typed(key: str) -> Path | None:
    with (
        st.form(f"path-{key}", border=False),
        st.container(horizontal=True, vertical_alignment="bottom", gap="small"),
    ):
        path = st.text_input(
            "or give the path of a folder, a zip or a table on this computer",
            placeholder="/home/ada/images",
        )
        sent = st.form_submit_button("Look")
    return Path(path.strip()) if sent and path.strip() else None


def _decide(draft: Draft) -> None:
    try:
        found = _look(draft)
    except LabelerError as error:
        draw(status.problem(error.problem, error.hint), "look-problem")
        with st.container(key="narrow"):
            drop("again", project=draft.project)
        return
    left, right = st.columns([832, 376], gap="medium")
    with left:
        pressed = draw(looks.found(found), "look")
    with right, st.container(key="panel-start", gap="small"):
        _options(draft, found)
    if pressed and pressed.name == "another":
        _look(draft, again=True)
        st.rerun()


def _look(draft: Draft, *, again: bool = False) -> Look:
    session = state.session()
    known = session.looked if session.looked and session.looked.draft == draft.name else None
    if known is None or again:
        seed = known.seed + 1 if known else 0
        with st.spinner("Reading the files…"):
            found = preview.look(state.workspace(), draft.path, seed=seed, project=draft.project)
        known = session.looked = Looked(draft.name, seed, found)
    return known.found


def _options(draft: Draft, found: Look) -> None:
    name = ""
    if draft.project is None:
        stem = Path(found.name).stem.replace("_", " ")
        name = st.text_input("Name", value=stem, max_chars=100)
    problem = st.container()  # Beside the name: most often that is what is wrong.
    if found.labels:
        draw(looks.labels(found), "labels")
    if found.unusable:
        draw(looks.unusable(found), "unusable")
    if found.strangers:
        draw(looks.strangers(found), "strangers")
    choice = _labels(found) if found.labels else IGNORE
    classes = _classes() if choice == IGNORE and draft.project is None else []
    several = draft.project is None and st.checkbox(
        f"{found.noun.capitalize()}s may have several classes, or none"
    )
    draw(looks.kept_apart(found), "kept-apart")
    sent = st.button("Start", type="primary", width="stretch")
    with problem, calm("start-problem"):
        if sent:
            _start(draft, found, name, classes, choice, several=several)
    draw(looks.meanwhile(links.href(links.NEW, draft.project)), "meanwhile")


def _labels(found: Look) -> str:
    count = "labels" if found.several else words.count(found.labeled, "label")
    said = {
        CLASSES: ("Use the class names only", f"you label every {found.noun} yourself"),
        TRUST: (f"Trust the {count} too", "kept as “imported”"),
        IGNORE: ("Ignore them", "you name the classes yourself"),
    }
    chosen = st.radio(
        "What to do with them",
        list(said),
        format_func=lambda one: said[one][0],
        captions=[caption for _, caption in said.values()],
        label_visibility="collapsed",
    )
    return str(chosen)


def _classes() -> list[str]:
    typed = st.text_input(
        "Classes, with commas between; more can be added while you label",
        placeholder="cat, dog, neither",
    )
    return [name.strip() for name in typed.split(",") if name.strip()]


def _start(
    draft: Draft, found: Look, name: str, classes: list[str], choice: str, *, several: bool
) -> None:
    ws, person = state.workspace(), state.person().id
    labels_from = found.labels_from if choice != IGNORE else None
    options = ImportOptions(labels_from=labels_from, labels=choice)
    if draft.project is None:
        made = setup.start_project(
            ws,
            name,
            draft.path,
            options,
            classes=classes,
            multi_label=several,
            person=person,
        )
        project, run = made.project, made.run
    else:
        project = draft.project
        run = exchange.request_import(ws, project, draft.path, options, person=person)
    drafts.forget(ws, draft)
    state.go(links.NEW, project, run=run)


@st.fragment(run_every=1)
def _reading(run: int, project: int) -> None:
    pressed: Action | None = None
    with calm("reading-problem"), st.container(key="narrow"):
        rows = exchange.import_rows(state.workspace(), project)
        row = next(one for one in rows if one.id == run)
        noun = projects.get(state.workspace(), project).noun
        pressed = draw(looks.reading(row, project, noun), "reading")
    if pressed and pressed.name == "cancel":
        exchange.cancel(state.workspace(), run)
    elif row.state == "done" and not row.problem:
        state.go(links.LABEL, project)


def _at_work(project: int | None) -> int | None:
    """Return the import the address names, or one that is not done."""
    if project is None:
        return None
    named = links.number(st.query_params.get("run", ""))
    rows = [row.id for row in exchange.import_rows(state.workspace(), project)]
    waiting = [named] if named in rows else []
    waiting += exchange.pending(state.workspace(), project)
    return waiting[0] if waiting else None


def _named() -> int | None:
    return state.project().id if "project" in st.query_params else None


def _title(into: int | None) -> str:
    return "New project" if into is None else f"Add files to {_name(into)}"


def _name(project: int) -> str:
    return projects.get(state.workspace(), project).name
