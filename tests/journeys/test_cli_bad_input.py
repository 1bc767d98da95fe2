"""Bad input in the shell: a sentence, an exit code, and nothing half-made left behind."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from labeler_app.services import projects
from tests.journeys.shell import refused
from tests.live import Server, free_port, labeler
from tests.pictures import class_folders
from tests.records import opened


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one project of one class, in which nothing else may appear."""
    folder = tmp_path_factory.mktemp("one")
    source = class_folders(folder / "pictures", each=8, classes=("amber",))
    done = labeler(
        *("new", "Taken", "--from", str(source), "--classes", "amber"), workspace=folder / "ws"
    )
    assert done.returncode == 0, done.stderr
    return folder / "ws"


@pytest.fixture
def untouched(workspace: Path) -> Iterator[Path]:
    """The workspace; what a refused command leaves behind in it fails the test."""
    before = _contents(workspace)
    yield workspace
    assert _contents(workspace) == before
    with opened(workspace) as ws:
        assert [one.name for one in projects.every(ws)] == ["Taken"]


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda at: at / "absent", "There is nothing at"),
        (lambda at: at.joinpath("empty").mkdir() or at / "empty", "holds no"),
        (lambda at: _folder_of_text(at), "holds no"),
        (lambda at: _folder_of_lies(at), "holds no image that can be read"),
        (lambda at: _file(at / "photo.png"), "is neither a folder nor a zip file"),
        (lambda at: _file(at / "broken.zip"), "broken.zip"),
    ],
    ids=["missing", "empty", "no images", "no readable image", "a file", "broken zip"],
)
def test_a_source_without_images_is_refused_and_leaves_nothing(
    tmp_path: Path, untouched: Path, make: Any, sentence: str
) -> None:
    source = make(tmp_path)

    said = refused(labeler("new", "Other", "--from", str(source), workspace=untouched), 2)

    assert sentence in said
    assert source.name in said


def test_one_class_folder_is_no_set_of_labels_and_leaves_nothing(untouched: Path) -> None:
    source = str(untouched.parent / "pictures")

    said = refused(
        labeler("new", "Other", "--from", source, "--labels-from", "folders", workspace=untouched),
        2,
    )

    assert "class folder" in said


def test_a_name_that_is_taken_is_refused_whatever_its_case(pictures: Path, untouched: Path) -> None:
    said = refused(labeler("new", "TAKEN", "--from", str(pictures), workspace=untouched), 2)

    assert "TAKEN" in said or "Taken" in said


def test_a_project_that_is_not_there_is_refused_with_the_names_that_are(untouched: Path) -> None:
    for command in (["status", "Othre"], ["train", "Othre"], ["export", "Othre"]):
        said = refused(labeler(*command, workspace=untouched), 2)

        assert "Othre" in said
        assert "Taken" in said


def test_one_class_only_is_too_little_to_train_or_to_simulate(untouched: Path) -> None:
    train = refused(labeler("train", "Taken", workspace=untouched), 3)
    source = str(untouched.parent / "pictures")
    simulate = refused(labeler("simulate", source, "--budget", "20", workspace=untouched), 2)

    assert "2 labels of every class" in train
    assert "2 classes" in simulate


def test_a_database_that_cannot_be_read_is_named_and_left_as_it_was(tmp_path: Path) -> None:
    ws = tmp_path / "ws"
    ws.mkdir()
    broken = ws / "labeler.db"
    broken.write_bytes(b"This is no database. " * 500)
    before = broken.read_bytes()

    for command in (["list"], ["run", "--no-browser", "--port", str(free_port())]):
        said = refused(labeler(*command, workspace=ws), 4)
        assert "labeler.db" in said

    assert broken.read_bytes() == before
    assert labeler("doctor", workspace=ws).returncode == 4


def test_a_database_server_that_does_not_answer_is_named_without_its_password(
    tmp_path: Path,
) -> None:
    url = f"postgresql://ada:secret@127.0.0.1:{free_port()}/labeler"

    said = refused(labeler("list", workspace=tmp_path / "ws", database=url), 4)

    assert "127.0.0.1" in said
    assert "secret" not in said


def test_a_port_in_use_and_a_second_server_are_refused_with_what_to_do(
    tmp_path: Path, workspace: Path
) -> None:
    server = Server(workspace).start()
    try:
        other = ("run", "--no-browser", "--port")
        port = refused(labeler(*other, str(server.port), workspace=tmp_path / "other"), 3)
        second = refused(labeler(*other, str(free_port()), workspace=workspace), 3)
    finally:
        server.stop()

    assert f"Port {server.port}" in port
    assert "--port" in port
    assert server.url in second
    assert labeler("list", workspace=workspace).returncode == 0


def test_a_worker_without_a_project_says_so(tmp_path: Path) -> None:
    said = refused(labeler("worker", workspace=tmp_path / "ws"), 3)

    assert "no project to work on" in said


def _contents(workspace: Path) -> set[str]:
    moving = (".db", ".db-wal", ".db-shm", ".lock", ".log")
    # What a worker computes for the project that is there comes when it comes.
    files = (one for one in workspace.rglob("*") if one.is_file() and "arrays" not in one.parts)
    return {str(one) for one in files if not one.name.endswith(moving)}


def _folder_of_text(at: Path) -> Path:
    folder = at / "texts"
    folder.mkdir()
    folder.joinpath("notes.md").write_text("no picture")
    return folder


def _folder_of_lies(at: Path) -> Path:
    folder = at / "lies"
    folder.mkdir()
    folder.joinpath("lie.jpg").write_text("no picture either")
    return folder


def _file(path: Path) -> Path:
    path.write_bytes(b"neither picture nor zip")
    return path
