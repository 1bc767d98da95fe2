import multiprocessing
import shutil
import sqlite3
import sys
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from labeler_app.errors import InputError, MissingExtraError, StoreError
from labeler_app.store import engine, schema, trail
from labeler_app.store.engine import SQLITE_FILE, open_store

WRITERS, WRITES = 4, 50


def notes(store):
    with store.read() as tx:
        return tx.execute(sa.select(sa.func.count()).select_from(schema.trail)).scalar_one()


def write_notes(database, workspace, number):
    """One writer process."""
    store = open_store(database, Path(workspace))
    for step in range(WRITES):
        with store.write() as tx:
            trail.note(tx, f"{number}/{step}", at=float(step))
    store.close()


def test_the_migrations_lead_to_the_schema(store):
    with store.read() as tx:
        differences = compare_metadata(MigrationContext.configure(tx), schema.metadata)

    assert differences == []


@pytest.mark.postgres
def test_an_empty_postgres_database_gets_the_schema(new_database, tmp_path):
    store = open_store(new_database(), tmp_path)

    assert store.dialect == "postgresql"
    assert notes(store) == 0
    store.close()


@pytest.mark.postgres
def test_a_postgres_database_of_another_program_is_left_alone(new_database, tmp_path):
    address = new_database()
    url = sa.make_url(address).set(drivername="postgresql+psycopg")
    with sa.create_engine(url, poolclass=sa.NullPool).begin() as tx:
        tx.exec_driver_sql("CREATE TABLE recipe (name TEXT)")

    with pytest.raises(StoreError, match="another program"):
        open_store(address, tmp_path)


def test_a_workspace_opened_twice_is_migrated_once(ws):
    again = open_store(ws.settings.database, ws.folder)

    assert notes(again) == 0
    again.close()


def test_sqlite_writes_ahead_and_waits_for_the_disk_at_every_commit(tmp_path):
    store = open_store(None, tmp_path)

    with store.read() as tx:
        told = {
            name: tx.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }

    store.close()
    assert told == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_writing_transaction_holds_the_write_lock_from_its_first_moment(tmp_path):
    store = open_store(None, tmp_path)
    beside = sqlite3.connect(tmp_path / SQLITE_FILE, timeout=0, isolation_level=None)

    with store.write(), pytest.raises(sqlite3.OperationalError, match="locked"):
        beside.execute("BEGIN IMMEDIATE")

    beside.close()
    store.close()


def test_a_reading_transaction_stays_at_one_moment(store):
    with store.read() as tx:
        before = tx.execute(sa.select(sa.func.count()).select_from(schema.trail)).scalar()
        with store.write() as other:
            trail.note(other, "later", at=0.0)
        after = tx.execute(sa.select(sa.func.count()).select_from(schema.trail)).scalar()

    assert before == after == 0
    assert notes(store) == 1


def test_an_error_takes_back_all_of_its_transaction(store):
    with pytest.raises(RuntimeError), store.write() as tx:
        trail.note(tx, "never", at=0.0)
        raise RuntimeError

    assert notes(store) == 0


def test_what_the_database_refuses_becomes_a_sentence(store):
    with pytest.raises(StoreError, match="The database answered: ") as raised, store.write() as tx:
        trail.note(tx, "of nobody", at=0.0, person=99)

    assert "doctor" in raised.value.hint


def test_the_write_lock_is_free_again_after_an_error(store):
    with pytest.raises(StoreError), store.write() as tx:
        trail.note(tx, "of nobody", at=0.0, person=99)

    with store.write() as tx:
        trail.note(tx, "fine", at=0.0)

    assert notes(store) == 1


def test_four_processes_write_at_once_without_an_error(ws):
    context = multiprocessing.get_context("spawn")
    told = (ws.settings.database, str(ws.folder))
    writers = [
        context.Process(target=write_notes, args=(*told, number)) for number in range(WRITERS)
    ]

    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)

    assert [writer.exitcode for writer in writers] == [0] * WRITERS
    assert notes(ws.store) == WRITERS * WRITES
    assert engine.integrity(ws.store) == "ok"


def test_many_threads_of_one_process_write_at_once_without_an_error(store):
    def write(number):
        for step in range(10):
            with store.write() as tx:
                trail.note(tx, f"{number}/{step}", at=0.0)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert notes(store) == 80


def test_a_checkpoint_empties_the_log_of_sqlite_and_loses_nothing(tmp_path):
    store = open_store(None, tmp_path)
    with store.write() as tx:
        trail.note(tx, "kept", at=0.0)

    store.checkpoint()

    assert (tmp_path / f"{SQLITE_FILE}-wal").stat().st_size == 0
    assert notes(store) == 1
    store.close()


def test_a_checkpoint_means_nothing_elsewhere(ws):
    ws.store.checkpoint()

    assert notes(ws.store) == 0


@pytest.mark.parametrize("database", ["mysql://localhost/x", "sqlite://", "no address"])
def test_another_kind_of_database_is_refused(tmp_path, database):
    with pytest.raises(InputError) as raised:
        open_store(database, tmp_path)

    assert raised.value.hint


def test_sqlite_in_a_folder_that_does_not_exist_is_refused(tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        open_store(f"sqlite:///{tmp_path}/gone/labeler.db", tmp_path)


def test_a_file_that_is_no_database_is_refused_with_a_sentence(tmp_path):
    (tmp_path / SQLITE_FILE).write_bytes(b"Nothing of the kind." * 1000)

    with pytest.raises(StoreError, match="cannot be opened: file is not a database"):
        open_store(None, tmp_path)


def test_a_database_with_holes_is_found_damaged(tmp_path, migrated_file):
    content = bytearray(migrated_file.read_bytes())
    content[4096 * 3 : 4096 * 9] = bytes(4096 * 6)
    (tmp_path / SQLITE_FILE).write_bytes(content)

    with pytest.raises(StoreError, match="malformed"):
        store = open_store(None, tmp_path)
        try:
            engine.integrity(store)
        finally:
            store.close()


def test_the_database_of_another_program_is_left_alone(tmp_path):
    other = sqlite3.connect(tmp_path / SQLITE_FILE)
    other.execute("CREATE TABLE recipe (name TEXT)")
    other.close()

    with pytest.raises(StoreError, match="another program"):
        open_store(None, tmp_path)

    other = sqlite3.connect(tmp_path / SQLITE_FILE)
    assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("recipe",)]
    other.close()


def test_a_database_of_a_newer_version_is_refused(tmp_path, migrated_file):
    shutil.copy(migrated_file, tmp_path / SQLITE_FILE)
    newer = sqlite3.connect(tmp_path / SQLITE_FILE)
    newer.execute("UPDATE alembic_version SET version_num = '9999'")
    newer.commit()
    newer.close()

    with pytest.raises(StoreError, match=r"newer version of labeler_app .*9999"):
        open_store(None, tmp_path)


def test_a_server_that_does_not_answer_is_refused_without_its_password(tmp_path):
    with pytest.raises(StoreError, match="cannot be opened") as raised:
        open_store("postgresql://ada:secret@127.0.0.1:1/none?connect_timeout=2", tmp_path)

    assert "secret" not in str(raised.value)


def test_without_psycopg_the_error_says_how_to_install_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(MissingExtraError) as raised:
        open_store("postgresql://localhost/x", tmp_path)

    assert "labeler_app[postgres]" in raised.value.hint
