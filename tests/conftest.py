"""Workspaces on both databases, a clock to set, and people."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from labeler_app.services import people
from labeler_app.services.people import Person
from labeler_app.services.workspace import Workspace, open_workspace
from labeler_app.settings import Settings
from labeler_app.store import schema
from labeler_app.store.engine import Store
from labeler_app.store.opening import SQLITE_FILE, open_store
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
def postgres() -> Iterator[str | None]:
    """The address of a PostgreSQL database with the newest schema; None where there is no server.

    The tests share it, one after the other, and each finds it empty: making a database for every
    test takes twenty times as long. Emptying it needs a superuser.
    """
    if not os.environ.get(POSTGRES_VARIABLE):
        yield None
        return
    with _database() as address:
        open_store(address, Path()).close()
        yield address


@pytest.fixture
def new_database() -> Iterator[Callable[[], str]]:
    """Make PostgreSQL databases without any table; they are dropped after the test."""
    with ExitStack() as made:
        yield lambda: made.enter_context(_database())


@pytest.fixture(params=DATABASES)
def database(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    migrated_file: Path,
    postgres: str | None,
) -> str | None:
    """The address of an empty database with the newest schema; None is SQLite in the workspace."""
    if request.param == "postgres":
        if postgres is None:
            missing(NO_POSTGRES)
        _empty(postgres)
        return postgres
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


@contextmanager
def _database() -> Iterator[str]:
    """Make a database on the test server, and drop it after."""
    if not os.environ.get(POSTGRES_VARIABLE):
        missing(NO_POSTGRES)
    server = sa.make_url(os.environ[POSTGRES_VARIABLE])
    name = f"labeler_{uuid4().hex[:12]}"
    engine = _plain(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as tx:
        tx.exec_driver_sql(f"CREATE DATABASE {name}")
        try:
            yield server.set(database=name).render_as_string(hide_password=False)
        finally:
            tx.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


def _empty(address: str) -> None:
    """Delete all rows, labels too, and let all numbers begin at 1 again."""
    with _plain(sa.make_url(address)).begin() as tx:
        tx.exec_driver_sql("SET LOCAL session_replication_role = replica")
        for table in schema.metadata.sorted_tables:
            tx.exec_driver_sql(f"DELETE FROM {table.name}")
        for (name,) in tx.exec_driver_sql("SELECT sequencename FROM pg_sequences").all():
            tx.exec_driver_sql(f"ALTER SEQUENCE {name} RESTART")


def _plain(url: sa.URL, **options: str) -> sa.Engine:
    driver = url.set(drivername="postgresql+psycopg")
    return sa.create_engine(driver, poolclass=sa.NullPool, **options)
