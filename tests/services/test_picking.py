import csv
import io

import pytest

from labeler_app.errors import InputError
from labeler_app.services import export, labeling, picking, pool, training
from labeler_app.store import audit, events, items, models, past_answers, queue, schema
from tests.builders import answer, class_ids, held, label, make_project, rows, work
from tests.pictures import truth


@pytest.fixture
def project(ws, tmp_path):
    """Twenty-four items, a third of them reserved, not embedded."""
    return make_project(ws, tmp_path / "photos", each=8, audit_reserve=0.34, embedded=False)


@pytest.fixture
def reserved(ws, project):
    with ws.store.read() as tx:
        every = items.ids_by_position(tx, project.id)
        return {every[position] for position in audit.positions(tx, project.id)}


def offered(ws, project, person, *, seen=(), want=100, desk=""):
    found = picking.tiles(ws, project.id, person.id, seen=list(seen), want=want, desk=desk)
    return [one.id for one in found]


def pick(ws, project, person, item, name="blue", **more):
    sent = answer(item, class_ids(ws, project.id)[name], picked=True, **more)
    return sent, labeling.record(ws, project.id, person.id, [sent])


def stored(ws):
    with ws.store.read() as tx:
        return list(tx.execute(schema.label_event.select().order_by(schema.label_event.c.seq)))


def test_all_that_is_neither_audited_nor_like_it_can_be_picked_and_nothing_else(
    ws, project, ada, reserved
):
    free = sorted({row.id for row in rows(ws, project.id)} - reserved)
    with ws.store.write() as tx:
        audit.shadow(tx, project.id, free[:2])

    assert len(reserved) == 8
    assert sorted(offered(ws, project, ada)) == free[2:]


def test_what_lies_ahead_on_the_own_desk_can_be_picked_but_no_audit_item_among_it(
    ws, project, ada, reserved
):
    ahead = {one.id for one in pool.lease(ws, project.id, ada.id, keep=[], want=12, desk="one")}
    assert ahead & reserved

    assert ahead - reserved < set(offered(ws, project, ada, desk="one"))
    assert not ahead & set(offered(ws, project, ada, desk="two"))


def test_what_is_answered_or_on_another_desk_is_not_offered(ws, project, ada, bob):
    theirs = {one.id for one in pool.lease(ws, project.id, bob.id, keep=[], want=6)}
    before = offered(ws, project, ada)
    pick(ws, project, ada, before[0])

    assert not theirs & set(before)
    assert offered(ws, project, ada) == before[1:]


def test_the_head_of_the_queue_comes_first_then_others_in_scattered_order(ws, project, ada, bob):
    free = offered(ws, project, ada)
    head = [free[7], free[3]]
    entries = [queue.Entry(rank, one, "chosen: x", 0.0, 1.0, "") for rank, one in enumerate(head)]
    with ws.store.write() as tx:
        queue.replace(tx, queue.Selection(project.id, None, "x", "", 1, "{}", ws.clock()), entries)

    grid = offered(ws, project, ada)

    assert grid[:2] == head
    assert sorted(grid) == sorted(free)
    assert grid[2:] != sorted(grid[2:])
    assert grid[2:] != offered(ws, project, bob)[2:]


def test_asking_for_more_brings_what_was_not_seen_and_leases_nothing(ws, project, ada):
    first = offered(ws, project, ada, want=10)
    rest = offered(ws, project, ada, seen=first)

    assert len(first) == 10
    assert len(rest) == 6
    assert not set(first) & set(rest)
    with ws.store.read() as tx:
        assert held(tx, project.id, ada.id) == []


def test_a_grid_of_no_project_is_an_error(ws, ada):
    with pytest.raises(InputError, match="no project"):
        picking.tiles(ws, 99, ada.id, seen=[], want=5)


def test_a_pick_is_stored_once_as_picked_by_hand_and_comes_no_more(ws, project, ada):
    pool.lease(ws, project.id, ada.id, keep=[], want=12)
    item = offered(ws, project, ada)[0]

    sent, first = pick(ws, project, ada, item)
    again = labeling.record(ws, project.id, ada.id, [sent])

    assert first.acknowledged == again.acknowledged == (sent.event_id,)
    assert first.why == {sent.event_id: "You picked it by hand."}
    (event,) = stored(ws)
    assert (event.origin, event.selection, event.propensity) == ("human", None, None)
    assert (event.selected_as, event.why) == ("picked by hand", "You picked it by hand.")
    ahead = [one.id for one in pool.lease(ws, project.id, ada.id, keep=[], want=100)]
    assert item not in [*ahead, *offered(ws, project, ada)]


def test_an_audit_item_cannot_be_picked_and_holds_up_no_other(ws, project, ada, reserved):
    audited, free = min(reserved), offered(ws, project, ada)[0]
    blue = class_ids(ws, project.id)["blue"]
    wrong, right = answer(audited, blue, picked=True), answer(free, blue, picked=True)

    receipt = labeling.record(ws, project.id, ada.id, [wrong, right])

    assert receipt.acknowledged == (right.event_id,)
    assert [one.event_id for one in receipt.refused] == [wrong.event_id]
    assert f"Item {audited} cannot be picked by hand" in receipt.refused[0].problem
    assert [one.item for one in stored(ws)] == [free]
    assert labeling.record(ws, project.id, ada.id, [answer(audited, blue)]).refused == ()


@pytest.mark.parametrize("kind", ["skip", "unsure", "flag", "note"])
def test_only_a_label_can_be_picked(ws, project, ada, kind):
    sent = answer(offered(ws, project, ada)[0], kind=kind, picked=True)

    receipt = labeling.record(ws, project.id, ada.id, [sent])

    assert "Only a label" in receipt.refused[0].problem


def test_a_pick_taken_back_is_free_again_and_still_a_persons_choice_on_their_desk(
    ws, project, ada, bob
):
    item = offered(ws, project, ada)[0]
    sent, _ = pick(ws, project, ada, item)
    undo = answer(item, kind="undo", reverts=sent.event_id)

    labeling.record(ws, project.id, ada.id, [undo])
    is_free = item in offered(ws, project, bob)
    pool.lease(ws, project.id, ada.id, keep=[item], want=3)
    with ws.store.read() as tx:
        on_desk = item in held(tx, project.id, ada.id)
    labeling.record(ws, project.id, ada.id, [answer(item, class_ids(ws, project.id)["green"])])

    assert is_free
    assert on_desk
    assert [one.selected_as for one in stored(ws)] == ["picked by hand"] * 3
    assert [one.propensity for one in stored(ws)] == [None] * 3


def test_picks_are_exported_as_labels_of_a_person_for_training(ws, project, ada):
    item = offered(ws, project, ada)[0]
    pick(ws, project, ada, item)
    out = io.StringIO(newline="")

    export.export(ws, project.id, "csv", out)

    (row,) = csv.DictReader(io.StringIO(out.getvalue()))
    assert (row["label"], row["origin"], row["audit"]) == ("blue", "human", "")
    assert (row["selected_as"], row["propensity"]) == ("picked by hand", "")
    with ws.store.read() as tx:
        assert [one.item for one in events.training_labels(tx, project.id)] == [item]


def test_two_picks_of_each_class_are_enough_for_the_first_model(ws, tmp_path, ada):
    project = make_project(ws, tmp_path / "more", each=10, audit_reserve=0.2)
    paths = {row.id: row.path for row in rows(ws, project.id)}
    wanted = {"amber": 2, "blue": 2, "green": 2}
    for item in offered(ws, project, ada):
        name = truth(paths[item])
        if wanted[name]:
            wanted[name] -= 1
            pick(ws, project, ada, item, name)

    assert training.is_due(ws, project.id) == "model"
    work(ws)

    with ws.store.read() as tx:
        model = models.newest(tx, project.id)
    assert model is not None
    assert (model.version, model.labels) == (1, 6)


def test_picks_do_not_hurry_the_pace_of_looking_one_by_one(ws, project, ada):
    found = offered(ws, project, ada)
    for item in found[:3]:
        pick(ws, project, ada, item, milliseconds=100)
    label(ws, project.id, ada, found[3:4])

    with ws.store.read() as tx:
        assert past_answers.paces(tx, project.id) == [1000]
