"""Folders of uploads and previews: gone when nothing needs them, and never one that is needed."""

import os
import shutil

import pytest

from labeler_app.services import exchange, leftovers, preview, projects, uploads
from labeler_app.services.exchange import ImportOptions
from labeler_app.store import items
from tests.builders import SMALL, rows, run_import
from tests.pictures import class_folders, zipped


@pytest.fixture(autouse=True)
def now(clock, tmp_path):
    """Let the clock agree with the times of the files."""
    clock.now = tmp_path.stat().st_mtime


@pytest.fixture
def photos(tmp_path):
    """Three pictures of each of three classes, in class folders."""
    return class_folders(tmp_path / "photos", each=3, size=SMALL)


@pytest.fixture
def project(ws):
    return projects.create(ws, "Colours").id


def upload(ws, path):
    with path.open("rb") as opened:
        return uploads.receive(ws, [(path.name, opened)])


def grow_old(ws, folder):
    """Make a folder look a little older than what is kept."""
    then = ws.clock() - leftovers.KEPT_SECONDS - 1
    os.utime(folder, (then, then))


def folders(ws):
    return sorted(
        f"{place.name}/{one.name}"
        for place in (ws.folder / "inbox", ws.folder / "files")
        if place.is_dir()
        for one in place.iterdir()
        if one.is_dir()
    )


def files_are_there(ws, project):
    return all((ws.root(one.root) / one.path).is_file() for one in rows(ws, project))


def test_an_uploaded_zip_is_gone_after_its_import_and_its_pictures_stay(ws, project, photos):
    path = upload(ws, zipped(photos))

    run_import(ws, project, path)

    assert [one.partition("-")[0] for one in folders(ws)] == ["files/zip"]
    assert files_are_there(ws, project)


def test_uploaded_pictures_stay_where_their_items_are(ws, project, photos):
    path = upload(ws, photos / "amber" / "amber-000.png")

    run_import(ws, project, path)
    grow_old(ws, path)

    assert leftovers.clear(ws) == 0
    assert files_are_there(ws, project)


def test_uploaded_pictures_that_are_all_known_are_gone_after_the_import(ws, project, photos):
    run_import(ws, project, photos)

    run_import(ws, project, upload(ws, photos / "amber" / "amber-000.png"))

    assert folders(ws) == []
    assert files_are_there(ws, project)


def test_a_zip_another_import_waits_for_stays_until_that_is_done(ws, project, photos):
    other = projects.create(ws, "Other").id
    path = upload(ws, zipped(photos))
    waiting = exchange.request_import(ws, other, path, ImportOptions())

    run_import(ws, project, path)
    grow_old(ws, path.parent)
    kept = path.is_file(), leftovers.clear(ws)
    exchange.run_import(ws, waiting)

    assert kept == (True, 0)
    assert not path.exists()
    assert files_are_there(ws, other)


def test_a_preview_nobody_imported_is_gone_after_a_day_and_not_before(ws, photos):
    preview.look(ws, upload(ws, zipped(photos)))
    made = [ws.folder / one for one in folders(ws)]

    before = leftovers.clear(ws)
    for one in made:
        grow_old(ws, one)

    assert len(made) == 2
    assert (before, leftovers.clear(ws), folders(ws)) == (0, 2, [])
    assert list((ws.folder / "files").glob(".*.json")) == []


def test_an_old_preview_that_is_looked_at_again_is_young_again(ws, photos):
    archive = zipped(photos)
    preview.look(ws, upload(ws, archive))
    for one in folders(ws):
        grow_old(ws, ws.folder / one)

    preview.look(ws, upload(ws, archive))

    assert leftovers.clear(ws) == 0
    assert len(folders(ws)) == 2


def test_what_a_killed_upload_or_unpacking_left_is_gone_after_a_day(ws, project, photos):
    run_import(ws, project, zipped(photos))
    for name in ("inbox/.abc.part", "files/.zip-0123.xyz.part", "files/copy-0123"):
        (ws.folder / name).mkdir(parents=True)
        (ws.folder / name / "half.png").write_bytes(b"x")
        grow_old(ws, ws.folder / name)

    assert leftovers.clear(ws) == 3
    assert files_are_there(ws, project)


def test_folders_that_are_not_of_an_import_are_never_touched(ws, tmp_path, photos):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (ws.folder / "inbox").mkdir()
    (ws.folder / "files" / "digits").mkdir(parents=True)
    (ws.folder / "inbox" / "link").symlink_to(elsewhere)
    (ws.folder / "arrays" / "zip-1").mkdir(parents=True)
    for one in (elsewhere, photos, ws.folder / "files" / "digits", ws.folder / "arrays" / "zip-1"):
        grow_old(ws, one)

    cleared = leftovers.clear(ws)
    leftovers.drop(ws, elsewhere, photos, ws.folder, ws.folder / "inbox", ws.folder / "arrays")
    leftovers.drop(ws, ws.folder / "inbox" / "link", ws.folder / "files" / "digits")

    assert cleared == 0
    assert elsewhere.is_dir()
    assert photos.is_dir()
    assert (ws.folder / "files" / "digits").is_dir()
    assert (ws.folder / "arrays" / "zip-1").is_dir()


def test_an_inbox_that_is_a_link_out_of_the_workspace_is_left_alone(ws, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "old").mkdir(parents=True)
    grow_old(ws, elsewhere / "old")
    (ws.folder / "inbox").symlink_to(elsewhere)

    leftovers.drop(ws, ws.folder / "inbox" / "old")

    assert leftovers.clear(ws) == 0
    assert (elsewhere / "old").is_dir()


def test_a_zip_that_brings_lost_items_back_keeps_its_folder(ws, project, photos):
    run_import(ws, project, photos)
    lost = rows(ws, project)[0]
    archive = zipped(photos)
    shutil.rmtree(photos)
    with ws.store.write() as tx:
        items.set_state(tx, lost.id, "missing")

    run_import(ws, project, archive)

    back = rows(ws, project)[0]
    assert back.state == "ready"
    assert (ws.root(back.root) / back.path).is_file()
