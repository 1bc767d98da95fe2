"""The log of class changes in words, and which of them can be undone."""

from collections.abc import Mapping
from dataclasses import dataclass

from labeler_app.services import class_undo
from labeler_app.services.workspace import Workspace
from labeler_app.store import ask_again, class_changes, people
from labeler_app.store.class_changes import Change, Classes


@dataclass(frozen=True, slots=True)
class Line:
    """One change, in words."""

    number: int
    at: float
    person: str
    said: str
    is_undone: bool
    why_not: str
    """Why it cannot be undone any more; empty if it can."""


@dataclass(frozen=True, slots=True)
class Gone:
    """A class that is not in use any more."""

    id: int
    name: str
    into: str
    """The class its answers count as; empty if it was retired."""


def lines(ws: Workspace, project: int, n: int = 8) -> list[Line]:
    """Return the last changes, newest first; classes that were merely added are left out."""
    with ws.store.read() as tx:
        log = class_changes.every(tx, project)
        now, who = class_changes.classes(tx, project), people.names(tx)
        undone = {one.undoes for one in log}
        shown = [one for one in reversed(log) if one.kind != "add"][:n]
        by_number = {one.seq: one for one in log}
        found = []
        for one in shown:
            problem = class_undo.why_not(tx, project, one)
            found.append(
                Line(
                    number=one.seq,
                    at=one.at,
                    person=who.get(one.person or 0, ""),
                    said=_said(one, now, by_number),
                    is_undone=one.seq in undone,
                    why_not=str(problem) if problem else "",
                )
            )
    return found


def gone(ws: Workspace, project: int) -> list[Gone]:
    """Return the classes that are not in use any more, the last first."""
    with ws.store.read() as tx:
        every = class_changes.classes(tx, project)
    retired = [(one, fields) for one, fields in every.items() if fields["retired_at"] is not None]
    retired.sort(key=lambda pair: -pair[1]["retired_at"])
    return [
        Gone(
            one,
            fields["name"],
            every[fields["merged_into"]]["name"] if fields["merged_into"] else "",
        )
        for one, fields in retired
    ]


def asked_again(ws: Workspace, project: int) -> list[tuple[str, int]]:
    """Return how many labels still are to be given again, by the reason."""
    with ws.store.read() as tx:
        return ask_again.left(tx, project)


def _said(change: Change, now: Classes, log: Mapping[int, Change]) -> str:
    if change.kind == "undo":
        before = log.get(change.undoes or 0)
        return f"Undone: {_said(before, now, log)}" if before else "Undone"
    if change.kind == "split":
        parts = [_name(now, one) for one in change.more["parts"]]
        listed = f"{', '.join(parts[:-1])} and {parts[-1]}"
        return (
            f"{_name(now, change.more['of'])} split into {listed}{_labels(change, 'asked again')}"
        )
    if change.kind == "order":
        return "Order changed"
    one = next(iter(change.after), 0)
    return _of_one(change, one, now)


def _of_one(change: Change, one: int, now: Classes) -> str:
    name, fields = _name(now, one), change.after.get(one, {})
    if change.kind == "rename":
        return f"{(change.before.get(one) or {}).get('name', name)} renamed to {fields['name']}"
    if change.kind == "merge":
        return f"{name} merged into {_name(now, change.more['into'])}{_labels(change, 'moved')}"
    if change.kind == "retire":
        return f"{name} retired{_labels(change, 'taken back')}"
    if change.kind == "key" and len(change.after) > 1:
        return f"Keys of {' and '.join(_name(now, each) for each in change.after)} swapped"
    if change.kind == "key":
        return f"{name} got the key {fields['key']}" if fields["key"] else f"Key of {name} by order"
    words = {
        "define": "defined anew",
        "recolour": "recoloured",
        "bring back": "brought back",
        "add": "added",
    }
    return f"{name} {words[change.kind]}"


def _labels(change: Change, what: str) -> str:
    count = int(change.more.get("labels", 0))
    return f": {count:,} {'label' if count == 1 else 'labels'} {what}" if count else ""


def _name(now: Classes, one: int) -> str:
    return str(now[one]["name"]) if one in now else "a class"
