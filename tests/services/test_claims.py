"""Imports and embeddings of who was taken over from."""

import pytest

from labeler_app.errors import StateError
from labeler_app.services import claims, exchange, features, projects, setup
from labeler_app.services.exchange import ImportOptions
from labeler_app.store import workers
from tests.builders import SMALL, make_project, rows, work
from tests.pictures import class_folders


def take_over(ws, project, clock):
    clock.advance(claims.TTL_SECONDS + 1)
    with ws.store.write() as tx:
        workers.claim(tx, project, "two", now=ws.clock(), ttl=claims.TTL_SECONDS)


def test_who_lost_the_project_stores_nothing_more_of_an_import(ws, tmp_path, clock):
    project = projects.create(ws, "Colours").id
    photos = class_folders(tmp_path / "photos", each=2, size=SMALL)
    run = exchange.request_import(ws, project, photos, ImportOptions())

    with claims.hold(ws, project, "another-host:1:a") as claim:
        take_over(ws, project, clock)
        with pytest.raises(StateError, match="taken over"):
            exchange.run_import(ws, run, claim=claim)

    assert rows(ws, project) == []
    assert exchange.pending(ws, project) == [run]


def test_who_loses_the_project_in_the_midst_of_an_import_lets_no_item_arrive(ws, tmp_path, clock):
    project = projects.create(ws, "Colours").id
    photos = class_folders(tmp_path / "photos", each=2, size=SMALL)
    run = exchange.request_import(ws, project, photos, ImportOptions())

    with claims.hold(ws, project, "another-host:1:a") as claim, pytest.raises(StateError):
        exchange.run_import(ws, run, lambda *_: take_over(ws, project, clock), claim)

    assert {one.state for one in rows(ws, project)} == {"arriving"}
    assert exchange.import_rows(ws, project)[0].state == "reading"


def test_who_lost_the_project_publishes_no_embeddings_and_spoils_none_of_the_heir(
    ws, tmp_path, clock
):
    project = make_project(ws, tmp_path / "photos", each=2, embedded=False).id
    published = []

    def lose(_done, _total):
        take_over(ws, project, clock)
        with ws.store.write() as tx:
            fence = workers.claim(tx, project, "two", now=ws.clock(), ttl=claims.TTL_SECONDS)
        features.embed(ws, project, claim=claims.Claim(ws, project, fence))
        published.extend(features.shards(ws, project))

    with claims.hold(ws, project, "another-host:1:a") as claim, pytest.raises(StateError):
        features.embed(ws, project, lose, claim)

    assert features.shards(ws, project) == published
    assert [one.path.endswith("-2.npy") for one in published] == [True]


def test_who_is_taken_over_from_while_it_makes_a_project_watches_the_other_finish(
    ws, tmp_path, clock, monkeypatch
):
    photos = class_folders(tmp_path / "photos", each=2, size=SMALL)
    lost = []

    def show(_label):
        def progress(_done, _total):
            if not lost:
                lost.append(projects.every(ws)[0].id)
                take_over(ws, lost[0], clock)

        return progress

    def other_ends(_seconds):
        clock.advance(claims.TTL_SECONDS + 1)
        work(ws)

    monkeypatch.setattr(setup.time, "sleep", other_ends)

    made = setup.new_project(ws, "Colours", photos, ImportOptions(), progress=show)

    assert made.project.items == 6
    assert made.report.state == "done"
    assert features.missing(ws, made.project.id) == 0


def test_embedding_a_new_project_is_told_to_who_looks_at_it(ws, tmp_path):
    photos = class_folders(tmp_path / "photos", each=2, size=SMALL)
    told = []

    def show(label):
        def progress(_done, _total):
            with ws.store.read() as tx:
                row = workers.of_project(tx, projects.every(ws)[0].id)
            told.append((label, row.phase))

        return progress

    setup.new_project(ws, "Colours", photos, ImportOptions(), progress=show)

    assert told[-1] == ("Computing features", "computing features")
