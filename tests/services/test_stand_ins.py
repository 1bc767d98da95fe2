"""Items that could not be read when they were embedded: stood in for, and embedded when found."""

import shutil

import numpy as np
import pytest

from labeler_app.adapters.embedders.pixels import PIXELS
from labeler_app.errors import StateError
from labeler_app.services import claims, features, images, memory, ranking, training
from labeler_app.store import audit, events, stand_ins, workers
from tests.builders import label, make_project, rows, run_import, work


@pytest.fixture
def photos(tmp_path):
    return tmp_path / "photos"


@pytest.fixture
def aside(tmp_path):
    return tmp_path / "aside.png"


@pytest.fixture
def project(ws, photos, aside):
    """Twelve items of three classes, embedded while the file of one was away."""
    made = make_project(ws, photos, each=4, embedded=False)
    shutil.rmtree(ws.folder / "copies")
    (photos / rows(ws, made.id)[5].path).rename(aside)
    features.embed(ws, made.id)
    return made.id


def vectors(ws, project):
    return np.array(ws.arrays.open_all(features.shards(ws, project)))


def whole(ws, project):
    """Return the vectors as they are when all pictures can be read."""
    state = ws.arrays.read_named(f"{project}/{features.shards(ws, project)[0].revision}.npz")
    return PIXELS.embed([images.open_screen(ws, row) for row in rows(ws, project)], state)


def stood_in(ws, project):
    with ws.store.read() as tx:
        return stand_ins.of_project(tx, project)


def put_back(photos, aside, item):
    aside.rename(photos / item.path)


def test_an_item_that_is_back_where_it_was_is_embedded_again_and_no_other_is(
    ws, project, photos, aside
):
    item, grey = rows(ws, project)[5], vectors(ws, project)
    before = stood_in(ws, project), item.state, features.missing(ws, project)
    put_back(photos, aside, item)

    run_import(ws, project, photos)
    due, embedded = features.missing(ws, project), features.embed(ws, project)

    assert before == ({item.id}, "missing", 0)
    assert (due, embedded, features.missing(ws, project)) == (1, 1, 0)
    assert (rows(ws, project)[5].state, stood_in(ws, project)) == ("ready", set())
    found = vectors(ws, project)
    np.testing.assert_array_equal(np.delete(found, 5, 0), np.delete(grey, 5, 0))
    np.testing.assert_array_equal(found, whole(ws, project))


def test_an_item_whose_file_moved_is_found_in_another_folder(ws, project, aside, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    aside.rename(elsewhere / "moved.png")

    run_import(ws, project, elsewhere)
    features.embed(ws, project)

    item = rows(ws, project)[5]
    assert (item.state, item.root, item.path) == ("ready", str(elsewhere), "moved.png")
    assert len(rows(ws, project)) == 12
    np.testing.assert_array_equal(vectors(ws, project), whole(ws, project))


def test_a_folder_that_was_away_and_comes_back_under_another_name_is_found(ws, tmp_path, photos):
    project = make_project(ws, photos, each=2, embedded=False).id
    shutil.rmtree(ws.folder / "copies")
    photos.rename(tmp_path / "unplugged")
    features.embed(ws, project)
    before = {one.state for one in rows(ws, project)}, len(stood_in(ws, project))

    run_import(ws, project, tmp_path / "unplugged")
    features.embed(ws, project)

    assert before == ({"ready"}, 6)
    assert stood_in(ws, project) == set()
    np.testing.assert_array_equal(vectors(ws, project), whole(ws, project))


def test_an_item_that_is_found_and_lost_again_is_stood_in_for_and_not_tried_for_ever(
    ws, project, photos, aside
):
    item = rows(ws, project)[5]
    put_back(photos, aside, item)
    run_import(ws, project, photos)
    (photos / item.path).unlink()

    work(ws)

    assert features.missing(ws, project) == 0
    assert rows(ws, project)[5].state == "missing"
    assert stood_in(ws, project) == {item.id}


def test_an_import_that_does_not_find_it_changes_nothing(ws, project, photos):
    run_import(ws, project, photos)

    assert features.missing(ws, project) == 0
    assert rows(ws, project)[5].state == "missing"


def test_a_label_of_an_item_that_is_stood_in_for_trains_nothing_until_it_is_found(
    ws, project, photos, aside, ada
):
    item = rows(ws, project)[5]
    label(ws, project, ada, [item.id])

    def trained():
        with ws.store.read() as tx:
            return [one.item for one in events.training_labels(tx, project)]

    before = trained()
    put_back(photos, aside, item)
    run_import(ws, project, photos)
    features.embed(ws, project)

    assert (before, trained()) == ([], [item.id])


def test_a_new_model_is_due_when_an_item_was_embedded_again(ws, project, photos, aside, ada):
    label(ws, project, ada, [one.id for one in rows(ws, project)[:4] + rows(ws, project)[6:]])
    work(ws)
    before = training.is_due(ws, project)
    put_back(photos, aside, rows(ws, project)[5])
    run_import(ws, project, photos)

    during = training.is_due(ws, project)
    features.embed(ws, project)

    assert (before, during, training.is_due(ws, project)) == (None, None, "model")


def test_what_strategies_saved_of_vectors_that_were_embedded_again_is_forgotten(
    ws, project, photos, aside
):
    work(ws)
    revision = features.shards(ws, project)[0].revision
    before = memory.recall(ws, project, revision)(ranking.FAR)
    put_back(photos, aside, rows(ws, project)[5])
    run_import(ws, project, photos)

    features.embed(ws, project)

    assert features.shards(ws, project)[0].revision == revision
    assert len(before[ranking.FAR]) == 12
    assert memory.recall(ws, project, revision)(ranking.FAR) == {}


def test_found_and_new_items_are_embedded_together(ws, project, photos, aside, tmp_path):
    put_back(photos, aside, rows(ws, project)[5])
    make_project(ws, tmp_path / "more", each=6, name="More")
    told = []

    run_import(ws, project, photos)
    run_import(ws, project, tmp_path / "more")
    embedded = features.embed(ws, project, lambda done, total: told.append((done, total)))

    count = len(rows(ws, project))
    assert count > 12
    assert embedded == count - 11
    assert told[-1] == (count, count)
    np.testing.assert_array_equal(vectors(ws, project), whole(ws, project))


def test_items_that_are_stood_in_for_are_no_look_alikes_of_each_other(ws, tmp_path, photos):
    project = make_project(ws, photos, each=4, embedded=False, audit_reserve=0.5).id
    shutil.rmtree(ws.folder / "copies")
    photos.rename(tmp_path / "unplugged")
    features.embed(ws, project)
    with ws.store.read() as tx:
        before = audit.shadow_positions(tx, project)

    run_import(ws, project, tmp_path / "unplugged")
    features.embed(ws, project)

    with ws.store.read() as tx:
        assert (before, audit.shadow_positions(tx, project)) == ([], [])


def test_the_files_of_a_shard_that_was_embedded_again_are_removed(ws, project, photos, aside):
    def files():
        return {
            str(one.relative_to(ws.arrays.folder))
            for one in (ws.arrays.folder / str(project)).rglob("*.npy")
        }

    counts = []
    for _ in range(3):
        put_back(photos, aside, rows(ws, project)[5])
        run_import(ws, project, photos)
        features.embed(ws, project)
        counts.append(len(files()))
        shutil.copy(photos / rows(ws, project)[5].path, aside)
        with ws.store.write() as tx:
            stand_ins.note(tx, project, [rows(ws, project)[5].id])

    assert counts == [2, 2, 2]
    assert {one.path for one in features.shards(ws, project)} <= files()


def test_who_lost_the_project_changes_no_vector_and_no_state(ws, project, photos, aside, clock):
    before = vectors(ws, project)
    put_back(photos, aside, rows(ws, project)[5])
    run_import(ws, project, photos)

    def lose(_done, _total):
        clock.advance(claims.TTL_SECONDS + 1)
        with ws.store.write() as tx:
            workers.claim(tx, project, "two", now=ws.clock(), ttl=claims.TTL_SECONDS)

    with claims.hold(ws, project, "another-host:1:a") as claim, pytest.raises(StateError):
        features.embed(ws, project, lose, claim)

    assert features.missing(ws, project) == 1
    np.testing.assert_array_equal(vectors(ws, project), before)
