"""Which answers can be stored, and what is kept of each."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from labeler_app.services import labeling, people
from labeler_app.store import events, schema
from tests.builders import answer, class_ids, make_project, new_id, rows


def stored_events(ws):
    with ws.store.read() as tx:
        table = schema.label_event
        return tx.execute(sa.select(table).order_by(table.c.seq)).all()


def labels(ws, project):
    with ws.store.read() as tx:
        return {one.item: one.class_id for one in events.training_labels(tx, project.id)}


@pytest.mark.parametrize(
    "change", [{"class_id": 2}, {"item": 2}, {"kind": "skip", "class_id": None}, {"note": "other"}]
)
def test_another_answer_under_a_stored_id_is_refused_and_the_first_stays(ws, project, ada, change):
    sent = answer(1, 1)
    labeling.record(ws, project.id, ada.id, [sent])

    receipt = labeling.record(ws, project.id, ada.id, [replace(sent, **change)])

    assert receipt.acknowledged == ()
    assert "stored already" in receipt.refused[0].problem
    assert labels(ws, project) == {1: 1}


def test_an_id_another_person_used_is_refused(ws, project, ada, bob, shown, blue):
    sent = answer(shown[0], blue)
    labeling.record(ws, project.id, ada.id, [sent])

    receipt = labeling.record(ws, project.id, bob.id, [sent])

    assert [one.event_id for one in receipt.refused] == [sent.event_id]
    assert len(stored_events(ws)) == 1


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"item": 10_000}, "no item 10000"),
        ({"class_id": 10_000}, "no class 10000"),
        ({"class_id": None}, "A label needs a class"),
        ({"kind": "skip"}, "A label needs a class"),
        ({"kind": "dream"}, "no kind of answer 'dream'"),
        ({"event_id": "short"}, "'short' is not an event id"),
        ({"event_id": "nothing\0good"}, "is not an event id"),
        ({"kind": "undo", "class_id": None}, "not one of yours"),
        ({"kind": "undo", "class_id": None, "reverts": "x\0" * 8}, "is not an event id"),
        ({"note": "x" * 5000}, "longer than 4000"),
        ({"note": "\0"}, "The note holds a NUL character"),
    ],
)
def test_what_can_never_be_stored_is_refused_by_itself_and_holds_up_no_other(
    ws, project, ada, shown, blue, wrong, problem
):
    good, bad = answer(shown[0], blue), replace(answer(shown[1], blue), **wrong)

    receipt = labeling.record(ws, project.id, ada.id, [bad, good])

    assert receipt.acknowledged == receipt.stored == (good.event_id,)
    assert [one.event_id for one in receipt.refused] == [bad.event_id]
    assert problem in receipt.refused[0].problem
    assert labels(ws, project) == {shown[0]: blue}


def test_items_and_classes_of_another_project_are_foreign(ws, project, ada, tmp_path, blue, shown):
    other = make_project(ws, tmp_path / "other", each=1, name="Other", embedded=False)
    foreign = rows(ws, other.id)[0].id
    theirs = class_ids(ws, other.id)["blue"]

    receipt = labeling.record(
        ws, project.id, ada.id, [answer(foreign, blue), answer(shown[0], theirs)]
    )

    assert len(receipt.refused) == 2
    assert stored_events(ws) == []


def test_only_ones_own_answers_to_the_same_item_can_be_taken_back(
    ws, project, ada, bob, shown, blue
):
    mine, elsewhere = answer(shown[0], blue), answer(shown[1], blue)
    undo = answer(shown[0], kind="undo", reverts=mine.event_id)
    labeling.record(ws, project.id, ada.id, [mine, elsewhere, undo])

    attempts = [
        labeling.record(ws, project.id, person.id, [answer(item, kind="undo", reverts=event_id)])
        for person, item, event_id in (
            (bob, shown[0], mine.event_id),
            (ada, shown[0], elsewhere.event_id),
            (ada, shown[0], undo.event_id),
            (ada, shown[0], new_id()),
        )
    ]

    assert ["not one of yours" in one.refused[0].problem for one in attempts] == [True] * 4
    assert len(stored_events(ws)) == 3


def test_the_reason_is_known_again_when_an_item_is_answered_anew(ws, project, ada, shown, blue):
    first = labeling.record(ws, project.id, ada.id, [answer(shown[0], blue)])
    second = labeling.record(ws, project.id, ada.id, [answer(shown[0], blue)])

    assert list(first.why.values()) == list(second.why.values()) != [""]


def test_times_version_and_pace_are_stored_as_sent(ws, project, ada, shown, blue, clock):
    sent = answer(
        shown[0], blue, version=7, shown_at=1.5, decided_at=2.5, milliseconds=1000, suggestion=True
    )

    labeling.record(ws, project.id, ada.id, [sent])

    event = stored_events(ws)[0]
    assert (event.version, event.shown_at, event.decided_at) == (7, 1.5, 2.5)
    assert (event.milliseconds, event.suggestion, event.stored_at) == (1000, True, clock.now)


@pytest.mark.parametrize(("kind", "origin"), [("human", "human"), ("oracle", "oracle")])
def test_the_origin_follows_from_who_labels(ws, project, ada, blue, kind, origin):
    who = ada if kind == "human" else people.automatic(ws)

    labeling.record(ws, project.id, who.id, [answer(rows(ws, project.id)[0].id, blue)])

    assert [event.origin for event in stored_events(ws)] == [origin]
