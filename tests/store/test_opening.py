import shutil
import sqlite3
import sys

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from labeler_app.errors import InputError, MissingExtraError, StoreError
from labeler_app.store import class_changes, events, past_answers, projects, schema
from labeler_app.store.opening import SQLITE_FILE, open_store


def tables(store):
    with store.read() as tx:
        return set(sa.inspect(tx).get_table_names()) - {"alembic_version"}


def test_the_migrations_lead_to_the_schema(store):
    with store.read() as tx:
        differences = compare_metadata(MigrationContext.configure(tx), schema.metadata)

    assert differences == []


def test_whatever_refers_to_an_item_is_found_without_reading_a_whole_table():
    item, lacking = schema.metadata.tables["item"], []
    for table in schema.metadata.tables.values():
        first = [next(iter(one.columns)) for one in [table.primary_key, *table.indexes]]
        lacking += [
            f"{table.name}.{key.parent.name}"
            for key in table.foreign_keys
            if key.column.table is item and key.parent not in first
        ]

    assert lacking == []


def open_first_schema(address, revision="0001", rows=()):
    """Make a database as an earlier version made it, with one project and more rows of tables."""
    url = sa.make_url(address)
    if url.get_backend_name() == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    config = Config()
    config.set_main_option("script_location", "labeler_app.store:migrations")
    config.set_main_option("path_separator", "os")
    with sa.create_engine(url, poolclass=sa.NullPool).begin() as tx:
        config.attributes["connection"] = tx
        command.upgrade(config, revision)
        named = {"name": "Pets", "name_key": "pets", "kind": "image", "config": "{}"}
        tx.execute(sa.insert(schema.project).values(created_at=0.0, **named))
        for table, told in rows:
            names, values = ", ".join(told), ", ".join(f":{name}" for name in told)
            tx.execute(sa.text(f"INSERT INTO {table} ({names}) VALUES ({values})"), told)


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_a_database_of_the_first_version_is_brought_to_the_newest_and_keeps_its_rows(
    tmp_path, new_database, kind
):
    address = new_database() if kind == "postgres" else f"sqlite:///{tmp_path / SQLITE_FILE}"
    open_first_schema(address)

    store = open_store(address, tmp_path)

    with store.read() as tx:
        differences = compare_metadata(MigrationContext.configure(tx), schema.metadata)
        names = list(tx.execute(sa.select(schema.project.c.name)).scalars())
    store.close()
    assert differences == []
    assert names == ["Pets"]


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_classes_and_labels_from_before_their_log_keep_colour_and_order(
    tmp_path, new_database, kind
):
    address = new_database() if kind == "postgres" else f"sqlite:///{tmp_path / SQLITE_FILE}"
    common = {"project": 1, "definition": ""}
    classes = [
        {"id": at + 1, "name": name, "name_key": name, "position": at, **common}
        for at, name in enumerate("abcdefghi")
    ]
    who = {"id": 1, "name": "Ada", "name_key": "ada", "kind": "human", "created_at": 0.0}
    item = {"id": 1, "project": 1, "position": 0, "kind": "image", "root": "", "path": "a.png"}
    item |= {"sha256": "", "state": "ready", "created_at": 0.0}
    said = {"item": 1, "annotator": 1, "project": 1, "kind": "label", "class_id": 9}
    said |= {"origin": "human"}
    event = {**said, "seq": 7, "event_id": "event-7", "suggestion": False, "stored_at": 0.0}
    rows = [("label_class", one) for one in classes]
    rows += [("person", who), ("item", item), ("label_event", event)]
    open_first_schema(address, "0004", [*rows, ("current_label", {**said, "seq": 7})])

    store = open_store(address, tmp_path)

    with store.read() as tx:
        differences = compare_metadata(MigrationContext.configure(tx), schema.metadata)
        found = projects.classes(tx, 1)
        answers = past_answers.history(tx, 1, 1, 5)
        labels = events.training_labels(tx, 1)
        log = class_changes.every(tx, 1)
    store.close()
    assert differences == []
    assert [one.colour for one in found] == [1, 2, 3, 4, 5, 6, 7, 8, 1]
    assert {one.key for one in found} == {""}
    assert [(one.event_id, one.class_id) for one in answers] == [("event-7", 9)]
    assert [(one.class_id, one.seq) for one in labels] == [(9, 7)]
    assert log == []


@pytest.mark.postgres
def test_an_empty_postgres_database_gets_the_schema(new_database, tmp_path):
    store = open_store(new_database(), tmp_path)

    assert store.dialect == "postgresql"
    assert tables(store) == set(schema.metadata.tables)
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

    assert tables(again) == set(schema.metadata.tables)
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
