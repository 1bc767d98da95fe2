import multiprocessing
import sqlite3
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from labeler_app.errors import StoreError
from labeler_app.store import engine, schema, trail
from labeler_app.store.opening import SQLITE_FILE, open_store

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


def test_what_ctrl_c_interrupts_is_rolled_back_before_anybody_cleans_up(store):
    def interrupt(_tx, _cursor, statement, *_):
        if statement.startswith("SELECT"):
            raise KeyboardInterrupt

    for number in range(3):
        with store.write() as tx:
            trail.note(tx, f"note {number}", at=0.0)
    before = notes(store)
    event.listen(store.engine, "after_cursor_execute", interrupt)

    # The traceback holds the cursor, as it does while a command cleans up.
    with pytest.raises(KeyboardInterrupt) as _held, store.write() as tx:
        trail.note(tx, "lost", at=0.0)
        tx.execute(sa.select(schema.trail))
    event.remove(store.engine, "after_cursor_execute", interrupt)

    # It would wait for that transaction in vain.
    with store.write() as tx:
        trail.note(tx, "kept", at=0.0)
    assert notes(store) == before + 1
