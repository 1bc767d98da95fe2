import json

import pytest
import sqlalchemy as sa

from labeler_app.services import claims, labeling, projects, replay, training
from labeler_app.store import events, history, items, models, schema
from labeler_app.store.events import CurrentLabel
from tests.builders import answer, class_ids, label, make_project, rows
from tests.pictures import class_folders


@pytest.fixture
def project(ws, tmp_path):
    """Ninety items of three classes, eighteen of them reserved."""
    return make_project(ws, tmp_path / "photos", each=30, audit_reserve=0.2, batch=5)


def train(ws, project):
    with claims.hold(ws, project.id, "test:1:a") as claim:
        return training.run(ws, project.id, claim.fence)


def by_class(ws, project, first, behind):
    """Return the items of every class from one place to another."""
    return [
        one
        for name in class_ids(ws, project.id)
        for one in [row.id for row in rows(ws, project.id) if row.path.startswith(f"{name}/")][
            first:behind
        ]
    ]


def rounds(ws, project, ada, count=3):
    """Choose a queue without a model, then train `count` times with more labels each time."""
    train(ws, project)
    for number in range(count):
        label(ws, project.id, ada, by_class(ws, project, 4 * number, 4 * number + 4))
        train(ws, project)


def outcomes(report):
    return [one.outcome for one in report.selections]


def change_detail(ws, selection, **values):
    table = schema.selection
    with ws.store.write() as tx:
        text = tx.execute(sa.select(table.c.detail).where(table.c.id == selection)).scalar_one()
        changed = json.dumps(json.loads(text) | values)
        tx.execute(sa.update(table).where(table.c.id == selection).values(detail=changed))


def test_every_batch_of_a_project_comes_out_the_same_again(ws, project, ada):
    rounds(ws, project, ada)

    report = replay.replay(ws, project.id)

    assert outcomes(report) == ["identical"] * 4
    assert [one.version for one in report.selections] == [None, 1, 2, 3]
    assert [one.batch for one in report.selections][1:] == [5, 5, 5]
    assert report.sentence.startswith("100 % identical (4 of 4)")


@pytest.mark.parametrize(
    "config",
    [
        {"learner": "extra-trees"},
        {"learner": "k-nn", "class_weight": "balanced"},
        {"strategy": "random"},
        {"strategy": "k-center"},
        {"strategy": "margin", "cold_start": "random"},
        {"self_training": True},
    ],
)
def test_so_it_is_whatever_the_settings(ws, tmp_path, ada, config):
    project = make_project(ws, tmp_path / "photos", each=30, audit_reserve=0.2, **config)
    rounds(ws, project, ada, count=2)

    report = replay.replay(ws, project.id)

    assert outcomes(report) == ["identical"] * 3, report.sentence


def test_what_was_said_and_set_later_makes_no_difference(ws, project, ada, bob):
    rounds(ws, project, ada)
    first = by_class(ws, project, 0, 1)

    label(ws, project.id, bob, first, lambda true: "amber")
    labeling.record(ws, project.id, bob.id, [answer(by_class(ws, project, 20, 21)[0])])
    with ws.store.read() as tx:
        said = history.said_as_of(tx, project.id, 10**9)
        given = next(one for one in said if one.item == first[0] and one.annotator == ada.id)
        event = tx.execute(
            sa.select(schema.label_event.c.event_id).where(schema.label_event.c.seq == given.seq)
        ).scalar_one()
    undo = answer(first[0], kind="undo", reverts=event)
    labeling.record(ws, project.id, ada.id, [undo])
    with ws.store.write() as tx:
        items.set_state(tx, by_class(ws, project, 25, 26)[0], "missing")
    projects.configure(ws, project.id, projects.get(ws, project.id).config.__class__(batch=50))

    assert outcomes(replay.replay(ws, project.id)) == ["identical"] * 4


def test_items_that_came_later_make_no_difference(ws, project, ada, tmp_path):
    from labeler_app.services import features
    from tests.builders import SMALL, run_import

    rounds(ws, project, ada)
    class_folders(tmp_path / "more", each=40, classes=("amber", "blue"), size=SMALL)
    run_import(ws, project.id, tmp_path / "more")
    features.embed(ws, project.id)
    train(ws, project)

    assert set(outcomes(replay.replay(ws, project.id))) == {"identical"}


def test_a_model_whose_file_is_gone_is_named_and_the_others_are_still_compared(ws, project, ada):
    rounds(ws, project, ada)
    with ws.store.read() as tx:
        second = models.every(tx, project.id)[1]
    ws.arrays.remove(second.head)

    report = replay.replay(ws, project.id)

    assert outcomes(report) == ["identical", "identical", "impossible", "identical"]
    assert f"the file {second.head} was removed" in report.sentence
    assert report.sentence.startswith("75 % identical (3 of 4)")


def test_embeddings_that_were_changed_are_named(ws, project, ada):
    rounds(ws, project, ada, count=1)
    with ws.store.read() as tx:
        revision = models.newest(tx, project.id).revision
        (shard,) = models.shards(tx, project.id, revision)
    path = ws.arrays.folder / shard.path
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)

    report = replay.replay(ws, project.id)

    assert outcomes(report) == ["impossible", "impossible"]
    assert f"{shard.path} is not what it was" in report.sentence


def test_another_item_in_a_batch_is_the_first_difference(ws, project, ada):
    rounds(ws, project, ada, count=1)
    number = replay.replay(ws, project.id).selections[1].selection
    with ws.store.read() as tx:
        detail = json.loads(history.selections(tx, project.id)[1].detail)
    picks = detail["picks"]

    change_detail(ws, number, picks=[picks[0], picks[2], picks[1], *picks[3:]])

    report = replay.replay(ws, project.id)
    assert outcomes(report) == ["identical", "different"]
    expected = f"Item 2 of its batch was number {picks[2]}, and is number {picks[1]} now."
    assert report.selections[1].sentence == expected


def test_labels_that_the_events_do_not_give_are_a_reason(ws, project, ada):
    rounds(ws, project, ada, count=1)
    number = replay.replay(ws, project.id).selections[1].selection

    change_detail(ws, number, labels_hash="0")

    assert "do not give the labels" in replay.replay(ws, project.id).selections[1].sentence


def test_a_selection_of_an_earlier_version_of_the_app_is_said_to_lack_what_it_takes(
    ws, project, ada
):
    rounds(ws, project, ada, count=0)
    with ws.store.write() as tx:
        old = json.dumps({"items": 90, "candidates": 72, "batch": 5, "head": "", "shards": []})
        tx.execute(sa.update(schema.selection).values(detail=old))

    (one,) = replay.replay(ws, project.id).selections

    assert one.outcome == "impossible"
    assert "kept too little" in one.sentence


def test_a_project_without_a_queue_has_nothing_to_replay(ws):
    made = projects.create(ws, "Empty")

    report = replay.replay(ws, made.id)

    assert (report.selections, report.sentence) == ([], "Nothing was selected yet.")


def test_a_selection_keeps_seed_phase_scores_propensity_and_hashes(ws, project, ada):
    rounds(ws, project, ada, count=1)

    with ws.store.read() as tx:
        row = history.selections(tx, project.id)[1]
        model = models.newest(tx, project.id)
    detail = json.loads(row.detail)

    assert (row.seed > 0, bool(row.phase), row.strategy) == (True, True, "herding")
    assert len(detail["scores"]) == len(detail["picks"]) == 5
    assert detail["propensity"] == 1.0
    assert detail["head"] == model.sha256
    assert len(detail["shards"]) == 1
    assert detail["up_to_seq"] == model.up_to_seq


def test_history_says_what_was_said_at_every_moment(ws, project, ada, bob):
    chosen = by_class(ws, project, 0, 1)
    label(ws, project.id, ada, chosen)
    label(ws, project.id, bob, chosen[:1], lambda true: "amber")
    receipt = label(ws, project.id, ada, chosen[:1], lambda true: "blue")
    undo = answer(chosen[0], kind="undo", reverts=receipt.acknowledged[0])
    labeling.record(ws, project.id, ada.id, [undo])

    with ws.store.read() as tx:
        last = events.newest_seq(tx, project.id)
        now = tx.execute(sa.select(schema.current_label)).all()
        told = history.said_as_of(tx, project.id, last)
        before = history.said_as_of(tx, project.id, last - 1)

    assert {(one.item, one.annotator, one.class_id, one.seq) for one in told} == {
        (row.item, row.annotator, row.class_id, row.seq) for row in now
    }
    mine = [one for one in before if (one.item, one.annotator) == (chosen[0], ada.id)]
    assert [type(one) for one in mine] == [CurrentLabel]
    assert mine[0].class_id == class_ids(ws, project.id)["blue"]
