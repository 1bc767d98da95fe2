from dataclasses import replace

from labeler_app.store import audit, events, leases, queue, schema
from labeler_app.store.leases import Asker, Candidate
from labeler_app.store.queue import Entry, Selection
from tests.builders import held
from tests.store.conftest import NOW

HOUR = 3600.0


def asker(world, who=None, *, now=NOW, wanted=1, desk="", keep=()):
    return Asker(world.project, who or world.ada, now, wanted, desk, tuple(keep))


def take(world, who, chosen, *, now=NOW, until=NOW + HOUR, desk=""):
    with world.store.write() as tx:
        found = [Candidate(item, None, "chosen: margin", 1.0, "Torn.") for item in chosen]
        leases.take(tx, asker(world, who, now=now, desk=desk), found, 7, until=until)


def free(world, who=None, *, now=NOW, wanted=1, n=100, desk="", keep=()):
    """Return what the annotator may have, in the order of the pool."""
    with world.store.read() as tx:
        chosen = asker(world, who, now=now, wanted=wanted, desk=desk, keep=keep)
        found = leases.scattered(tx, chosen, n, 1, [], "at random")
    return sorted(one.item for one in found)


def rank(world, chosen):
    with world.store.write() as tx:
        entries = [
            Entry(place, item, "chosen: margin", 1.0 - place, 1.0, f"Torn, place {place}.")
            for place, item in enumerate(chosen)
        ]
        queue.replace(tx, Selection(world.project, 1, "margin", "Torn.", 3, "{}", NOW), entries)


def test_an_item_leased_to_one_is_not_offered_to_another(world):
    take(world, world.ada, world.items[:2])

    assert free(world, world.bob) == world.items[2:]
    assert free(world, world.ada, desk="another") == world.items[2:]


def test_what_a_desk_holds_and_does_not_keep_may_be_offered_to_it_again(world):
    take(world, world.ada, world.items[:3])

    assert free(world, world.ada, keep=world.items[:1]) == world.items[1:]


def test_candidates_are_free_until_somebody_else_takes_or_labels_one(world):
    rank(world, world.items[:4])
    with world.store.write() as tx:
        audit.reserve(tx, world.project, [(world.items[4], 0, "report")])
    with world.store.read() as tx:
        chosen = leases.ranked(tx, asker(world), 4) + leases.audit(tx, asker(world), 1, 0.25)
        before = leases.are_free(tx, asker(world), chosen)
    take(world, world.bob, [chosen[4].item])

    with world.store.read() as tx:
        after = leases.are_free(tx, asker(world), chosen)
        others = leases.are_free(tx, asker(world), chosen[:4])
    world.say(world.event(chosen[0].item))
    with world.store.read() as tx:
        labeled = leases.are_free(tx, asker(world), chosen[:4])

    assert (before, after, others, labeled) == (True, False, True, False)


def test_a_candidate_that_was_reserved_for_the_audit_meanwhile_is_not_free(world):
    rank(world, world.items[:4])
    with world.store.read() as tx:
        chosen = leases.ranked(tx, asker(world), 4)
    with world.store.write() as tx:
        audit.reserve(tx, world.project, [(world.items[0], 0, "report")])

    with world.store.read() as tx:
        assert not leases.are_free(tx, asker(world), chosen)


def test_a_lease_that_ran_out_bars_nobody_else(world):
    take(world, world.ada, world.items[:2], until=NOW + 10)

    assert free(world, world.bob, now=NOW + 10) == world.items[2:]
    assert free(world, world.bob, now=NOW + 11) == world.items


def test_a_lease_that_ran_out_still_says_why_the_item_was_shown(world):
    take(world, world.ada, world.items[:1], until=NOW + 10)
    with world.store.write() as tx:
        leases.release(tx, asker(world, world.bob, now=NOW + HOUR))

    with world.store.read() as tx:
        found = leases.of_item(tx, world.items[0], world.ada)

    assert (found.why, found.version) == ("Torn.", 7)


def test_what_is_not_kept_goes_back_and_what_others_hold_stays(world):
    take(world, world.ada, world.items[:3])
    take(world, world.bob, world.items[3:5])

    with world.store.write() as tx:
        leases.release(tx, asker(world, keep=[world.items[1]]))

    with world.store.read() as tx:
        assert held(tx, world.project, world.ada) == [world.items[1]]
        assert held(tx, world.project, world.bob) == world.items[3:5]


def test_renewing_prolongs_only_ones_own_leases(world):
    take(world, world.ada, world.items[:1], until=NOW + 10)
    take(world, world.bob, world.items[1:2], until=NOW + 10)

    with world.store.write() as tx:
        leases.renew(tx, asker(world), until=NOW + HOUR)

    with world.store.read() as tx:
        assert leases.of_item(tx, world.items[0], world.ada).expires == NOW + HOUR
        assert leases.of_item(tx, world.items[1], world.bob).expires == NOW + 10


def test_closing_a_lease_ends_that_one_only(world):
    take(world, world.ada, world.items[:2])

    with world.store.write() as tx:
        leases.close(tx, [world.items[0]], world.ada)

    with world.store.read() as tx:
        assert held(tx, world.project, world.ada) == [world.items[1]]


def test_an_item_wanted_twice_goes_to_two_different_people_and_no_third(world):
    item = world.items[0]
    take(world, world.ada, [item])
    third = world.items and world.bob

    assert item in free(world, world.bob, wanted=2)
    take(world, third, [item])
    with world.store.write() as tx:
        from labeler_app.store import people

        eve = people.ensure(tx, "Eve", "human", at=NOW).id

    assert item not in free(world, eve, wanted=2)
    assert item in free(world, eve, wanted=3)


def test_nobody_is_asked_again_what_they_answered_in_any_way(world):
    first, second = world.items[:2]
    world.say(world.event(first), world.event(second, "skip"))

    assert free(world, world.ada, wanted=5) == world.items[2:]


def test_an_item_somebody_skipped_is_still_offered_to_others(world):
    first, second = world.items[:2]
    world.say(world.event(first), world.event(second, "skip"))

    assert free(world, world.bob) == [second, *world.items[2:]]


def test_an_answer_taken_back_frees_the_item(world):
    event = world.event(world.items[0])
    world.say(event, world.event(world.items[0], "undo", reverts=event.event_id))

    assert free(world, world.ada) == world.items


def test_kept_items_without_lease_and_answer_are_those_on_the_desk_again(world):
    take(world, world.ada, world.items[:1])
    world.say(world.event(world.items[1]))

    with world.store.read() as tx:
        found = leases.lapsed(tx, asker(world, keep=[*world.items[:3], 10_000]))

    assert found == [world.items[2]]


def test_ranked_items_come_by_rank_without_audit_items_and_shadows(world):
    rank(world, world.items[::-1])
    with world.store.write() as tx:
        audit.reserve(tx, world.project, [(world.items[-1], 0, "report")])
        audit.shadow(tx, world.project, [world.items[-2]])

    with world.store.read() as tx:
        found = leases.ranked(tx, asker(world), 3)

    assert [one.item for one in found] == world.items[-3:-6:-1]
    assert found[0].why == "Torn, place 2."


def test_audit_items_come_in_reserved_order_with_their_part_and_probability(world):
    order = [world.items[5], world.items[2], world.items[9]]
    with world.store.write() as tx:
        told = [(item, place, "report") for place, item in enumerate(order)]
        audit.reserve(tx, world.project, told)
    take(world, world.bob, [world.items[5]])

    with world.store.read() as tx:
        found = leases.audit(tx, asker(world), 5, 0.25)

    assert [one.item for one in found] == [world.items[2], world.items[9]]
    assert {(one.selected_as, one.propensity) for one in found} == {("audit: report", 0.25)}


def test_the_scattered_order_follows_the_seed(world):
    with world.store.read() as tx:
        orders = [
            [one.item for one in leases.scattered(tx, asker(world), 12, seed, [], "")]
            for seed in (1, 1, 2)
        ]
        some = leases.scattered(tx, asker(world), 2, 1, orders[0][:10], "")

    assert orders[0] == orders[1] != orders[2]
    assert [one.item for one in some] == orders[0][10:]


def test_items_that_have_not_arrived_or_are_missing_are_not_offered(world):
    with world.store.write() as tx:
        from labeler_app.store import items

        items.set_state(tx, world.items[0], "missing")
        items.set_state(tx, world.items[1], "arriving")

    assert free(world) == world.items[2:]


def test_a_queue_is_replaced_as_a_whole_and_counted(world):
    rank(world, world.items[:4])
    rank(world, world.items[6:8])

    with world.store.read() as tx:
        found = [one.item for one in leases.ranked(tx, asker(world), 10)]
        number = tx.execute(schema.project.select()).one().queue_version
        newest = queue.newest(tx, world.project)

    assert found == world.items[6:8]
    assert number == 2
    assert (newest.strategy, newest.seed) == ("margin", 3)


def test_a_project_without_a_queue_has_no_newest_selection(world):
    with world.store.read() as tx:
        assert queue.newest(tx, world.project) is None


def test_a_label_counts_against_the_wanted_number_even_if_imported(world):
    imported = replace(world.event(world.items[0]), annotator=world.bob, origin="imported")
    with world.store.write() as tx:
        events.append(tx, imported)
        events.settle(tx, world.project, [imported.item], imported.annotator)

    assert free(world, world.ada) == world.items[1:]


def test_a_desk_gives_back_and_prolongs_its_own_leases_only(world):
    take(world, world.ada, world.items[:3], until=NOW + 10, desk="one")
    take(world, world.ada, world.items[3:6], until=NOW + 10, desk="two")

    with world.store.write() as tx:
        leases.release(tx, asker(world, desk="one", keep=world.items[:1]))
        leases.renew(tx, asker(world, desk="one"), until=NOW + HOUR)

    with world.store.read() as tx:
        left = [world.items[0], *world.items[3:6]]
        assert sorted(held(tx, world.project, world.ada)) == left
        ends = [leases.of_item(tx, item, world.ada).expires for item in left]
    assert ends == [NOW + HOUR, NOW + 10, NOW + 10, NOW + 10]


def test_what_lies_on_ones_other_desk_is_offered_again_when_its_lease_ran_out(world):
    take(world, world.ada, world.items[:2], until=NOW + 10, desk="one")

    assert free(world, desk="two") == world.items[2:]
    assert free(world, desk="two", now=NOW + 11) == world.items
    assert free(world, desk="one", now=NOW + 11, keep=world.items[:2]) == world.items[2:]

    take(world, world.ada, world.items[:1], now=NOW + 11, desk="two")
    with world.store.read() as tx:
        assert leases.of_item(tx, world.items[0], world.ada).desk == "two"
        assert leases.of_item(tx, world.items[1], world.ada).desk == "one"
