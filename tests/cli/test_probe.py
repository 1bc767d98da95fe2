import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from labeler_app.cli.main import cli
from tests.builders import SMALL, make_project
from tests.pictures import nights
from tests.records import opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace with a project of pictures by day, and pictures at night beside it."""
    nights(tmp_path / "night", each=4, size=SMALL)
    with opened(tmp_path / "workspace") as ws:
        make_project(ws, tmp_path / "photos", each=8, embedded=False)
    return tmp_path / "workspace"


def labeler(folder: Path, *words: str):
    return CliRunner().invoke(cli, ["--workspace", str(folder), *words])


def test_a_folder_is_brought_and_listed_with_what_was_measured(folder: Path):
    night = str(folder.parent / "night")

    told = labeler(folder, "probe", "Colours", night, "--name", "Night")
    labeler(folder, "coverage", "Colours")
    listed = labeler(folder, "probe", "Colours", "--list")
    [seen] = json.loads(labeler(folder, "probe", "Colours", "--list", "--json").stdout)

    assert (told.exit_code, told.stderr.count("Error")) == (0, 0)
    assert "12 new, 12 labels imported" in told.stdout
    assert listed.stdout.startswith("Night: 12 items, 12 labeled, 12 measured; medians: brightness")
    assert (seen["items"], seen["labeled"], seen["measured"]) == (12, 12, 12)
    assert seen["medians"]["brightness"] < 0.2
    told_of = json.loads(labeler(folder, "coverage", "Colours", "--json").stdout)
    assert (told_of["items"], told_of["measured"]) == (24, 24)


def test_labels_may_be_left_where_they_are(folder: Path):
    night = str(folder.parent / "night")

    told = labeler(folder, "probe", "Colours", night, "--name", "Night", "--no-labels", "--json")

    report = json.loads(told.stdout)
    assert (report["new"], report["labels"], report["probe"]) == (12, 0, "Night")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["Colours"], "or give --list"),
        (["Colours", "x", "--list"], "or give --list"),
        (["Colours", "x"], "--name Night"),
        (["Colours", "/nowhere", "--name", "Night"], "nothing at /nowhere"),
        (["Nobody", "--list"], "no project 'Nobody'"),
    ],
)
def test_what_cannot_be_brought_is_one_sentence(folder: Path, words: list[str], why: str):
    refused = labeler(folder, "probe", *words)

    assert refused.exit_code != 0
    assert why in refused.stderr


def test_no_set_yet_is_said_with_the_command_that_brings_one(folder: Path):
    assert "No probe set yet" in labeler(folder, "probe", "Colours", "--list").stdout
