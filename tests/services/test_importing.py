import csv
import shutil
import zipfile

import numpy as np
import pytest
from PIL import Image

from labeler_app.errors import InputError, LabelerError, StateError
from labeler_app.services import (
    class_surgery,
    exchange,
    features,
    preview,
    projects,
    reading,
    setup,
    uploads,
)
from labeler_app.services.exchange import ImportOptions
from labeler_app.services.projects import Project
from labeler_app.settings import ProjectConfig
from labeler_app.store import audit, events
from tests.builders import SMALL, class_ids, label, make_project, rows, run_import, work
from tests.pictures import class_folders, zipped

FOLDERS = ImportOptions("folders", "trust")
TABLE = ImportOptions("table", "trust")


@pytest.fixture
def project(ws) -> Project:
    return projects.create(ws, "Colours", classes=["amber", "blue", "green"])


@pytest.fixture
def photos(tmp_path):
    """Three pictures of each of three classes, in class folders."""
    return class_folders(tmp_path / "photos", each=3, size=SMALL)


def counts(row):
    return {
        name: getattr(row, name)
        for name in ("new", "duplicates", "known", "refused", "ignored", "labels")
        if getattr(row, name)
    }


def folders_kept(ws):
    return [one for one in (ws.folder / "files").iterdir() if one.is_dir()]


def training(ws, project):
    with ws.store.read() as tx:
        return events.training_labels(tx, project.id)


def test_every_file_of_nested_folders_is_counted_once_and_reported(ws, project, photos):
    (photos / "amber" / "deep" / "deeper").mkdir(parents=True)
    shutil.copy(photos / "blue" / "blue-000.png", photos / "amber" / "deep" / "deeper" / "copy.png")
    (photos / "notes.txt").write_text("not a picture")
    (photos / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and then nothing")
    (photos / "empty.jpg").write_bytes(b"")

    row = run_import(ws, project.id, photos)

    assert counts(row) == {"new": 9, "duplicates": 1, "refused": 2, "ignored": 1}
    assert (row.state, row.done, row.total) == ("done", 12, 12)
    problems = dict(exchange.problems(ws, row.id))
    assert problems["empty.jpg"] == "empty file, 0 bytes"
    assert set(problems) == {"empty.jpg", "broken.png"}


def test_importing_again_adds_nothing(ws, project, photos):
    run_import(ws, project.id, photos, FOLDERS)

    again = run_import(ws, project.id, photos, FOLDERS)

    assert counts(again) == {"known": 9}
    assert projects.get(ws, project.id).items == 9


def test_a_second_import_adds_only_what_is_new(ws, project, photos):
    run_import(ws, project.id, photos)
    Image.new("RGB", (20, 20), "red").save(photos / "new.png")
    Image.new("RGB", (20, 20), "black").save(photos / "amber" / "amber-000.png")

    again = run_import(ws, project.id, photos)

    assert counts(again) == {"new": 2, "known": 8}
    assert [row.position for row in rows(ws, project.id)] == list(range(11))


def test_a_zip_is_unpacked_and_keeps_nothing_when_it_brings_nothing_new(ws, project, photos):
    archive = zipped(photos)

    first = run_import(ws, project.id, archive, FOLDERS)
    kept = folders_kept(ws)
    again = run_import(ws, project.id, archive)

    assert counts(first) == {"new": 9, "labels": 9}
    assert counts(again) == {"known": 9}
    assert folders_kept(ws) == kept
    assert len(kept) == 1


def test_a_copied_folder_may_be_deleted_afterwards(ws, project, photos):
    run_import(ws, project.id, photos, ImportOptions(copy=True))
    shutil.rmtree(photos)

    for row in rows(ws, project.id):
        assert (ws.root(row.root) / row.path).is_file()


def test_the_labels_of_class_folders_are_stored_as_imported(ws, project, photos):
    row = run_import(ws, project.id, photos, FOLDERS)

    found = training(ws, project)
    with ws.store.read() as tx:
        reserved = audit.size(tx, project.id)
        answers = events.audit_answers(tx, project.id, "report")
    assert row.labels == 9
    assert {one.origin for one in found} == {"imported"}
    assert len(found) == 9 - reserved
    assert {one.kind for one in answers} == {"label"}
    assert sum(one.count for one in projects.classes(ws, project.id)) == 9


def test_new_classes_of_the_folders_are_added_and_known_ones_reused(ws, photos):
    project = projects.create(ws, "Colours", classes=["Blue"])

    run_import(ws, project.id, photos, FOLDERS)

    assert [one.name for one in projects.classes(ws, project.id)] == ["Blue", "amber", "green"]


def test_only_the_class_names_are_taken_if_labels_are_not_trusted(ws, photos):
    project = projects.create(ws, "Colours")

    row = run_import(ws, project.id, photos, ImportOptions("folders", "classes"))

    assert row.labels == 0
    assert len(projects.classes(ws, project.id)) == 3
    assert training(ws, project) == []


def write_table(folder, labels):
    with (folder / "labels.csv").open("w", newline="") as out:
        csv.writer(out).writerows([("path", "label"), *labels.items()])


def test_labels_of_a_table_change_when_the_table_does_and_back_again(ws, project, photos):
    told = []
    for name in ("blue", "green", "green", "blue"):
        write_table(photos, {"amber/amber-000.png": name})
        row = run_import(ws, project.id, photos, TABLE)
        told.append((row.labels, [one.count for one in projects.classes(ws, project.id)]))

    assert told == [(1, [0, 1, 0]), (1, [0, 0, 1]), (0, [0, 0, 1]), (1, [0, 1, 0])]


def write_lines(folder, lines):
    (folder / "labels.csv").write_text("\n".join(["path,label", *lines]), encoding="utf-8")


def test_lines_that_give_a_path_several_labels_give_it_none_and_are_told(ws, project, photos):
    write_lines(
        photos,
        [
            "amber/amber-000.png,amber",
            "blue/blue-000.png,blue",
            "blue/blue-001.png,green",
            "amber/amber-001.png,Amber",
            "blue/blue-000.png,BLUE",
            "blue/blue-000.png,blue",
            "amber/amber-000.png,blue",
            "amber/amber-001.png,a\u200eb",
            *(f"green/green-000.png,{name}" for name in ("green", "new", "Green", "blue", "amber")),
            "green/green-001.png,green",
            "green/green-001.png," + "a" * 101,
        ],
    )
    told = [
        ("green/green-001.png", "labels.csv, line 16: the label has more than 100 characters"),
        (
            "green/green-001.png",
            "labels.csv, line 15 is not taken: another line of this path cannot be used",
        ),
        (
            "amber/amber-001.png",
            "labels.csv, line 9: the class name 'a\\u200eb' has a character that cannot be seen"
            " (U+200E)",
        ),
        (
            "amber/amber-001.png",
            "labels.csv, line 5 is not taken: another line of this path cannot be used",
        ),
        ("amber/amber-000.png", "labels.csv, lines 2 and 8 give it two labels: 'amber' and 'blue'"),
        (
            "green/green-000.png",
            "labels.csv, lines 10, 11, 12, 13 and 14 give it 5 labels: 'green', 'new', 'Green',"
            " 'blue' and 'amber'",
        ),
    ]

    look = preview.look(ws, photos, project=project.id)
    row = run_import(ws, project.id, photos, TABLE)

    assert (row.state, row.new, row.labels, row.unusable, row.unlisted) == ("done", 9, 2, 6, 0)
    assert exchange.problems(ws, row.id) == told
    names = {one.name: one.count for one in projects.classes(ws, project.id)}
    assert names == {"amber": 0, "blue": 1, "green": 1, "new": 0}
    assert (look.labeled, look.several, look.unusable) == (2, 0, 6)
    assert list(look.first_unusable) == told
    assert look.labels == names


def test_names_of_classes_that_were_merged_are_one_label(ws, project, photos):
    classes = class_ids(ws, project.id)
    class_surgery.merge(ws, classes["blue"], classes["green"])
    write_lines(photos, ["blue/blue-000.png,blue", "blue/blue-000.png,green"])

    row = run_import(ws, project.id, photos, TABLE)

    assert (row.labels, row.unusable) == (1, 0)


def test_of_many_paths_with_several_labels_the_first_are_told(ws, project, tmp_path):
    folder = class_folders(tmp_path / "many", each=40, size=SMALL)
    paths = [one.relative_to(folder).as_posix() for one in sorted(folder.rglob("*.png"))]
    write_lines(folder, [f"{path},{name}" for path in paths for name in ("amber", "blue")])

    row = run_import(ws, project.id, folder, TABLE)

    assert (row.labels, row.unusable, row.unlisted) == (0, 120, 20)
    assert len(exchange.problems(ws, row.id)) == 100


def test_one_picture_with_two_labels_keeps_the_first_and_says_so(ws, project, photos):
    shutil.copy(photos / "amber" / "amber-000.png", photos / "green" / "same.png")

    row = run_import(ws, project.id, photos, FOLDERS)

    assert row.labels == 9
    assert exchange.problems(ws, row.id) == [
        ("green/same.png", "the same picture is labeled 'amber' at another path")
    ]


def test_a_folder_no_class_can_be_named_after_leaves_its_files_without_a_label(ws, project, photos):
    (photos / "blue").rename(photos / ("b" * 150))

    row = run_import(ws, project.id, photos, FOLDERS)

    assert (row.state, row.new, row.labels, row.unusable) == ("done", 9, 6, 3)
    assert len(rows(ws, project.id)) == 9
    assert {reason for _, reason in exchange.problems(ws, row.id)} == {
        f"the class name {'b' * 40!r} has 150 characters"
    }


class Interrupted(BaseException):
    """As if the process had been killed."""


def interrupt_after(chunks):
    def progress(done, total):
        if done >= chunks * reading.FILES_AT_ONCE:
            raise Interrupted

    return progress


@pytest.fixture
def many(tmp_path):
    """More pictures than fit into one chunk, some of them twice, and one broken."""
    rng = np.random.default_rng(3)
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(100):
        pixels = rng.integers(0, 255, (6, 6, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{number:03d}.png")
    for number in range(0, 100, 10):
        shutil.copy(folder / f"{number:03d}.png", folder / f"{number:03d}-copy.png")
    (folder / "050-broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    return folder


def test_an_interrupted_import_goes_on_and_its_report_is_that_of_an_undisturbed_one(
    ws, project, many
):
    run = exchange.request_import(ws, project.id, many, ImportOptions())
    with pytest.raises(Interrupted):
        exchange.run_import(ws, run, interrupt_after(1))
    halfway = projects.get(ws, project.id).items

    row = exchange.run_import(ws, run)

    assert halfway == 0
    assert counts(row) == {"new": 100, "duplicates": 10, "refused": 1}
    assert projects.get(ws, project.id).items == 100
    assert sorted(one.position for one in rows(ws, project.id)) == list(range(100))


def test_items_of_an_interrupted_import_arrive_with_another_that_finds_them(ws, project, many):
    run = exchange.request_import(ws, project.id, many, ImportOptions())
    with pytest.raises(Interrupted):
        exchange.run_import(ws, run, interrupt_after(1))

    row = run_import(ws, project.id, many)

    assert counts(row) == {"new": 100, "duplicates": 10, "refused": 1}
    assert projects.get(ws, project.id).items == 100


def test_an_import_whose_files_are_gone_at_the_second_try_keeps_what_it_read(ws, project, many):
    run = exchange.request_import(ws, project.id, many, ImportOptions())
    with pytest.raises(Interrupted):
        exchange.run_import(ws, run, interrupt_after(1))
    shutil.rmtree(many)

    with pytest.raises(InputError, match="nothing at"):
        exchange.run_import(ws, run)

    assert exchange.pending(ws, project.id) == []
    assert 0 < projects.get(ws, project.id).items < 100
    assert exchange.import_rows(ws, project.id)[0].state == "refused"


def test_a_stopped_import_uses_what_was_read(ws, project, many):
    run = exchange.request_import(ws, project.id, many, ImportOptions())

    row = exchange.run_import(ws, run, lambda _done, _total: exchange.cancel(ws, run))

    assert (row.state, row.problem) == ("done", "Stopped by a person.")
    assert row.done == reading.FILES_AT_ONCE
    assert projects.get(ws, project.id).items == row.new > 0


def test_an_import_stopped_before_it_began_adds_nothing(ws, project, photos):
    run = exchange.request_import(ws, project.id, photos, ImportOptions())
    exchange.cancel(ws, run)

    assert exchange.run_import(ws, run).new == 0
    assert exchange.pending(ws, project.id) == []


def test_a_finished_import_is_neither_done_again_nor_stopped(ws, project, photos):
    row = run_import(ws, project.id, photos)
    exchange.cancel(ws, row.id)

    with pytest.raises(StateError, match="is done already"):
        exchange.run_import(ws, row.id)

    assert exchange.import_rows(ws, project.id)[0].problem == ""


def test_an_unknown_import_is_refused(ws):
    with pytest.raises(InputError, match="no import number 9"):
        exchange.run_import(ws, 9)


def test_progress_is_told_up_to_the_end(ws, project, many):
    told = []
    run = exchange.request_import(ws, project.id, many, ImportOptions())

    exchange.run_import(ws, run, lambda done, total: told.append((done, total)))

    assert told == [(64, 111), (111, 111)]


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (ImportOptions("dreams"), "Labels cannot come from 'dreams'"),
        (ImportOptions("folders", "believe"), "'believe' is not a way"),
    ],
)
def test_unknown_options_are_refused(ws, project, photos, options, problem):
    with pytest.raises(InputError, match=problem):
        exchange.request_import(ws, project.id, photos, options)


def test_a_path_that_is_not_there_or_no_project_is_refused(ws, project, photos, tmp_path):
    with pytest.raises(InputError, match="nothing at"):
        exchange.request_import(ws, project.id, tmp_path / "gone", ImportOptions())
    (tmp_path / "photo.png").write_bytes(b"")
    with pytest.raises(InputError, match="neither a folder nor a zip"):
        exchange.request_import(ws, project.id, tmp_path / "photo.png", ImportOptions())
    with pytest.raises(InputError, match="no project number 99"):
        exchange.request_import(ws, 99, photos, ImportOptions())


@pytest.mark.parametrize("files", [(), ("notes.md",)])
def test_a_new_project_of_a_folder_without_images_leaves_nothing_behind(ws, tmp_path, files):
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in files:
        (folder / name).write_text("x")

    with pytest.raises(InputError, match="holds no images"):
        setup.new_project(ws, "Empty", folder, ImportOptions())

    assert projects.every(ws) == []


def test_a_new_project_of_broken_images_leaves_nothing_behind_and_names_the_first(ws, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.png").write_bytes(b"")

    with pytest.raises(InputError, match=r"1 refused. The first: a.png, empty file"):
        setup.new_project(ws, "Broken", folder, ImportOptions())

    assert projects.every(ws) == []


def test_a_taken_name_leaves_the_other_project_as_it_was(ws, photos):
    made = setup.new_project(ws, "Colours", photos, FOLDERS, embedder="pixels")

    with pytest.raises(InputError, match="already"):
        setup.new_project(ws, "colours", photos, FOLDERS)

    assert [(one.id, one.items) for one in projects.every(ws)] == [(made.project.id, 9)]


def test_a_new_project_stopped_by_hand_leaves_nothing_behind(ws, many):
    def stop(_label):
        def progress(done, total):
            raise KeyboardInterrupt

        return progress

    with pytest.raises(KeyboardInterrupt):
        setup.new_project(ws, "Stopped", many, ImportOptions(), progress=stop)

    assert projects.every(ws) == []


def test_a_new_project_is_embedded_when_it_is_made(ws, photos):
    made = setup.new_project(ws, "Colours", photos, FOLDERS)

    assert (made.report.new, made.report.labels, made.problems) == (9, 9, ())
    assert features.missing(ws, made.project.id) == 0


def test_files_are_added_to_a_project_and_embedded(ws, tmp_path, photos):
    project = make_project(ws, tmp_path / "the-same-pictures", each=3)
    Image.new("RGB", (20, 20), "red").save(photos / "new.png")

    report, problems = setup.add_files(ws, project.id, photos, ImportOptions())

    assert (report.new, report.duplicates, problems) == (1, 9, [])
    assert features.missing(ws, project.id) == 0


def test_an_import_left_to_the_worker_is_done_by_it(ws, photos):
    project = setup.start_project(ws, "Later", photos, FOLDERS).project
    assert projects.get(ws, project).items == 0

    work(ws)

    assert projects.get(ws, project).items == 9
    assert features.missing(ws, project) == 0


def test_who_imports_while_a_worker_is_at_the_project_watches_it_finish(ws, photos, monkeypatch):
    from labeler_app.services import claims

    project = projects.create(ws, "Shared", config=ProjectConfig(embedder="pixels"))
    waited = []

    def worker_ends(_seconds):
        waited.append(1)
        claimed.__exit__(None, None, None)
        work(ws)

    monkeypatch.setattr(setup.time, "sleep", worker_ends)
    claimed = claims.hold(ws, project.id, "another-host:1:a")
    claimed.__enter__()

    report, _ = setup.add_files(ws, project.id, photos, ImportOptions())

    assert waited == [1]
    assert report.new == 9
    assert len(exchange.import_rows(ws, project.id)) == 1


def test_an_uploaded_zip_is_imported_from_the_inbox(ws, project, photos):
    with zipped(photos).open("rb") as opened:
        path = uploads.receive(ws, [("photos.zip", opened)])

    assert counts(run_import(ws, project.id, path)) == {"new": 9}


def test_uploads_with_paths_in_their_names_stay_in_the_inbox(ws, photos):
    with (photos / "amber" / "amber-000.png").open("rb") as opened:
        folder = uploads.receive(ws, [("..\\../up.png", opened)])

    assert [one.name for one in folder.iterdir()] == ["up.png"]
    assert folder.is_relative_to(ws.folder / "inbox")


def test_a_zip_with_a_way_out_adds_the_rest_and_reports_the_entry(ws, project, photos, tmp_path):
    path = zipped(photos)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("../../out.png", b"x")

    row = run_import(ws, project.id, path)

    assert counts(row) == {"new": 9, "refused": 1}
    assert not (tmp_path / "out.png").exists()


def test_human_labels_stay_when_labels_are_imported_later(ws, tmp_path, ada):
    project = make_project(ws, tmp_path / "photos", each=2)
    first = rows(ws, project.id)[0]
    label(ws, project.id, ada, [first.id], lambda _true: "green")

    run_import(ws, project.id, tmp_path / "photos", FOLDERS)

    said = {(one.item, one.origin): one.class_id for one in training(ws, project)}
    classes = class_ids(ws, project.id)
    assert said[first.id, "human"] == classes["green"]
    assert said[first.id, "imported"] == classes["amber"]


def test_a_refused_import_is_told_by_the_worker_and_not_tried_for_ever(ws, photos):
    project = setup.start_project(ws, "Later", photos, FOLDERS).project
    shutil.rmtree(photos)

    work(ws)

    row = exchange.import_rows(ws, project)[0]
    assert (row.state, row.new) == ("refused", 0)
    assert "nothing at" in row.problem
    assert exchange.pending(ws, project) == []
    with pytest.raises(LabelerError):
        exchange.run_import(ws, row.id)
