from labeler_app.store import workers
from labeler_app.store.workers import Fence
from tests.store.conftest import NOW

TTL = 30.0


def claim(world, owner, now=NOW, ttl=TTL):
    with world.store.write() as tx:
        return workers.claim(tx, world.project, owner, now=now, ttl=ttl)


def state(world):
    with world.store.read() as tx:
        return workers.of_project(tx, world.project)


def test_a_project_belongs_to_one_worker_while_it_lives(world):
    first = claim(world, "one")

    assert first == Fence("one", 1)
    assert claim(world, "two", NOW + TTL - 1) is None
    assert claim(world, "one", NOW + 1) == first


def test_a_silent_worker_loses_its_project_and_its_fence(world):
    first = claim(world, "one")

    second = claim(world, "two", NOW + TTL + 1)

    assert second == Fence("two", 2)
    with world.store.write() as tx:
        assert not workers.holds(tx, world.project, first)
        assert workers.holds(tx, world.project, second)


def test_signs_of_life_keep_a_project(world):
    fence = claim(world, "one")
    with world.store.write() as tx:
        workers.alive(tx, world.project, fence, now=NOW + 20)

    assert claim(world, "two", NOW + TTL + 1) is None


def test_a_released_project_is_free_at_once_and_its_error_is_kept(world):
    fence = claim(world, "one")
    with world.store.write() as tx:
        workers.report(tx, world.project, fence, now=NOW, phase="training", done=0.5)
        workers.release(tx, world.project, fence, error="No disk.")

    assert (state(world).phase, state(world).error) == (workers.WAITING, "No disk.")
    assert claim(world, "two", NOW + 1) == Fence("two", 2)


def test_a_report_says_the_phase_and_is_a_sign_of_life(world):
    fence = claim(world, "one")

    with world.store.write() as tx:
        mine = workers.report(tx, world.project, fence, now=NOW + 5, phase="training", done=0.5)

    row = state(world)
    assert mine
    assert (row.phase, row.phase_done, row.heartbeat) == ("training", 0.5, NOW + 5)


def test_who_was_taken_over_from_changes_nothing_any_more(world):
    old = claim(world, "one")
    new = claim(world, "two", NOW + TTL + 1)
    with world.store.write() as tx:
        workers.report(tx, world.project, new, now=NOW + 40, phase="scoring")

        mine = workers.report(tx, world.project, old, now=NOW + 41, phase="training")
        workers.alive(tx, world.project, old, now=NOW + 42)
        workers.release(tx, world.project, old)

    row = state(world)
    assert not mine
    assert (row.owner, row.phase, row.heartbeat) == ("two", "scoring", NOW + 40)


def test_the_newest_beat_of_any_worker_counts_and_old_workers_are_forgotten(world):
    with world.store.write() as tx:
        assert workers.newest_beat(tx) is None
        workers.beat(tx, "one", "host", 1, now=NOW)
        workers.beat(tx, "two", "host", 2, now=NOW + 5)
        workers.beat(tx, "one", "host", 1, now=NOW + 2)
        assert workers.newest_beat(tx) == NOW + 5

        workers.beat(tx, "one", "host", 1, now=NOW + 100_000)

        assert workers.newest_beat(tx) == NOW + 100_000
