"""Conditions of pictures and texts: measured by the worker, once, and again where it must be."""

import numpy as np
import pytest

from labeler_app.core import conditions
from labeler_app.errors import InputError, StateError
from labeler_app.services import claims, measured_axes, measuring, projects, setup, worker
from labeler_app.services.exchange import ImportOptions
from labeler_app.store import models, probes
from tests.builders import SMALL, make_project, rows, run_import, work
from tests.pictures import nights
from tests.tables import people as table_rows
from tests.tables import reviews, written

REVISION = measured_axes.MEASURED["image"].revision


def brightness(ws, project):
    """Return the cell of brightness of every item that was measured."""
    return measuring.cells(ws, project.id)[:, 0].tolist()


def files(ws, project):
    with ws.store.read() as tx:
        return [(one.first, one.count) for one in models.shards(tx, project.id, REVISION)]


def test_the_worker_measures_every_picture_behind_its_import(ws, tmp_path):
    project = make_project(ws, tmp_path / "photos", each=4)
    assert measuring.cells(ws, project.id).shape == (0, len(conditions.AXES))
    assert measuring.is_due(ws, project.id)

    work(ws)

    assert measuring.cells(ws, project.id).shape == (12, len(conditions.AXES))
    assert (measuring.cells(ws, project.id)[:, [0, 1, 5, 7]] >= 0).all()
    assert not measuring.is_due(ws, project.id)


def test_only_what_is_new_is_measured_and_the_last_block_grows(ws, tmp_path, monkeypatch):
    monkeypatch.setattr(measured_axes, "BLOCK", 10)
    project = make_project(ws, tmp_path / "photos", each=4)
    work(ws)
    before = measuring.cells(ws, project.id).tolist()
    opened = []
    look = measured_axes._picture
    monkeypatch.setattr(
        measured_axes, "_picture", lambda ws, row: opened.append(row) or look(ws, row)
    )

    run_import(ws, project.id, nights(tmp_path / "more", each=2))
    work(ws)

    assert files(ws, project) == [(0, 10), (10, 8)]
    assert measuring.cells(ws, project.id)[:12].tolist() == before
    assert len(opened) == 8  # The last two of the twelve, and six new ones.
    # The file of the grown block stays for who is reading it.
    assert len(list((ws.arrays.folder / str(project.id) / REVISION).iterdir())) == 3


def test_a_worker_that_lost_the_project_publishes_nothing(ws, tmp_path):
    project = make_project(ws, tmp_path / "photos", each=4)
    with claims.hold(ws, project.id, "one:1:a") as claim:
        pass
    with claims.hold(ws, project.id, "two:2:b"), pytest.raises(StateError):
        measuring.go_on(ws, project.id, claim, lambda _done, _all: None)

    assert files(ws, project) == []


def test_a_picture_that_could_not_be_read_is_measured_once_it_came_back(ws, tmp_path, monkeypatch):
    project = make_project(ws, tmp_path / "photos", each=4, embedded=False)
    gone = rows(ws, project.id)[5]
    for copy in (ws.folder / "copies").rglob(f"{gone.sha256}*"):
        copy.unlink()
    path = tmp_path / "photos" / gone.path
    kept = path.read_bytes()
    path.unlink()
    work(ws)
    assert brightness(ws, project)[5] == -1
    assert -1 not in np.delete(brightness(ws, project), 5)

    path.write_bytes(kept)
    look, opened = measured_axes._picture, []
    monkeypatch.setattr(
        measured_axes, "_picture", lambda ws, row: opened.append(row) or look(ws, row)
    )
    run_import(ws, project.id, tmp_path / "photos")
    work(ws)

    assert -1 not in brightness(ws, project)
    assert [one.id for one in opened] == [gone.id]


def test_rows_of_a_table_are_not_measured(ws, tmp_path):
    file = written(tmp_path / "people.csv", table_rows(12))
    project = setup.new_project(ws, "Pay", file, ImportOptions()).project

    assert not measuring.is_due(ws, project.id)
    assert worker.Worker(ws).round() >= 0
    assert projects.get(ws, project.id).items == 12
    with pytest.raises(InputError, match="not measured of rows"):
        measuring.cells(ws, project.id)


def films(ws, file, texts, known=None):
    """Import texts into a project, a new one or the one before, and let the worker do its work."""
    written(file, [{"text": one} for one in texts])
    if known is None:
        known = setup.new_project(ws, "Films", file, ImportOptions()).project
    else:
        run_import(ws, known.id, file)
    work(ws)
    return known


def told(ws, project, name):
    """Return the cell of every text on an axis, by its name."""
    axes = measured_axes.MEASURED["text"].axes
    [at] = [place for place, axis in enumerate(axes) if axis.name == name]
    return [
        axes[at].names[one] if one >= 0 else "" for one in measuring.cells(ws, project.id)[:, at]
    ]


def test_the_worker_measures_texts_too(ws, tmp_path):
    texts = [one["text"] for one in reviews(40)]
    texts[3], texts[5] = texts[3].upper(), texts[5].replace("film", "f\u0456lm") + "!!!!!!!!"

    project = films(ws, tmp_path / "films.csv", texts)

    assert measuring.cells(ws, project.id).shape == (40, 5)
    assert not measuring.is_due(ws, project.id)
    assert told(ws, project, "capitals")[3] == "all capitals"
    assert told(ws, project, "look-alikes")[5] != "none"
    assert set(told(ws, project, "look-alikes")[6:]) == {"none"}
    assert told(ws, project, "punctuation")[5] in ("very dense", "dense")


def test_texts_that_come_later_are_told_by_the_spelling_of_all(ws, tmp_path):
    """What only the later texts show to be common makes a typo of an earlier word."""
    project = films(ws, tmp_path / "one.csv", ["a lovely stroy of nothing"])
    assert told(ws, project, "typos") == ["none"]

    films(ws, tmp_path / "two.csv", [f"the story of number {at}" for at in range(12)], project)

    assert told(ws, project, "typos") == ["many", *["none"] * 12]


def test_a_full_block_keeps_its_spelling_and_only_new_texts_are_measured(ws, tmp_path, monkeypatch):
    monkeypatch.setattr(measured_axes, "BLOCK", 12)
    project = films(ws, tmp_path / "one.csv", [f"the story of number {at}" for at in range(12)])
    measured = []
    look = measured_axes.text_conditions.measure
    monkeypatch.setattr(
        measured_axes.text_conditions,
        "measure",
        lambda text, known: measured.append(text) or look(text, known),
    )

    films(ws, tmp_path / "two.csv", ["a stroy", "the house of houses"], project)

    assert measured == ["a stroy", "the house of houses"]
    assert told(ws, project, "typos")[12:] == ["many", "none"]


def test_a_block_whose_file_is_lost_is_measured_again(ws, tmp_path):
    project = make_project(ws, tmp_path / "photos", each=4)
    work(ws)
    before = measuring.cells(ws, project.id).tolist()
    for file in (ws.arrays.folder / str(project.id) / REVISION).iterdir():
        file.unlink()
    measuring._cells.cache_clear()

    assert set(brightness(ws, project)) == {-1}
    work(ws)
    assert measuring.cells(ws, project.id).tolist() == before


def test_what_real_items_show_in_a_cell_leaves_out_those_that_only_test(ws, ada, tmp_path):
    nights(tmp_path / "photos", each=6, size=SMALL)
    project = make_project(ws, tmp_path / "photos", each=6)
    work(ws)
    dark = [row for row in rows(ws, project.id) if "night" in row.path]
    cells = measuring.cells(ws, project.id)[:, 0]
    inside = [row for row in dark if cells[row.position] <= 1]
    all_ = measuring.seen_in(ws, project.id, 0, 0, 1)
    with ws.store.write() as tx:
        probes.bring(
            tx, project.id, [one.id for one in inside[:4]], name="N", person=ada.id, at=0.0
        )

    left = measuring.seen_in(ws, project.id, 0, 0, 1)

    assert len(all_) == len(inside) > 4
    assert len(left) == len(inside) - 4
    assert set(left) <= set(all_)
    assert max(all_) < 0.2
    assert measuring.seen_in(ws, project.id, 0, 7, 7) == ()
