"""Labels that come with files belong to what was read at their path, and to nothing else."""

import csv

import pytest
import sqlalchemy as sa
from PIL import Image

from labeler_app.services import contents, exchange, projects, reading
from labeler_app.services.exchange import ImportOptions
from labeler_app.store import schema
from tests.builders import run_import

COLUMN = ImportOptions("column", "trust")
TABLE = ImportOptions("table", "trust")


@pytest.fixture
def project(ws):
    """A project of texts without any."""
    return projects.create(ws, "Numbers", kind="text").id


@pytest.fixture
def few_at_once(monkeypatch):
    """Read a table ten rows at a time."""
    monkeypatch.setattr(reading, "ROWS_AT_ONCE", 10)


def write(path, told):
    """Write (text, label) rows."""
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([("text", "label"), *told])
    return path


def numbers(count):
    """Return texts whose last word is a number, and whether it is even."""
    return [(f"these are the words of {one}", "odd" if one % 2 else "even") for one in range(count)]


def said(ws, column=schema.item_content.c.content):
    """Return the label of every item by its text, or by what another column says of it."""
    item, label, named = schema.item, schema.current_label, schema.label_class
    statement = (
        sa.select(column, named.c.name)
        .select_from(item)
        .outerjoin(schema.item_content, schema.item_content.c.item == item.c.id)
        .join(label, label.c.item == item.c.id)
        .join(named, named.c.id == label.c.class_id)
    )
    with ws.store.read() as tx:
        return {row[0]: row[1] for row in tx.execute(statement)}


def by_text(ws):
    return {contents.unpacked(text): name for text, name in said(ws).items()}


def test_the_label_of_a_row_that_was_refused_is_not_given_to_what_stood_there_before(
    ws, project, tmp_path
):
    table = write(tmp_path / "a.csv", [("a good film", "good"), ("a bad film", "bad")])
    run_import(ws, project, table, COLUMN)
    write(table, [("", "bad"), ("a bad film", "bad")])

    report = run_import(ws, project, table, COLUMN)

    assert (report.refused, report.labels) == (1, 0)
    assert by_text(ws) == {"a good film": "good", "a bad film": "bad"}


def test_the_label_of_a_damaged_file_is_not_given_to_the_picture_that_was_there_before(
    ws, tmp_path
):
    project, folder = projects.create(ws, "Pets").id, tmp_path / "pets"
    folder.mkdir()
    Image.new("RGB", (20, 20), "red").save(folder / "x.png")
    Image.new("RGB", (20, 20), "blue").save(folder / "y.png")
    (folder / "labels.csv").write_text("path,label\nx.png,cat\ny.png,cat\n")
    run_import(ws, project, folder, TABLE)
    (folder / "x.png").write_bytes(b"\x89PNG\r\n\x1a\n and then nothing")
    (folder / "labels.csv").write_text("path,label\nx.png,dog\ny.png,dog\n")

    report = run_import(ws, project, folder, TABLE)

    assert (report.refused, report.known, report.labels) == (1, 1, 1)
    assert said(ws, schema.item.c.path) == {"x.png": "cat", "y.png": "dog"}


def test_a_stopped_import_labels_only_the_rows_it_read(ws, project, tmp_path, few_at_once):
    table = write(tmp_path / "a.csv", numbers(31))
    run_import(ws, project, table, COLUMN)
    write(table, [("a new first row", "odd"), *numbers(31)])
    run = exchange.request_import(ws, project, table, COLUMN)

    report = exchange.run_import(ws, run, lambda _done, _total: exchange.cancel(ws, run))

    assert (report.done, report.new, report.labels) == (10, 1, 1)
    assert by_text(ws) == dict([("a new first row", "odd"), *numbers(31)])


def test_an_interrupted_import_that_goes_on_labels_every_row_once(
    ws, project, tmp_path, few_at_once
):
    table = write(tmp_path / "a.csv", numbers(31))
    run_import(ws, project, table, COLUMN)
    write(table, [("a new first row", "odd"), *numbers(31)])
    run = exchange.request_import(ws, project, table, COLUMN)

    def stop(_done, _total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        exchange.run_import(ws, run, stop)
    report = exchange.run_import(ws, run)
    again = run_import(ws, project, table, COLUMN)

    assert (report.new, report.labels) == (1, 1)
    assert (again.new, again.labels) == (0, 0)
    assert by_text(ws) == dict([("a new first row", "odd"), *numbers(31)])


def test_an_import_after_a_stopped_one_labels_the_rest(ws, project, tmp_path, few_at_once):
    table = write(tmp_path / "a.csv", numbers(31))
    run = exchange.request_import(ws, project, table, COLUMN)
    stopped = exchange.run_import(ws, run, lambda _done, _total: exchange.cancel(ws, run))

    report = run_import(ws, project, table, COLUMN)

    assert (stopped.labels, report.labels) == (10, 21)
    assert by_text(ws) == dict(numbers(31))


def test_of_two_labels_the_one_that_stands_first_in_the_file_is_kept(ws, project, tmp_path):
    told = [("the same words", "first"), *numbers(7), ("the same words", "second")]
    table = write(tmp_path / "a.csv", told)

    report = run_import(ws, project, table, COLUMN)

    assert by_text(ws)["the same words"] == "first"
    assert exchange.problems(ws, report.id) == [
        ("a.csv#10", "the same text is labeled 'first' at another path")
    ]
