import json
from pathlib import Path

from click.testing import CliRunner

from labeler_app.cli.main import cli
from labeler_app.services import worker
from tests.builders import label, make_project, rows
from tests.records import opened


def project(folder: Path, photos: Path) -> None:
    """Make a project with a queue before its first model, and one after."""
    from labeler_app.services import people

    with opened(folder) as ws:
        made = make_project(ws, photos, each=12)
        ada = people.join(ws, "Ada")
        worker.Worker(ws).round()
        label(ws, made.id, ada, [row.id for row in rows(ws, made.id)][::3])
        worker.train_now(ws, made.id)


def replay(folder: Path, *more: str):
    return CliRunner().invoke(cli, ["--workspace", str(folder), "replay", "Colours", *more])


def test_every_batch_is_told_and_the_share_that_is_identical(tmp_path: Path):
    project(tmp_path / "workspace", tmp_path / "photos")

    told = replay(tmp_path / "workspace")

    assert told.exit_code == 0
    assert "no model" in told.stdout
    assert "model v1" in told.stdout
    assert told.stdout.splitlines()[-1].startswith("100 % identical (2 of 2)")


def test_programs_get_one_json_object_and_an_exit_code(tmp_path: Path):
    project(tmp_path / "workspace", tmp_path / "photos")
    (head,) = (tmp_path / "workspace" / "arrays").rglob("heads/*.npz")
    head.unlink()

    told = replay(tmp_path / "workspace", "--json")

    found = json.loads(told.stdout)
    assert told.exit_code == 1
    assert (found["identical"], len(found["selections"])) == (1, 2)
    assert "was removed" in found["sentence"]


def test_a_project_that_is_not_there_is_a_sentence(tmp_path: Path):
    told = replay(tmp_path / "workspace")

    assert told.exit_code == 2
    assert "Colours" in told.stderr
