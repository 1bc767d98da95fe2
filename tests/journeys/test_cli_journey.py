"""From a folder to an export through the shell, with a program that labels over HTTP."""

import csv
import io
import json
import shutil
from pathlib import Path
from subprocess import CompletedProcess

from tests.journeys.shell import told
from tests.live import Server, labeler
from tests.pictures import truth, zipped
from tests.program import Program
from tests.records import opened, paths

LABELS = 40


def test_from_a_folder_to_an_export_and_back(
    tmp_path: Path, pictures: Path, empty_database: str | None
) -> None:
    def run(*arguments: str) -> "CompletedProcess[str]":
        return labeler(*arguments, workspace=tmp_path / "ws", database=empty_database)

    source = str(zipped(Path(shutil.copytree(pictures, tmp_path / "colours"))))
    # The browser's journey goes through the usual embedder, which takes longer to learn.
    asked = ("--classes", "amber,blue,green", "--embedder", "pixels", "--json")
    made = told(run("new", "Colours", "--from", source, *asked))
    assert (made["new"], made["refused"], made["labels"]) == (210, 0, 0)

    server = Server(tmp_path / "ws", database=empty_database).start()
    try:
        with opened(tmp_path / "ws", empty_database) as ws:
            program = Program(server, made["id"], paths(ws, made["id"]))
        sent = program.label(LABELS)
        program.wait_for_model()
    finally:
        server.stop()

    trained = told(run("train", "Colours", "--json"))
    assert trained["version"] >= 2
    status = told(run("status", "Colours", "--json"))
    assert status["labels"] == LABELS
    assert status["training_labels"] == trained["training_labels"] < LABELS
    assert status["audit"]["answered"] == LABELS - trained["training_labels"]
    (card,) = told(run("list", "--json"))
    assert (card["name"], card["labels"], card["classes"]) == ("Colours", LABELS, 3)
    assert told(run("doctor", "--json"))["problem"] == ""

    rows = list(csv.DictReader(io.StringIO(run("export", "Colours").stdout)))
    assert sorted(row["event_id"] for row in rows) == sorted(sent)
    assert all(row["label"] == truth(row["path"]) for row in rows)
    assert {(row["origin"], row["annotator"]) for row in rows} == {("human", "Program")}
    lines = run("export", "Colours", "--format", "jsonl").stdout.splitlines()
    assert [json.loads(line)["event_id"] for line in lines] == [row["event_id"] for row in rows]

    again = told(run("import", "Colours", source, "--json"))
    assert (again["new"], again["known"]) == (0, 210)
    assert told(run("status", "Colours", "--json"))["project"]["items"] == 210


def test_class_folders_become_labels_of_origin_imported_and_train_a_model(
    tmp_path: Path, pictures: Path
) -> None:
    ws = tmp_path / "ws"
    made = labeler(
        *("new", "Known", "--from", str(pictures), "--labels-from", "folders"),
        *("--embedder", "pixels", "--json"),
        workspace=ws,
    )
    assert told(made)["labels"] == 210

    trained = told(labeler("train", "Known", "--json", workspace=ws))
    exported = labeler("export", "Known", "--origin", "imported", workspace=ws).stdout

    rows = list(csv.DictReader(io.StringIO(exported)))
    assert len(rows) == 210
    assert all(row["label"] == truth(row["path"]) for row in rows)
    assert trained["accuracy"]["point"] > 0.9
    assert trained["training_labels"] == sum(row["audit"] == "" for row in rows)


def test_a_simulation_replays_the_folder_and_says_what_each_strategy_needed(
    tmp_path: Path, pictures: Path
) -> None:
    out = tmp_path / "out.json"
    done = labeler(
        *("simulate", str(pictures), "--strategies", "random,margin", "--json", str(out)),
        *("--embedder", "pixels"),
        *("--start", "6", "--batch", "6", "--budget", "30", "--seeds", "2"),
        workspace=tmp_path / "ws",
    )

    assert done.returncode == 0, done.stderr
    found = json.loads(out.read_text())
    assert [(one["strategy"], one["seed"]) for one in found["runs"]] == [
        (name, seed) for name in ("random", "margin") for seed in (0, 1)
    ]
    assert all(one["labels"] == [6, 12, 18, 24, 30] for one in found["runs"])
    assert {one["strategy"] for one in found["summary"]} == {"random", "margin"}
    assert not (tmp_path / "ws").exists()
