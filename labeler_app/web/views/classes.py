"""The classes of a project: their keys, what belongs to them, how often they were given."""

from collections.abc import Sequence

from labeler_app.services.class_history import Gone, Line
from labeler_app.services.class_keys import MANY_CLASSES
from labeler_app.services.class_previews import Preview
from labeler_app.services.projects import LabelClass
from labeler_app.services.quality import SPLIT
from labeler_app.services.queues import ago
from labeler_app.web.views import signs, tables, words
from labeler_app.web.views.tables import Column, numbers
from labeler_app.web.views.tree import Element, Part, h

DIGITS = (
    f"From {MANY_CLASSES} classes on no class has a digit of its own: on Label, 1 to 9 give the "
    "nine that lie in the row there, and 0 finds any other by its name."
)


def section(rows: Sequence[LabelClass], editing: int | None, *, brought: int = 0) -> Element:
    """Draw the classes with their counts; `brought` items are of probe sets."""
    add = h("button.btn", "Add a class", act="edit", value="0", type="button")
    title = signs.head("Classes", add)
    if not rows:
        none = "No classes yet. Add the first here, or press A on Label."
        return h("section.dense", title, h("p.sec.m8", none))
    columns = [
        Column("key"),
        Column("name"),
        Column("definition", spare=True),
        *numbers("labels", "of these audit", ""),
    ]
    lines = [_row(one) for one in rows]
    on = [place for place, one in enumerate(rows) if one.id == editing]
    digits = h("p.mut.m12", DIGITS) if len(rows) >= MANY_CLASSES else None
    tested = " Those of probe sets are among them, and make no figure." if brought else ""
    note = h("p.mut.m12", f"Of the audit items {SPLIT}.{tested}")
    return h("section.dense", title, tables.table(columns, lines, on=on), digits, note)


def changes(
    lines: Sequence[Line], gone: Sequence[Gone], asked: Sequence[tuple[str, int]], now: float
) -> Element:
    """Draw what is asked again, which classes are not in use, and the last changes."""
    return h(
        "section.dense.changes",
        h("ul.m12", [_asked(*one) for one in asked]) if asked else None,
        _list("Not in use", [_gone(one) for one in gone]),
        _list("Last changes", [_change(one, now) for one in lines]),
    )


def sign(one: LabelClass) -> Element:
    """Draw the class that is being changed."""
    return h("p", signs.key_of(one.key, one.colour), h("b", one.name))


def touched(found: Preview) -> Element:
    """Draw what a change would touch."""
    first, *more = found.sentences
    return h(
        "div.note",
        h("p", h("b.ink", "What it touches: "), first),
        [h("p", one) for one in more],
    )


def told(lines: Sequence[str]) -> Element:
    """Draw what a change of order or keys means, a line each."""
    return h("div.note", [h("p", one) for one in lines])


def _row(one: LabelClass) -> list[Part]:
    label = f"Change {one.name}"
    change = h("button.lk", "Change", act="edit", value=one.id, type="button", aria_label=label)
    return [
        signs.key_of(one.key, one.colour),
        h("b", one.name),
        h("span.sec", one.definition),
        h("b", words.number(one.count)),
        words.number(one.count_audit),
        change,
    ]


def _list(title: str, lines: Sequence[Element]) -> Element | None:
    return h("div", h("h3.m16", title), h("ul", lines)) if lines else None


def _asked(reason: str, left: int) -> Element:
    count = words.count(
        left, "label is still to be given again", "labels are still to be given again"
    )
    return h("li", h("span", f"{reason} {count}."))


def _gone(one: Gone) -> Element:
    how = f"merged into {one.into}" if one.into else "retired"
    return h(
        "li",
        h("span", h("b", one.name), h("span.sec", f" {how}")),
        _button("Bring back", "back", one.id, one.name),
    )


def _change(one: Line, now: float) -> Element:
    who = ", ".join(part for part in (one.person, ago(now - one.at)) if part)
    can = _button("Undo", "undo", one.number, one.said) if not one.why_not else None
    undone = " · undone" if one.is_undone else ""
    about = h("span.mut", f" · {who} · change {one.number}{undone}")
    return h("li", h("span", h("span", one.said), about), can)


def _button(title: str, act: str, value: int, about: str) -> Element:
    return h(
        "button.lk", title, act=act, value=value, type="button", aria_label=f"{title}: {about}"
    )
