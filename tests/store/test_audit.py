import pytest

from labeler_app.store import audit, events, items
from labeler_app.store.audit import Blindness


@pytest.fixture
def reserved(world):
    """Reserve the first six items for the report, and the next two to decide."""
    parts = ["report"] * 6 + ["decide"] * 2
    chosen = [
        (item, place, part)
        for place, (item, part) in enumerate(zip(world.items, parts, strict=False))
    ]
    with world.store.write() as tx:
        audit.reserve(tx, world.project, chosen)
    return world.items[:8]


def blindness(world, part="report"):
    with world.store.read() as tx:
        return audit.blindness(tx, world.project, part)


def undo(world, event, **more):
    return world.event(event.item, "undo", reverts=event.event_id, **more)


def test_reserved_items_are_told_among_others(world, reserved):
    with world.store.read() as tx:
        assert audit.among(tx, world.items[5:10]) == set(reserved[5:])
        assert audit.among(tx, []) == set()


def test_audit_items_answered_once_and_without_a_look_are_blind(world, reserved):
    world.say(world.event(reserved[0]), world.event(reserved[1], "skip"), world.event(reserved[6]))

    assert blindness(world) == Blindness(answered=2, suggested=0, again=0, not_blind=0)
    assert blindness(world, "decide") == Blindness(1, 0, 0, 0)


def test_answers_that_came_with_the_data_are_told_apart_from_those_given_here(world, reserved):
    imported = [world.event(one, origin="imported") for one in reserved[:2]]

    world.say(*imported, world.event(reserved[1], "skip"), world.event(reserved[2]))

    assert blindness(world).imported == 1


def test_an_audit_item_without_an_answer_is_not_counted_whatever_was_seen(world, reserved):
    event = world.event(reserved[0], suggestion=True)

    world.say(event, undo(world, event), world.event(reserved[1], "note", suggestion=True))

    assert blindness(world) == Blindness(0, 0, 0, 0)


def test_an_undo_takes_back_no_look_at_the_suggestion(world, reserved):
    looked = world.event(reserved[0], suggestion=True)

    world.say(looked, undo(world, looked), world.event(reserved[0], class_id=world.dog))

    assert blindness(world) == Blindness(answered=1, suggested=1, again=1, not_blind=1)


def test_a_blind_answer_that_was_corrected_after_a_look_counts_as_suggested(world, reserved):
    blind = world.event(reserved[0])
    corrected = world.event(reserved[0], class_id=world.dog, suggestion=True)

    world.say(blind, undo(world, blind), corrected)
    with_both = blindness(world)
    world.say(undo(world, corrected), undo(world, blind))

    assert with_both == Blindness(1, 1, 1, 1)
    assert blindness(world).answered == 0


def test_a_blind_answer_given_again_is_told_apart_from_a_look(world, reserved):
    first = world.event(reserved[0])
    world.say(first, undo(world, first), world.event(reserved[0]))
    world.say(world.event(reserved[1], suggestion=True))
    world.say(world.event(reserved[2]))
    world.say(world.event(reserved[3], "skip"), world.event(reserved[3]))

    assert blindness(world) == Blindness(answered=4, suggested=1, again=2, not_blind=3)


def test_a_label_taken_for_a_skip_after_a_look_is_counted_too(world, reserved):
    world.say(world.event(reserved[0]), world.event(reserved[0], "skip", suggestion=True))

    assert blindness(world) == Blindness(1, 1, 1, 1)


def test_what_one_annotator_saw_does_not_spoil_the_answer_of_another(world, reserved):
    seen = world.event(reserved[0], annotator=world.bob, suggestion=True)
    taken_back = world.event(reserved[0], "undo", annotator=world.bob, reverts=seen.event_id)

    world.say(world.event(reserved[0]), seen)
    both = blindness(world)
    world.say(taken_back)

    assert both == Blindness(answered=1, suggested=1, again=0, not_blind=1)
    assert blindness(world) == Blindness(1, 0, 0, 0)


def test_an_event_sent_twice_is_one_answer(world, reserved):
    event = world.event(reserved[0])

    world.say(event, event)

    assert blindness(world) == Blindness(1, 0, 0, 0)


def test_audit_items_that_are_missing_and_unanswered_are_told_by_part(world):
    first, second, third, fourth = world.items[:4]
    with world.store.write() as tx:
        audit.reserve(
            tx,
            world.project,
            [
                (first, 0, "report"),
                (second, 1, "report"),
                (third, 2, "decide"),
                (fourth, 3, "report"),
            ],
        )
        events.append(tx, world.event(second))
        events.settle(tx, world.project, [second], world.ada)
        for item in (first, second, third):
            items.set_state(tx, item, "missing")
    with world.store.read() as tx:
        report = audit.missing(tx, world.project, "report")
        decide = audit.missing(tx, world.project, "decide")
        places = {row.id: row.position for row in items.many(tx, world.items).values()}

    assert report == [places[first]]
    assert decide == [places[third]]
