"""Open the database of a workspace: SQLite or PostgreSQL, migrated to the newest schema."""

import sqlite3
from pathlib import Path

import sqlalchemy as sa
from filelock import FileLock
from sqlalchemy import Connection, ExceptionContext, create_engine, event
from sqlalchemy.exc import SQLAlchemyError

from labeler_app.errors import InputError, MissingExtraError, StoreError
from labeler_app.store.engine import BUSY_SECONDS, Store, first_line

SQLITE_FILE = "labeler.db"
# SQLite 3.7.0 to 3.51.2 can damage a WAL when two connections checkpoint at once (fixed in
# 3.51.3). Below it nobody checkpoints automatically; `Store` does, under the writers' lock.
SAFE_CHECKPOINT = (3, 51, 3)


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
        reason = first_line(said or error).removeprefix("The database answered: ")
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
    event.listen(made, "handle_error", _keep_connection)
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


def _keep_connection(context: ExceptionContext) -> None:
    """Roll back what Ctrl-C interrupts, instead of throwing the connection away.

    A connection that is closed while a traceback still holds its cursor keeps its transaction, and
    the write lock with it: whatever cleans up would wait for itself.
    """
    if not isinstance(context.original_exception, Exception):
        context.is_disconnect = False


def _begin_sqlite(tx: Connection) -> None:
    # SQLite refuses to turn a reading transaction into a writing one when another writer came
    # first, and no timeout helps. So the write lock is taken at the start.
    writes = tx.get_execution_options().get("labeler_write", False)
    tx.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
