from labeler_app.store import audit, events, items, leases, probes
from labeler_app.store.leases import Asker
from labeler_app.store.probes import Refused

NOW = 1_800_000_000.0


def bring(world, chosen, name="Night", at=NOW):
    with world.store.write() as tx:
        probes.bring(tx, world.project, chosen, name=name, person=world.ada, at=at)


def brought(world, name=None):
    with world.store.read() as tx:
        return probes.items_of(tx, world.project, name)


def refused(world, chosen, name="Night"):
    with world.store.read() as tx:
        return probes.refused(tx, world.project, chosen, name)


def drawn(world, chosen):
    with world.store.write() as tx:
        audit.reserve(tx, world.project, [(one, at, "report") for at, one in enumerate(chosen)])


def test_what_nobody_answered_and_nobody_drew_becomes_part_of_the_set(world):
    drawn(world, world.items[:1])
    answered = world.event(world.items[1])
    world.say(answered)
    world.say(world.event(world.items[1], "undo", reverts=answered.event_id))
    world.say(world.event(world.items[2], "skip"))
    bring(world, world.items[3:4], "Dark")

    bring(world, world.items[:6])

    assert brought(world, "Night") == set(world.items[4:6])
    assert refused(world, world.items[:6]) == Refused(answered=2, reserved=1, elsewhere=1)


def test_bringing_an_item_twice_keeps_it_once(world):
    bring(world, world.items[:2])
    bring(world, world.items[:3])

    assert brought(world) == set(world.items[:3])
    assert refused(world, world.items[:3]) == Refused(0, 0, 0)


def test_sets_are_counted_by_name_and_in_no_count_of_the_sample(world):
    drawn(world, world.items[:4])
    bring(world, world.items[4:7])
    bring(world, world.items[7:8], "Fog", at=NOW + 1)
    world.say(world.event(world.items[0]), world.event(world.items[4]))
    world.say(world.event(world.items[5], "skip"))

    with world.store.read() as tx:
        rows = probes.of_project(tx, world.project)
        assert [(one.name, one.items, one.labeled) for one in rows] == [
            ("Night", 3, 1),
            ("Fog", 1, 0),
        ]
        assert (rows[0].person, rows[0].at) == (world.ada, NOW)
        assert (probes.count(tx, world.project), probes.waiting(tx, world.project)) == (4, 2)
        assert audit.size(tx, world.project) == 4
        assert audit.answered(tx, world.project) == (1, 1)
        assert audit.waiting(tx, world.project) == 5
        assert audit.among(tx, world.items) == set(world.items[:8])
        assert len(audit.positions(tx, world.project)) == 8
        assert [one.item for one in events.training_labels(tx, world.project)] == []


def test_they_are_asked_before_what_was_drawn_and_not_in_the_order_they_came(world):
    drawn(world, world.items[:4])
    bring(world, world.items[4:])
    asker = Asker(world.project, world.ada, NOW, 1)

    with world.store.read() as tx:
        offered = leases.audit(tx, asker, 12, 0.2)

    order = [one.item for one in offered]
    assert set(order[:8]) == set(world.items[4:])
    assert order[:8] != world.items[4:]
    assert order[8:] == world.items[:4]
    assert {(one.selected_as, one.propensity) for one in offered[:8]} == {("audit: probe", 1.0)}
    assert {(one.selected_as, one.propensity) for one in offered[8:]} == {("audit: report", 0.2)}


def test_no_sample_of_the_pool_holds_any_of_them(world):
    bring(world, world.items[:5])

    with world.store.read() as tx:
        assert set(items.sample(tx, world.project, 12)) == set(world.items[5:])


def test_positions_are_told_by_set(world):
    bring(world, world.items[2:4])

    with world.store.read() as tx:
        assert probes.positions(tx, world.project) == {"Night": [2, 3]}
