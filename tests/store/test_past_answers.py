"""What annotators answered before."""

from labeler_app.store import past_answers


def test_history_is_what_still_stands_newest_first(world):
    first, second, third = (world.event(item) for item in world.items[:3])
    world.say(first, second, third, world.event(third.item, "undo", reverts=third.event_id))
    world.say(world.event(world.items[4], annotator=world.bob))

    with world.store.read() as tx:
        found = past_answers.history(tx, world.project, world.ada, 5)

    assert [row.event_id for row in found] == [second.event_id, first.event_id]


def test_paces_are_of_people_only(world):
    world.say(
        world.event(world.items[0], milliseconds=900),
        world.event(world.items[1], milliseconds=1100),
        world.event(world.items[2], milliseconds=1, origin="oracle"),
        world.event(world.items[3]),
    )

    with world.store.read() as tx:
        assert past_answers.paces(tx, world.project) == [1100, 900]


def test_the_reason_of_an_earlier_answer_is_found_again(world):
    item = world.items[0]
    world.say(world.event(item, selected_as="chosen: margin", why="Torn.", propensity=1.0))
    world.say(world.event(item, "note", note="?"))

    with world.store.read() as tx:
        assert past_answers.previous_choice(tx, item, world.ada).why == "Torn."
        assert past_answers.previous_choice(tx, item, world.bob) is None
