"""``labeler import`` with a pretrained model's predictions."""

import json
from pathlib import Path

import pytest

from tests.live import labeler
from tests.pictures import COLOURS, class_folders
from tests.records import make_project, opened


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace with a project of twelve pictures."""
    folder = class_folders(tmp_path / "photos", each=4, size=(32, 24))
    with opened(tmp_path / "ws") as ws:
        make_project(ws, "Colours", folder, classes=tuple(COLOURS))
    return tmp_path / "ws"


def test_predictions_are_imported_by_file_and_counted(workspace: Path, tmp_path: Path):
    first, second = list(COLOURS)[:2]
    table = tmp_path / "guess.csv"
    table.write_text(
        f"path,{first},{second}\n{first}/{first}-000.png,0.6,0.4\nnowhere.png,0.5,0.5\n"
    )

    told = labeler("import", "Colours", "--predictions", str(table), workspace=workspace)
    counted = labeler(
        *("import", "Colours", "--predictions", str(table), "--json"), workspace=workspace
    )

    assert told.returncode == 0
    assert told.stdout.splitlines() == [
        "1 item has a prediction now, 11 have none; 1 row is of no item.",
        "  'nowhere.png': no item of the project has this path",
    ]
    found = json.loads(counted.stdout)["predictions"]
    assert found == {"matched": 1, "without": 11, "unknown": ["nowhere.png"]}


def test_an_import_of_nothing_is_refused(workspace: Path):
    told = labeler("import", "Colours", workspace=workspace)

    assert told.returncode == 2
    assert "There is nothing to import." in told.stderr
