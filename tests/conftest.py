"""Workspaces on both databases, a clock to set, and people."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from labeler_app.services import people
from labeler_app.services.people import Person
from labeler_app.services.workspace import Workspace, open_workspace
from labeler_app.settings import Settings
from labeler_app.store.engine import SQLITE_FILE, Store, open_store
from tests.records import POSTGRES_VARIABLE, missing

NO_POSTGRES = f"{POSTGRES_VARIABLE} is not set: PostgreSQL tests are skipped."
DATABASES = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))


@dataclass
class Clock:
    """A clock that stands still until it is told to go on."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    """The clock of the workspace."""
    return Clock()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database with the newest schema, to be copied."""
    folder = tmp_path_factory.mktemp("template")
    store = open_store(None, folder)
    store.checkpoint()
    store.close()
    return folder / SQLITE_FILE


@pytest.fixture(scope="session")
def migrated_database() -> Iterator[str | None]:
    """The name of an empty PostgreSQL database with the newest schema, to be copied."""
    if not os.environ.get(POSTGRES_VARIABLE):
        yield None
        return
    name = f"labeler_template_{uuid4().hex[:12]}"
    with _on_server(f"CREATE DATABASE {name}", f"DROP DATABASE {name} WITH (FORCE)"):
        open_store(_address(name), Path()).close()
        yield name


@pytest.fixture
def new_database(migrated_database: str | None) -> Iterator[Callable[..., str]]:
    """Make PostgreSQL databases, migrated or empty; they are dropped after the test."""
    made: list[str] = []

    def make(*, empty: bool = False) -> str:
        if migrated_database is None:
            missing(NO_POSTGRES)
        name = f"labeler_{uuid4().hex[:12]}"
        _order(f"CREATE DATABASE {name}" + ("" if empty else f" TEMPLATE {migrated_database}"))
        made.append(name)
        return _address(name)

    yield make
    for name in made:
        _order(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=DATABASES)
def database(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    migrated_file: Path,
    new_database: Callable[..., str],
) -> str | None:
    """The address of a migrated database of the test's own; None is SQLite in the workspace."""
    if request.param == "postgres":
        return new_database()
    (tmp_path / "workspace").mkdir()
    shutil.copy(migrated_file, tmp_path / "workspace" / SQLITE_FILE)
    return None


@pytest.fixture
def ws(tmp_path: Path, database: str | None, clock: Clock) -> Iterator[Workspace]:
    """An empty workspace, on each kind of database."""
    opened = open_workspace(Settings(tmp_path / "workspace", database=database))
    yield replace(opened, clock=clock)
    opened.store.close()


@pytest.fixture
def store(ws: Workspace) -> Store:
    """The database of the workspace."""
    return ws.store


@pytest.fixture
def ada(ws: Workspace) -> Person:
    """An annotator."""
    return people.join(ws, "Ada")


@pytest.fixture
def bob(ws: Workspace) -> Person:
    """Another annotator."""
    return people.join(ws, "Bob")


def _address(name: str) -> str:
    server = sa.make_url(os.environ[POSTGRES_VARIABLE])
    return server.set(database=name).render_as_string(hide_password=False)


def _order(command: str) -> None:
    server = sa.make_url(os.environ[POSTGRES_VARIABLE]).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as plain:
        plain.execute(sa.text(command))
    engine.dispose()


@contextmanager
def _on_server(before: str, after: str) -> Iterator[None]:
    _order(before)
    try:
        yield
    finally:
        _order(after)
