import pytest

from labeler_app.errors import InputError
from labeler_app.services import drafts, projects


def test_a_draft_is_found_again_by_its_name(ws, tmp_path):
    project = projects.create(ws, "Pets").id

    kept = drafts.keep(ws, tmp_path, project)

    assert drafts.find(ws, kept.name) == kept
    assert (kept.path, kept.project) == (tmp_path, project)


def test_the_same_files_are_the_same_draft_and_others_are_not(ws, tmp_path):
    project = projects.create(ws, "Pets").id

    kept = [
        drafts.keep(ws, tmp_path),
        drafts.keep(ws, tmp_path),
        drafts.keep(ws, tmp_path, project),
    ]

    assert kept[0] == kept[1]
    assert kept[0].name != kept[2].name


def test_a_draft_that_was_started_is_gone(ws, tmp_path):
    kept = drafts.keep(ws, tmp_path)

    drafts.forget(ws, kept)
    drafts.forget(ws, kept)

    assert drafts.find(ws, kept.name) is None


def test_a_draft_whose_files_are_gone_is_gone(ws, tmp_path):
    (tmp_path / "photos").mkdir()
    kept = drafts.keep(ws, tmp_path / "photos")
    (tmp_path / "photos").rmdir()

    assert drafts.find(ws, kept.name) is None


@pytest.mark.parametrize("name", ["", "0" * 16, "../../secret", "0123456789ABCDEF", "0" * 15 + "/"])
def test_a_name_no_draft_has_finds_none(ws, name):
    assert drafts.find(ws, name) is None


def test_a_path_with_nothing_there_is_no_draft(ws, tmp_path):
    with pytest.raises(InputError, match="There is nothing at"):
        drafts.keep(ws, tmp_path / "nothing")


@pytest.mark.parametrize("left", [b"", b"\0" * 40, b'{"path": "/pho', b"\xff\xfe"])
def test_a_draft_that_a_power_cut_left_unwritten_is_gone_and_can_be_kept_again(ws, tmp_path, left):
    kept = drafts.keep(ws, tmp_path)
    (ws.folder / "drafts" / f"{kept.name}.json").write_bytes(left)

    assert drafts.find(ws, kept.name) is None
    assert drafts.find(ws, drafts.keep(ws, tmp_path).name) == kept
