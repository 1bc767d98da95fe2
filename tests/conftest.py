"""Workspaces on both databases, a clock to set, and people."""

import os

# Before NumPy is read: where two processes test, threads that wait for a core take it from others.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser

from labeler_app.services import people
from labeler_app.services.people import Person
from labeler_app.services.workspace import Workspace, open_workspace
from labeler_app.settings import Settings
from labeler_app.store import schema
from labeler_app.store.engine import Store
from labeler_app.store.opening import SQLITE_FILE, open_store
from tests import profiles
from tests.records import POSTGRES_VARIABLE, missing

NO_POSTGRES = f"{POSTGRES_VARIABLE} is not set: PostgreSQL tests are skipped."
_dialects: dict[str, sa.Dialect] = {}
_compiled: dict[Any, Any] = {}
DATABASES = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""For a test that is about no rows: what it asks of the database is shown on both elsewhere."""

# Every commit and every array waits until it lies on the disk, most of a short test's time. A
# folder in memory takes the same calls; a whole run writes 1.5 GB.
MEMORY = Path("/dev/shm")
if sys.platform == "linux" and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 6e9:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


@dataclass
class Clock:
    """A clock that stands still until it is told to go on."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


def each_once(name: str, values: Sequence[str]) -> pytest.MarkDecorator:
    """Let a test that is about values, not rows, see all of them on SQLite, and one on both."""
    first = pytest.param("postgres", values[0], marks=pytest.mark.postgres)
    every = [*(("sqlite", value) for value in values), first]
    return pytest.mark.parametrize(("database", name), every, indirect=["database"])


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Close the browser before a test that needs none: it may start an event loop of its own."""
    if "chromium" not in getattr(item, "fixturenames", ()):
        profiles.close()


def pytest_sessionfinish() -> None:
    """Close the browser after the last test."""
    profiles.close()


@pytest.fixture
def chromium() -> Browser:
    """The browser of the tests that follow each other."""
    return profiles.kept_chromium()


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
    _compile_once(opened.store.engine)
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


def _compile_once(engine: sa.Engine) -> None:
    """Let all engines of a kind share what they compile, which takes a short test's most time."""
    engine.dialect = _dialects.setdefault(engine.dialect.name, engine.dialect)
    engine.update_execution_options(compiled_cache=_compiled)


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
        # No test cuts the server's power, and to wait for its disk takes most of a short test.
        tx.exec_driver_sql(f"ALTER DATABASE {name} SET synchronous_commit TO off")
        try:
            yield server.set(database=name).render_as_string(hide_password=False)
        finally:
            tx.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


def _empty(address: str) -> None:
    """Delete all rows, labels too, and let all numbers begin at 1 again."""
    deleted = [f"DELETE FROM {table.name}" for table in schema.metadata.sorted_tables]
    begun = "SELECT setval(quote_ident(sequencename), start_value, false) FROM pg_sequences"
    told = ["SET LOCAL session_replication_role = replica", *deleted, begun]
    with _plain(sa.make_url(address)).begin() as tx:
        tx.exec_driver_sql("; ".join(told))


def _plain(url: sa.URL, **options: str) -> sa.Engine:
    driver = url.set(drivername="postgresql+psycopg")
    return sa.create_engine(driver, poolclass=sa.NullPool, **options)
