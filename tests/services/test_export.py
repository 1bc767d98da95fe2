import csv
import io
import json
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from labeler_app.errors import InputError
from labeler_app.services import (
    class_edits,
    class_surgery,
    class_undo,
    export,
    labeling,
    people,
    projects,
)
from labeler_app.services.exchange import ImportOptions
from labeler_app.store import audit, items, schema
from tests.builders import answer, class_ids, label, make_project, rows, run_import
from tests.pictures import truth
from tests.variants import decide, make


@pytest.fixture
def project(ws, tmp_path):
    """Six items, some of them reserved, and none of them embedded."""
    return make_project(ws, tmp_path / "photos", each=2, embedded=False, audit_reserve=0.4)


def exported(ws, project, name="csv", **more):
    out = io.StringIO(newline="")
    count = export.export(ws, project.id, name, out, **more)
    text = out.getvalue()
    found = (
        list(csv.DictReader(io.StringIO(text)))
        if name == "csv"
        else [json.loads(line) for line in text.splitlines()]
    )
    assert count == len(found)
    return found


def test_every_label_comes_with_its_provenance(ws, project, ada, clock):
    with ws.store.read() as tx:
        apart = items.many(
            tx, [items.ids_by_position(tx, project.id)[audit.positions(tx, project.id)[0]]]
        )
    (item,) = apart.values()
    blue = class_ids(ws, project.id)["blue"]
    told = answer(item.id, blue, version=7, milliseconds=1500, suggestion=True, decided_at=0.25)
    labeling.record(ws, project.id, ada.id, [told])

    (row,) = exported(ws, project)

    assert row == {
        "path": item.path,
        "folder": item.root,
        "sha256": item.sha256,
        "label": "blue",
        "answer": "label",
        "origin": "human",
        "annotator": "Ada",
        "time": "1970-01-01T00:00:00.250+00:00",
        "seconds": "1.5",
        "model": "7",
        "selected_as": "",
        "propensity": "",
        "suggestion_seen": row["suggestion_seen"],
        "times_answered": "1",
        "audit": "report",
        "note": "",
        "event_id": told.event_id,
        "as_of": row["as_of"],
        **dict.fromkeys(("root", "recipe", "gap", "seed", "trained"), ""),
    }
    assert row["suggestion_seen"].lower() == "true"


def test_origins_are_never_mixed_up(ws, project, ada, tmp_path):
    first, second = (row.id for row in rows(ws, project.id)[:2])
    label(ws, project.id, ada, [first])
    label(ws, project.id, people.automatic(ws), [second])
    run_import(ws, project.id, tmp_path / "photos", ImportOptions("folders", "trust"))

    every = exported(ws, project, "jsonl")
    human = exported(ws, project, origins=["human"])

    assert sorted({row["origin"] for row in every}) == ["human", "imported", "oracle"]
    assert [row["annotator"] for row in human] == ["Ada"]
    found = export.origin_counts(ws, project.id)
    assert {name: one.total for name, one in found.items() if one.total} == {
        "human": 1,
        "oracle": 1,
        "imported": 6,
    }
    with ws.store.read() as tx:
        assert found["imported"].audit == audit.size(tx, project.id) > 0
    assert list(found) == list(export.ORIGINS)


def test_only_the_answer_that_stands_is_exported_also_without_a_class(ws, project, ada):
    item = rows(ws, project.id)[0].id
    label(ws, project.id, ada, [item])
    labeling.record(ws, project.id, ada.id, [answer(item, kind="flag", note="two things")])

    (row,) = exported(ws, project)

    assert (row["answer"], row["label"], row["note"]) == ("flag", "", "two things")


def test_an_export_without_labels_has_only_a_header(ws, project):
    out = io.StringIO(newline="")

    assert export.export(ws, project.id, "csv", out) == 0
    assert out.getvalue().strip() == ",".join(export.COLUMNS)


def test_a_preview_shows_the_first_rows(ws, project, ada):
    label(ws, project.id, ada, [row.id for row in rows(ws, project.id)])

    found = export.preview(ws, project.id, 2)

    assert [row["path"] for row in found] == [row.path for row in rows(ws, project.id)[:2]]


def test_a_file_is_written_whole_or_not_at_all(ws, project, ada, tmp_path, monkeypatch):
    label(ws, project.id, ada, [row.id for row in rows(ws, project.id)])
    path = tmp_path / "labels.csv"

    assert export.to_file(ws, project.id, "csv", path) == 6
    before = path.read_bytes()
    monkeypatch.setattr(export, "_row", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        export.to_file(ws, project.id, "csv", path)

    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir() if "part" in one.name] == []


def test_a_file_that_cannot_be_written_is_a_sentence(ws, project, tmp_path):
    with pytest.raises(InputError, match="cannot be written"):
        export.to_file(ws, project.id, "csv", tmp_path / "gone" / "labels.csv")


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"origins": ["dreams"]}, "no origin 'dreams'"),
        ({"origins": []}, "No origin was chosen"),
        ({"name": "xlsx"}, "no 'xlsx' among the formats"),
    ],
)
def test_what_does_not_exist_is_not_exported(ws, project, more, problem):
    with pytest.raises(InputError, match=problem):
        exported(ws, project, **more)


def test_an_unknown_project_is_not_exported(ws):
    with pytest.raises(InputError, match="no project number 9"):
        export.export(ws, 9, "csv", io.StringIO())


def test_an_export_is_noted_with_its_person_and_without_its_labels(ws, project, ada):
    label(ws, project.id, ada, [rows(ws, project.id)[0].id])
    exported(ws, project, person=ada.id)

    with ws.store.read() as tx:
        lines = tx.execute(sa.select(schema.trail).order_by(schema.trail.c.seq.desc()))
        line = lines.first()
    assert (line.action, line.person) == ("exported", ada.id)
    assert json.loads(line.detail) == {"as_of": "c1e1", "format": "csv", "rows": 1}


def test_formulas_are_defused_for_people_only(ws, project, ada):
    made = projects.add_class(ws, project.id, "=1+1")
    labeling.record(ws, project.id, ada.id, [answer(rows(ws, project.id)[0].id, made.id)])

    assert [row["label"] for row in exported(ws, project)] == ["=1+1"]
    assert [row["label"] for row in exported(ws, project, for_people=True)] == ["'=1+1"]


@pytest.mark.parametrize("when", [253_402_300_799.999_99, -62_135_596_900.0, 1e300])
def test_an_answer_with_a_time_no_calendar_has_is_exported_with_the_time_it_came_in(
    ws, project, ada, clock, when
):
    first, second = (row.id for row in rows(ws, project.id)[:2])
    told = [answer(first, decided_at=when), answer(second, decided_at=1_750_000_000.0)]
    labeling.record(ws, project.id, ada.id, told)

    exported_ = {row["event_id"]: row["time"] for row in exported(ws, project)}

    assert exported_ == {
        told[0].event_id: "2027-01-15T08:00:00.000+00:00",
        told[1].event_id: "2025-06-15T15:06:40.000+00:00",
    }


def test_an_export_as_of_an_earlier_moment_is_the_same_as_it_was(ws, project, ada, clock):
    ids, every = class_ids(ws, project.id), [row.id for row in rows(ws, project.id)]
    label(ws, project.id, ada, every[:4])
    taken = answer(every[4], ids["blue"])
    labeling.record(ws, project.id, ada.id, [taken])
    renamed = class_edits.rename(ws, ids["amber"], "gold")
    first, at = exported(ws, project), clock.now
    clock.advance(60)
    undo = answer(every[4], kind="undo", reverts=taken.event_id, suggestion=True)
    labeling.record(ws, project.id, ada.id, [undo, answer(every[0], ids["green"])])
    merged = class_surgery.merge(ws, ids["blue"], ids["amber"])
    class_edits.rename(ws, ids["amber"], "yellow")
    second = exported(ws, project)
    clock.advance(60)
    class_undo.undo(ws, merged)
    class_surgery.retire(ws, ids["green"])

    (name,) = {row["as_of"] for row in first}
    when = datetime.fromtimestamp(at + 1, UTC).isoformat()
    as_of_first = [exported(ws, project, as_of=told) for told in (name, str(renamed), when)]
    (later,) = {row["as_of"] for row in second}

    assert as_of_first == [first] * 3
    assert {row["label"] for row in first} == {"gold", "blue"}
    assert exported(ws, project, as_of=later) == second
    assert {row["label"] for row in second} == {"yellow", "green"}


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ("yesterday", "'yesterday' is no time, and no number of a change"),
        ("999", "no change of classes number 999"),
        ("9" * 18, "no change of classes number"),
        ("c1e99999", "is no moment of this project: its newest is c1e0"),
        ("<b>", "'<b>' is no time"),
    ],
)
def test_a_moment_that_never_was_is_refused_with_a_sentence(ws, project, told, problem):
    with pytest.raises(InputError, match=problem):
        exported(ws, project, as_of=told)


def test_kept_variants_come_last_marked_with_origin_root_recipe_and_seed(ws, project, ada):
    label(ws, project.id, ada, [row.id for row in rows(ws, project.id)])
    made = make(ws, project.id, ada.id, count=3)
    decide(ws, project.id, ada.id, made[:2])
    decide(ws, project.id, ada.id, made[2:], "reject")

    told = exported(ws, project)

    roots = {row.path for row in rows(ws, project.id)}
    variants = [row for row in told if row["origin"] == "synthetic-inherited"]
    assert told[-2:] == variants
    for row in variants:
        assert (row["recipe"], row["answer"], row["audit"]) == ("low light", "label", "")
        assert row["root"] in roots
        assert row["path"].startswith("variants/")
        assert row["seed"].isdecimal()
        assert (row["annotator"], row["gap"]) == ("Ada", "brightness:0-1")
        assert row["trained"].lower() == "false"
        assert row["event_id"]
        assert row["label"] == truth(row["root"])
    assert all(row["root"] == "" for row in told[:-2])
    assert export.origin_counts(ws, project.id)["synthetic-inherited"].training == 2
    earlier = exported(ws, project, as_of=told[0]["as_of"])
    assert earlier == told[:-2]
    only = exported(ws, project, origins=["human"])
    assert only == told[:-2]
