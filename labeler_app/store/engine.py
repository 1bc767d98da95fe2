"""The Store: connections, ``read()`` and ``write()``. The only code that knows the dialect."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from labeler_app.errors import InputError, MissingExtraError, StoreError

# Rows and statements whose columns the type checker need not know.
AnyRow = sa.Row[*tuple[Any, ...]]
AnySelect = sa.Select[*tuple[Any, ...]]

SQLITE_FILE = "labeler.db"
BUSY_SECONDS = 30.0
_BUSY = "The database was busy for too long."
# SQLite 3.7.0 to 3.51.2 can damage a WAL when two connections checkpoint at once (fixed in
# 3.51.3). Below it nobody checkpoints automatically; `checkpoint` does, under the writers' lock.
SAFE_CHECKPOINT = (3, 51, 3)


class Store:
    """A database with one writer at a time on SQLite, and many on PostgreSQL.

    Parameters
    ----------
    engine
        An engine made by `open_store`.
    lock
        Lock file shared by all processes that write to a SQLite file; None on PostgreSQL.
    """

    def __init__(self, engine: Engine, lock: FileLock | None) -> None:
        self.engine = engine
        self._file_lock = lock
        self._thread_lock = threading.Lock()
        # PostgreSQL would show every statement of a reading transaction the newest commits.
        repeatable = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._snapshot: dict[str, Any] = {} if lock else repeatable

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a reading transaction: one snapshot, nothing written."""
        with self._translated(), self.engine.connect() as plain:
            tx = plain.execution_options(**self._snapshot)
            with tx.begin():
                yield tx

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Open a writing transaction; it is committed when the block ends without an error."""
        with self._translated(), self._alone(), self.engine.connect() as plain:
            tx = plain.execution_options(labeler_write=True)
            with tx.begin():
                yield tx

    def checkpoint(self) -> None:
        """Fold SQLite's write-ahead log into the database file, when nobody writes."""
        if self._file_lock is None:
            return
        with self._translated(), self._alone():
            raw = self.engine.raw_connection()
            try:
                cursor = raw.cursor()
                cursor.execute("PRAGMA busy_timeout=200")
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                cursor.fetchall()
                cursor.execute(f"PRAGMA busy_timeout={int(BUSY_SECONDS * 1000)}")
                cursor.close()
            finally:
                raw.close()

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    @property
    def dialect(self) -> str:
        """``"sqlite"`` or ``"postgresql"``."""
        return str(self.engine.dialect.name)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if self._file_lock is None:
            yield
            return
        # SQLite's own waiting is not fair: 16 writers waited up to 7.3 s, with a lock file 0.85 s.
        # A process that was frozen inside a transaction must not freeze all the others for ever.
        if not self._thread_lock.acquire(timeout=BUSY_SECONDS):
            raise StoreError(_BUSY, hint="Try again.")
        try:
            _acquire(self._file_lock)
            try:
                yield
            finally:
                self._file_lock.release()
        finally:
            self._thread_lock.release()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise StoreError(
                f"The database answered: {_first_line(error.orig)}.",
                hint="Nothing of this step was stored. `labeler doctor` says more.",
            ) from error


def _acquire(lock: FileLock) -> None:
    try:
        lock.acquire(timeout=BUSY_SECONDS)
    except Timeout as error:
        raise StoreError(_BUSY, hint="Another process holds its lock; try again.") from error
    except PermissionError as error:
        raise StoreError(
            f"The lock file {lock.lock_file} cannot be used: {error.strerror}.",
            hint="Let the same user own all files of the workspace.",
        ) from error


def values(row: Any) -> dict[str, Any]:
    """Return the fields of a row; ``dataclasses.asdict`` copies them deeply, which takes ten times
    as long, and other writers wait."""
    return {name: getattr(row, name) for name in row.__slots__}


def insert(tx: Connection, table: Table) -> Any:
    """Return the dialect's insert, which has ``on_conflict_do_nothing`` and ``returning``."""
    return postgresql.insert(table) if tx.dialect.name == "postgresql" else sqlite.insert(table)


def open_store(database: str | None, workspace: Path) -> Store:
    """Open the database of a workspace; migrate it to the newest schema.

    Parameters
    ----------
    database
        SQLAlchemy URL (``postgresql://...`` or ``sqlite:///...``), or None for SQLite inside the
        workspace.
    workspace
        Existing folder.

    Raises
    ------
    InputError
        If the URL names another kind of database.
    StoreError
        If the database cannot be opened, or is not one of ours.
    """
    url = _url(database, workspace)
    store = _open_sqlite(url) if url.get_backend_name() == "sqlite" else _open_postgres(url)
    try:
        migrate(store)
    except (SQLAlchemyError, StoreError) as error:
        store.close()
        shown = url.render_as_string(hide_password=True)
        said = error.problem if isinstance(error, StoreError) else getattr(error, "orig", None)
        reason = _first_line(said or error).removeprefix("The database answered: ")
        raise StoreError(
            f"The database {shown} cannot be opened: {reason}.",
            hint="Check the address with `labeler doctor`, or name another with --database.",
        ) from error
    return store


def migrate(store: Store) -> None:
    """Bring the schema to its newest version; nothing happens when it is there already.

    Raises
    ------
    StoreError
        If the database belongs to another program, or to a newer version of this one.
    """
    from alembic.config import Config
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", "labeler_app.store:migrations")
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    with store.read() as tx:
        found = MigrationContext.configure(tx).get_current_revision()
        if found == scripts.get_current_head():
            return
        _require_ours(tx, found, {one.revision for one in scripts.walk_revisions()})
    from alembic import command

    with store.write() as tx:
        if tx.dialect.name == "postgresql":
            tx.execute(sa.text("SELECT pg_advisory_xact_lock(721203)"))
        config.attributes["connection"] = tx
        command.upgrade(config, "head")


def integrity(store: Store) -> str:
    """Return "ok", or the first thing that is wrong with the database file."""
    with store.read() as tx:
        if tx.dialect.name != "sqlite":
            return "ok" if tx.execute(sa.text("SELECT 1")).scalar() == 1 else "no answer"
        return str(tx.exec_driver_sql("PRAGMA quick_check").scalar())


def _require_ours(tx: Connection, found: str | None, known: set[str]) -> None:
    if found is None and sa.inspect(tx).get_table_names():
        raise StoreError("it holds the tables of another program")
    if found is not None and found not in known:
        raise StoreError(f"a newer version of labeler_app made it (schema {found})")


def _url(database: str | None, workspace: Path) -> sa.URL:
    if database is None:
        return sa.URL.create("sqlite", database=str(workspace / SQLITE_FILE))
    try:
        url = sa.make_url(database)
    except SQLAlchemyError as error:
        raise InputError(
            f"{database!r} is not a database address.",
            hint="Write postgresql://user@host/name or sqlite:////path/to/file.db.",
        ) from error
    backend = url.get_backend_name()
    if backend in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    if backend == "sqlite" and url.database:
        return url.set(drivername="sqlite")
    raise InputError(
        f"{url.drivername!r} is not a database this program speaks.",
        hint="Use sqlite or postgresql.",
    )


def _open_postgres(url: sa.URL) -> Store:
    try:
        made = create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=20)
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            "PostgreSQL needs the package psycopg, which is not installed.",
            hint="Install it with: pip install 'labeler_app[postgres]'",
        ) from error
    return Store(made, None)


def _open_sqlite(url: sa.URL) -> Store:
    if not Path(str(url.database)).parent.is_dir():
        raise InputError(
            f"The folder {Path(str(url.database)).parent} does not exist.",
            hint="Make it, or name another with --database.",
        )
    made = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})
    event.listen(made, "connect", _prepare_sqlite)
    event.listen(made, "begin", _begin_sqlite)
    return Store(made, FileLock(f"{url.database}.lock", poll_interval=0.002))


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # `_begin_sqlite` opens every transaction itself.
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    if sqlite3.sqlite_version_info < SAFE_CHECKPOINT:
        cursor.execute("PRAGMA wal_autocheckpoint=0")
    cursor.close()


def _begin_sqlite(tx: Connection) -> None:
    # SQLite refuses to turn a reading transaction into a writing one when another writer came
    # first, and no timeout helps. So the write lock is taken at the start.
    writes = tx.get_execution_options().get("labeler_write", False)
    tx.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _first_line(error: object) -> str:
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".") if lines else "no reason given"
