import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from labeler_app.cli.main import INTERRUPTED, cli
from labeler_app.services import making, people, setup, variant_files
from labeler_app.services.exchange import ImportOptions
from labeler_app.settings import Settings, same_program
from labeler_app.store import variants
from tests.builders import SMALL, label, label_quiet, make_project, rows, work
from tests.pictures import nights
from tests.records import opened
from tests.tables import shouted, written

PATIENCE = 60.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace with pictures by day, labeled, and at night; nothing is measured yet."""
    with opened(tmp_path / "workspace") as ws:
        nights(tmp_path / "photos", each=8, size=SMALL)
        made = make_project(ws, tmp_path / "photos", each=16)
        ada = people.join(ws, "Ada")
        label(ws, made.id, ada, [row.id for row in rows(ws, made.id) if "night" not in row.path])
    return tmp_path / "workspace"


def synthesize(folder: Path, *more: str):
    return CliRunner().invoke(cli, ["--workspace", str(folder), "synthesize", "Colours", *more])


def kept(folder: Path):
    with opened(folder) as ws, ws.store.read() as tx:
        return variants.every(tx, 1)


def files(folder: Path):
    return [one for one in (folder / variant_files.FOLDER).rglob("*") if one.is_file()]


def test_recipes_and_gaps_are_listed_and_a_gap_of_the_list_is_filled(folder):
    listed = json.loads(synthesize(folder, "--list", "--json").stdout)
    dark = next(one for one in listed["gaps"] if one["key"].startswith("brightness"))

    made = synthesize(folder, "--recipe", "low light", "--gap", dark["key"], "--count", "9")

    assert made.exit_code == 0
    assert made.stdout.splitlines()[0] == "9 variants of 9 made, in 9 tries."
    assert len(kept(folder)) == len(files(folder)) == 9
    names = {one["name"]: one for one in listed["recipes"]}
    assert (names["low light"]["axis"], names["blend"]["tier"]) == ("brightness", "B")
    told = synthesize(folder, "--list").stdout
    assert "low light (A, steered by brightness): " in told
    assert dark["key"] in told


def test_json_says_how_many_landed_and_what_was_left_out(folder):
    told = ["--recipe", "fewer pixels", "--gap", "size:6-6:all", "--count", "50", "--json"]

    made = synthesize(folder, *told)

    seen = json.loads(made.stdout)
    assert (made.exit_code, seen["state"], seen["made"], seen["wanted"]) == (0, "done", 0, 50)
    assert seen["told"][-1] == f"Only 0 of 50 were made, in {seen['tried']} tries."


def test_only_pictures_of_a_class_are_taken_where_one_is_named(folder):
    made = synthesize(folder, "--recipe", "screenshot", "--class", "blue", "--count", "4")

    assert made.exit_code == 0
    with opened(folder) as ws:
        blue = {row.id for row in rows(ws, 1) if "blue" in row.path}
    assert {one.root for one in kept(folder)} <= blue


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ([], "Name a recipe with --recipe"),
        (["--recipe", "sepia"], "There is no recipe 'sepia'"),
        (["--recipe", "low light"], "needs a gap"),
        (["--recipe", "screenshot", "--class", "pink"], "There is no class 'pink'"),
        (["--recipe", "screenshot", "--count", "0"], "0 is not in the range"),
        (["--recipe", "screenshot", "--hardest"], "there is no model"),
        (["--recipe", "screenshot", "--taken-for", "blue"], "made of one other class"),
    ],
)
def test_what_cannot_be_made_is_one_sentence(folder, told, sentence):
    refused = synthesize(folder, *told)

    assert refused.exit_code in (2, 3)
    assert sentence in refused.stderr
    assert kept(folder) == []


def test_what_is_not_finished_can_be_cancelled(folder):
    with opened(folder) as ws:
        ada = people.join(ws, "Ada")
        number = making.ask(ws, 1, ada.id, recipe="screenshot", count=5)

    told = synthesize(folder, "--cancel", "--json")

    assert json.loads(told.stdout) == {"cancelled": 1}
    with opened(folder) as ws:
        assert making.get(ws, 1, number).state == "cancelled"


def test_ctrl_c_cancels_it_and_leaves_nothing_half_made(folder):
    told = ["synthesize", "Colours", "--recipe", "another angle", "--count", "1000"]
    command, environment = same_program(Settings(folder), *told)
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + PATIENCE
    while len(kept(folder)) < 64:
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.02)

    os.kill(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=PATIENCE)

    assert process.returncode == INTERRUPTED
    assert "nothing half-made is left" in said
    every = kept(folder)
    assert 64 <= len(every) < 1_000
    assert len(files(folder)) == len(every)
    with opened(folder) as ws:
        [asked] = making.every(ws, 1)
    assert (asked.state, asked.made) == ("cancelled", len(every))


def test_texts_are_made_for_a_gap_of_the_list_and_no_blend_is_offered(tmp_path):
    folder = tmp_path / "workspace"
    with opened(folder) as ws:
        file = written(tmp_path / "films.csv", shouted(120, quiet=90))
        made = setup.new_project(ws, "Colours", file, ImportOptions(), classes=("bad", "good"))
        work(ws)
        label_quiet(ws, made.project.id, people.join(ws, "Ada"))

    listed = json.loads(synthesize(folder, "--list", "--json").stdout)
    loud = next(one for one in listed["gaps"] if one["key"].startswith("capitals"))
    told = ["--recipe", "in capitals", "--gap", loud["key"], "--count", "9"]
    made = synthesize(folder, *told)
    refused = synthesize(folder, "--recipe", "blend")

    assert "blend" not in {one["name"] for one in listed["recipes"]}
    assert made.stdout.splitlines()[0] == "9 variants of 9 made, in 9 tries."
    assert len(kept(folder)) == len(files(folder)) == 9
    assert all(one.read_text(encoding="utf-8").isupper() for one in files(folder))
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "There is no recipe 'blend'." in refused.stderr
    assert "Traceback" not in refused.stderr
