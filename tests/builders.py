"""Projects, items and answers, made in a few words."""

import itertools
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Connection

from labeler_app.services import exchange, features, labeling, projects, worker
from labeler_app.services.answers import Answer
from labeler_app.services.exchange import ImportOptions, ImportRow
from labeler_app.services.labeling import Receipt
from labeler_app.services.people import Person
from labeler_app.services.projects import Project
from labeler_app.services.workspace import Workspace
from labeler_app.settings import ProjectConfig
from labeler_app.store import audit, contents, items, schema
from labeler_app.store.items import ItemRow
from tests.pictures import COLOURS, class_folders, truth

SMALL = (32, 24)

_numbers = itertools.count(1)


def new_id() -> str:
    """Return an event id that no other has."""
    return str(UUID(int=next(_numbers)))


def run_import(
    ws: Workspace, project: int, folder: Path, options: ImportOptions | None = None
) -> ImportRow:
    """Import a folder or zip and return the report."""
    run = exchange.request_import(ws, project, folder, options or ImportOptions())
    return exchange.run_import(ws, run)


def make_project(
    ws: Workspace,
    folder: Path,
    *,
    each: int = 4,
    classes: Sequence[str] = tuple(COLOURS),
    name: str = "Colours",
    embedded: bool = True,
    **config: object,
) -> Project:
    """Make a project of `each` pictures a class; their paths name their class."""
    class_folders(folder, each=each, classes=classes, size=SMALL)
    # Of the embedders for pictures, the one that learns in no time.
    chosen = ProjectConfig.from_mapping({"audit_reserve": 0.0, "embedder": "pixels", **config})
    made = projects.create(ws, name, classes=classes, config=chosen)
    run_import(ws, made.id, folder)
    if embedded:
        features.embed(ws, made.id)
    return projects.get(ws, made.id)


def rows(ws: Workspace, project: int) -> list[ItemRow]:
    """Return all items of a project, by position."""
    with ws.store.read() as tx:
        found = items.many(tx, items.ids_by_position(tx, project))
    return sorted(found.values(), key=lambda row: row.position)


def class_ids(ws: Workspace, project: int) -> dict[str, int]:
    """Return the class ids by name."""
    return {one.name: one.id for one in projects.classes(ws, project)}


def answer(item: int, class_id: int | None = None, **more: object) -> Answer:
    """Return an answer: a label, if a class is given."""
    told = {"kind": "label" if class_id is not None else "skip", "milliseconds": 1000, **more}
    return Answer(
        event_id=str(told.pop("event_id", new_id())), item=item, class_id=class_id, **told
    )  # type: ignore[arg-type]


def label(
    ws: Workspace,
    project: int,
    person: Person,
    chosen: Iterable[int],
    say: Callable[[str], str] = lambda true: true,
) -> Receipt:
    """Label items with what `say` makes of their true class."""
    classes = class_ids(ws, project)
    with ws.store.read() as tx:
        found = items.many(tx, list(chosen))
    batch = [answer(one, classes[say(truth(found[one].path))]) for one in found]
    return labeling.record(ws, project, person.id, batch)


def work(ws: Workspace) -> None:
    """Let a worker do all there is to do."""
    one = worker.Worker(ws)
    while one.round():
        pass


def held(tx: Connection, project: int, annotator: int) -> list[int]:
    """Return the items an annotator has a lease on."""
    lease = schema.lease.c
    statement = sa.select(lease.item).where(lease.project == project, lease.annotator == annotator)
    return list(tx.execute(statement).scalars())


def label_quiet(ws: Workspace, project: int, person: Person) -> None:
    """Label the reviews that are not in capitals and may be labeled: by turns bad and good."""
    classes = class_ids(ws, project)
    with ws.store.read() as tx:
        apart = {*audit.positions(tx, project), *audit.shadow_positions(tx, project)}
        said = contents.of_items(tx, [row.id for row in rows(ws, project)])
    batch = [
        answer(row.id, classes["good" if row.position % 2 else "bad"])
        for row in rows(ws, project)
        if row.position not in apart and not said[row.id].isupper()
    ]
    labeling.record(ws, project, person.id, batch)
