"""The columns that matter first: learned from labels, and anew when there are twice as many."""

import random
from dataclasses import replace

import pytest

from labeler_app.services import contents, desk, piles, setup, telling, worker
from labeler_app.services.exchange import ImportOptions
from tests.builders import run_import, work
from tests.tables import reviews, written

TRUST = ImportOptions("column", "trust", label_column="pay")


def staff(count, first=0, *, truth="hours"):
    """Return rows of which one column tells the pay, and another does in every second row."""
    rng = random.Random(first)
    return [
        {
            "name": f"person {number}",
            "age": str(rng.randrange(20, 60)),
            "job": rng.choice("abc") if truth == "hours" and number % 2 else str(number % 4 // 2),
            "hours": str(40 * (number % 4 // 2) + rng.randrange(20))
            if truth == "hours"
            else str(rng.randrange(60)),
            "pay": ("little", "much")[number % 4 // 2],
        }
        for number in range(first, first + count)
    ]


def made(ws, tmp_path, count, *, truth="hours"):
    file = written(tmp_path / "staff.csv", staff(count, truth=truth))
    project = setup.new_project(ws, "Staff", file, TRUST).project
    worker.train_now(ws, project.id)
    return project


def test_columns_that_tell_most_come_first_on_desk_and_tiles_and_the_others_as_in_the_file(
    ws, tmp_path, ada
):
    project = made(ws, tmp_path, 200)
    unlabeled = [{**one, "pay": ""} for one in staff(60, 200)]
    run_import(ws, project.id, written(tmp_path / "more.csv", unlabeled), TRUST)
    work(ws)

    first = telling.first(ws, project.id)
    seen = piles.look(ws, project.id, ada.id, pile=None, least=0.0, want=12, keep=(), desk="")

    assert first == ("hours", "job")
    assert desk.open_desk(ws, project.id, ada.id).columns == first
    assert seen.tiles
    for tile in seen.tiles:
        names = [told.partition(":")[0] for told in tile.words.splitlines()]
        assert names == ["hours", "job", "name", "age"]


def test_few_labels_leave_the_columns_as_in_the_file(ws, tmp_path):
    project = made(ws, tmp_path, telling.FEWEST - 2)

    assert telling.first(ws, project.id) == ()


def test_the_order_changes_only_with_twice_as_many_labels(ws, tmp_path):
    project = made(ws, tmp_path, 80, truth="job")
    orders = [telling.first(ws, project.id)]
    for more, first in ((40, 80), (400, 120)):
        file = written(tmp_path / f"more{first}.csv", staff(more, first))
        run_import(ws, project.id, file, TRUST)
        worker.train_now(ws, project.id)
        orders.append(telling.first(ws, project.id))

    assert orders == [("job",), ("job",), ("hours", "job")]


def test_a_damaged_order_is_none_and_is_learned_again(ws, tmp_path):
    project = made(ws, tmp_path, 100)
    [kept] = ws.arrays.folder.glob(f"{project.id}/columns.*")
    kept.write_bytes(b"damaged")

    assert telling.first(ws, project.id) == ()
    file = written(tmp_path / "more.csv", staff(40, 100))
    run_import(ws, project.id, file, TRUST)
    worker.train_now(ws, project.id)
    assert telling.first(ws, project.id) == ("hours", "job")


def test_texts_have_no_columns(ws, tmp_path):
    options = replace(TRUST, label_column="label")
    file = written(tmp_path / "films.csv", reviews(80))
    project = setup.new_project(ws, "Films", file, options).project
    worker.train_now(ws, project.id)

    assert telling.first(ws, project.id) == ()
    assert telling.in_order("a film", ["hours"]) == "a film"


@pytest.mark.parametrize("names", [(), ("gone", "b"), ("b", "a", "c")])
def test_every_value_of_a_row_is_kept_whatever_the_order(names):
    row = {"a": "1", "b": None, "c": 3.5}

    ordered = telling.in_order(row, names)

    assert dict(ordered) == row
    assert contents.fingerprint(ordered) == contents.fingerprint(row)
