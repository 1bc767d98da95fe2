"""The command line's door: options in both places, sentences and exit codes, instant help."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from labeler_app.cli.main import cli
from labeler_app.services import home, projects, setup
from labeler_app.services.exchange import ImportOptions
from tests.live import labeler
from tests.pictures import class_folders
from tests.records import opened


def here(*arguments: str, workspace: Path) -> Result:
    """Run one command in this process, which has read the program already."""
    return CliRunner().invoke(cli, ["--workspace", str(workspace), *arguments])


def test_help_lists_every_command_and_imports_nothing_heavy():
    watch = (
        "import sys; from labeler_app.cli.main import cli; cli(['--help'], standalone_mode=False);"
        "print([m for m in ('numpy', 'sqlalchemy', 'streamlit', 'fastapi', 'sklearn', 'PIL')"
        " if m in sys.modules])"
    )

    shown = subprocess.run(
        [sys.executable, "-c", watch], capture_output=True, text=True, check=True
    )

    assert shown.stdout.strip().endswith("[]")
    for name in (
        "demo",
        "new",
        "run",
        "list",
        "status",
        "import",
        "export",
        "train",
        "replay",
        "simulate",
        "worker",
        "doctor",
    ):
        assert f"\n  {name} " in shown.stdout


@pytest.mark.parametrize(
    "name",
    [
        "demo",
        "new",
        "run",
        "list",
        "status",
        "import",
        "export",
        "train",
        "replay",
        "simulate",
        "worker",
        "doctor",
    ],
)
def test_every_command_has_help_and_takes_workspace_and_database(name: str, tmp_path: Path):
    shown = here(name, "--help", workspace=tmp_path)

    assert shown.exit_code == 0
    assert "--workspace" in shown.stdout
    assert "--database" in shown.stdout


def test_a_project_can_let_its_items_have_several_classes(tmp_path: Path):
    photos = class_folders(tmp_path / "photos", each=2)
    made = labeler(
        *("new", "Sets", "--from", str(photos), "--classes", "a,b", "--multi-label"),
        *("--embedder", "pixels"),
        workspace=tmp_path / "ws",
    )

    assert made.returncode == 0, made.stderr
    with opened(tmp_path / "ws") as ws:
        assert projects.by_name(ws, "Sets").config.multi_label


def test_workspace_and_database_may_stand_before_and_after_the_command(tmp_path: Path):
    for place in (
        ["--workspace", str(tmp_path / "a"), "list", "--json"],
        ["list", "--workspace", str(tmp_path / "b"), "--json"],
        [
            "list",
            "--database",
            f"sqlite:///{tmp_path / 'c.db'}",
            "--json",
            "--workspace",
            str(tmp_path / "c"),
        ],
    ):
        shown = subprocess.run(
            [sys.executable, "-m", "labeler_app", *place],
            capture_output=True,
            text=True,
            check=True,
        )

        assert json.loads(shown.stdout) == []
    assert (tmp_path / "a" / "labeler.db").is_file()
    assert (tmp_path / "b" / "labeler.db").is_file()
    assert (tmp_path / "c.db").is_file()


def test_an_unreadable_database_is_one_sentence_and_exit_code_4(tmp_path: Path):
    (tmp_path / "labeler.db").write_bytes(b"this is no database, but it is long enough to be read")

    shown = labeler("list", workspace=tmp_path)

    assert shown.returncode == 4
    assert "Traceback" not in shown.stderr
    assert "cannot be opened" in shown.stderr


def test_an_unknown_kind_of_database_is_refused(tmp_path: Path):
    shown = labeler("list", "--database", "mysql://localhost/x", workspace=tmp_path)

    assert shown.returncode == 2
    assert "'mysql'" in shown.stderr


def test_a_workspace_that_is_a_file_is_refused(tmp_path: Path):
    file = tmp_path / "file"
    file.write_text("x")

    shown = labeler("list", workspace=file)

    assert shown.returncode == 2
    assert str(file) in shown.stderr


def test_a_worker_without_a_project_says_so(tmp_path: Path):
    shown = labeler("worker", "--once", workspace=tmp_path)

    assert shown.returncode == 3
    assert "no project to work on" in shown.stderr


def test_doctor_names_versions_and_says_the_database_is_sound(tmp_path: Path):
    labeler("list", workspace=tmp_path)

    shown = labeler("doctor", "--json", workspace=tmp_path)

    report = json.loads(shown.stdout)
    assert report["database"] == "sqlite, sound"
    assert report["packages"]["streamlit"].startswith("1.")
    assert report["problem"] == ""


def test_doctor_says_none_where_there_is_no_problem(tmp_path: Path):
    shown = labeler("doctor", workspace=tmp_path)

    assert shown.stdout.splitlines()[-1].strip() == "problem: none"


def test_few_images_are_told_alike_by_new_and_by_the_list_of_projects(tmp_path: Path):
    photos = class_folders(tmp_path / "photos", each=4, size=(32, 24))
    (photos / "broken.jpg").write_text("no image")
    workspace = tmp_path / "workspace"

    made = labeler("new", "Pets", "--from", str(photos), "--json", workspace=workspace)
    listed = labeler("list", workspace=workspace)

    with opened(workspace) as ws:
        (card,) = home.cards(ws)
    assert card.advice_text == "too few items for an accuracy"
    assert made.stderr.splitlines()[-1].startswith("Too few items for an accuracy: 3 of 12 ")
    told = json.loads(made.stdout)
    assert (told["project"], [path for path, _ in told["problems"]]) == ("Pets", ["broken.jpg"])
    assert ", labels: 0 of 12 images, " in listed.stdout


def test_the_list_of_projects_says_which_labels_came_with_the_data(tmp_path: Path):
    photos = class_folders(tmp_path / "photos", each=4, size=(32, 24))
    workspace = tmp_path / "workspace"
    with opened(workspace) as ws:
        options = ImportOptions("folders", "trust")
        setup.new_project(ws, "Pets", photos, options, embedder="pixels")

    listed = labeler("list", workspace=workspace)
    told = json.loads(labeler("list", "--json", workspace=workspace).stdout)

    assert ", labels: 0 of 12 images, 12 came with the data, " in listed.stdout
    assert (told[0]["labels"], told[0]["imported"]) == (0, 12)


@pytest.fixture
def two_projects(tmp_path: Path) -> Path:
    """A workspace with project 1, Pets, and project 2, whose name is 1."""
    with opened(tmp_path / "workspace") as ws:
        numbers = [projects.create(ws, name).id for name in ("Pets", "1")]
    assert numbers == [1, 2]
    return tmp_path / "workspace"


@pytest.mark.parametrize(("named", "found"), [("pets", "Pets"), ("2", "1"), ("1", "1")])
def test_a_project_is_meant_by_its_name_first_or_else_by_its_number(two_projects, named, found):
    shown = here("status", named, "--json", workspace=two_projects)

    assert shown.exit_code == 0, shown.stderr
    assert json.loads(shown.stdout)["project"]["name"] == found


@pytest.mark.parametrize("named", ["3", "0", "02", "-1", "²", "99999999999999999999999"])
def test_a_number_that_no_project_has_is_told_like_an_unknown_name(two_projects, named):
    shown = here("status", "--", named, workspace=two_projects)

    assert shown.exit_code == 2
    assert f"There is no project {named!r}." in shown.stderr
    assert "Projects here: Pets, 1" in shown.stderr


def test_every_command_about_a_project_takes_its_number(two_projects, tmp_path):
    photos = class_folders(tmp_path / "photos", each=1, size=(32, 24))

    added = labeler("import", "2", str(photos), "--labels-from", "folders", workspace=two_projects)
    written = labeler("export", "2", workspace=two_projects)
    trained = labeler("train", "2", workspace=two_projects)
    listed = labeler("list", workspace=two_projects)

    assert added.returncode == written.returncode == 0, added.stderr + written.stderr
    assert len(written.stdout.splitlines()) == 4
    assert "too few labels" in trained.stderr
    assert listed.stdout.splitlines()[0].startswith("2. 1: 3 items")
