import os
import socket
import threading

import pytest

from labeler_app.errors import StateError, StoreError
from labeler_app.services import (
    claims,
    exchange,
    features,
    leftovers,
    quality,
    setup,
    training,
    worker,
)
from labeler_app.services.exchange import ImportOptions
from labeler_app.services.worker import Worker
from labeler_app.store import models, queue, workers
from tests.builders import label, make_project, rows, work
from tests.pictures import class_folders


@pytest.fixture
def project(ws, tmp_path):
    """Eighteen items, not embedded."""
    return make_project(ws, tmp_path / "photos", each=6, embedded=False)


def state(ws, project):
    with ws.store.read() as tx:
        return workers.of_project(tx, project.id)


def test_one_round_after_the_other_imports_embeds_and_trains(ws, project, ada, tmp_path):
    label(ws, project.id, ada, [row.id for row in rows(ws, project.id)])
    exchange.request_import(
        ws, project.id, class_folders(tmp_path / "more", each=2), ImportOptions()
    )

    work(ws)

    with ws.store.read() as tx:
        assert models.newest(tx, project.id).version == 1
        assert queue.newest(tx, project.id) is not None
    assert features.missing(ws, project.id) == 0
    assert exchange.pending(ws, project.id) == []
    assert (state(ws, project).phase, state(ws, project).error) == (workers.WAITING, "")


def test_a_round_with_nothing_to_do_does_nothing(ws, project):
    work(ws)

    assert Worker(ws).round() == 0


def test_an_error_is_noted_and_the_step_is_tried_again_later(ws, project, clock, monkeypatch):
    one = Worker(ws)

    def fail(*_):
        raise StoreError("No disk.")

    with monkeypatch.context() as broken:
        broken.setattr(features, "embed", fail)
        assert one.round() == 0
        assert state(ws, project).error == "No disk."
        assert quality.worker_state(ws, project.id).error == "No disk."

    assert one.round() == 0
    clock.advance(worker.RETRY_SECONDS)
    assert one.round() == 1
    assert state(ws, project).error == ""


def test_a_bug_is_noted_without_its_details_and_ends_no_worker(ws, project, monkeypatch):
    def fail(*_):
        raise ZeroDivisionError("secret payload")

    monkeypatch.setattr(features, "embed", fail)

    assert Worker(ws).round() == 0

    assert state(ws, project).error == "The worker met an error of its own; see the log."


def test_a_project_that_another_worker_is_at_is_left_alone(ws, project):
    with claims.hold(ws, project.id, "another-host:1:a"):
        assert Worker(ws).round() == 0

    assert Worker(ws).round() == 1


def test_the_claim_of_a_process_of_this_computer_that_died_counts_no_more(ws, project):
    with ws.store.write() as tx:
        dead = f"{socket.gethostname()}:{2**22 + 1}:a"
        workers.claim(tx, project.id, dead, now=ws.clock(), ttl=claims.TTL_SECONDS)

    with claims.hold(ws, project.id, claims.owner_name()) as claim:
        assert claim is not None
        assert claim.fence.token == 2


def test_the_claim_of_a_living_process_holds(ws, project):
    with claims.hold(ws, project.id, claims.owner_name()) as first:
        assert first is not None
        assert first.fence.owner.split(":")[1] == str(os.getpid())
        with claims.hold(ws, project.id, claims.owner_name()) as second:
            assert second is None


def test_who_was_taken_over_from_stops_at_its_next_report(ws, project):
    with claims.hold(ws, project.id, "another-host:1:a") as claim:
        with ws.store.write() as tx:
            workers.claim(tx, project.id, "two", now=ws.clock(), ttl=-1.0)

        with pytest.raises(StateError, match="taken over"):
            claim.report("training", 0.5)

    assert state(ws, project).owner == "two"
    assert state(ws, project).phase != workers.WAITING


def test_a_long_step_gives_signs_of_life(ws, project, clock, monkeypatch):
    monkeypatch.setattr(claims, "PULSE_SECONDS", 0.001)
    beaten = threading.Event()
    alive = workers.alive

    def seen(*told, **more):
        alive(*told, **more)
        beaten.set()

    monkeypatch.setattr(workers, "alive", seen)
    with claims.hold(ws, project.id, "another-host:1:a"):
        clock.advance(claims.TTL_SECONDS + 1)
        # One may have read the clock before, and the last may not be committed yet.
        for _ in range(3):
            beaten.clear()
            assert beaten.wait(20)
        with claims.hold(ws, project.id, "two:1:b") as second:
            assert second is None


def test_a_worker_is_seen_alive_from_its_first_moment(ws, project):
    assert not quality.worker_state(ws, project.id).alive

    worker.loop(ws, alive=lambda: True, once=True)

    assert quality.worker_state(ws, project.id).alive


def test_a_loop_ends_when_it_is_told_to(ws):
    worker.loop(ws, alive=lambda: False)


def test_a_project_made_for_the_worker_is_done_in_one_loop(ws, tmp_path):
    made = setup.start_project(
        ws, "Later", class_folders(tmp_path / "photos", each=2), ImportOptions("folders", "trust")
    )

    worker.loop(ws, alive=lambda: True, once=True)

    assert training.is_due(ws, made.project) is None
    with ws.store.read() as tx:
        assert queue.newest(tx, made.project) is not None


def test_a_worker_that_starts_removes_what_was_left_for_a_day(ws, clock):
    left = ws.folder / "inbox" / "0123456789abcdef"
    left.mkdir(parents=True)
    os.utime(left, (0, clock() - leftovers.KEPT_SECONDS - 1))

    worker.loop(ws, alive=lambda: False)

    assert not left.exists()


def test_looking_at_many_projects_leaves_the_machine_to_others():
    assert worker.rest(0.01) == worker.PAUSE_SECONDS
    assert worker.rest(0.6) == pytest.approx(2.4)
    assert worker.rest(60.0) == worker.LONGEST_PAUSE_SECONDS


def test_a_worker_hears_while_it_rests_that_it_is_to_end(ws, monkeypatch):
    asked, slept = [], []

    def alive():
        asked.append(1)
        return len(asked) < 5

    monkeypatch.setattr(worker, "rest", lambda _looked: 3_600.0)
    monkeypatch.setattr(worker.time, "sleep", slept.append)
    worker.loop(ws, alive=alive)

    assert slept
    assert max(slept) <= worker.PAUSE_SECONDS
