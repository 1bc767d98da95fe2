"""The Store: connections, ``read()`` and ``write()``; with `opening` all that knows a dialect."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

from labeler_app.errors import StoreError

# Rows and statements whose columns the type checker need not know.
AnyRow = sa.Row[*tuple[Any, ...]]
AnySelect = sa.Select[*tuple[Any, ...]]
AnyColumns = sa.sql.base.ReadOnlyColumnCollection[str, sa.Column[Any]]

BUSY_SECONDS = 30.0
# Most transactions take a few milliseconds; filelock's own 50 ms would be most of the wait.
POLL_SECONDS = 0.004
_BUSY = "The database was busy for too long."


class Store:
    """A database with one writer at a time on SQLite, and many on PostgreSQL.

    Parameters
    ----------
    engine
        An engine made by `opening.open_store`.
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
                f"The database answered: {first_line(error.orig)}.",
                hint="Nothing of this step was stored. `labeler doctor` says more.",
            ) from error


def _acquire(lock: FileLock) -> None:
    try:
        lock.acquire(timeout=BUSY_SECONDS, poll_interval=POLL_SECONDS)
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


def integrity(store: Store) -> str:
    """Return "ok", or the first thing that is wrong with the database file."""
    with store.read() as tx:
        if tx.dialect.name != "sqlite":
            return "ok" if tx.execute(sa.text("SELECT 1")).scalar() == 1 else "no answer"
        return str(tx.exec_driver_sql("PRAGMA quick_check").scalar())


def first_line(error: object) -> str:
    """Return what a database said, without the statement below it."""
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".") if lines else "no reason given"
