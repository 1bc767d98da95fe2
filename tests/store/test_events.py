import random
from dataclasses import replace

import pytest
import sqlalchemy as sa

from labeler_app.errors import StoreError
from labeler_app.store import audit, events, projects, schema
from tests.builders import new_id


def current(world):
    with world.store.read() as tx:
        table = schema.current_label
        return [tuple(row) for row in tx.execute(sa.select(table).order_by(*table.primary_key))]


def test_the_same_event_is_stored_once_and_the_second_time_says_so(world):
    event = world.event(world.items[0])

    with world.store.write() as tx:
        first, second = events.append(tx, event), events.append(tx, event)

    assert (first, second) == (True, False)
    with world.store.read() as tx:
        assert events.by_id(tx, event.event_id).class_id == world.cat
        assert tx.execute(sa.select(sa.func.count()).select_from(schema.label_event)).scalar() == 1


def test_an_event_that_was_never_stored_is_not_found(world):
    with world.store.read() as tx:
        assert events.by_id(tx, new_id()) is None


@pytest.mark.parametrize(
    "change",
    [
        sa.update(schema.label_event).values(class_id=None),
        sa.delete(schema.label_event),
    ],
)
def test_the_database_itself_refuses_to_change_or_delete_a_label(world, change):
    world.say(world.event(world.items[0]))

    with pytest.raises(StoreError, match="append-only"), world.store.write() as tx:
        tx.execute(change)

    assert len(world.labels()) == 1


def test_the_newest_answer_stands(world):
    item = world.items[0]

    world.say(world.event(item), world.event(item, class_id=world.dog))

    assert [(one.item, one.class_id) for one in world.labels()] == [(item, world.dog)]


def test_an_undo_brings_back_the_answer_before(world):
    item = world.items[0]
    first, second = world.event(item), world.event(item, class_id=world.dog)

    world.say(first, second, world.event(item, "undo", reverts=second.event_id))

    assert [one.class_id for one in world.labels()] == [world.cat]


def test_an_undo_of_the_only_answer_leaves_none(world):
    event = world.event(world.items[0])

    world.say(event, world.event(world.items[0], "undo", reverts=event.event_id))

    assert current(world) == []


def test_an_undo_of_an_older_answer_leaves_the_newest(world):
    item = world.items[0]
    first, second = world.event(item), world.event(item, class_id=world.dog)

    world.say(first, second, world.event(item, "undo", reverts=first.event_id))

    assert [one.class_id for one in world.labels()] == [world.dog]


def test_a_note_changes_no_answer(world):
    world.say(world.event(world.items[0]), world.event(world.items[0], "note", note="blurred"))

    assert [one.class_id for one in world.labels()] == [world.cat]


@pytest.mark.parametrize("kind", ["unsure", "skip", "flag"])
def test_an_answer_without_a_class_trains_nothing_and_replaces_a_label(world, kind):
    world.say(world.event(world.items[0]), world.event(world.items[0], kind))

    assert world.labels() == []
    assert [row[3] for row in current(world)] == [kind]


def test_two_annotators_answer_one_item_each_for_themselves(world):
    item = world.items[0]

    world.say(world.event(item), world.event(item, annotator=world.bob, class_id=world.dog))

    assert [(one.annotator, one.class_id) for one in world.labels()] == [
        (world.ada, world.cat),
        (world.bob, world.dog),
    ]


@pytest.mark.parametrize("seed", range(4))
def test_the_events_alone_give_the_same_rows_as_going_along(world, seed):
    rng = random.Random(seed)
    said = []
    with world.store.write() as tx:
        for _ in range(120):
            item = rng.choice(world.items[:4])
            who = rng.choice([world.ada, world.bob])
            mine = [one for one in said if (one.item, one.annotator) == (item, who)]
            kind = rng.choice([*schema.EVENT_KINDS, "label", "label"])
            if kind == "undo" and not mine:
                continue
            more = {"reverts": rng.choice(mine).event_id} if kind == "undo" else {}
            if kind == "label":
                more = {"class_id": rng.choice([world.cat, world.dog])}
            said.append(world.event(item, kind, annotator=who, **more))
            events.append(tx, said[-1])
            events.settle(tx, world.project, [item], who)
    along = current(world)

    with world.store.write() as tx:
        tx.execute(sa.delete(schema.current_label))
        for item, who in {(one.item, one.annotator) for one in said}:
            events.settle(tx, world.project, [item], who)

    assert current(world) == along
    assert along


def test_audit_items_and_their_shadows_train_nothing(world):
    first, second, third = world.items[:3]
    with world.store.write() as tx:
        audit.reserve(tx, world.project, [(first, 0, "report")])
        audit.shadow(tx, world.project, [second])

    world.say(*[world.event(item) for item in (first, second, third)])

    assert [one.item for one in world.labels()] == [third]
    with world.store.read() as tx:
        assert [one.item for one in events.audit_answers(tx, world.project, "report")] == [first]
        assert events.audit_answers(tx, world.project, "decide") == []


def test_what_changed_since_an_event_is_counted_by_item_without_notes(world):
    first, second, third = (world.event(item) for item in world.items[:3])
    world.say(first, second)
    with world.store.read() as tx:
        since = events.newest_seq(tx, world.project)

    world.say(third, world.event(third.item, "undo", reverts=third.event_id))
    world.say(world.event(first.item, "note", note="?"))

    with world.store.read() as tx:
        assert events.changed_items(tx, world.project, 0) == 3
        assert events.changed_items(tx, world.project, since) == 1
        assert events.newest_seq(tx, world.project) > since


def test_a_project_without_events_has_number_zero_and_no_time(world):
    with world.store.read() as tx:
        assert events.newest_seq(tx, world.project) == 0
        assert events.newest_at(tx, world.project) is None


def test_counts_tell_training_from_audit_and_people_from_imports(world):
    first, second, third = world.items[:3]
    with world.store.write() as tx:
        audit.reserve(tx, world.project, [(first, 0, "report")])
    world.say(
        world.event(first, class_id=world.dog),
        world.event(second, class_id=world.dog),
        world.event(third, annotator=world.bob, origin="imported"),
        world.event(world.items[3], "skip"),
    )

    with world.store.read() as tx:
        assert events.class_counts(tx, world.project) == {world.dog: (1, 1), world.cat: (1, 0)}
        assert events.answered(tx, world.project) == 2
        assert events.answered_by(tx, world.project, world.ada) == 3
        assert sorted(events.answered_positions(tx, world.project)) == [0, 1, 2, 3]


def test_an_item_two_people_label_alike_counts_once_by_class(world):
    world.say(
        world.event(world.items[0]),
        world.event(world.items[0], annotator=world.bob),
    )

    with world.store.read() as tx:
        assert events.class_counts(tx, world.project) == {world.cat: (1, 0)}
        assert events.answered(tx, world.project) == 1


def test_a_project_knows_nothing_of_the_labels_of_another(world):
    from labeler_app.settings import ProjectConfig

    with world.store.write() as tx:
        other = projects.add(tx, "Other", "image", ProjectConfig(), at=0.0)
    world.say(world.event(world.items[0]))

    with world.store.read() as tx:
        assert events.training_labels(tx, other) == []
        assert events.newest_seq(tx, other) == 0
        assert events.class_counts(tx, other) == {}


def test_an_event_of_an_unknown_item_is_refused_by_the_database(world):
    with pytest.raises(StoreError), world.store.write() as tx:
        events.append(tx, replace(world.event(world.items[0]), item=10_000))


def test_many_events_are_stored_at_once_and_each_only_once(world):
    known, *more = [world.event(item) for item in world.items[:3]]
    world.say(known)

    with world.store.write() as tx:
        stored = events.append_all(tx, [known, *more])
        nothing = events.append_all(tx, [])

    assert stored == {one.event_id for one in more}
    assert nothing == set()


def test_what_is_said_of_many_items_is_derived_like_that_of_one(world):
    first, second, third = world.items[:3]
    world.say(world.event(first), world.event(second))
    taken = world.event(second, class_id=world.dog)
    later = [world.event(first, class_id=world.dog), taken, world.event(third)]
    later.append(world.event(second, kind="undo", class_id=None, reverts=taken.event_id))

    with world.store.write() as tx:
        events.append_all(tx, later)
        events.settle(tx, world.project, [first, second, third], world.ada)

    assert {one.item: one.class_id for one in world.labels()} == {
        first: world.dog,
        second: world.cat,
        third: world.cat,
    }
