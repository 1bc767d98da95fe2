"""A workspace made once, and put down anew for every test that begins with it."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from labeler_app.services.workspace import Workspace
from labeler_app.store import schema
from labeler_app.store.opening import SQLITE_FILE
from tests.conftest import Clock
from tests.records import opened


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a workspace held: the folder in which it and its sources lay, and its rows."""

    folder: Path
    rows: Mapping[str, Sequence[Mapping[str, Any]]]


@contextmanager
def workshop(folder: Path, migrated_file: Path) -> Iterator[Workspace]:
    """Open an empty workspace to prepare something in; what it imports lies beside it."""
    (folder / "workspace").mkdir()
    shutil.copy(migrated_file, folder / "workspace" / SQLITE_FILE)
    with opened(folder / "workspace") as ws:
        yield replace(ws, clock=Clock())


def taken(ws: Workspace) -> Prepared:
    """Return what a workspace holds, to be put down in others."""
    with ws.store.read() as tx:
        rows = {
            table.name: [dict(row) for row in tx.execute(sa.select(table)).mappings()]
            for table in schema.metadata.sorted_tables
        }
    return Prepared(ws.folder.parent, rows)


def put_down(ws: Workspace, prepared: Prepared) -> None:
    """Let an empty workspace, on either kind of database, hold what was prepared.

    The sources are copied, too: a test may change them.
    """
    there, here = str(prepared.folder), str(ws.folder.parent)
    ignored = shutil.ignore_patterns(f"{SQLITE_FILE}*")
    shutil.copytree(there, here, ignore=ignored, dirs_exist_ok=True)
    with ws.store.write() as tx:
        for table in schema.metadata.sorted_tables:
            if rows := prepared.rows[table.name]:
                tx.execute(table.insert(), [_moved(row, there, here) for row in rows])
                _count_on(tx, table)


def _moved(row: Mapping[str, Any], there: str, here: str) -> dict[str, Any]:
    return {
        name: value.replace(there, here) if isinstance(value, str) else value
        for name, value in row.items()
    }


def _count_on(tx: sa.Connection, table: sa.Table) -> None:
    """Let PostgreSQL number on behind the rows; SQLite does so itself."""
    column = table.autoincrement_column
    if tx.dialect.name == "postgresql" and column is not None:
        numbers = sa.func.pg_get_serial_sequence(table.name, column.name)
        tx.execute(sa.select(sa.func.setval(numbers, sa.func.max(column))))
