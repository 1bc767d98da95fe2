import threading

import pytest
import sqlalchemy as sa

from labeler_app.errors import InputError
from labeler_app.services import desk, labeling, pool
from labeler_app.store import audit, events, items, past_answers, schema
from tests.builders import answer, class_ids, held, make_project, rows


@pytest.fixture
def green(ws, project):
    return class_ids(ws, project.id)["green"]


def stored_events(ws):
    with ws.store.read() as tx:
        table = schema.label_event
        return tx.execute(sa.select(table).order_by(table.c.seq)).all()


def labels(ws, project):
    with ws.store.read() as tx:
        return {one.item: one.class_id for one in events.training_labels(tx, project.id)}


def test_the_same_event_sent_twice_is_stored_once_and_acknowledged_twice(
    ws, project, ada, shown, blue
):
    sent = answer(shown[0], blue)

    first = labeling.record(ws, project.id, ada.id, [sent])
    second = labeling.record(ws, project.id, ada.id, [sent, sent])

    assert first.acknowledged == (sent.event_id,)
    assert second.acknowledged == (sent.event_id, sent.event_id)
    assert (first.stored, second.stored) == ((sent.event_id,), ())
    assert len(stored_events(ws)) == 1
    assert first.why == second.why


def test_an_undo_restores_the_answer_before_and_frees_the_item(
    ws, project, ada, bob, shown, blue, green
):
    first, second = answer(shown[0], blue), answer(shown[0], green)
    undo = answer(shown[0], kind="undo", reverts=second.event_id)
    labeling.record(ws, project.id, ada.id, [first, second])
    assert labels(ws, project) == {shown[0]: green}

    labeling.record(ws, project.id, ada.id, [undo])
    assert labels(ws, project) == {shown[0]: blue}

    again = answer(shown[0], kind="undo", reverts=first.event_id)
    labeling.record(ws, project.id, ada.id, [again])
    assert labels(ws, project) == {}
    assert shown[0] in [one.id for one in pool.lease(ws, project.id, bob.id, keep=[], want=100)]


def test_an_answer_closes_its_lease_and_tells_why_the_item_was_shown(ws, project, ada, shown, blue):
    receipt = labeling.record(
        ws,
        project.id,
        ada.id,
        [answer(shown[0], blue), answer(shown[1], kind="note", note="blurred")],
    )

    with ws.store.read() as tx:
        assert sorted(held(tx, project.id, ada.id)) == sorted(shown[1:])
    assert list(receipt.why.values()) == ["Drawn at random, before there was a model."]
    event = stored_events(ws)[0]
    assert (event.selected_as, event.propensity) == ("random", 1.0)


def test_an_answer_without_a_lease_is_kept_all_the_same(ws, project, ada, bob, shown, blue, clock):
    clock.advance(pool.LEASE_SECONDS + 1)
    taken = pool.lease(ws, project.id, bob.id, keep=[], want=100)
    labeling.record(ws, project.id, bob.id, [answer(taken[0].id, blue)])

    receipt = labeling.record(ws, project.id, ada.id, [answer(one, blue) for one in shown])

    assert len(receipt.stored) == 6
    assert set(receipt.why.values()) == {"Drawn at random, before there was a model."}


def test_too_many_answers_and_unknown_people_are_refused_as_a_whole(ws, project, ada, blue):
    with pytest.raises(InputError, match="201 answers at once"):
        labeling.record(ws, project.id, ada.id, [answer(1, blue)] * 201)
    with pytest.raises(InputError, match="no annotator 99"):
        labeling.record(ws, project.id, 99, [answer(1, blue)])
    with pytest.raises(InputError, match="no project 99"):
        labeling.record(ws, 99, ada.id, [answer(1, blue)])

    assert stored_events(ws) == []


def test_an_empty_batch_is_fine(ws, project, ada):
    assert labeling.record(ws, project.id, ada.id, []).acknowledged == ()


def test_no_event_becomes_visible_behind_one_that_was_seen(ws, project, ada, bob, blue):
    """A model that has seen event n has seen all before it, so that none is left out for ever."""
    everything = [row.id for row in rows(ws, project.id)]
    seen: list[tuple[int, int]] = []
    ended = threading.Event()

    def watch():
        while not ended.is_set():
            with ws.store.read() as tx:
                table = schema.label_event.c
                found = tx.execute(sa.select(sa.func.max(table.seq), sa.func.count())).one()
            seen.append((found[0] or 0, found[1]))

    def write(person):
        for _ in range(30):
            labeling.record(ws, project.id, person.id, [answer(everything[0], blue)])

    watcher = threading.Thread(target=watch)
    writers = [threading.Thread(target=write, args=(one,)) for one in (ada, bob) * 2]
    watcher.start()
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    ended.set()
    watcher.join()

    numbers = [event.seq for event in stored_events(ws)]
    assert len(numbers) == 120
    for newest, count in set(seen):
        assert count == sum(number <= newest for number in numbers)


def test_a_correction_is_a_second_event_that_was_chosen_as_the_first_and_counts_in_no_pace(
    ws, project, ada, shown, blue, green
):
    first = answer(shown[0], blue, milliseconds=4000)
    corrected = answer(shown[0], green, milliseconds=None)
    labeling.record(ws, project.id, ada.id, [first])

    labeling.record(ws, project.id, ada.id, [corrected])

    before, after = stored_events(ws)
    assert labels(ws, project) == {shown[0]: green}
    assert (before.class_id, after.class_id) == (blue, green)
    assert (after.selected_as, after.propensity, after.why) == (
        before.selected_as,
        before.propensity,
        before.why,
    )
    with ws.store.read() as tx:
        assert past_answers.paces(tx, project.id) == [4000]
    (told,) = desk.open_desk(ws, project.id, ada.id).last
    assert (told.event_id, told.class_id) == (corrected.event_id, green)
    assert [(one.event_id, one.class_id) for one in told.under] == [(first.event_id, blue)]


def test_a_corrected_audit_answer_is_counted_as_not_blind_also_when_taken_back(ws, tmp_path, ada):
    audited = make_project(ws, tmp_path / "audited", embedded=False)
    known = class_ids(ws, audited.id)
    with ws.store.write() as tx:
        item = items.ids_by_position(tx, audited.id)[0]
        audit.reserve(tx, audited.id, [(item, 0, "report")])
    corrected = answer(item, known["green"], milliseconds=None)

    labeling.record(ws, audited.id, ada.id, [answer(item, known["blue"]), corrected])
    with ws.store.read() as tx:
        counted = audit.blindness(tx, audited.id, "report")
    undo = answer(item, kind="undo", reverts=corrected.event_id)
    labeling.record(ws, audited.id, ada.id, [undo])

    assert (counted.again, counted.not_blind) == (1, 1)
    with ws.store.read() as tx:
        assert audit.blindness(tx, audited.id, "report") == counted
