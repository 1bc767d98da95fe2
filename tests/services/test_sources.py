"""Folders and zips on their way in: unpacked once, copied in part, with errors as sentences."""

import errno
import json
import shutil
import zipfile
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest

from labeler_app.adapters import archives
from labeler_app.errors import FormatError, InputError, StoreError
from labeler_app.services import (
    copied,
    drafts,
    exchange,
    images,
    label_classes,
    preview,
    projects,
    setup,
    sources,
    uploads,
)
from labeler_app.services.exchange import ImportOptions
from tests.builders import SMALL, rows, run_import
from tests.pictures import class_folders, zipped

COPY = ImportOptions(copy=True)


@pytest.fixture
def photos(tmp_path):
    """Three pictures of each of three classes, in class folders."""
    return class_folders(tmp_path / "photos", each=3, size=SMALL)


@pytest.fixture
def archive(photos):
    """A zip of the pictures, and of an entry that is refused."""
    path = zipped(photos)
    with zipfile.ZipFile(path, "a") as opened:
        opened.writestr("../../out.png", b"x")
    return path


@pytest.fixture
def project(ws):
    return projects.create(ws, "Colours")


def full_disk(*_args, **_named):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_a_sentence_and_leaves_no_half_made_project(ws, photos, monkeypatch):
    monkeypatch.setattr(Path, "write_bytes", full_disk)

    with pytest.raises(StoreError, match="The disk is full"):
        setup.new_project(ws, "Colours", photos, ImportOptions())

    assert projects.every(ws) == []


def test_a_folder_that_cannot_be_written_is_a_sentence(ws, photos):
    (ws.folder / "copies").write_text("a file in its place")

    with pytest.raises(StoreError, match="cannot be written to"):
        setup.new_project(ws, "Colours", photos, ImportOptions())

    assert projects.every(ws) == []


def test_a_bug_leaves_no_half_made_project(ws, photos, monkeypatch):
    def fail(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(images, "make_copies", fail)

    with pytest.raises(ZeroDivisionError):
        setup.new_project(ws, "Colours", photos, ImportOptions())

    assert projects.every(ws) == []


def test_an_import_into_a_full_disk_goes_on_when_there_is_room(ws, project, photos, monkeypatch):
    run = exchange.request_import(ws, project.id, photos, ImportOptions())
    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", full_disk)
        with pytest.raises(StoreError):
            exchange.run_import(ws, run)

    row = exchange.run_import(ws, run)

    assert (row.state, row.new, row.refused) == ("done", 9, 0)


def test_an_upload_or_a_copy_that_finds_no_room_is_a_sentence_and_leaves_nothing(
    ws, photos, monkeypatch
):
    (ws.folder / "inbox").mkdir()
    monkeypatch.setattr(Path, "open", full_disk)

    with pytest.raises(StoreError, match="The disk is full"):
        uploads.receive(ws, [("a.png", BytesIO(b"x"))])
    with pytest.raises(StoreError, match="The disk is full"):
        sources.open_source(ws, photos, copy=True)

    assert list((ws.folder / "inbox").iterdir()) == []
    assert list((ws.folder / "files").iterdir()) == []


def test_a_zip_is_unpacked_once_for_preview_and_import_and_the_report_stays_whole(
    ws, project, archive, monkeypatch
):
    before = preview.look(ws, archive)
    monkeypatch.setattr(archives, "unpack_zip", full_disk)

    again = preview.look(ws, archive)
    row = run_import(ws, project.id, archive)

    assert before.refused == again.refused
    assert [one.path for one in before.refused] == ["../../out.png"]
    assert (row.new, row.refused) == (9, 1)


def test_many_that_unpack_the_same_zip_at_once_find_the_same(ws, archive):
    with ThreadPoolExecutor(6) as several:
        found = list(several.map(lambda _: sources.open_source(ws, archive), range(6)))

    assert {len(one.found) for one in found} == {9}
    assert len({one.refused for one in found}) == 1


@pytest.mark.parametrize("spoil", ["file", "folder", "list", "crash"])
def test_an_unpacked_folder_that_is_not_whole_any_more_is_unpacked_again(
    ws, project, archive, spoil
):
    run_import(ws, project.id, archive)
    folder = next(one for one in (ws.folder / "files").iterdir() if one.is_dir())
    beside = folder.with_name(f".{folder.name}.json")
    match spoil:
        case "file":
            (folder / "amber" / "amber-000.png").unlink()
        case "folder":
            shutil.rmtree(folder)
        case "list":
            beside.write_text("")
        case "crash":
            (folder.parent / f".{folder.name}.abc.part").mkdir()
            beside.unlink()

    row = run_import(ws, project.id, archive)

    assert (row.known, row.refused) == (9, 1)
    assert all((ws.root(one.root) / one.path).is_file() for one in rows(ws, project.id))
    assert json.loads(beside.read_text())["files"] == 9
    assert [one for one in folder.parent.iterdir() if one.name.endswith(".part")] == []


def test_only_images_and_the_table_of_labels_are_copied(ws, project, photos):
    (photos / "video.mov").write_bytes(b"large")
    (photos / "labels.csv").write_text("path,label\namber/amber-000.png,amber\n")

    row = run_import(ws, project.id, photos, ImportOptions("table", "trust", copy=True))

    kept = next(one for one in (ws.folder / "files").iterdir() if one.is_dir())
    assert (row.new, row.ignored, row.labels) == (9, 1, 1)
    assert sorted(one.name for one in kept.iterdir()) == ["amber", "blue", "green", "labels.csv"]


def test_a_file_that_cannot_be_copied_is_reported_and_the_others_are_imported(
    ws, project, photos, monkeypatch
):
    really = copied.files.open_regular

    def locked(path):
        if path.name == "blue-001.png":
            raise FormatError("no permission to read it")
        return really(path)

    monkeypatch.setattr(copied.files, "open_regular", locked)

    row = run_import(ws, project.id, photos, COPY)

    assert (row.new, row.refused) == (8, 1)
    assert exchange.problems(ws, row.id) == [("blue/blue-001.png", "no permission to read it")]


def test_more_classes_than_a_project_can_have_refuse_the_import(ws, project, photos, monkeypatch):
    monkeypatch.setattr(label_classes, "MOST_CLASSES", 3)
    projects.add_class(ws, project.id, "Blue")
    assert run_import(ws, project.id, photos, ImportOptions("folders", "trust")).labels == 9
    (photos / "violet").mkdir()
    shutil.copy(photos / "blue" / "blue-000.png", photos / "violet" / "one.png")

    with pytest.raises(InputError, match=r"there would be 4 classes; 3 is the most"):
        run_import(ws, project.id, photos, ImportOptions("folders", "classes"))

    assert len(projects.classes(ws, project.id)) == 3


def zip_of(**files):
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_", "."), content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ([("photos.zip", zip_of(a_md=b"x"))], "photos.zip holds no images, texts or table: 1 file"),
        ([("photos.zip", zip_of(a_png=b"x"))], "photos.zip holds no image that can be read: 1 "),
        ([("photos.zip", b"x")], "photos.zip is not a zip file, or it is damaged"),
        ([("a.csv", b"text,label\n")], "a.csv holds no "),
        ([("a.csv", b"")], "a.csv"),
        ([("a.md", b"x"), ("b.md", b"x")], "Your upload holds no images, texts or table: 2 files"),
    ],
)
def test_what_is_wrong_with_an_upload_names_it_as_the_person_does(ws, sent, told):
    def path():
        return uploads.receive(ws, [(name, BytesIO(content)) for name, content in sent])

    said = []
    for door in (
        lambda: preview.look(ws, drafts.keep(ws, path()).path),
        lambda: setup.new_project(ws, "Films", path(), ImportOptions()),
    ):
        with pytest.raises(InputError) as refused:
            door()
        said.append(str(refused.value))

    assert all(one.startswith(told) for one in said), said
    assert not [one for one in said if "inbox" in one or str(ws.folder) in one]


def test_labels_that_an_upload_lacks_and_an_upload_that_went_are_told_by_its_name(ws, photos):
    sent = BytesIO()
    with zipfile.ZipFile(sent, "w") as archive:
        for one in photos.rglob("*.png"):
            archive.write(one, one.name)
    sent.seek(0)
    path = uploads.receive(ws, [("photos.zip", sent)])
    project = projects.create(ws, "Pets").id
    wished = [
        ("table", "photos.zip has no labels.csv."),
        ("folders", "photos.zip has no class folders."),
        ("column", "photos.zip is no table with a column of labels."),
    ]

    for labels_from, told in wished:
        with pytest.raises(InputError) as refused:
            run_import(ws, project, path, ImportOptions(labels_from, "trust"))
        assert refused.value.problem == told
    rows = exchange.import_rows(ws, project)
    path.unlink()
    with pytest.raises(InputError, match=r"^photos\.zip is not here any more\. Drop the files"):
        exchange.request_import(ws, project, path, ImportOptions())

    assert [one.source for one in rows] == ["photos.zip"] * 3
    assert not [one for one in rows if str(ws.folder) in one.problem]


def test_several_files_have_one_name_and_a_path_that_was_typed_stays(ws, photos):
    pictures = sorted(photos.rglob("*.png"))
    several = uploads.receive(ws, [(one.name, BytesIO(one.read_bytes())) for one in pictures])

    assert preview.look(ws, several).name == "Your upload"
    assert uploads.called(ws, photos) == str(photos)
    with pytest.raises(InputError, match=f"There is nothing at {photos / 'gone'}"):
        drafts.keep(ws, photos / "gone")
