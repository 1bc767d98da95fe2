"""Labels that come with files belong to what was read at their path, and to nothing else."""

import csv
from dataclasses import replace

import pytest
import sqlalchemy as sa
from PIL import Image

from labeler_app.errors import InputError
from labeler_app.services import contents, exchange, preview, projects, reading, setup
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


def pets(folder, *lines):
    """A folder with one picture, one file that is none, and a labels.csv of some lines."""
    folder.mkdir()
    Image.new("RGB", (20, 20), "red").save(folder / "x.png")
    (folder / "y.png").write_bytes(b"\x89PNG\r\n\x1a\n and then nothing")
    (folder / "labels.csv").write_text("\n".join(["path,label", *lines]))
    return folder


def test_lines_of_labels_csv_that_name_no_file_are_told_and_the_rest_is_labeled(ws, tmp_path):
    project = projects.create(ws, "Pets").id
    lost = [f"lost/{number:03}.png,dog" for number in range(102)]
    folder = pets(tmp_path / "pets", "x.png,cat", "y.png,cat", *lost)

    report = run_import(ws, project, folder, TABLE)

    told = exchange.problems(ws, report.id)
    assert (report.new, report.refused, report.labels) == (1, 1, 1)
    assert (report.strangers, report.unlisted, len(told)) == (102, 2, 101)
    assert [path for path, _ in told[:2]] == ["y.png", "lost/000.png"]
    assert told[1][1] == "labels.csv, line 4, labels it 'dog', but no such image is here"
    assert exchange.refusals(ws, report.id) == told[:1]
    look = preview.look(ws, folder)
    assert (look.strangers, list(look.first_strangers)) == (102, told[1:])


def test_labels_that_can_be_no_class_are_told_with_their_lines_and_the_rest_is_imported(
    ws, tmp_path
):
    project = projects.create(ws, "Pets").id
    folder = pets(tmp_path / "pets", "x.png,cat", f"z.png,{'a' * 101}", "y.png,", "v.png,a\u200eb")
    for name in "zvw":
        Image.new("RGB", (20, 20), (ord(name), 0, 0)).save(folder / f"{name}.png")
    with (folder / "labels.csv").open("a", encoding="utf-8") as out:
        out.write("\nw.png," + "|".join(["b" * 60] * 2) + "\nalone\nlost.png,dog\n")

    report = run_import(ws, project, folder, TABLE)

    told = exchange.problems(ws, report.id)
    assert (report.state, report.new, report.labels) == ("done", 4, 1)
    assert (report.refused, report.unusable, report.strangers, report.unlisted) == (1, 4, 1, 0)
    assert told[1:] == [
        ("z.png", "labels.csv, line 3: the label has more than 100 characters"),
        (
            "labels.csv",
            "labels.csv, line 7: has 1 of the columns, its path or label is missing",
        ),
        (
            "v.png",
            "labels.csv, line 5: the class name 'a\\u200eb' has a character that cannot be seen"
            " (U+200E)",
        ),
        (
            "w.png",
            f"labels.csv, line 6: the class name {'b' * 40!r} has 121 characters",
        ),
        ("lost.png", "labels.csv, line 8, labels it 'dog', but no such image is here"),
    ]
    assert said(ws, schema.item.c.path) == {"x.png": "cat"}
    look = preview.look(ws, folder, project=project)
    assert (look.labels, look.unusable) == ({"cat": 1}, 4)
    assert list(look.first_unusable) == told[1:5]


def test_of_several_classes_each_may_have_a_hundred_letters(ws, tmp_path):
    config = projects.get(ws, projects.create(ws, "Any").id).config
    several = projects.create(ws, "Sets", config=replace(config, multi_label=True)).id
    names = ["b" * 60, "c" * 60]
    listed = '"[""cat"", ""' + "d" * 101 + '""]"'
    folder = pets(
        tmp_path / "pets", f"x.png,{'|'.join(names)}", f"z.png,{listed}", 'v.png,"["" ""]"'
    )
    for name in "zv":
        Image.new("RGB", (20, 20), (ord(name), 0, 0)).save(folder / f"{name}.png")

    report = run_import(ws, several, folder, TABLE)

    assert (report.new, report.labels, report.unusable) == (3, 1, 2)
    assert [one.name for one in projects.classes(ws, several)] == names
    assert "the class name ' ' is empty" in exchange.problems(ws, report.id)[2][1]


def test_a_cell_that_can_be_no_class_is_told_and_a_column_without_any_is_refused(
    ws, project, tmp_path
):
    long = "a" * 101
    table = write(tmp_path / "a.csv", [("a good film", long), ("a bad film", "bad")])
    wrong = write(tmp_path / "b.csv", [("a long film", long), ("a short film", "\x07")])

    report = run_import(ws, project, table, COLUMN)
    with pytest.raises(InputError, match=r"No label can be used: 2 refused\. The first: b\.csv#2"):
        run_import(ws, project, wrong, COLUMN)

    assert (report.new, report.labels, report.unusable) == (2, 1, 1)
    assert exchange.problems(ws, report.id) == [
        ("a.csv#2", "the label has more than 100 characters")
    ]
    assert by_text(ws) == {"a bad film": "bad"}
    look = preview.look(ws, wrong)
    assert (look.labels, look.unusable, look.photos) == ({}, 2, 2)


def test_of_many_labels_that_can_be_no_class_the_first_are_told(ws, project, tmp_path):
    told = [(f"a film of {number}", "a" * 101) for number in range(150)]
    table = write(tmp_path / "a.csv", [("a good film", "good"), *told])

    report = run_import(ws, project, table, COLUMN)

    assert (report.unusable, report.unlisted) == (150, 50)
    assert len(exchange.problems(ws, report.id)) == 100


def test_spellings_of_one_class_are_taken_as_one_and_that_is_said(ws, project, tmp_path):
    labels = ["Glass", "glass", "glass", "GLASS", "metal", "Metal", "paper"]
    table = write(tmp_path / "a.csv", [(f"words of {at}", one) for at, one in enumerate(labels)])
    projects.add_class(ws, project, "Metal")

    look = preview.look(ws, table)
    report = run_import(ws, project, table, COLUMN)

    glass = (
        "3 spellings of one class are taken as one: 'GLASS', 'Glass', 'glass'. Its name is 'glass'."
    )
    metal = "2 spellings of one class are taken as one: 'Metal', 'metal'. Its name is 'Metal'."
    assert look.notes == (metal, glass)
    assert look.labels == {"Metal": 2, "glass": 4, "paper": 1}
    assert report.notes == (metal, glass)
    assert [one.name for one in projects.classes(ws, project)] == ["Metal", "glass", "paper"]


def test_a_class_that_is_there_keeps_its_spelling_and_many_are_not_all_told(ws, project, tmp_path):
    projects.add_class(ws, project, "GLASS")
    labels = ["glass", *(f"{letter}{number}" for number in range(5) for letter in "aA")]
    table = write(tmp_path / "a.csv", [(f"words of {at}", one) for at, one in enumerate(labels)])

    look = preview.look(ws, table, project=project)
    report = run_import(ws, project, table, COLUMN)

    assert report.notes == look.notes
    assert report.notes[-1] == ("3 more classes are spelled in several ways and taken as one, too.")
    assert len(report.notes) == 4
    assert [one.name for one in projects.classes(ws, project)][:2] == ["GLASS", "A0"]


def test_nothing_is_told_of_labels_that_are_ignored(ws, tmp_path):
    project = projects.create(ws, "Pets").id
    folder = pets(tmp_path / "pets", "x.png,cat", "lost.png,dog")

    ignored = run_import(ws, project, folder, ImportOptions("table", "ignore"))
    named = run_import(ws, project, folder, ImportOptions("table", "classes"))

    assert (ignored.strangers, exchange.problems(ws, ignored.id)) == (
        0,
        exchange.refusals(ws, ignored.id),
    )
    assert (named.labels, named.strangers, len(exchange.problems(ws, named.id))) == (0, 1, 2)


def test_nothing_new_is_explained_by_what_was_refused(ws, tmp_path):
    folder = pets(tmp_path / "pets", "img/x.png,cat")
    (folder / "x.png").unlink()

    with pytest.raises(InputError, match=r"1 refused\. The first: y\.png, broken off after"):
        setup.new_project(ws, "Pets", folder, TABLE)

    assert projects.every(ws) == []


def test_of_a_line_of_any_length_the_beginning_is_told(ws, tmp_path):
    project = projects.create(ws, "Pets").id
    names = "|".join(f"class {number}" for number in range(40))
    folder = pets(tmp_path / "pets", f"{'a' * 4_000}.png,{names}")

    report = run_import(ws, project, folder, TABLE)

    (path, reason) = exchange.problems(ws, report.id)[-1]
    assert (report.strangers, path) == (1, "a" * 200)
    assert f"labels it {names[:60]!r}, but" in reason


def test_bars_mean_nothing_where_items_have_one_class(ws, project, tmp_path):
    table = write(tmp_path / "a.csv", [("some words", "|"), ("other words", "a|")])

    report = run_import(ws, project, table, COLUMN)

    assert report.labels == 2
    assert by_text(ws) == {"some words": "|", "other words": "a|"}


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
