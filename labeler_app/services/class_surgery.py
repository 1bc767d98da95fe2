"""Change which classes there are: merge, split, retire. Labels follow in the same transaction."""

import uuid
from collections.abc import Sequence

from sqlalchemy import Connection

from labeler_app.errors import InputError
from labeler_app.services import asking_again, class_edits, new_names
from labeler_app.services.projects import MOST_CLASSES
from labeler_app.services.workspace import Workspace
from labeler_app.store import class_changes, events, relabeling
from labeler_app.store import projects as rows
from labeler_app.store.class_changes import Fields, New


def merge(ws: Workspace, class_id: int, into: int, *, person: int | None = None) -> int:
    """Make one class part of another: its labels become labels of that, and it is retired.

    Answers are stored again as they were given, by whom and why, in the other class. Where items
    have several classes they stay as they are: what a set means is looked up where it is read.

    Returns
    -------
    int
        The number of the change.

    Raises
    ------
    InputError
        If one of them is not in use, or both are the same, or of two projects.
    """
    if class_id == into:
        raise InputError("A class cannot be merged into itself.", hint="Choose another one.")
    with ws.store.write() as tx:
        project = class_edits.in_use(tx, class_id)
        if class_edits.in_use(tx, into) != project:
            raise InputError("The two classes are of different projects.")
        before, now = events.newest_seq(tx, project), ws.clock()
        moved = 0
        if not rows.has_sets(tx, project):
            moved = relabeling.move(tx, project, class_id, into, at=now, batch=batch())
        after = {class_id: {"retired_at": now, "merged_into": into}}
        new = New(project, "merge", now, person)
        return class_changes.write(tx, new, after, labels=moved, into=into, from_seq=before)


def retire(ws: Workspace, class_id: int, *, person: int | None = None) -> int:
    """Take a class out of use: its labels are taken back, and the items are asked again.

    Where items have several classes, this one drops out of them, and the others stay.

    Returns
    -------
    int
        The number of the change.

    Raises
    ------
    InputError
        If the class is not in use.
    """
    with ws.store.write() as tx:
        project = class_edits.in_use(tx, class_id)
        before, now = events.newest_seq(tx, project), ws.clock()
        lost = 0
        if not rows.has_sets(tx, project):
            lost = relabeling.take_back(tx, project, class_id, at=now, batch=batch())
        new = New(project, "retire", now, person)
        after = {class_id: {"retired_at": now}}
        return class_changes.write(tx, new, after, labels=lost, from_seq=before)


def split(ws: Workspace, class_id: int, names: Sequence[str], *, person: int | None = None) -> int:
    """Ask for every label of a class again, since others shall take its place.

    A name that is a class already is taken as that; the others are added. The class itself stays
    until a person retires it, so that no label is lost before it was asked again.

    Returns
    -------
    int
        The number of the change.

    Raises
    ------
    InputError
        If the class is not in use, a name is none, or there are fewer than two.
    """
    wanted = new_names.checked_classes(names)
    if len(wanted) < 2:
        raise InputError("A class is split into two at least.", hint="Name one class a line.")
    doubts = asking_again.doubts(ws, class_id)
    with ws.store.write() as tx:
        project = class_edits.in_use(tx, class_id)
        _check_room(tx, project, wanted)
        parts, added = [], []
        for name in wanted:
            made = rows.add_class(tx, project, name)
            parts.append(made or _known(tx, project, class_id, name))
            added += [made] if made else []
        now = ws.clock()
        told = {
            "of": class_id,
            "parts": parts,
            "labels": relabeling.counts(tx, project, class_id).labels,
        }
        change = class_changes.note_added(tx, New(project, "split", now, person), added, **told)
        named = class_changes.classes(tx, project)
        reason = _split_words(named[class_id]["name"], [named[one]["name"] for one in parts])
        asking_again.put(tx, project, class_id, doubts, reason=reason, change=change)
        return change


def bring_back(tx: Connection, project: int, class_id: int) -> Fields:
    """Return the fields that put a class to use again: at its place, or behind if that is taken."""
    used = rows.classes(tx, project)
    own = class_changes.classes(tx, project)[class_id]
    places = [row.position for row in used]
    place = own["position"] if own["position"] not in places else max(places) + 1
    key = own["key"] if all(row.key != own["key"] for row in used) else ""
    return {"retired_at": None, "merged_into": None, "position": place, "key": key}


def batch() -> str:
    """Return what begins the ids of events that one change writes."""
    return uuid.uuid4().hex[:16]


def _check_room(tx: Connection, project: int, wanted: Sequence[str]) -> None:
    known = {rows.name_key(row.name) for row in rows.classes(tx, project)}
    more = sum(rows.name_key(one) not in known for one in wanted)
    if len(known) + more > MOST_CLASSES:
        raise InputError(
            f"With {more} more there would be {len(known) + more:,} classes; "
            f"{MOST_CLASSES:,} is the most there can be."
        )


def _known(tx: Connection, project: int, class_id: int, name: str) -> int:
    """Return the class in use of that name.

    Raises
    ------
    InputError
        If it is the one to be split, or was retired.
    """
    found = next(
        (
            row.id
            for row in rows.classes(tx, project)
            if rows.name_key(row.name) == rows.name_key(name)
        ),
        None,
    )
    if found is None:
        raise new_names.class_taken(tx, project, name)
    if found == class_id:
        raise InputError(
            f"{name!r} is the class to be split itself.", hint="Give each part a name of its own."
        )
    return found


def _split_words(name: str, parts: Sequence[str]) -> str:
    listed = f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"Asked again: {name} was split into {listed}."
