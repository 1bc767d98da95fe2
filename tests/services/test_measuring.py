"""Conditions of pictures: measured by the worker, once, and again where a file comes back."""

import numpy as np
import pytest

from labeler_app.core import conditions
from labeler_app.errors import StateError
from labeler_app.services import claims, measuring, projects, setup, worker
from labeler_app.services.exchange import ImportOptions
from labeler_app.store import models
from tests.builders import make_project, rows, run_import, work
from tests.pictures import nights
from tests.tables import reviews, written


def brightness(ws, project):
    """Return the cell of brightness of every item that was measured."""
    return measuring.cells(ws, project.id)[:, 0].tolist()


def files(ws, project):
    with ws.store.read() as tx:
        return [(one.first, one.count) for one in models.shards(tx, project.id, measuring.REVISION)]


def test_the_worker_measures_every_picture_behind_its_import(ws, tmp_path):
    project = make_project(ws, tmp_path / "photos", each=4)
    assert measuring.cells(ws, project.id).shape == (0, len(conditions.AXES))
    assert measuring.is_due(ws, project.id)

    work(ws)

    assert measuring.cells(ws, project.id).shape == (12, len(conditions.AXES))
    assert (measuring.cells(ws, project.id)[:, [0, 1, 5, 7]] >= 0).all()
    assert not measuring.is_due(ws, project.id)


def test_only_what_is_new_is_measured_and_the_last_block_grows(ws, tmp_path, monkeypatch):
    monkeypatch.setattr(measuring, "BLOCK", 10)
    project = make_project(ws, tmp_path / "photos", each=4)
    work(ws)
    before = measuring.cells(ws, project.id).tolist()
    opened = []
    look = measuring._measured
    monkeypatch.setattr(measuring, "_measured", lambda ws, row: opened.append(row) or look(ws, row))

    run_import(ws, project.id, nights(tmp_path / "more", each=2))
    work(ws)

    assert files(ws, project) == [(0, 10), (10, 8)]
    assert measuring.cells(ws, project.id)[:12].tolist() == before
    assert len(opened) == 8  # The last two of the twelve, and six new ones.
    # The file of the grown block stays for who is reading it.
    assert len(list((ws.arrays.folder / str(project.id) / measuring.REVISION).iterdir())) == 3


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
    look, opened = measuring._measured, []
    monkeypatch.setattr(measuring, "_measured", lambda ws, row: opened.append(row) or look(ws, row))
    run_import(ws, project.id, tmp_path / "photos")
    work(ws)

    assert -1 not in brightness(ws, project)
    assert [one.id for one in opened] == [gone.id]


def test_texts_are_not_measured(ws, tmp_path):
    file = written(tmp_path / "films.csv", reviews(12))
    project = setup.new_project(ws, "Films", file, ImportOptions()).project

    assert not measuring.is_due(ws, project.id)
    assert worker.Worker(ws).round() >= 0
    assert projects.get(ws, project.id).items == 12


def test_a_block_whose_file_is_lost_is_measured_again(ws, tmp_path):
    project = make_project(ws, tmp_path / "photos", each=4)
    work(ws)
    before = measuring.cells(ws, project.id).tolist()
    for file in (ws.arrays.folder / str(project.id) / measuring.REVISION).iterdir():
        file.unlink()
    measuring._cells.cache_clear()

    assert set(brightness(ws, project)) == {-1}
    work(ws)
    assert measuring.cells(ws, project.id).tolist() == before
