import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pytest import MonkeyPatch

from labeler_app.cli.main import cli
from labeler_app.services import simulated


def test_a_file_that_cannot_be_written_is_refused_before_the_run(tmp_path: Path):
    out = tmp_path / "a-folder-that-is-a-file" / "runs.json"
    out.parent.write_text("")

    shown = CliRunner().invoke(cli, ["simulate", str(tmp_path / "gone"), "--json", str(out)])

    assert shown.exit_code == 2
    assert "runs.json cannot be written" in shown.stderr
    assert "There is no file or folder" not in shown.stderr


def test_a_run_that_fails_leaves_no_empty_file_and_an_earlier_one_as_it_was(tmp_path: Path):
    new, empty = tmp_path / "new.json", tmp_path / "empty.json"
    empty.write_text("")

    for out in (new, empty):
        shown = CliRunner().invoke(cli, ["simulate", str(tmp_path / "gone"), "--json", str(out)])
        assert "There is no file or folder" in shown.stderr

    assert not new.exists()
    assert empty.read_text() == ""


@pytest.mark.parametrize("option", ["--json", "--plot"])
def test_a_file_that_no_simulation_wrote_is_not_written_over(tmp_path: Path, option: str):
    mine = tmp_path / "mine.csv"
    mine.write_text("text,label\na film,good\n")

    refused = shown(small(str(mine), option, str(mine)))

    assert refused.exit_code == 2
    assert "It stays as it is; name another file." in refused.stderr
    assert mine.read_text() == "text,label\na film,good\n"


def test_runs_of_an_earlier_simulation_are_not_begun_anew_over_them(tmp_path: Path):
    out, plot = tmp_path / "runs.json", tmp_path / "curves.html"
    first = shown(small("digits", "--json", str(out), "--plot", str(plot)))
    before = out.read_text()

    again = shown(small("digits", "--json", str(out), "--plot", str(plot)))

    assert f"4 runs written to {out}." in first.stderr
    assert again.exit_code == 2
    assert "runs.json holds 4 runs of an earlier simulation." in again.stderr
    assert out.read_text() == before
    assert shown(small("digits", "--plot", str(plot))).exit_code == 0


def small(source: str, *more: str) -> list[str]:
    return [
        *("simulate", source, "--strategies", "random,margin", "--budget", "30"),
        *("--seeds", "2", *(("--embedder", "pixels") if source == "digits" else ()), *more),
    ]


def shown(arguments: list[str]) -> Result:
    return CliRunner().invoke(cli, arguments)


def test_a_run_cut_short_is_resumed_from_its_file(tmp_path: Path):
    out = tmp_path / "runs.json"
    whole = shown(small("digits", "--json", str(out)))
    answer = json.loads(out.read_text())
    kept = answer["runs"][:3]
    out.write_text(json.dumps(answer | {"runs": kept, "summary": []}))

    again = shown(small("digits", "--json", str(out), "--resume"))

    assert (whole.exit_code, again.exit_code) == (0, 0)
    resumed = json.loads(out.read_text())
    assert resumed["runs"][:3] == kept
    assert [one["accuracy"] for one in resumed["runs"]] == [
        one["accuracy"] for one in answer["runs"]
    ]
    assert len(resumed["summary"]) == 2
    assert list(tmp_path.iterdir()) == [out]


def test_ctrl_c_says_what_is_kept_and_how_to_go_on(tmp_path: Path, monkeypatch: MonkeyPatch):
    out, play = tmp_path / "runs.json", simulated.run

    def interrupted(*given: Any) -> Any:
        if out.exists():
            raise KeyboardInterrupt
        return play(*given)

    monkeypatch.setattr(simulated, "run", interrupted)
    stopped = CliRunner().invoke(cli, small("digits", "--json", str(out)))
    monkeypatch.undo()

    assert stopped.exit_code == 130
    assert f"1 run is in {out}: the same command with --resume goes on." in stopped.stderr
    assert len(json.loads(out.read_text())["runs"]) == 1


def test_what_is_resumed_with_other_settings_is_refused_and_stays_as_it_is(tmp_path: Path):
    out = tmp_path / "runs.json"
    shown(small("digits", "--json", str(out)))
    before = out.read_text()

    refused = shown(small("digits", "--json", str(out), "--resume", "--batch", "5"))

    assert refused.exit_code == 2
    assert "made with batch 10, now it is 5" in refused.stderr
    assert out.read_text() == before


@pytest.mark.parametrize(
    "text", ["[]", "no json", '{"source": "digits", "runs": [], "summary": []}']
)
def test_a_file_that_no_simulation_wrote_is_not_resumed(tmp_path: Path, text: str):
    out = tmp_path / "runs.json"
    out.write_text(text)

    refused = shown(small("digits", "--json", str(out), "--resume"))

    assert refused.exit_code == 2
    assert "runs.json was not written by a simulation" in refused.stderr
    assert out.read_text() == text


def test_without_a_file_there_is_nothing_to_resume():
    refused = shown(small("digits", "--resume"))

    assert refused.exit_code == 2
    assert "nothing to resume" in refused.stderr


def test_curves_are_drawn_into_a_file(tmp_path: Path):
    page = tmp_path / "curves.html"

    drawn = shown(small("digits", "--plot", str(page)))

    assert drawn.exit_code == 0
    assert page.read_text().startswith("<!doctype html>")
    assert "CPU ms" in drawn.stdout


def test_rows_that_were_left_out_are_told(tmp_path: Path):
    rows = [f"a {'fine' if at % 2 else 'sad'} film {at},{at % 2}" for at in range(60)]
    table = tmp_path / "films.csv"
    table.write_text("\n".join(["text,label", *rows, "a,ragged,row"]))

    told = shown(small(str(table)))

    assert told.exit_code == 0
    assert "1 row was left out; the first: line 62 has 3 cells" in told.stderr


def test_a_missing_column_ends_with_a_sentence(tmp_path: Path):
    table = tmp_path / "films.csv"
    table.write_text("text,mood\na fine film,good\n")

    told = shown(small(str(table), "--label-column", "label"))

    assert told.exit_code == 2
    assert "films.csv has no column 'label' for the labels." in told.stderr


def test_accuracy_that_a_strategy_never_gets_to_is_called_not_reached(tmp_path: Path):
    out = tmp_path / "runs.json"
    shown(small("digits", "--json", str(out)))
    answer = json.loads(out.read_text())
    for run in answer["runs"]:
        if run["strategy"] == "margin":
            run["accuracy"] = [0.0 for _ in run["accuracy"]]
    out.write_text(json.dumps(answer))

    told = shown(small("digits", "--json", str(out), "--resume")).stdout

    (line,) = [one for one in told.splitlines() if one.startswith("margin")]
    assert line.endswith("  not reached")
