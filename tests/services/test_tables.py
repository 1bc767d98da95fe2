"""Texts and rows of tables on their way from a file to labels, models and pictures of them."""

import io
import shutil
import zipfile
from dataclasses import replace

import numpy as np
import pytest
import sqlalchemy as sa

from labeler_app.errors import InputError
from labeler_app.services import (
    contents,
    exchange,
    export,
    features,
    images,
    kinds,
    pool,
    preview,
    projects,
    quality,
    setup,
    tables,
    uploads,
    worker,
)
from labeler_app.services.columns import Wish
from labeler_app.services.exchange import ImportOptions
from labeler_app.settings import ProjectConfig
from labeler_app.store import audit, models, schema
from tests.builders import answer, class_ids, rows, run_import
from tests.tables import people, reviews, written

TRUST = ImportOptions("column", "trust")


@pytest.fixture
def film(tmp_path):
    """Two hundred reviews with their classes."""
    return written(tmp_path / "reviews.csv", reviews(200))


@pytest.fixture
def staff(tmp_path):
    """Two hundred rows of mixed columns."""
    return written(tmp_path / "people.csv", people(200))


def kept(ws, project):
    """The contents of all items, by position."""
    return [contents.of_item(ws, row) for row in rows(ws, project)]


def test_every_row_is_a_text_with_its_label_and_stays_when_the_file_is_gone(ws, film):
    made = setup.new_project(ws, "Films", film, TRUST)
    film.unlink()

    project = made.project
    assert (project.kind, project.config.embedder) == ("text", "tfidf")
    assert (made.report.new, made.report.labels, made.report.refused) == (200, 200, 0)
    assert kept(ws, project.id) == [row["text"] for row in reviews(200)]
    assert [row.path for row in rows(ws, project.id)][:2] == ["reviews.csv#2", "reviews.csv#3"]
    assert set(class_ids(ws, project.id)) == {"good", "bad"}
    assert worker.train_now(ws, project.id) == 1
    measured = quality.monitor(ws, project.id).accuracy
    assert measured is not None
    assert measured.point > 0.9


def test_every_row_is_an_item_without_the_column_of_its_label(ws, staff):
    options = replace(TRUST, label_column="pay", leave_out=("since",))
    made = setup.new_project(ws, "Staff", staff, options)

    project = made.project
    assert (project.kind, project.config.embedder) == ("table", "table")
    assert kept(ws, project.id)[0] == {"age": "20", "job": "clerk", "hours": "?"}
    assert made.report.labels == made.report.new == 200 - made.report.duplicates
    assert worker.train_now(ws, project.id) == 1
    assert quality.monitor(ws, project.id).accuracy.point > 0.8


def test_what_was_guessed_is_said(ws, film, staff):
    made = setup.new_project(ws, "Films", film, ImportOptions())
    other = setup.new_project(ws, "Staff", staff, ImportOptions())

    assert made.report.taken == (
        "the texts are in the column 'text'",
        "the column 'label' names the classes and is no part of an item; its labels are taken only "
        "where it is named as the label column",
    )
    assert made.report.labels == 0
    assert other.report.taken == ()
    assert set(kept(ws, other.project.id)[0]) == {"age", "job", "hours", "since", "pay"}


@pytest.mark.parametrize(
    ("wish", "problem"),
    [
        (Wish("text", "body"), "no column 'body' for the text"),
        (Wish("text", label_column="stars"), "no column 'stars' for the labels"),
        (Wish("table", leave_out=("id",)), "no column 'id' for the columns left out"),
        (Wish("table", leave_out=("text", "label")), "no column left"),
    ],
)
def test_a_missing_column_is_told_before_anything_is_made(ws, film, wish, problem):
    options = ImportOptions(
        text_column=wish.text_column, label_column=wish.label_column, leave_out=wish.leave_out
    )

    with pytest.raises(InputError, match=problem):
        setup.new_project(ws, "Films", film, options, kind=wish.kind)

    assert projects.every(ws) == []


def test_a_text_column_that_is_not_obvious_is_asked_for(ws, staff):
    with pytest.raises(
        InputError, match=r"not obvious which column of people\.csv holds the texts"
    ):
        setup.new_project(ws, "Staff", staff, ImportOptions(), kind="text")


def test_rows_that_cannot_be_used_are_reported_with_their_line_and_the_others_come_in(ws, tmp_path):
    path = tmp_path / "odd.csv"
    path.write_bytes(
        b"text,label\nfirst one here,a\nragged, by a comma,b\n,a\nwith a \0 inside,b\n"
        b"second one here,b\n" + b"x" * 1_000_001 + b",a\nfirst one here,a\n"
    )
    project = projects.create(ws, "Odd", kind="text")

    run = exchange.request_import(ws, project.id, path, TRUST)
    report = exchange.run_import(ws, run)

    assert (report.new, report.duplicates, report.refused, report.total) == (2, 1, 4, 7)
    assert exchange.problems(ws, run) == [
        ("odd.csv#3", "has 3 cells, the header has 2"),
        ("odd.csv#4", "the text is empty"),
        ("odd.csv#5", "holds a NUL character"),
        ("odd.csv#7", "has 1,000,001 characters, 1,000,000 is the most"),
    ]


def test_where_no_label_can_be_one_the_first_is_told_and_nothing_comes_in(ws, tmp_path):
    path = written(tmp_path / "a.csv", [{"text": "one of many", "label": "x" * 101}])

    with pytest.raises(InputError, match=r"a\.csv#2, the label has more than 100 characters"):
        setup.new_project(ws, "Long", path, TRUST)

    assert projects.every(ws) == []


def test_the_same_text_with_two_labels_keeps_the_first_and_says_so(ws, tmp_path):
    told = [{"text": "the same words", "label": one} for one in ("a", "b")]
    project = projects.create(ws, "Twice", kind="text")

    run = exchange.request_import(ws, project.id, written(tmp_path / "a.csv", told), TRUST)
    report = exchange.run_import(ws, run)

    assert (report.new, report.duplicates, report.labels) == (1, 1, 1)
    assert exchange.problems(ws, run) == [
        ("a.csv#3", "the same text is labeled 'a' at another path")
    ]


def test_the_same_file_again_is_known_and_a_longer_one_adds_its_new_rows(ws, film):
    project = setup.new_project(ws, "Films", film, TRUST).project

    again = run_import(ws, project.id, film)
    longer = run_import(ws, project.id, written(film, reviews(230)))

    assert (again.new, again.known) == (0, 200)
    assert (longer.new, longer.known) == (30, 200)
    assert features.missing(ws, project.id) == 30
    features.embed(ws, project.id)
    assert features.missing(ws, project.id) == 0


def test_the_words_are_learned_again_when_the_pool_has_grown_a_lot(ws, film, tmp_path):
    few = written(tmp_path / "few.csv", reviews(10))
    project = setup.new_project(ws, "Films", few, TRUST).project
    (before,) = features.shards(ws, project.id)

    run_import(ws, project.id, film)
    features.embed(ws, project.id)

    (after,) = features.shards(ws, project.id)
    assert (before.count, after.count) == (10, 200)
    assert before.revision != after.revision
    assert ws.arrays.open_shard(after.path).shape[1] > ws.arrays.open_shard(before.path).shape[1]
    with ws.store.read() as tx:
        (signs,) = models.shards(tx, project.id, kinds.of("text").signatures)
    assert signs.count == 200
    assert features.missing(ws, project.id) == 0


def test_a_later_file_means_by_its_columns_what_the_first_meant(ws, staff, tmp_path):
    first = replace(TRUST, label_column="pay", leave_out=("since",))
    project = setup.new_project(ws, "Staff", staff, first).project

    more = written(tmp_path / "more.csv", people(260)[200:])
    found = tables.settle(ws, project.id, more, Wish())

    assert found is not None
    assert (found.label, found.parts) == ("pay", ("age", "job", "hours"))
    again = run_import(ws, project.id, staff)
    assert (again.new, again.known + again.duplicates) == (0, 200)


def test_rows_of_another_table_and_tables_for_pictures_are_refused(ws, staff, film):
    project = setup.new_project(ws, "Staff", staff, ImportOptions()).project
    pictures = projects.create(ws, "Pictures")

    with pytest.raises(InputError, match="none of the columns that the rows of this project have"):
        exchange.request_import(ws, project.id, film, ImportOptions())
    with pytest.raises(InputError, match="a table, which holds no images"):
        exchange.request_import(ws, pictures.id, film, ImportOptions())


def test_a_folder_of_text_files_brings_texts_and_its_class_folders_labels(ws, tmp_path):
    for number, row in enumerate(reviews(30)):
        folder = tmp_path / "texts" / row["label"]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number}.txt").write_text(row["text"], encoding="utf-8")
    (tmp_path / "texts" / "good" / "empty.txt").write_text("")

    made = setup.new_project(ws, "Films", tmp_path / "texts", ImportOptions("folders", "trust"))

    assert made.project.kind == "text"
    assert (made.report.new, made.report.labels) == (30, 30)
    assert made.problems == (("good/empty.txt", "the text is empty"),)
    assert sorted(kept(ws, made.project.id)) == sorted(row["text"] for row in reviews(30))


@pytest.mark.parametrize("packed", [False, True])
def test_a_folder_or_zip_with_nothing_but_a_table_is_that_table(ws, film, tmp_path, packed):
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copy(film, folder)
    source = folder
    if packed:
        source = tmp_path / "data.zip"
        with zipfile.ZipFile(source, "w") as out:
            out.write(film, "inner/reviews.csv")

    made = setup.new_project(ws, "Films", source, TRUST)

    assert (made.project.kind, made.report.new, made.report.labels) == ("text", 200, 200)


def test_an_uploaded_table_is_kept_and_looked_at_before_it_comes_in(ws, film):
    path = uploads.receive(ws, [("reviews.csv", io.BytesIO(film.read_bytes() + b"ragged\n"))])

    look = preview.look(ws, path, n=5)

    assert (look.name, look.kind, look.items) == ("reviews.csv", "table", "text")
    assert (look.files, look.photos, look.labels_from) == (201, 200, "column")
    assert look.labels == {"bad": 100, "good": 100}
    assert [one.reason for one in look.refused] == ["has 1 cell, the header has 2"]
    assert [one.media_type for one in look.samples] == ["image/svg+xml"] * 5
    started = setup.start_project(ws, "Films", path, ImportOptions("column", "classes"))
    assert exchange.run_import(ws, started.run).new == 200
    assert projects.get(ws, started.project).kind == "text"


@pytest.mark.parametrize("source", ["film", "staff"])
def test_the_desk_gets_a_picture_of_every_item(ws, ada, request, source):
    path = request.getfixturevalue(source)
    project = setup.new_project(ws, "Seen", path, ImportOptions()).project

    offers = pool.lease(ws, project.id, ada.id, keep=[], want=8)

    assert len(offers) == 8
    for one in offers:
        for size in images.SIZES:
            shown, media_type = images.copy_of(ws, one.id, size)
            assert media_type == "image/svg+xml"
            assert shown.read_bytes().startswith(b"<svg")
        assert (one.width, one.height) == (None, None)


def test_texts_that_are_nearly_those_of_the_audit_sample_are_kept_apart_too(ws, tmp_path):
    told = [{"text": f"{row['text']} and so on to the end of a long text"} for row in reviews(100)]
    twins = [{"text": f"{row['text'].upper()}!!"} for row in told]
    path = written(tmp_path / "twins.csv", [*told, *twins])

    project = setup.new_project(ws, "Twins", path, ImportOptions(text_column="text")).project

    with ws.store.read() as tx:
        reserved = set(audit.positions(tx, project.id))
        shadows = set(audit.shadow_positions(tx, project.id))
    expected = {(one + 100) % 200 for one in reserved} - reserved
    assert reserved
    assert expected <= shadows


def test_an_embedder_of_another_kind_is_refused(ws):
    with pytest.raises(InputError, match="'tfidf' embeds items of the kind text"):
        projects.create(ws, "Pictures", config=ProjectConfig(embedder="tfidf"))
    made = projects.create(ws, "Rows", kind="table")
    with pytest.raises(InputError, match="'tfidf' embeds items of the kind text"):
        projects.configure(ws, made.id, replace(made.config, embedder="tfidf"))


def test_labels_given_to_texts_are_exported_with_the_file_and_line_they_came_from(ws, ada, film):
    project = setup.new_project(ws, "Films", film, ImportOptions(), classes=("good", "bad")).project
    truth = {f"reviews.csv#{place}": row["label"] for place, row in enumerate(reviews(200), 2)}
    known = {row.id: truth[row.path] for row in rows(ws, project.id)}

    chosen = [one.id for one in pool.lease(ws, project.id, ada.id, keep=[], want=10)]
    from labeler_app.services import labeling

    ids = class_ids(ws, project.id)
    labeling.record(ws, project.id, ada.id, [answer(one, ids[known[one]]) for one in chosen])

    out = io.StringIO()
    assert export.export(ws, project.id, "csv", out) == 10
    for line in out.getvalue().splitlines()[1:]:
        path, _, _, said = line.split(",")[:4]
        assert truth[path] == said


def test_an_import_that_was_interrupted_goes_on_where_it_stopped(ws, film, monkeypatch):
    from labeler_app.services import reading

    monkeypatch.setattr(reading, "ROWS_AT_ONCE", 40)
    project = projects.create(ws, "Films", kind="text")
    run = exchange.request_import(ws, project.id, film, TRUST)

    def stop(done, total):
        if done >= 80:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        exchange.run_import(ws, run, stop)
    report = exchange.run_import(ws, run)

    assert (report.new, report.duplicates, report.labels) == (200, 0, 200)
    assert len(kept(ws, project.id)) == 200


def test_rows_are_stored_fewer_at_a_time_where_they_are_long(ws, film, monkeypatch):
    from labeler_app.services import reading

    longest = max(len(contents.packed(row["text"])) for row in reviews(200))
    monkeypatch.setattr(reading, "LETTERS_AT_ONCE", 5 * longest)
    project = projects.create(ws, "Films", kind="text")
    run = exchange.request_import(ws, project.id, film, TRUST)
    told = []

    report = exchange.run_import(ws, run, lambda done, _: told.append(done))

    assert report.new == 200
    steps = np.diff(sorted({0, *told}))
    assert steps.max() < 2 * 5
    assert len(steps) >= 200 / (2 * 5)


def test_a_first_import_that_fails_leaves_no_contents_behind(ws, film, monkeypatch):
    from labeler_app.services import imported

    def fail(*_args):
        raise InputError("No.")

    monkeypatch.setattr(imported, "add_classes", fail)
    with pytest.raises(InputError, match="No"):
        setup.new_project(ws, "Films", film, TRUST)

    with ws.store.read() as tx:
        left = tx.execute(sa.select(sa.func.count()).select_from(schema.item_content)).scalar()
    assert projects.every(ws) == [] or left == len(rows(ws, projects.every(ws)[0].id))


def test_texts_without_kept_content_are_stood_in_for(ws, film):
    project = projects.create(ws, "Films", kind="text")
    run_import(ws, project.id, film)
    with ws.store.write() as tx:
        tx.execute(sa.delete(schema.item_content).where(schema.item_content.c.item == 3))

    features.embed(ws, project.id)

    with ws.store.read() as tx:
        (shard,) = models.shards(tx, project.id, kinds.of("text").signatures)
        assert tx.execute(sa.select(schema.stand_in.c.item)).scalars().all() == [3]
    assert np.isfinite(ws.arrays.open_all(features.shards(ws, project.id))).all()
    assert shard.count == 200
