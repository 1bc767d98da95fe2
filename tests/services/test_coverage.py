"""What the labels lack beside the pool, and real items of it that come first."""

from dataclasses import replace

import numpy as np
import pytest

from labeler_app.errors import InputError, StateError
from labeler_app.services import (
    asking_first,
    coverage,
    labeling,
    measuring,
    mistakes,
    people,
    pool,
    projects,
    setup,
)
from labeler_app.services.askable import Askable
from labeler_app.services.exchange import ImportOptions
from labeler_app.store import audit, items, leases
from tests.builders import SMALL, answer, label, make_project, rows, run_import, work
from tests.pictures import nights
from tests.prepared import put_down, taken, workshop
from tests.tables import people as staff
from tests.tables import written


@pytest.fixture(scope="module")
def prepared(tmp_path_factory, migrated_file):
    """Ninety pictures by day and thirty at night of three classes, a quarter of them reserved.

    First they are measured, then all pictures by day are labeled that are not reserved.
    """
    folder = tmp_path_factory.mktemp("day")
    nights(folder / "photos", each=10, size=SMALL)
    with workshop(folder, migrated_file) as ws:
        project = make_project(ws, folder / "photos", each=30, audit_reserve=0.25)
        work(ws)
        apart = reserved(ws, project) | at_night(ws, project)
        day = [row.id for row in rows(ws, project.id) if row.id not in apart]
        label(ws, project.id, people.join(ws, "Ada"), day)
        work(ws)
        return taken(ws)


@pytest.fixture
def day(ws, tmp_path):
    """The same pictures, not measured yet."""
    nights(tmp_path / "photos", each=10, size=SMALL)
    return make_project(ws, tmp_path / "photos", each=30, audit_reserve=0.25)


def at_night(ws, project):
    return {row.id for row in rows(ws, project.id) if "night" in row.path}


def reserved(ws, project):
    with ws.store.read() as tx:
        every = items.ids_by_position(tx, project.id)
        taken = {*audit.positions(tx, project.id), *audit.shadow_positions(tx, project.id)}
    return {every[at] for at in taken}


@pytest.fixture
def labeled(ws, prepared):
    """All pictures by day labeled that are not reserved, and measured."""
    put_down(ws, prepared)
    return projects.get(ws, 1)


def dark(ws, project):
    [found] = [
        one
        for one in coverage.of_project(ws, project.id).gaps
        if one.axis.name == "brightness" and one.class_ is None
    ]
    return found


def test_nights_that_no_label_shows_are_the_first_gap(ws, labeled):
    seen = coverage.of_project(ws, labeled.id)

    assert (seen.measured, seen.items) == (120, 120)
    assert next(int(one.sum()) for one in seen.pool) == 120
    assert seen.gaps[0].is_sure
    assert seen.verdict == "gaps"
    gap = dark(ws, labeled)
    assert gap.name.startswith("brightness: black")
    assert gap.gap.labels == 0
    assert 0.1 < gap.gap.wanted <= 0.25
    night = {row.position for row in rows(ws, labeled.id) if "night" in row.path}
    inside = set(coverage.inside(ws, labeled.id, gap.gap).tolist())
    assert inside <= night
    assert gap.real == len(inside) > 0


def test_labels_that_look_like_the_pool_have_no_gap(ws, day, ada):
    work(ws)
    free = [row.id for row in rows(ws, day.id) if row.id not in reserved(ws, day)]
    label(ws, day.id, ada, free)
    work(ws)

    assert [one.name for one in coverage.of_project(ws, day.id).gaps if one.is_sure] == []


def test_audit_items_in_a_gap_tell_how_often_the_model_is_right_there(ws, labeled, ada):
    assert (dark(ws, labeled).right.of, dark(ws, labeled).right.interval) == (0, None)
    with ws.store.read() as tx:
        report = audit.positions(tx, labeled.id, "report")
        every = items.ids_by_position(tx, labeled.id)
    label(ws, labeled.id, ada, [every[at] for at in report])
    work(ws)

    gap = dark(ws, labeled).gap
    told = dark(ws, labeled).right
    light = measuring.cells(ws, labeled.id)[:, gap.axis]
    seen = {every[at] for at in report if gap.first <= light[at] <= gap.last}
    answers = mistakes.newest_answers(ws, labeled.id, projects.classes(ws, labeled.id))
    right = sum(
        true == said
        for item, true, said in zip(answers.items, answers.true, answers.predicted, strict=True)
        if item in seen
    )
    assert (told.of, told.right) == (len(seen), right)
    assert len(seen) > 0
    assert (told.interval is not None) == (told.of >= coverage.FEW)


def test_real_items_of_a_gap_come_first_drawn_with_a_chance_that_is_kept(ws, labeled, ada):
    gap = dark(ws, labeled)
    free = at_night(ws, labeled) - reserved(ws, labeled)
    inside = len(coverage.inside(ws, labeled.id, gap.gap))

    asked = asking_first.ask(ws, labeled.id, gap.key)

    assert asked == gap.wanted == min(gap.gap.needed, inside)
    assert asking_first.waiting(ws, labeled.id) == asked
    offered = [one.id for one in pool.lease(ws, labeled.id, ada.id, keep=[], want=40)]
    own = [one for one in offered if one not in reserved(ws, labeled)]
    assert set(own[:asked]) <= free
    with ws.store.read() as tx:
        lease = leases.of_item(tx, own[0], ada.id)
    assert (lease.selected_as, lease.propensity) == ("asked first", asked / inside)
    assert lease.why == f"Asked first: the labels lack {gap.name}."


def test_audit_items_stay_mixed_in_and_none_is_asked_first(ws, labeled, ada):
    asking_first.ask(ws, labeled.id, dark(ws, labeled).key)
    offered = [one.id for one in pool.lease(ws, labeled.id, ada.id, keep=[], want=30)]
    apart = reserved(ws, labeled)

    assert set(offered) & apart
    for item in set(offered) & apart:
        with ws.store.read() as tx:
            assert leases.of_item(tx, item, ada.id).selected_as.startswith(leases.AUDIT)


def test_asking_twice_asks_for_no_more_than_the_gap_needs(ws, labeled):
    gap = dark(ws, labeled)
    first = asking_first.ask(ws, labeled.id, gap.key)

    with pytest.raises(StateError, match="come first already"):
        asking_first.ask(ws, labeled.id, gap.key)
    assert asking_first.waiting(ws, labeled.id) == first
    assert dark(ws, labeled).asked == first


def test_what_was_answered_is_not_asked_again_and_stopping_forgets_the_rest(ws, labeled, ada):
    asked = asking_first.ask(ws, labeled.id, dark(ws, labeled).key)
    offered = pool.lease(ws, labeled.id, ada.id, keep=[], want=40)
    with ws.store.read() as tx:
        item = next(
            one.id
            for one in offered
            if leases.of_item(tx, one.id, ada.id).selected_as == leases.FIRST
        )
    labeling.record(ws, labeled.id, ada.id, [answer(item)])
    assert asking_first.waiting(ws, labeled.id) == asked - 1

    asking_first.stop(ws, labeled.id)
    assert asking_first.waiting(ws, labeled.id) == 0


def test_a_gap_that_is_gone_is_said_and_nothing_is_asked(ws, labeled):
    with pytest.raises(StateError, match="do not lack that any more"):
        asking_first.ask(ws, labeled.id, "brightness:6-6:all")
    assert asking_first.waiting(ws, labeled.id) == 0


def test_more_real_items_than_there_are_cannot_be_asked(ws, labeled, ada):
    free = at_night(ws, labeled) - reserved(ws, labeled)
    batch = [answer(item) for item in free]
    labeling.record(ws, labeled.id, ada.id, batch)
    gap = dark(ws, labeled)

    assert gap.real == 0
    with pytest.raises(StateError, match="holds nothing unlabeled"):
        asking_first.ask(ws, labeled.id, gap.key)


def test_the_conditions_of_pictures_that_come_later_count_too(ws, labeled, tmp_path):
    before = dark(ws, labeled).gap.wanted
    nights(tmp_path / "more", each=15, size=SMALL)
    run_import(ws, labeled.id, tmp_path / "more")
    work(ws)

    assert dark(ws, labeled).gap.wanted > before


def test_a_key_from_before_the_gap_grew_still_means_it(ws, labeled):
    gap = dark(ws, labeled)
    axis, _, whose = gap.key.split(":")

    assert asking_first.ask(ws, labeled.id, f"{axis}:{gap.gap.last}-{gap.gap.last}:{whose}") > 0


def test_what_is_said_to_be_asked_for_a_class_is_what_is_asked(ws, labeled, monkeypatch):
    """Half of the nights are taken for amber, and the labels of amber lack the light."""
    amber = projects.classes(ws, labeled.id)[0]
    free = coverage.inside(ws, labeled.id, dark(ws, labeled).gap)
    gap = replace(dark(ws, labeled).gap, class_=0)
    mine = np.zeros(120, dtype=bool)
    mine[free[::2]] = True
    monkeypatch.setattr(Askable, "mine", lambda _self, class_: mine)
    monkeypatch.setattr(coverage.gaps_of, "find", lambda *_told: [gap])
    coverage._seen.clear()

    [found] = coverage.of_project(ws, labeled.id).gaps
    assert (found.class_, found.real) == (amber, len(free[::2]))
    assert coverage.inside(ws, labeled.id, gap).tolist() == free[::2].tolist()
    assert asking_first.ask(ws, labeled.id, found.key) == found.wanted
    coverage._seen.clear()
    [again] = coverage.of_project(ws, labeled.id).gaps
    assert again.asked == found.wanted


def test_the_verdict_says_what_is_not_known_yet(ws, tmp_path, ada):
    project = make_project(ws, tmp_path / "photos", each=20)

    def verdict():
        return coverage.of_project(ws, project.id).verdict

    assert verdict() == "unmeasured"
    work(ws)
    assert verdict() == "unlabeled"
    ids = [row.id for row in rows(ws, project.id)]
    label(ws, project.id, ada, ids[:1])
    assert verdict() == "few"
    label(ws, project.id, ada, [one for one in ids if one not in ids[:1]])
    assert verdict() == "none"


def test_rows_of_a_table_are_refused_in_a_sentence(ws, tmp_path):
    file = written(tmp_path / "people.csv", staff(12))
    project = setup.new_project(ws, "Pay", file, ImportOptions()).project

    with pytest.raises(InputError, match="not measured of rows"):
        coverage.of_project(ws, project.id)


def test_texts_that_shout_are_a_gap_and_real_ones_come_first(ws, films, ada):
    seen = coverage.of_project(ws, films.id)

    assert (seen.noun, seen.measured, seen.items) == ("text", 120, 120)
    assert [axis.name for axis in seen.axes][:3] == ["length", "typos", "capitals"]
    loud = next(one for one in seen.gaps if one.axis.name == "capitals" and one.class_ is None)
    assert loud.name == "capitals: all capitals"
    assert (loud.gap.labels, loud.gap.wanted) == (0, 0.25)
    inside = coverage.inside(ws, films.id, loud.gap)
    assert 0 < len(inside) <= 30
    assert set(inside.tolist()) <= set(range(90, 120))

    asked = asking_first.ask(ws, films.id, loud.key)

    offered = [one.id for one in pool.lease(ws, films.id, ada.id, keep=[], want=40)]
    own = [one for one in offered if one not in reserved(ws, films)]
    places = {row.id: row.position for row in rows(ws, films.id)}
    assert asked == loud.wanted > 0
    assert {places[one] for one in own[:asked]} <= set(inside.tolist())


def test_coverage_is_looked_at_anew_only_when_something_changed(ws, labeled, ada, monkeypatch):
    first = coverage.of_project(ws, labeled.id)
    assert coverage.of_project(ws, labeled.id) is first

    label(ws, labeled.id, ada, sorted(at_night(ws, labeled) - reserved(ws, labeled))[:1])

    assert coverage.of_project(ws, labeled.id).labeled == first.labeled + 1
