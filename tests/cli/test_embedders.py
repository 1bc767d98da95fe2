"""An embedder that is asked for by name, and what it says of itself."""

import json
from pathlib import Path

import numpy as np
import pytest

from labeler_app.services import projects
from tests.live import labeler
from tests.pictures import class_folders
from tests.records import opened


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Twelve pictures of three classes."""
    return class_folders(tmp_path / "photos", each=4, size=(32, 24))


def test_a_project_is_made_with_the_embedder_of_that_name_and_its_doubts_are_told(
    photos: Path, tmp_path: Path
):
    np.save(tmp_path / "v.npy", np.ones((12, 3)))
    embedder = f"given:{tmp_path / 'v.npy'}"

    made = labeler(
        *("new", "Colours", "--from", str(photos), "--embedder", embedder),
        workspace=tmp_path / "ws",
    )

    shown = labeler("status", "Colours", workspace=tmp_path / "ws")
    counted = labeler("status", "Colours", "--json", workspace=tmp_path / "ws")
    with opened(tmp_path / "ws") as ws:
        assert projects.by_name(ws, "Colours").config.embedder == embedder
    for told in (made.stderr, shown.stdout, json.loads(counted.stdout)["notes"][0]):
        assert "v.npy are nearly the same for all items" in told


def test_an_embedder_that_is_not_there_leaves_no_project_behind(photos: Path, tmp_path: Path):
    refused = labeler(
        *("new", "Colours", "--from", str(photos), "--embedder", "onnx:gone.onnx"),
        workspace=tmp_path / "ws",
    )

    assert refused.returncode == 2
    assert "There is no file gone.onnx." in refused.stderr
    with opened(tmp_path / "ws") as ws:
        assert projects.every(ws) == []


def test_features_that_could_not_be_made_are_named_by_the_status(photos: Path, tmp_path: Path):
    np.save(tmp_path / "v.npy", np.full((12, 3), np.nan))

    made = labeler(
        *("new", "Colours", "--from", str(photos), "--embedder", f"given:{tmp_path / 'v.npy'}"),
        workspace=tmp_path / "ws",
    )

    shown = labeler("status", "Colours", workspace=tmp_path / "ws")
    assert made.returncode == 2
    assert "last error: v.npy, row 1: the vector holds a value that is not a number" in shown.stdout
