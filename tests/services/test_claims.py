"""Imports and embeddings of who was taken over from."""

import pytest
import sqlalchemy as sa

from labeler_app.errors import StateError
from labeler_app.services import (
    claims,
    exchange,
    features,
    imported,
    label_classes,
    projects,
    setup,
)
from labeler_app.services.exchange import ImportOptions
from labeler_app.store import events, schema, workers
from tests.builders import SMALL, make_project, rows, work
from tests.pictures import class_folders


def take_over(ws, project, clock):
    clock.advance(claims.TTL_SECONDS + 1)
    with ws.store.write() as tx:
        workers.claim(tx, project, "two", now=ws.clock(), ttl=claims.TTL_SECONDS)


def stored_events(ws, project):
    with ws.store.read() as tx:
        of_project = schema.label_event.c.project == project
        return tx.execute(sa.select(sa.func.count()).where(of_project)).scalar()


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


def test_who_loses_the_project_before_the_labels_stores_no_label_and_no_class(ws, tmp_path, clock):
    project = projects.create(ws, "Colours").id
    photos = class_folders(tmp_path / "photos", each=2, size=SMALL)
    run = exchange.request_import(ws, project, photos, ImportOptions("folders", "trust"))

    def lose_after_the_last_file(done, total):
        if done == total:
            take_over(ws, project, clock)

    with claims.hold(ws, project, "another-host:1:a") as claim, pytest.raises(StateError):
        exchange.run_import(ws, run, lose_after_the_last_file, claim)

    assert projects.classes(ws, project) == []
    assert stored_events(ws, project) == 0


def test_who_loses_the_project_among_the_labels_stores_no_more_of_them(
    ws, tmp_path, clock, monkeypatch
):
    project = projects.create(ws, "Colours").id
    photos = class_folders(tmp_path / "photos", each=2, size=SMALL)
    run = exchange.request_import(ws, project, photos, ImportOptions("folders", "trust"))
    monkeypatch.setattr(imported, "CHUNK", 2)
    settle = events.settle

    with claims.hold(ws, project, "another-host:1:a") as claim:

        def settled(tx, *of):
            settle(tx, *of)
            if tx.execute(sa.select(sa.func.count(schema.label_event.c.seq))).scalar() == 2:
                clock.advance(claims.TTL_SECONDS + 1)
                workers.claim(tx, project, "two", now=ws.clock(), ttl=claims.TTL_SECONDS)

        monkeypatch.setattr(events, "settle", settled)
        with pytest.raises(StateError):
            exchange.run_import(ws, run, claim=claim)

    assert stored_events(ws, project) == 2
    assert {one.state for one in rows(ws, project)} == {"arriving"}


def test_who_lost_the_project_cannot_refuse_its_import_either(ws, tmp_path, clock):
    project = projects.create(ws, "Colours").id
    photos = class_folders(tmp_path / "photos", each=2, size=SMALL)
    for folder in list(photos.iterdir()):
        folder.rename(photos / (folder.name[0] * 150))
    run = exchange.request_import(ws, project, photos, ImportOptions("folders", "trust"))

    with claims.hold(ws, project, "another-host:1:a") as claim:
        really = label_classes.checked
        with pytest.MonkeyPatch.context() as patched:

            def lose_and_check(*told):
                take_over(ws, project, clock)
                return really(*told)

            patched.setattr(label_classes, "checked", lose_and_check)
            with pytest.raises(StateError, match="taken over"):
                exchange.run_import(ws, run, claim=claim)

    assert exchange.pending(ws, project) == [run]


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

    told = {"embedder": "pixels", "progress": show}
    made = setup.new_project(ws, "Colours", photos, ImportOptions(), **told)

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

    look = {"embedder": "pixels", "progress": show}
    setup.new_project(ws, "Colours", photos, ImportOptions(), **look)

    assert told[-1] == ("Computing features", "computing features")
