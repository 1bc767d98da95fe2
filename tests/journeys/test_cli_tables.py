"""From a table of texts, and from one of rows, to an export through the shell and HTTP."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.journeys.shell import refused, told
from tests.live import Server, labeler
from tests.program import Program
from tests.records import opened, paths
from tests.tables import people, reviews, written

LABELS = 40
KINDS = {
    "text": ("reviews.csv", reviews(240), "label", ("--text-column", "text")),
    "table": ("people.jsonl", people(240), "pay", ("--leave-out", "pay")),
}


def truths(name: str, rows: Sequence[Mapping[str, str]], column: str) -> dict[str, str]:
    """Return the class of every path: the row's number, with the header of a CSV as line 1."""
    first = 2 if name.endswith(".csv") else 1
    return {f"{name}#{line}": row[column] for line, row in enumerate(rows, first)}


@pytest.mark.parametrize(
    ("kind", "empty_database"),
    [("table", "sqlite"), pytest.param("text", "postgres", marks=pytest.mark.postgres)],
    indirect=["empty_database"],
)
def test_from_a_table_to_an_export_and_back(
    tmp_path: Path, kind: str, empty_database: str | None
) -> None:
    name, rows, column, columns = KINDS[kind]
    truth = truths(name, rows, column)
    source = str(written(tmp_path / name, rows))

    def run(*arguments: str):
        return labeler(*arguments, workspace=tmp_path / "ws", database=empty_database)

    classes = ",".join(sorted({row[column] for row in rows}))
    asked = ("--kind", kind, *columns, "--classes", classes, "--json")
    made = told(run("new", "Table", "--from", source, *asked))
    assert (made["new"] + made["duplicates"], made["refused"], made["labels"]) == (240, 0, 0)

    server = Server(tmp_path / "ws", database=empty_database).start()
    try:
        with opened(tmp_path / "ws", empty_database) as ws:
            program = Program(server, made["id"], paths(ws, made["id"]))
        sent = program.label(LABELS, truth.__getitem__)
        program.wait_for_model()
        wish = {"project": made["id"], "keep": [], "want": 5}
        _, offered = server.ask("POST", "/api/queue", wish, person=program.person)
        assert all(one["p"] for one in offered["items"])
    finally:
        server.stop()

    assert told(run("train", "Table", "--json"))["version"] >= 2
    status = told(run("status", "Table", "--json"))
    assert (status["labels"], status["project"]["kind"]) == (LABELS, kind)
    exported = list(csv.DictReader(io.StringIO(run("export", "Table").stdout)))
    assert sorted(row["event_id"] for row in exported) == sorted(sent)
    assert all(row["label"] == truth[row["path"]] for row in exported)
    again = told(run("import", "Table", source, "--json"))
    assert (again["new"], again["known"] + again["duplicates"]) == (0, 240)


def test_a_column_of_labels_trains_a_model_and_what_was_guessed_is_said(tmp_path: Path) -> None:
    source = str(written(tmp_path / "reviews.csv", reviews(200)))

    made = labeler(
        "new", "Films", "--from", source, "--labels-from", "column", workspace=tmp_path / "ws"
    )
    trained = told(labeler("train", "Films", "--json", workspace=tmp_path / "ws"))

    assert made.returncode == 0, made.stderr
    assert made.stdout.startswith(
        "As nobody said otherwise: the texts are in the column 'text'; the column 'label' names"
    )
    assert "200 labels imported" in made.stdout
    assert trained["accuracy"]["point"] > 0.9


@pytest.mark.parametrize(
    ("content", "arguments", "sentence"),
    [
        (
            "text,label\na b c,x\n",
            ("--label-column", "stars"),
            "has no column 'stars' for the labels",
        ),
        ("text,text\na,b\n", (), "two columns are called 'text'"),
        ("text,label\n,x\n", ("--kind", "text"), "holds no text that can be read: 1 refused"),
        ("text\na,b\n", ("--kind", "text"), "has 2 cells, the header has 1"),
        ("a b c\n", ("--kind", "image"), "is a table, which holds no images"),
    ],
)
def test_a_table_that_cannot_be_used_is_one_sentence_and_leaves_nothing(
    tmp_path: Path, content: str, arguments: tuple[str, ...], sentence: str
) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(content, encoding="utf-8")

    done = labeler("new", "Bad", "--from", str(path), *arguments, workspace=tmp_path / "ws")

    assert sentence in refused(done, 2)
    assert json.loads(labeler("list", "--json", workspace=tmp_path / "ws").stdout) == []
