from pathlib import Path

from click.testing import CliRunner

from labeler_app.cli.main import cli


def test_a_file_that_cannot_be_written_is_refused_before_the_run(tmp_path: Path):
    out = tmp_path / "a-folder-that-is-a-file" / "runs.json"
    out.parent.write_text("")

    shown = CliRunner().invoke(cli, ["simulate", str(tmp_path / "gone"), "--json", str(out)])

    assert shown.exit_code == 2
    assert "runs.json cannot be written" in shown.stderr
    assert "There is no file or folder" not in shown.stderr


def test_a_run_that_fails_leaves_no_empty_file_and_an_earlier_one_as_it_was(tmp_path: Path):
    new, old = tmp_path / "new.json", tmp_path / "old.json"
    old.write_text("{}")

    for out in (new, old):
        shown = CliRunner().invoke(cli, ["simulate", str(tmp_path / "gone"), "--json", str(out)])
        assert "There is no file or folder" in shown.stderr

    assert not new.exists()
    assert old.read_text() == "{}"
