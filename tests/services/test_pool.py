import threading
from collections import Counter
from dataclasses import replace

import pytest
import sqlalchemy as sa

from labeler_app.core.audit import serve_slot
from labeler_app.errors import InputError
from labeler_app.services import labeling, people, pool, projects
from labeler_app.store import audit, events, items, leases, past_answers, schema
from tests.builders import answer, class_ids, held, label, make_project, rows, work


@pytest.fixture
def project(ws, tmp_path):
    """Twelve items without an audit sample: as many as one annotator may always hold."""
    return make_project(ws, tmp_path / "photos", each=4)


@pytest.fixture
def wide(ws, tmp_path):
    """Eighteen items without an audit sample."""
    return make_project(ws, tmp_path / "photos", each=6)


@pytest.fixture
def audited(ws, tmp_path):
    """A hundred and twenty items, half of them reserved."""
    return make_project(ws, tmp_path / "photos", each=40, audit_reserve=0.5, embedded=False)


def leased(ws, project, person, *, keep=(), want=100, desk=""):
    offers = pool.lease(ws, project.id, person.id, keep=list(keep), want=want, desk=desk)
    return [one.id for one in offers]


def reserved(ws, project):
    with ws.store.read() as tx:
        every = items.ids_by_position(tx, project.id)
        return [every[position] for position in audit.positions(tx, project.id)]


def test_two_annotators_never_hold_the_same_item(ws, project, ada, bob):
    first = leased(ws, project, ada, want=7)
    second = leased(ws, project, bob)

    assert len(first) == 7
    assert len(second) == 5
    assert not set(first) & set(second)


def test_a_desk_that_was_left_gets_nothing_of_what_it_had_asked_before(ws, project, ada, bob):
    here = leased(ws, project, ada, want=3, desk="left")
    for _ in range(2):
        pool.leave(ws, project.id, ada.id, keep=here[:1], desk="left")

    assert leased(ws, project, ada, keep=here[:1], want=5, desk="left") == []
    with ws.store.read() as tx:
        assert held(tx, project.id, ada.id) == here[:1]
    # It was this page of this person that was left.
    assert len(leased(ws, project, bob, want=3, desk="left")) == 3
    assert len(leased(ws, project, ada, want=3, desk="open")) == 3


def test_a_desk_may_be_left_while_its_items_are_chosen(ws, project, ada):
    asker = pool.asking(ws, project, ada.id, keep=[], desk="left")

    def choose(tx, _model):
        pool.leave(ws, project.id, ada.id, keep=[], desk="left")
        return leases.scattered(tx, asker, 3, seed=0, without=[], why="")

    assert pool.take(ws, asker, choose)[1] == []
    with ws.store.read() as tx:
        assert held(tx, project.id, ada.id) == []


def test_desks_that_were_left_long_ago_are_forgotten(ws, project, ada, clock):
    for name in ("first", "second"):
        leased(ws, project, ada, want=3, desk=name)
        pool.leave(ws, project.id, ada.id, keep=[], desk=name)
        clock.advance(pool.LEASE_SECONDS + 1)

    with ws.store.read() as tx:
        assert list(tx.execute(sa.select(schema.desk_left.c.desk)).scalars()) == ["second"]


def test_two_desks_of_one_person_never_hold_the_same_item(ws, project, ada):
    first = leased(ws, project, ada, want=7, desk="one")
    second = leased(ws, project, ada, desk="two")
    again = leased(ws, project, ada, keep=first[:2], want=7, desk="one")

    assert (len(first), len(second)) == (7, 5)
    assert not set(first) & set(second)
    assert set(first[:2] + again) == set(first)


def test_what_a_silent_desk_held_goes_to_ones_other_desk_with_its_reason(ws, project, ada, clock):
    first = leased(ws, project, ada, want=3, desk="one")
    with ws.store.read() as tx:
        reason = leases.of_item(tx, first[0], ada.id).why
    clock.advance(pool.LEASE_SECONDS + 1)

    second = leased(ws, project, ada, keep=first[:1], want=12, desk="two")

    assert set(first[1:]) <= set(second)
    assert first[0] not in second
    with ws.store.read() as tx:
        held = leases.of_item(tx, first[0], ada.id)
    assert (held.desk, held.why) == ("two", reason)
    assert leased(ws, project, ada, desk="one") == []


def test_a_page_that_crashed_locks_nobody_out_for_long(ws, project, ada, bob, clock):
    first = leased(ws, project, ada, want=12, desk="crashed")
    clock.advance(pool.SILENT_SECONDS - 1)
    assert leased(ws, project, ada, desk="new") == []
    clock.advance(2)

    assert set(leased(ws, project, ada, want=12, desk="new")) == set(first)
    assert leased(ws, project, bob) == []


def test_what_others_answered_while_a_computer_slept_is_not_asked_again(
    ws, project, ada, bob, clock
):
    first = leased(ws, project, ada, want=12, desk="asleep")
    clock.advance(pool.LEASE_SECONDS + 1)
    label(ws, project.id, bob, leased(ws, project, bob, want=3))
    with ws.store.read() as tx:
        taken = [one for one in first if past_answers.previous_choice(tx, one, bob.id)]

    again = leased(ws, project, ada, keep=first, want=12, desk="asleep")

    assert (len(taken), again) == (3, [])
    lost = pool.lost(ws, project.id, ada.id, keep=first, desk="asleep")
    assert sorted(lost) == sorted(taken)


def test_two_that_ask_at_the_same_moment_get_different_items(ws, project, ada, bob):
    rounds = 8
    together = threading.Barrier(2)
    got = {ada.id: [], bob.id: []}

    def ask(person):
        for _ in range(rounds):
            together.wait(30)
            got[person.id].append(leased(ws, project, person, want=6))
            together.wait(30)
            leased(ws, project, person, want=0)

    threads = [threading.Thread(target=ask, args=(person,)) for person in (ada, bob)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [len(one) for one in got[ada.id] + got[bob.id]] == [6] * 2 * rounds
    for mine, theirs in zip(got[ada.id], got[bob.id], strict=True):
        assert not set(mine) & set(theirs)


def test_an_item_wanted_twice_is_labeled_by_two_different_people(ws, tmp_path, ada, bob):
    project = make_project(ws, tmp_path / "photos", each=2, wanted=2)
    eve = people.join(ws, "Eve")

    for person in (ada, bob):
        label(ws, project.id, person, leased(ws, project, person))

    assert leased(ws, project, eve) == []
    with ws.store.read() as tx:
        said = events.training_labels(tx, project.id)
    assert Counter(one.item for one in said) == {row.id: 2 for row in rows(ws, project.id)}
    assert Counter(one.annotator for one in said) == {ada.id: 6, bob.id: 6}


def test_what_is_kept_is_not_repeated_and_the_rest_goes_back(ws, project, ada, bob):
    first = leased(ws, project, ada, want=10)

    second = leased(ws, project, ada, keep=first[:3], want=5)

    assert len(second) == 2
    assert not set(first[:3]) & set(second)
    assert len(leased(ws, project, bob)) == 12 - 5


def test_leases_run_out_and_asking_prolongs_them(ws, project, ada, bob, clock):
    kept = leased(ws, project, ada, want=12)
    clock.advance(pool.LEASE_SECONDS - 10)
    leased(ws, project, ada, keep=kept[:4], want=4)
    clock.advance(20)

    assert sorted(leased(ws, project, bob)) == sorted(kept[4:])
    clock.advance(pool.LEASE_SECONDS)
    assert sorted(leased(ws, project, bob)) == sorted(kept)


def test_an_item_back_on_the_desk_after_an_undo_is_not_offered_a_second_time(ws, project, ada, bob):
    first = leased(ws, project, ada, want=12)
    said = answer(first[0], class_ids(ws, project.id)["blue"])
    undo = answer(first[0], kind="undo", reverts=said.event_id)
    labeling.record(ws, project.id, ada.id, [said, undo])

    again = leased(ws, project, ada, keep=first, want=30)

    assert again == []
    assert leased(ws, project, bob) == []
    with ws.store.read() as tx:
        assert leases.of_item(tx, first[0], ada.id).selected_as != ""


def test_kept_items_of_another_project_are_not_leased(ws, project, ada, tmp_path):
    other = make_project(ws, tmp_path / "other", each=1, name="Other")

    leased(ws, project, ada, keep=[rows(ws, other.id)[0].id], want=3)

    with ws.store.read() as tx:
        mine = held(tx, other.id, ada.id) + held(tx, project.id, ada.id)
    assert not set(mine) & {row.id for row in rows(ws, other.id)}


def test_no_more_is_offered_than_the_budget_pays_for(ws, tmp_path, ada):
    project = make_project(ws, tmp_path / "photos", each=6, budget=5)

    first = leased(ws, project, ada)
    label(ws, project.id, ada, first[:3])

    assert len(first) == 5
    assert len(leased(ws, project, ada)) == 2
    assert leased(ws, project, ada, keep=first[3:]) == []


def test_nothing_is_offered_twice_to_who_skipped_it(ws, project, ada, bob):
    first = leased(ws, project, ada, want=2)
    labeling.record(ws, project.id, ada.id, [answer(one) for one in first])

    assert not set(leased(ws, project, ada)) & set(first)
    leased(ws, project, ada, want=0)
    assert set(leased(ws, project, bob)) >= set(first)


def test_a_quarter_is_audit_items_until_forty_are_answered_then_a_tenth(ws, audited, ada):
    apart = set(reserved(ws, audited))
    config = replace(audited.config, audit_first=1)
    projects.configure(ws, audited.id, config)

    first = leased(ws, audited, ada, want=40)
    label(ws, audited.id, ada, first)
    second = leased(ws, audited, ada, want=20)

    def slots(start: int, end: int, share: float) -> list[bool]:
        return [serve_slot(config.seed, ada.id, slot, share) for slot in range(start, end)]

    assert [one in apart for one in first] == slots(0, 40, 0.25)
    assert [one in apart for one in second] == slots(40, 60, 0.1)
    assert 0 < sum(slots(0, 40, 0.25)) < 20


def test_audit_items_come_in_the_order_they_were_drawn(ws, audited, ada):
    apart = reserved(ws, audited)

    got = [one for one in leased(ws, audited, ada, want=40) if one in apart]

    assert got == apart[: len(got)]
    assert len(got) > 3


def test_when_ordinary_items_run_out_audit_items_fill_their_places(ws, tmp_path, ada):
    project = make_project(ws, tmp_path / "photos", embedded=False, audit_reserve=0.5)

    got = leased(ws, project, ada, want=120)

    assert sorted(got) == sorted(row.id for row in rows(ws, project.id))


def test_nobody_holds_more_than_half_of_what_is_left_but_twelve_always(ws, audited, ada, bob):
    first = leased(ws, audited, ada, want=200)
    label(ws, audited.id, ada, first[:40])
    second = leased(ws, audited, ada, want=200)
    third = leased(ws, audited, ada, keep=second[:30], want=200)

    assert (len(first), len(second), len(third)) == (60, 40, 10)
    assert len(leased(ws, audited, bob, want=200)) == 40


def test_an_audit_item_looks_like_any_other(ws, audited, ada):
    apart = set(reserved(ws, audited))

    offers = pool.lease(ws, audited.id, ada.id, keep=[], want=40)

    told = {one.id in apart: (one.version, one.shares) for one in offers}
    assert told == {True: (None, None), False: (None, None)}


def test_the_same_seed_and_person_give_the_same_mix_when_the_tail_is_replaced(ws, audited, ada):
    apart = set(reserved(ws, audited))
    first = leased(ws, audited, ada, want=40)

    tail = leased(ws, audited, ada, keep=first[:10], want=40)

    assert [one in apart for one in first] == [one in apart for one in first[:10] + tail]


def test_offers_carry_the_shares_of_the_newest_model_by_class(ws, wide, ada):
    first = leased(ws, wide, ada, want=12)
    label(ws, wide.id, ada, first)
    work(ws)

    offers = pool.lease(ws, wide.id, ada.id, keep=[], want=10)

    assert {one.version for one in offers} == {1}
    for one in offers:
        assert sum(one.shares.values()) == pytest.approx(1.0, abs=1e-3)
    found = {row.id: row.path for row in rows(ws, wide.id)}
    names = {one.id: one.name for one in projects.classes(ws, wide.id)}
    right = [names[max(one.shares, key=one.shares.get)] in found[one.id] for one in offers]
    assert set(offers[0].shares) == set(names)
    assert sum(right) >= 5


def test_the_queue_follows_the_newest_ranking(ws, wide, ada):
    label(ws, wide.id, ada, leased(ws, wide, ada, want=12))
    work(ws)
    with ws.store.read() as tx:
        asker = leases.Asker(wide.id, ada.id, ws.clock(), 1)
        ranked = [one.item for one in leases.ranked(tx, asker, 100)]

    assert leased(ws, wide, ada) == ranked
    assert len(ranked) == 6


def test_before_any_ranking_items_come_scattered_and_not_in_the_order_of_the_files(
    ws, tmp_path, ada
):
    project = make_project(ws, tmp_path / "photos", embedded=False)

    got = leased(ws, project, ada)

    assert sorted(got) == [row.id for row in rows(ws, project.id)]
    assert got != sorted(got)


def test_an_unknown_project_is_refused(ws, ada):
    with pytest.raises(InputError, match="no project number 9"):
        pool.lease(ws, 9, ada.id, keep=[], want=1)
