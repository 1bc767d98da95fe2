"""The classes of a project: their keys, what belongs to them, how often they were given."""

from collections.abc import Sequence

from labeler_app.services.projects import LabelClass
from labeler_app.services.quality import SPLIT
from labeler_app.web.views import signs, tables, words
from labeler_app.web.views.tables import Column, numbers
from labeler_app.web.views.tree import Element, Part, h


def section(rows: Sequence[LabelClass], editing: int | None) -> Element:
    """Draw the classes with their counts."""
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
    note = h("p.mut.m12", f"Of the audit items {SPLIT}.")
    return h("section.dense", title, tables.table(columns, lines, on=on), note)


def sign(one: LabelClass) -> Element:
    """Draw the class that is being changed, and what a change touches."""
    kept = words.count(one.count, "label keeps", "labels keep")
    said = f"{kept} this class under its new name; earlier exports keep the old one."
    return h(
        "div", h("p", signs.key_of(one.key, one.colour), h("b", one.name)), h("p.mut.m8", said)
    )


def _row(one: LabelClass) -> list[Part]:
    change = h("button.lk", "Change", act="edit", value=one.id, type="button")
    return [
        signs.key_of(one.key, one.colour),
        h("b", one.name),
        h("span.sec", one.definition),
        h("b", words.number(one.count)),
        words.number(one.count_audit),
        change,
    ]
