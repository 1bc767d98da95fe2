"""The labeled items that look most like an answered one."""

import numpy as np
import pytest
import sqlalchemy as sa

from labeler_app.errors import InputError, StateError
from labeler_app.services import examples, features, labeling, people, projects, similar
from labeler_app.services.exchange import ImportOptions
from labeler_app.settings import ProjectConfig
from labeler_app.store import items, schema
from tests.builders import answer, class_ids, label, make_project, new_id, rows, run_import
from tests.pictures import truth
from tests.tables import written


@pytest.fixture
def project(ws, tmp_path):
    """Thirty pictures in three classes, a fifth of them reserved."""
    return make_project(ws, tmp_path / "photos", each=10, audit_reserve=0.2)


@pytest.fixture
def reserved(ws, project):
    with ws.store.read() as tx:
        return set(tx.execute(sa.select(schema.audit.c.item)).scalars())


def test_the_six_nearest_labeled_items_are_found_by_their_features_and_no_audit_item_is(
    ws, project, ada, bob, reserved
):
    every = rows(ws, project.id)
    query = next(row for row in every if row.id in reserved)  # An audit item may be asked about.
    label(ws, project.id, ada, [row.id for row in every if row.id != query.id])
    labeling.record(ws, project.id, bob.id, [answer(query.id, kind="flag")])
    x = np.asarray(ws.arrays.open_all(features.shards(ws, project.id)), dtype=float)
    far = ((x - x[query.position]) ** 2).sum(axis=1)
    open_ = [row for row in every if row.id not in reserved]
    wanted = sorted(open_, key=lambda row: (far[row.position], row.position))[:6]

    found = similar.to_item(ws, query.id, bob.id).found

    ids = class_ids(ws, project.id)
    assert [one.glance.item for one in found] == [row.id for row in wanted]
    assert [one.class_ids for one in found] == [(ids[truth(row.path)],) for row in wanted]
    with ws.store.write() as tx:
        items.set_state(tx, wanted[0].id, "missing")
        tx.execute(sa.insert(schema.audit_shadow).values(item=wanted[1].id, project=project.id))
    left = [one.glance.item for one in similar.to_item(ws, query.id, bob.id).found]
    assert left[:4] == [row.id for row in wanted[2:]]


def test_nobody_sees_them_before_the_own_answer_nor_after_it_was_taken_back(
    ws, project, ada, bob, reserved
):
    one, *others = [row.id for row in rows(ws, project.id) if row.id not in reserved]
    label(ws, project.id, ada, [one, *others])
    given = answer(one, kind="unsure")

    with pytest.raises(StateError, match="after your answer"):
        similar.to_item(ws, one, bob.id)
    labeling.record(ws, project.id, bob.id, [answer(one)])
    with pytest.raises(StateError):  # A skipped item comes back.
        similar.to_item(ws, one, bob.id)
    labeling.record(ws, project.id, bob.id, [given])
    found = similar.to_item(ws, one, bob.id).found
    undo = answer(one, event_id=new_id(), kind="undo", reverts=given.event_id)
    labeling.record(ws, project.id, bob.id, [undo])

    assert len(found) == 6
    assert one not in [near.glance.item for near in found]
    with pytest.raises(StateError):
        similar.to_item(ws, one, bob.id)
    with pytest.raises(InputError, match="no item"):
        similar.to_item(ws, 9999, bob.id)


def test_where_two_are_wanted_no_answer_is_shown_on_what_one_is_still_asked_about(
    ws, tmp_path, ada, bob
):
    made = make_project(ws, tmp_path / "two", name="Two", each=4, wanted=2)
    one, settled, mine, *others = [row.id for row in rows(ws, made.id)]
    label(ws, made.id, ada, [settled, mine, *others])
    label(ws, made.id, people.join(ws, "Carol"), [settled])
    label(ws, made.id, bob, [one, mine])

    found = similar.to_item(ws, one, bob.id).found

    assert {near.glance.item for near in found} == {settled, mine}


def test_of_many_labeled_items_those_labeled_last_are_compared(ws, project, ada, monkeypatch):
    every = [row.id for row in rows(ws, project.id)]
    label(ws, project.id, ada, every)
    monkeypatch.setattr(similar, "AMONG", 3)
    with ws.store.read() as tx:
        held_out = set(tx.execute(sa.select(schema.audit.c.item)).scalars())

    found = similar.to_item(ws, every[0], ada.id).found

    assert {near.glance.item for near in found} == {*every[-3:]} - held_out


def test_without_features_or_other_labels_it_says_so(ws, tmp_path, ada):
    project = make_project(ws, tmp_path / "photos", each=2, embedded=False)
    first = rows(ws, project.id)[0].id
    label(ws, project.id, ada, [first])

    before = similar.to_item(ws, first, ada.id)
    features.embed(ws, project.id)
    after = similar.to_item(ws, first, ada.id)

    assert (before.found, before.why_none) == ((), similar.NO_FEATURES)
    assert (after.found, after.why_none) == ((), similar.NO_LABELS)


def test_of_texts_and_rows_the_first_words_are_told(ws, tmp_path, ada):
    table = tmp_path / "texts.csv"
    long = "green grass " * 30
    written(table, [{"text": one} for one in ("red apple", "red berry", long)])
    config = ProjectConfig.from_mapping({"audit_reserve": 0.0, "embedder": "tfidf"})
    made = projects.create(ws, "Texts", kind="text", classes=("a", "b"), config=config)
    run_import(ws, made.id, table, ImportOptions(text_column="text"))
    features.embed(ws, made.id)
    ids = class_ids(ws, made.id)
    every = [row.id for row in rows(ws, made.id)]
    labeling.record(ws, made.id, ada.id, [answer(one, ids["a"]) for one in every])

    found = similar.to_item(ws, every[0], ada.id).found
    shown = examples.of_project(ws, made.id, ada.id)[0].shown

    assert [one.glance.words for one in found] == ["red berry", long[:100]]
    assert [one.words for one in shown] == ["red apple", "red berry", long[:100]]
