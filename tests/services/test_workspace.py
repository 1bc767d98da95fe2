import os
import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from labeler_app.errors import FormatError, InputError
from labeler_app.services import features, health, images, pool, projects, training
from labeler_app.services.exchange import ImportOptions
from labeler_app.services.workspace import Workspace, open_workspace
from labeler_app.settings import Settings
from tests.builders import label, make_project, rows, run_import, work
from tests.pictures import class_folders, zipped


def test_a_secret_is_made_once_and_only_its_owner_may_read_it(ws):
    first = ws.secret("token")

    assert ws.secret("token") == first
    assert len(first) >= 32
    assert (ws.folder / "token.secret").stat().st_mode & 0o777 == 0o600
    assert [one.name for one in ws.folder.glob("*.tmp")] == []


def test_two_workspaces_have_different_secrets(tmp_path):
    opened = [open_workspace(Settings(tmp_path / name)) for name in "ab"]

    assert opened[0].secret("token") != opened[1].secret("token")
    for one in opened:
        one.store.close()


def test_many_that_start_at_once_agree_on_one_secret(ws):
    told = []
    threads = [threading.Thread(target=lambda: told.append(ws.secret("token"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(told)) == 1


def test_a_moved_workspace_still_works(tmp_path, clock, request):
    ws = open_workspace(Settings(tmp_path / "before"))
    project = make_project(ws, tmp_path / "photos", each=4, name="Moved")
    copied = projects.create(ws, "Copied", classes=["a"])
    more = class_folders(tmp_path / "more", each=1)
    run_import(ws, copied.id, more, ImportOptions(copy=True))
    run_import(ws, copied.id, zipped(class_folders(tmp_path / "zip", each=2)))
    ws.store.close()
    shutil.move(tmp_path / "before", tmp_path / "after")
    shutil.rmtree(more)
    shutil.rmtree(tmp_path / "after" / "copies")

    moved = replace(open_workspace(Settings(tmp_path / "after")), clock=clock)
    request.addfinalizer(moved.store.close)
    from labeler_app.services import people

    ada = people.join(moved, "Ada")
    label(
        moved,
        project.id,
        ada,
        [one.id for one in pool.lease(moved, project.id, ada.id, keep=[], want=12)],
    )
    assert training.is_due(moved, project.id) == "model"
    work(moved)

    for row in rows(moved, copied.id) + rows(moved, project.id):
        path, _ = images.copy_of(moved, row.id, "screen")
        assert path.is_relative_to(tmp_path / "after")
    assert features.missing(moved, copied.id) == 0


def test_a_workspace_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("x")

    with pytest.raises(InputError, match="cannot be made"):
        open_workspace(Settings(tmp_path / "file"))


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_workspace_that_may_not_be_written_to_is_refused(tmp_path):
    (tmp_path / "mine").mkdir(mode=0o500)

    with pytest.raises(InputError, match="cannot be written to"):
        open_workspace(Settings(tmp_path / "mine"))


def test_a_sound_database_says_which_it_is(ws):
    assert health.check(ws) == f"{ws.store.dialect}, sound"


def test_copies_are_made_again_when_they_are_gone(ws, tmp_path):
    project = make_project(ws, tmp_path / "photos", each=1, embedded=False)
    item = rows(ws, project.id)[0]
    before = images.copy_of(ws, item.id, "thumb")[0].read_bytes()
    shutil.rmtree(ws.folder / "copies")

    path, media_type = images.copy_of(ws, item.id, "thumb")

    assert path.read_bytes() == before
    assert media_type in ("image/png", "image/jpeg")


def test_a_picture_whose_file_is_gone_is_a_sentence_and_not_offered_once_it_was_missed(
    ws, tmp_path, ada
):
    project = make_project(ws, tmp_path / "photos", each=1, embedded=False)
    item = rows(ws, project.id)[0]
    shutil.rmtree(ws.folder / "copies")
    (tmp_path / "photos" / item.path).unlink()

    with pytest.raises(FormatError, match="no longer there"):
        images.copy_of(ws, item.id, "screen")
    assert states(ws, project) == ["ready", "ready", "ready"]
    features.embed(ws, project.id)

    offered = [one.id for one in pool.lease(ws, project.id, ada.id, keep=[], want=10)]
    assert states(ws, project) == ["missing", "ready", "ready"]
    assert item.id not in offered
    assert len(offered) == 2


def test_a_folder_that_is_away_for_a_while_makes_no_item_missing(ws, tmp_path):
    project = make_project(ws, tmp_path / "photos", each=1, embedded=False)
    shutil.rmtree(ws.folder / "copies")
    (tmp_path / "photos").rename(tmp_path / "unplugged")

    features.embed(ws, project.id)

    assert states(ws, project) == ["ready", "ready", "ready"]


def test_an_item_whose_file_is_back_is_ready_again_after_an_import(ws, tmp_path):
    project = make_project(ws, tmp_path / "photos", each=1, embedded=False)
    item = rows(ws, project.id)[0]
    shutil.rmtree(ws.folder / "copies")
    (tmp_path / "photos" / item.path).rename(tmp_path / "aside.png")
    features.embed(ws, project.id)
    (tmp_path / "aside.png").rename(tmp_path / "photos" / item.path)

    run_import(ws, project.id, tmp_path / "photos")

    assert states(ws, project) == ["ready", "ready", "ready"]


def test_another_picture_in_the_place_of_an_item_is_refused_and_not_kept_as_its_copy(ws, tmp_path):
    project = make_project(ws, tmp_path / "photos", each=1, embedded=False)
    item, other, _ = rows(ws, project.id)
    shutil.rmtree(ws.folder / "copies")
    original = (tmp_path / "photos" / item.path).read_bytes()
    shutil.copy(tmp_path / "photos" / other.path, tmp_path / "photos" / item.path)

    with pytest.raises(FormatError, match="changed since the import"):
        images.copy_of(ws, item.id, "screen")

    (tmp_path / "photos" / item.path).write_bytes(original)
    assert images.copy_of(ws, item.id, "screen")[0].is_file()


def test_a_damaged_copy_is_made_again(ws, tmp_path):
    project = make_project(ws, tmp_path / "photos", each=1, embedded=False)
    item = rows(ws, project.id)[0]
    path, _ = images.copy_of(ws, item.id, "screen")
    before = path.read_bytes()
    path.write_bytes(before[:20])

    images.open_screen(ws, item)

    assert path.read_bytes() == before


def states(ws, project):
    return [one.state for one in rows(ws, project.id)]


@pytest.mark.parametrize(
    ("item", "size", "problem"), [(99, "thumb", "no item number 99"), (1, "huge", "no image size")]
)
def test_unknown_items_and_sizes_have_no_picture(ws, item, size, problem):
    with pytest.raises(InputError, match=problem):
        images.copy_of(ws, item, size)


def test_paths_inside_the_workspace_are_stored_relative_to_it(ws: Workspace):
    assert ws.root("workspace:files/a") == ws.folder / "files" / "a"
    assert ws.root("/photos") == Path("/photos")
