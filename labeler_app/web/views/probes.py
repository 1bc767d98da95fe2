"""Probe sets, listed; and what bringing one means."""

from collections.abc import Sequence
from datetime import UTC, datetime

from labeler_app.services.exchange import ImportRow
from labeler_app.services.probes import ProbeSet
from labeler_app.web.views import signs, tables, words
from labeler_app.web.views.tables import Column, numbers
from labeler_app.web.views.tree import Element, Part, h


def listed(
    sets: Sequence[ProbeSet], pending: Sequence[ImportRow], axis: str, noun: str, *, is_open: bool
) -> Element:
    """Draw the probe sets.

    Parameters
    ----------
    pending
        Imports of probe sets that are not done, or were refused.
    axis
        Name of the condition whose median is told.
    noun
        What an item is called here: "picture".
    is_open
        Whether one is being brought just now.
    """
    bring = h("button.lk", "Bring a probe set", type="button", act="bring", value="")
    head = signs.head("Probe sets", None if is_open else bring, help_mark=_help(noun))
    lead = h(
        "p.lead",
        f"Real {noun}s of a condition, taken as they will come later. They are only ever used as a "
        "test: no model learns from them.",
    )
    columns = [Column("Set"), *numbers(f"{noun}s", "labeled", f"median {axis}")]
    table = tables.table(columns, [_row(one, axis) for one in sets]) if sets else None
    none = None if sets or pending else h("p.mut", "None yet.")
    return h("section.probes", head, lead, table, none, [_pending(one) for one in pending])


def bringing(noun: str) -> Element:
    """Draw what becomes of what is brought."""
    return h(
        "p.mut",
        "Sixty or so are a start: the fewer there are, the larger a lift has to be to show. "
        f"{_LABELS[noun]} taken as labels where they name your classes; all others you label on "
        f"the desk, where they look like any other {noun}.",
    )


def _row(one: ProbeSet, axis: str) -> list[Part]:
    when = words.day(datetime.fromtimestamp(one.at, UTC).astimezone())
    by = f"{when}, by {one.person}" if one.person else when
    median = one.medians.get(axis)
    measured = "not measured yet" if not one.measured else "none"
    return [
        [h("b", one.name), h("br"), h("span.mut", by)],
        words.number(one.items),
        words.number(one.labeled),
        measured if median is None else words.measured(axis, median),
    ]


def _pending(one: ImportRow) -> Element:
    if one.state == "refused":
        return h("p.note", f"{one.probe} was not brought. {one.problem}")
    if one.state == "requested":
        return h("p.mut", f"{one.probe}: waiting for the worker.")
    read = f"{words.number(one.done)} of {words.number(one.total)}"
    return h("p.mut", f"{one.probe}: {read} read.")


_LABELS = {
    "picture": "Class folders and a labels.csv are",
    "text": "A column of classes, class folders and a labels.csv are",
}


def _help(noun: str) -> Element:
    return signs.ask(
        "Probe sets",
        f"the number of {noun}s of each set, how many have a label, and the median of the "
        "condition that is looked at.",
        f"{noun}s that a person brought; what was labeled here before, or drawn for the audit, is "
        "not taken.",
        "they are like what will come: a person chose them, nobody drew them.",
        "in no accuracy, no share of the audit and no gap; what is nearly the same trains nothing "
        "either.",
    )
