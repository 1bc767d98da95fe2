"""Examples of each class, beside its definition: chosen by people, or else taken from the labels.

No audit item is an example, and none that looks like one: whoever is asked about it would have
seen the answer. For the same reason nobody is shown one that they are still asked about.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy import Connection

from labeler_app.core.multilabel import GIVEN
from labeler_app.errors import InputError
from labeler_app.services import glances, projects, telling
from labeler_app.services.glances import Glance
from labeler_app.services.workspace import Workspace
from labeler_app.store import blind, class_changes, class_sets, examples, items, models
from labeler_app.store import projects as project_rows
from labeler_app.store.blind import Viewer
from labeler_app.store.examples import Chosen, Labeled
from labeler_app.store.models import ModelRow, ShardRow
from labeler_app.store.projects import ClassRow

SHOWN = 3
MOST = 6
"""Chosen examples of a class; the oldest gives way to the next."""
AMONG = 500
"""Of each class, so many of the newest labels are looked at where nobody chose any example."""


@dataclass(frozen=True, slots=True)
class ClassExamples:
    """What is shown of one class."""

    class_id: int
    is_chosen: bool
    """Whether people chose them; else they are labeled so, and nobody chose any."""
    shown: tuple[Glance, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """What is known of the examples of a project before any file was read."""

    rows: list[ClassRow]
    chosen: dict[int, list[int]]
    labeled: list[Labeled]
    """Of the classes that nobody chose any for, oldest first."""
    several: bool
    model: ModelRow | None
    scores: list[ShardRow]


def of_project(ws: Workspace, project: int, annotator: int) -> list[ClassExamples]:
    """Return up to three examples of every class, in the order of the classes.

    Of those that people chose the newest; where nobody chose any, labeled items, of the newest 500
    of each class: those the newest model is surest of and right about, or the first ones where it
    does not know the class.

    Parameters
    ----------
    annotator
        Who looks at them. Where several annotators are wanted for each item, none is shown that
        this one is still asked about.

    Raises
    ------
    InputError
        If there is no such project.
    """
    projects.get(ws, project)
    with ws.store.read() as tx:
        read = _read(tx, project, blind.viewer(tx, project, annotator))
    found = read.chosen | _typical(ws, read)
    with ws.store.read() as tx:
        shown = [item for each in found.values() for item in each]
        seen = glances.of_items(tx, shown, telling.first(ws, project))
    return [
        ClassExamples(
            row.id,
            row.id in read.chosen,
            tuple(seen[item] for item in found.get(row.id, ()) if item in seen),
        )
        for row in read.rows
    ]


def choose(ws: Workspace, project: int, class_id: int, item: int, person: int) -> None:
    """Make an item an example of the class that a person gave it.

    Nothing is said of an item before it is answered: whether it is an audit item nobody knows.

    Raises
    ------
    InputError
        If there is no such class or item, the person gives the item no such class, or it is an
        audit item or looks like one.
    """
    with ws.store.write() as tx:
        project_rows.hold(tx, project)
        merged = class_changes.merged(tx, project)
        wanted = merged.get(class_id, class_id)
        name = _named(tx, project, wanted, item)
        if not examples.gives(tx, item, class_sets.holding(tx, project, wanted), person):
            raise InputError(
                f"Label it {name} first, then it can be an example of {name}.",
                hint="Answer it, or correct your answer.",
            )
        if examples.is_held_out(tx, item):
            raise InputError(
                "An audit item, or one like it, is no example: it would give an answer away.",
                hint="Choose another item.",
            )
        mine = _of_class(examples.chosen(tx, project), wanted, merged)
        if item in [one.item for one in mine]:
            return
        now = ws.clock()
        examples.take_away(tx, [one.seq for one in mine[MOST - 1 :]], person=person, at=now)
        examples.add(tx, project, wanted, item, person=person, at=now)


def take_away(ws: Workspace, project: int, class_id: int, item: int, person: int) -> None:
    """Let an item be no example of a class any more; nothing happens if it is none.

    Raises
    ------
    InputError
        If there is no such class or item.
    """
    with ws.store.write() as tx:
        project_rows.hold(tx, project)
        merged = class_changes.merged(tx, project)
        wanted = merged.get(class_id, class_id)
        _named(tx, project, wanted, item)
        mine = _of_class(examples.chosen(tx, project), wanted, merged)
        gone = [one.seq for one in mine if one.item == item]
        examples.take_away(tx, gone, person=person, at=ws.clock())


def _named(tx: Connection, project: int, class_id: int, item: int) -> str:
    """Return the name of a class in use."""
    row = items.get(tx, item)
    if row is None or row.project != project:
        raise InputError(f"There is no item {item} in this project.", hint="Reload the page.")
    names = {one.id: one.name for one in project_rows.classes(tx, project)}
    if class_id not in names:
        raise InputError(
            f"There is no class {class_id} in this project, or it was retired.",
            hint="Reload the page.",
        )
    return names[class_id]


def _of_class(chosen: Sequence[Chosen], class_id: int, merged: Mapping[int, int]) -> list[Chosen]:
    """Return the examples of a class, those of classes merged into it among them."""
    return [one for one in chosen if merged.get(one.class_id, one.class_id) == class_id]


def _read(tx: Connection, project: int, viewer: Viewer) -> _Found:
    chosen = _shown(tx, project, viewer)
    rows = project_rows.classes(tx, project)
    lacking = {row.id for row in rows} - chosen.keys()
    model = models.newest(tx, project)
    return _Found(
        rows,
        chosen,
        _labeled(tx, project, viewer, lacking) if lacking else [],
        project_rows.has_sets(tx, project),
        model,
        models.shards(tx, project, model.scores) if model and model.scores else [],
    )


def _shown(tx: Connection, project: int, viewer: Viewer) -> dict[int, list[int]]:
    """Return by class the chosen items that still are what they were chosen for."""
    merged, means = class_changes.merged(tx, project), class_sets.today(tx, project)
    upheld = {
        (seq, class_id)
        for seq, row in examples.upheld(tx, project, viewer)
        for class_id in means[row]
    }
    found: dict[int, list[int]] = {}
    for one in examples.chosen(tx, project):
        now = merged.get(one.class_id, one.class_id)
        mine = found.setdefault(now, [])
        if (one.seq, now) in upheld and one.item not in mine:
            mine.append(one.item)
    return {class_id: mine[:SHOWN] for class_id, mine in found.items() if mine}


def _labeled(tx: Connection, project: int, viewer: Viewer, lacking: set[int]) -> list[Labeled]:
    """Return the newest 500 labels that mean each of these classes, oldest first."""
    means, counts = class_sets.today(tx, project), Counter[int]()
    found: list[Labeled] = []
    for one in reversed(examples.labeled(tx, project, viewer, AMONG)):
        for class_id in sorted(means[one.class_id] & lacking):
            if counts[class_id] < AMONG:
                counts[class_id] += 1
                found.append(replace(one, class_id=class_id))
    return found[::-1]


def _typical(ws: Workspace, read: _Found) -> dict[int, list[int]]:
    """Return by class the labeled items to show where nobody chose any."""
    count = sum(one.count for one in read.scores)
    known: dict[int, int] = {}
    if read.model and count:
        classes = ws.arrays.read_named(read.model.head, ("classes",))["classes"]
        known = {int(one): column for column, one in enumerate(classes)}
    judged = [one for one in read.labeled if one.class_id in known and one.position < count]
    first = [one for one in read.labeled if one.class_id not in known]
    if judged:
        proba = ws.arrays.take(read.scores, [one.position for one in judged])
        columns = np.array([known[one.class_id] for one in judged])
        given = proba[np.arange(len(columns)), columns]
        is_right = given >= GIVEN if read.several else proba.argmax(axis=1) == columns
        right = np.flatnonzero(is_right)
        sure = given[right].astype(np.float64)
        first += [judged[at] for at in right[np.argsort(-sure, kind="stable")].tolist()]
    found: dict[int, list[int]] = {}
    for one in first:
        mine = found.setdefault(one.class_id, [])
        if len(mine) < SHOWN and one.item not in mine:
            mine.append(one.item)
    return found
