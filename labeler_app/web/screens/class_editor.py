"""One change of a class at a time: what to change, what it touches, and one button that does it."""

from collections.abc import Callable, Sequence

import streamlit as st

from labeler_app.services import (
    asking_again,
    class_edits,
    class_previews,
    class_surgery,
    projects,
)
from labeler_app.services.class_keys import COLOURS, usable_among
from labeler_app.services.projects import LabelClass, Project
from labeler_app.web import state
from labeler_app.web.edge import calm
from labeler_app.web.views import classes
from labeler_app.web.views.mount import draw

NAME, LOOK, PLACE = "Name and definition", "Key and colour", "Place in the order"
MERGE, SPLIT, RETIRE = "Merge into another", "Split", "Retire"
COLOUR_NAMES = ("orange", "sky blue", "green", "yellow", "blue", "red", "pink", "black")
BY_ORDER = "by the order"

Rows = Sequence[LabelClass]


def form(project: Project, one: LabelClass | None, rows: Rows) -> None:
    """Show the form for what the person wants to change; without a class, for adding one."""
    if one is None:
        _name(project, None)
        return
    draw(classes.sign(one), "class-sign")
    forms: dict[str, Callable[[], None]] = {
        NAME: lambda: _name(project, one),
        LOOK: lambda: _look(project, one, rows),
        PLACE: lambda: _place(project, one, rows),
        MERGE: lambda: _merge(one, rows),
        SPLIT: lambda: _split(one),
        RETIRE: lambda: _retire(one),
    }
    # Merging and ordering take two.
    shown = [name for name in forms if len(rows) > 1 or name not in (MERGE, PLACE)]
    chosen = st.selectbox("What to change", shown, key=f"change-what-{one.id}")
    forms[str(chosen)]()


def close() -> None:
    """Forget which class is being changed."""
    state.session().editing = None


def _name(project: Project, one: LabelClass | None) -> None:
    with st.form("class", border=False):
        name = st.text_input("Name", value=one.name if one else "", max_chars=100)
        told = st.text_area(
            "Definition: what belongs here, and what does not",
            value=one.definition if one else "",
            max_chars=class_edits.LONGEST_DEFINITION,
            height=96,
        )
        if one:
            draw(classes.touched(class_previews.rename(state.workspace(), one.id)), "touched")
        again = bool(one and one.count) and st.checkbox(
            f"Ask for its labels again ({one.count if one else 0:,}), by the new definition"
        )
        with st.container(horizontal=True, gap="small"):
            save = st.form_submit_button("Save" if one else "Add", type="primary")
            cancel = st.form_submit_button("Cancel")
    _finish(save, cancel, lambda: _save(project, one, name, told, again=again))


def _save(project: Project, one: LabelClass | None, name: str, told: str, *, again: bool) -> None:
    ws, who = state.workspace(), state.who()
    changed = one or projects.add_class(ws, project.id, name, person=who)
    if one:
        class_edits.rename(ws, one.id, name, person=who)
    class_edits.define(ws, changed.id, told, person=who)
    if again:
        asking_again.by_definition(ws, changed.id)


def _look(project: Project, one: LabelClass, rows: Rows) -> None:
    ws = state.workspace()
    keys = [BY_ORDER, *usable_among(len(rows))]
    key = st.selectbox("Key", keys, index=keys.index(one.key) if one.key else 0)
    colour = st.selectbox(
        "Colour",
        range(1, COLOURS + 1),
        index=one.colour - 1,
        format_func=lambda number: COLOUR_NAMES[number - 1],
    )
    wanted = "" if key == BY_ORDER else str(key)
    owner = next((row for row in rows if wanted and row.key == wanted and row.id != one.id), None)
    said = [*class_previews.rename(ws, one.id).sentences[:1]]
    if owner:
        said.append(f"The key {wanted} gives {owner.name} now: the two swap their keys.")
    draw(classes.told(said), "touched")

    def save() -> None:
        if wanted != one.key:
            class_edits.set_key(ws, one.id, wanted, swap=owner is not None, person=state.who())
        class_edits.recolour(ws, one.id, colour, person=state.who())

    _button("Swap and save" if owner else "Save", save)


def _place(project: Project, one: LabelClass, rows: Rows) -> None:
    ws, others = state.workspace(), [row for row in rows if row.id != one.id]
    places = ["first", *(f"after {row.name}" for row in others)]
    now = next(place for place, row in enumerate(rows) if row.id == one.id)
    place = st.selectbox(
        "Place", range(len(places)), index=now, format_func=lambda number: places[number]
    )
    order = [row.id for row in others[:place]] + [one.id] + [row.id for row in others[place:]]
    moved = class_previews.keys(ws, project.id, order)
    said = [f"Keys change: {'; '.join(moved)}."] if moved else ["No key changes."]
    draw(classes.told([*said, "Colours stay, and no label is touched."]), "touched")
    _button("Save", lambda: class_edits.reorder(ws, project.id, order, person=state.who()))


def _merge(one: LabelClass, rows: Rows) -> None:
    ws = state.workspace()
    names = {row.id: row.name for row in rows if row.id != one.id}
    # Nothing is chosen beforehand: one press of Enter would merge into whatever comes first.
    into = st.selectbox(
        "Into",
        list(names),
        index=None,
        placeholder="Choose a class",
        format_func=lambda number: names[number],
    )
    if into is None:
        first = f"Choose the class that {one.name} becomes part of. What that touches is said here."
        draw(classes.told([first]), "touched")
        _button("Merge", ready=False)
        return
    draw(classes.touched(class_previews.merge(ws, one.id, into)), "touched")
    _button("Merge", lambda: class_surgery.merge(ws, one.id, into, person=state.who()))


def _split(one: LabelClass) -> None:
    ws = state.workspace()
    told = st.text_area("The classes it is split into, one a line", height=96, max_chars=4000)
    names = [line.strip() for line in told.splitlines() if line.strip()]
    draw(classes.touched(class_previews.split(ws, one.id)), "touched")
    title = "Split, and ask again" if one.count else "Split"
    _button(title, lambda: class_surgery.split(ws, one.id, names, person=state.who()))


def _retire(one: LabelClass) -> None:
    ws = state.workspace()
    draw(classes.touched(class_previews.retire(ws, one.id)), "touched")
    _button("Retire", lambda: class_surgery.retire(ws, one.id, person=state.who()))


def _button(title: str, change: Callable[[], object] = lambda: None, *, ready: bool = True) -> None:
    with st.container(key="do-it", horizontal=True, gap="small"):
        save = st.button(title, type="primary", disabled=not ready)
        cancel = st.button("Cancel")
    _finish(save, cancel, change)


def _finish(save: bool, cancel: bool, change: Callable[[], object]) -> None:
    done = False
    with calm("class-problem"):
        if save:
            change()
            done = True
    if done or cancel:
        close()
        st.rerun()
