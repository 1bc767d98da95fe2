"""Undo a change of classes, also later, as long as nothing newer contradicts it."""

from collections.abc import Sequence

from sqlalchemy import Connection

from labeler_app.errors import InputError, StateError
from labeler_app.services import class_surgery
from labeler_app.services.workspace import Workspace
from labeler_app.store import ask_again, class_changes, events, projects, relabeling
from labeler_app.store.class_changes import Change, Classes, Fields, New
from labeler_app.store.relabeling import Merge

# What has labels of its own by now is not undone by taking those away.
_MADE = ("split", "bring back")


def undo(ws: Workspace, change: int, *, person: int | None = None) -> int:
    """Undo a change, and return the number of the change that does it.

    Labels go back where they still are what the change made of them.

    Raises
    ------
    InputError
        If there is no such change.
    StateError
        If something newer contradicts it; the sentence says what.
    """
    with ws.store.write() as tx:
        found = class_changes.get(tx, change)
        if found is None:
            raise InputError(f"There is no change number {change}.", hint="Reload the page.")
        project, undone = found
        projects.hold(tx, project)
        problem = why_not(tx, project, undone)
        if problem is not None:
            raise problem
        before, now = events.newest_seq(tx, project), ws.clock()
        moved = _labels_back(tx, project, undone, now)
        after = _fields(tx, project, undone, now)
        new = New(project, "undo", now, person, undoes=change)
        return class_changes.write(tx, new, after, labels=moved, from_seq=before)


def bring_back(ws: Workspace, class_id: int, *, person: int | None = None) -> int:
    """Put a class to use again that was retired or merged; its labels follow where they can.

    Raises
    ------
    InputError
        If there is no such class, or it is in use.
    StateError
        If something newer contradicts it; the sentence says what.
    """
    with ws.store.write() as tx:
        found = projects.class_of(tx, class_id)
        if found is None:
            raise InputError(f"There is no class number {class_id}.", hint="Reload the page.")
        project = found[0]
        projects.hold(tx, project)
        if class_changes.classes(tx, project)[class_id]["retired_at"] is None:
            raise InputError(f"The class {found[1]!r} is in use.")
        gone = _gone_by(tx, project, class_id)
        if gone is None:
            after = {class_id: class_surgery.bring_back(tx, project, class_id)}
            return class_changes.write(tx, New(project, "bring back", ws.clock(), person), after)
    return undo(ws, gone, person=person)


def why_not(tx: Connection, project: int, change: Change) -> StateError | None:
    """Say why a change cannot be undone any more; None if it can."""
    log = class_changes.every(tx, project)
    if change.kind in ("undo", "add"):
        return StateError("This cannot be undone.", hint="Make the change again, or another.")
    if any(one.undoes == change.seq for one in log):
        return StateError("This was undone already.")
    now = class_changes.classes(tx, project)
    return (
        _changed_since(log, change, now)
        or _target_gone(log, change, now)
        or _name_taken(tx, project, change, now)
        or _key_taken(change, now)
        or _has_labels(tx, project, change, now)
    )


def _changed_since(log: Sequence[Change], change: Change, now: Classes) -> StateError | None:
    for one, fields in change.after.items():
        touched = [name for name, value in fields.items() if now[one][name] != value]
        if change.before[one] is None:
            touched = []
        for name in touched:
            later = next(
                (
                    new
                    for new in reversed(log)
                    if new.seq > change.seq and name in new.after.get(one, {})
                ),
                None,
            )
            number = f" (change {later.seq})" if later is not None else ""
            return StateError(
                f"{now[one]['name']!r} was changed again since{number}.",
                hint="Undo that first.",
            )
    return None


def _target_gone(log: Sequence[Change], change: Change, now: Classes) -> StateError | None:
    if change.kind != "merge" or now[change.more["into"]]["retired_at"] is None:
        return None
    into = change.more["into"]
    later = max(one.seq for one in log if "retired_at" in one.after.get(into, {}))
    return StateError(
        f"{now[into]['name']!r}, which holds the labels, is not in use any more (change {later}).",
        hint="Undo that first.",
    )


def _name_taken(tx: Connection, project: int, change: Change, now: Classes) -> StateError | None:
    for one, fields in change.before.items():
        if fields is None or "name" not in fields:
            continue
        owner = projects.class_named(tx, project, fields["name"])
        if owner not in (None, one):
            return StateError(
                f"Another class is called {now[owner or 0]['name']!r} by now.",
                hint="Rename that one first.",
            )
    return None


def _key_taken(change: Change, now: Classes) -> StateError | None:
    back = {
        one: fields["key"] for one, fields in change.before.items() if fields and "key" in fields
    }
    for key in back.values():
        for other, fields in now.items():
            is_other = other not in back and fields["retired_at"] is None
            if key and is_other and fields["key"] == key:
                return StateError(
                    f"The key {key} gives {fields['name']!r} by now.", hint="Set that one first."
                )
    return None


def _has_labels(tx: Connection, project: int, change: Change, now: Classes) -> StateError | None:
    if change.kind not in _MADE:
        return None
    for one in change.after:
        labels = relabeling.counts(tx, project, one).labels
        if labels:
            name = now[one]["name"]
            return StateError(
                f"{name!r} has {labels:,} {'label' if labels == 1 else 'labels'} by now.",
                hint="Merge it into another class, or retire it.",
            )
    return None


def _labels_back(tx: Connection, project: int, change: Change, now: float) -> int:
    """Store labels again as they were before, and return how many."""
    batch = class_surgery.batch()
    if change.kind in ("merge", "retire") and projects.has_sets(tx, project):
        return 0
    if change.kind == "retire":
        (class_id,), span = change.after, (change.more["from_seq"], change.up_to_seq)
        return relabeling.give_back(tx, project, class_id, at=now, batch=batch, span=span)
    if change.kind == "merge":
        (class_id,), into = change.after, change.more["into"]
        merged = class_changes.merged_into(tx, project, class_id)
        since = change.more["from_seq"]
        merge = Merge(project, merged, class_id, into, since)
        return relabeling.move_back(tx, merge, at=now, batch=batch)
    if change.kind in ("split", "define"):
        ask_again.drop(tx, change.seq)
    return 0


def _fields(tx: Connection, project: int, change: Change, now: float) -> dict[int, Fields]:
    """Return what the classes are to be again."""
    after: dict[int, Fields] = {}
    for one, fields in change.before.items():
        if fields is None:
            after[one] = {"retired_at": now}
        elif change.kind in ("merge", "retire"):
            after[one] = class_surgery.bring_back(tx, project, one)
        else:
            after[one] = fields
    return after


def _gone_by(tx: Connection, project: int, class_id: int) -> int | None:
    """Return the change that took a class out of use together with its labels, if one did."""
    log = class_changes.every(tx, project)
    last = [one for one in log if "retired_at" in one.after.get(class_id, {})][-1:]
    return next((one.seq for one in last if one.kind in ("merge", "retire")), None)
