"""What a workspace's database holds, read beside the server; projects made without a browser."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

import pytest
import sqlalchemy as sa

from labeler_app.services import exchange, people, projects, setup
from labeler_app.services.workspace import Workspace, open_workspace
from labeler_app.settings import Settings
from labeler_app.store import models, schema
from tests.pictures import truth

POSTGRES_VARIABLE = "LABELER_TEST_POSTGRES"
REQUIRE_VARIABLE = "LABELER_TEST_REQUIRE"


def missing(sentence: str) -> NoReturn:
    """Skip a test for what this machine lacks; fail where nothing may be lacking."""
    if os.environ.get(REQUIRE_VARIABLE):
        pytest.fail(sentence)
    pytest.skip(sentence)


@dataclass(frozen=True, slots=True)
class Stored:
    """One label event, with the item's path and the class's name."""

    event_id: str
    item: int
    kind: str
    label: str | None
    path: str
    annotator: int
    note: str
    reverts: str | None
    suggestion: bool
    milliseconds: int | None

    @property
    def is_right(self) -> bool:
        """Whether the label is the class of the picture."""
        return self.label == truth(self.path)


@contextmanager
def opened(folder: Path, database: str | None = None) -> Iterator[Workspace]:
    """Open a workspace in this process, beside the server that works in it."""
    ws = open_workspace(Settings(folder, database=database))
    try:
        yield ws
    finally:
        ws.store.close()


def make_project(
    ws: Workspace, name: str, source: Path, *, classes: tuple[str, ...] = (), **config: Any
) -> int:
    """Make a project of pictures and return its number."""
    options = exchange.ImportOptions(None, "ignore", False)
    made = setup.new_project(ws, name, source, options, classes=classes, embedder="pixels").project
    projects.configure(ws, made.id, replace(made.config, **config))
    return made.id


def paths(ws: Workspace, project: int) -> dict[int, str]:
    """Return the path of every item."""
    with ws.store.read() as tx:
        rows = tx.execute(
            sa.select(schema.item.c.id, schema.item.c.path).where(schema.item.c.project == project)
        )
        return {row.id: row.path for row in rows}


def stored(ws: Workspace, project: int) -> list[Stored]:
    """Return all label events of a project in the order they were committed."""
    event, item, label_class = schema.label_event, schema.item, schema.label_class
    columns = [event.c[name] for name in Stored.__slots__ if name not in ("label", "path")]
    query = (
        sa.select(*columns, label_class.c.name.label("label"), item.c.path)
        .join(item, item.c.id == event.c.item)
        .outerjoin(label_class, label_class.c.id == event.c.class_id)
        .where(event.c.project == project)
        .order_by(event.c.seq)
    )
    with ws.store.read() as tx:
        return [Stored(**row._mapping) for row in tx.execute(query)]


def leases(ws: Workspace, project: int) -> list[int]:
    """Return the items that lie on somebody's desk."""
    lease = schema.lease.c
    with ws.store.read() as tx:
        return list(tx.execute(sa.select(lease.item).where(lease.project == project)).scalars())


def person_named(ws: Workspace, name: str) -> int:
    """Return the number of an annotator."""
    return people.join(ws, name).id


def has_model(ws: Workspace, project: int) -> bool:
    """Say whether a first model was published."""
    with ws.store.read() as tx:
        return models.newest(tx, project) is not None
