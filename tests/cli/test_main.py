"""The command line's door: options in both places, sentences and exit codes, instant help."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.live import labeler


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
        "simulate",
        "worker",
        "doctor",
    ],
)
def test_every_command_has_help_and_takes_workspace_and_database(name: str, tmp_path: Path):
    shown = labeler(name, "--help", workspace=tmp_path)

    assert shown.returncode == 0
    assert "--workspace" in shown.stdout
    assert "--database" in shown.stdout


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
