import json
import unicodedata

import pytest

from labeler_app.errors import InputError
from labeler_app.services import mix, predictions, projects, queues, training
from labeler_app.store import queue
from tests.builders import label, make_project, rows, run_import, work


@pytest.fixture
def project(ws, tmp_path):
    """Thirty items of three classes, embedded, without an audit sample."""
    return make_project(ws, tmp_path / "photos", each=10, audit_share_first=0.0)


def table(tmp_path, ws, project, torn, *, of=None):
    """Write predictions that are sure of all items but the torn ones; of all items by default."""
    chosen = rows(ws, project.id) if of is None else of
    lines = ["path,amber,green,blue"]
    lines += [f"{row.path},{'0.5,0.5,0' if row.id in torn else '1,0,0'}" for row in chosen]
    path = tmp_path / "guess.csv"
    path.write_text("\n".join(lines))
    return path


def first(ws, project, n):
    with ws.store.read() as tx:
        query = queue.schema.queue_entry
        found = tx.execute(queue.sa.select(query).where(query.c.project == project.id))
        return sorted(found, key=lambda row: row.rank)[:n]


def test_imported_predictions_choose_the_first_items_and_are_named_as_the_reason(
    ws, project, tmp_path
):
    work(ws)
    torn = [row.id for row in rows(ws, project.id)][4:24]

    report = predictions.import_file(ws, project.id, table(tmp_path, ws, project, torn))
    due = training.is_due(ws, project.id)
    work(ws)

    assert (report.matched, report.without, report.unknown) == (30, 0, ())
    assert due == "queue"
    asked = first(ws, project, 20)
    assert {row.item for row in asked} == set(torn)
    assert asked[0].why == (
        "Shown because it stands for many items the imported predictions are unsure of, where no "
        "label is near (50 % amber, 50 % green)."
    )
    assert "imported predictions" in queues.queue_state(ws, project.id).sentence
    assert mix.sentence(ws, project.id).endswith("all of them chosen by imported predictions.")


def test_items_without_a_prediction_are_left_for_later(ws, project, tmp_path):
    known = rows(ws, project.id)[:12]
    path = table(tmp_path, ws, project, [known[0].id], of=known)

    report = predictions.import_file(ws, project.id, path)
    work(ws)

    assert (report.matched, report.without) == (12, 18)
    assert {row.item for row in first(ws, project, 99)} == {row.id for row in known}


def test_a_model_of_the_project_takes_over_from_imported_predictions(ws, project, tmp_path, ada):
    every = rows(ws, project.id)
    predictions.import_file(ws, project.id, table(tmp_path, ws, project, [every[0].id]))
    work(ws)
    chosen = [row.id for at, row in enumerate(every) if at % 10 < 2]
    label(ws, project.id, ada, chosen)

    work(ws)

    assert "imported" not in queues.queue_state(ws, project.id).sentence
    with ws.store.read() as tx:
        assert json.loads(queue.newest(tx, project.id).detail)["predictions"] == ""


def test_predictions_of_a_strange_class_or_of_no_item_are_refused(ws, project, tmp_path):
    strange, nobody = tmp_path / "strange.csv", tmp_path / "nobody.csv"
    strange.write_text("path,amber,pink\na.png,1,0\n")
    nobody.write_text("path,amber,blue\nnowhere.png,1,0\n")

    with pytest.raises(InputError, match="'pink', which is no class"):
        predictions.import_file(ws, project.id, strange)
    with pytest.raises(InputError, match="None of the 1 paths"):
        predictions.import_file(ws, project.id, nobody)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("told", ["NFC", "NFD"])
def test_a_name_with_accents_matches_however_its_letters_are_put_together(ws, tmp_path, form, told):
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / unicodedata.normalize(form, "café.txt")).write_text("a place to sit and read")
    (folder / "plain.txt").write_text("a place to stand and wait")
    made = projects.create(ws, "Places", kind="text", classes=["a", "b"]).id
    run_import(ws, made, folder)
    path = tmp_path / "guess.csv"
    path.write_text(unicodedata.normalize(told, "path,a,b\ncafé.txt,0.2,0.8\n"), "utf-8")

    report = predictions.import_file(ws, made, path)

    assert (report.matched, report.without, report.unknown) == (1, 1, ())
