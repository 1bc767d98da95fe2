"""What a person expects to come, and the gaps that the labels have beside it."""

import pytest

from labeler_app.errors import InputError
from labeler_app.services import (
    asking_first,
    coverage,
    expecting,
    people,
    pool,
    previews,
    projects,
    setup,
)
from labeler_app.services.exchange import ImportOptions
from labeler_app.store import audit, expectations, items, leases
from tests.builders import SMALL, label, label_quiet, make_project, rows, run_import, work
from tests.pictures import nights
from tests.prepared import put_down, taken, workshop
from tests.tables import people as staff
from tests.tables import shouted, written

DARK = ("brightness", 0, 1)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory, migrated_file):
    """Sixty pictures by day of three classes, all labeled that may be, and measured."""
    folder = tmp_path_factory.mktemp("day")
    with workshop(folder, migrated_file) as ws:
        project = make_project(ws, folder / "photos", each=20, audit_reserve=0.2)
        work(ws)
        label(ws, project.id, people.join(ws, "Ada"), free(ws, project))
        work(ws)
        return taken(ws)


@pytest.fixture
def day(ws, prepared):
    """What was prepared, in this workspace."""
    put_down(ws, prepared)
    return projects.get(ws, 1)


def free(ws, project):
    with ws.store.read() as tx:
        every = items.ids_by_position(tx, project.id)
        apart = {*audit.positions(tx, project.id), *audit.shadow_positions(tx, project.id)}
    return [one for at, one in enumerate(every) if at not in apart]


def expected(ws, project):
    return [one for one in coverage.of_project(ws, project.id).gaps if one.expected is not None]


def test_what_is_expected_and_lacks_is_a_gap_that_is_told_first(ws, day):
    assert coverage.of_project(ws, day.id).verdict == "none"

    number = expecting.expect(ws, day.id, *DARK, 0.15)

    seen = coverage.of_project(ws, day.id)
    [found] = expected(ws, day)
    assert (seen.verdict, seen.gaps[0]) == ("gaps", found)
    assert (found.is_sure, found.class_, found.expected) == (True, None, number)
    assert (found.gap.wanted, found.gap.labels, found.gap.of) == (0.15, 0, seen.labeled)
    assert (found.pool, found.real, found.wanted) == (0.0, 0, 0)
    assert found.key == "brightness:0-1:all"
    # Of 100 pictures 15 are dark: 85 by day go with 15 at night.
    assert found.gap.needed == -(-seen.labeled * 15 // 85)
    assert [(one.name, one.share) for one in seen.expected] == [("brightness: black to dark", 0.15)]


def test_half_of_what_is_expected_among_the_labels_is_enough(ws, day, ada, tmp_path):
    expecting.expect(ws, day.id, *DARK, 0.15)
    labeled = coverage.of_project(ws, day.id).labeled
    nights(tmp_path / "night", each=4, size=SMALL)
    run_import(ws, day.id, tmp_path / "night")
    work(ws)
    dark = [one for one in free(ws, day) if one in at_night(ws, day)]
    enough = next(n for n in range(20) if n >= 0.075 * (labeled + n))
    assert len(dark) >= enough

    label(ws, day.id, ada, dark[: enough - 1])
    assert len(expected(ws, day)) == 1
    label(ws, day.id, ada, dark[enough - 1 : enough])
    assert expected(ws, day) == []


def at_night(ws, project):
    return {row.id for row in rows(ws, project.id) if "night" in row.path}


def test_real_ones_in_the_pool_can_be_asked_first(ws, day, ada, tmp_path):
    nights(tmp_path / "night", each=2, size=SMALL)
    run_import(ws, day.id, tmp_path / "night")
    work(ws)
    expecting.expect(ws, day.id, *DARK, 0.3)
    [found] = expected(ws, day)
    inside = set(free(ws, day)) & at_night(ws, day)

    asked = asking_first.ask(ws, day.id, found.key)

    assert asked == found.wanted == found.real == len(inside)
    offered = [one.id for one in pool.lease(ws, day.id, ada.id, keep=[], want=12)]
    with ws.store.read() as tx:
        why = {one: leases.of_item(tx, one, ada.id).selected_as for one in offered}
    assert {one for one, how in why.items() if how == leases.FIRST} == inside


def test_the_same_cells_are_told_once_with_what_is_expected(ws, tmp_path, ada):
    nights(tmp_path / "photos", each=10, size=SMALL)
    project = make_project(ws, tmp_path / "photos", each=30)
    work(ws)
    label(ws, project.id, ada, set(free(ws, project)) - at_night(ws, project))
    work(ws)
    before = [
        one
        for one in coverage.of_project(ws, project.id).gaps
        if one.axis.name == "brightness" and one.class_ is None
    ]
    assert [one.gap.first for one in before] == [0]
    last = before[0].gap.last

    expecting.expect(ws, project.id, "brightness", 0, last, 0.4)

    [now] = [
        one
        for one in coverage.of_project(ws, project.id).gaps
        if one.axis.name == "brightness" and one.class_ is None
    ]
    assert (now.gap.wanted, now.pool, now.key) == (0.4, before[0].gap.wanted, before[0].key)
    assert now.expected is not None


def test_previews_can_be_made_for_it(ws, day):
    expecting.expect(ws, day.id, *DARK, 0.15)
    [found] = expected(ws, day)
    known = previews.recipes(found)

    made = previews.look(ws, day.id, found, known[0].name)

    assert len(made.shown) > 0


def test_what_is_forgotten_is_no_gap_any_more_and_stays_written_down(ws, day):
    number = expecting.expect(ws, day.id, *DARK, 0.15)

    expecting.forget(ws, day.id, number)
    expecting.forget(ws, day.id, number)

    assert expecting.of_project(ws, day.id) == []
    assert coverage.of_project(ws, day.id).verdict == "none"
    with ws.store.write() as tx:
        assert not expectations.end(tx, day.id, number, at=0.0)


def test_the_same_again_changes_nothing_and_another_share_replaces_it(ws, day, ada):
    first = expecting.expect(ws, day.id, *DARK, 0.15, person=ada.id)

    assert expecting.expect(ws, day.id, *DARK, 0.15, person=ada.id) == first
    second = expecting.expect(ws, day.id, *DARK, 0.3, person=ada.id)

    [one] = expecting.of_project(ws, day.id)
    assert (one.id, one.share, one.person) == (second, 0.3, ada.name)
    assert second != first


def test_nothing_is_told_before_there_is_a_label(ws, tmp_path):
    project = make_project(ws, tmp_path / "photos", each=8)
    work(ws)

    expecting.expect(ws, project.id, *DARK, 0.15)

    seen = coverage.of_project(ws, project.id)
    assert (seen.verdict, list(seen.gaps), len(seen.expected)) == ("unlabeled", [], 1)


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (("warmth", 0, 1, 0.2), "no condition 'warmth'"),
        (("brightness", 0, 7, 0.2), "cells 0 to 6, not 0 to 7"),
        (("brightness", -1, 0, 0.2), "cells 0 to 6, not -1 to 0"),
        (("brightness", 2, 1, 0.2), "from dim to dark runs backwards"),
        (("brightness", 0, 6, 0.2), "is all there is"),
        (("brightness", 0, 1, 0.0), "A share of 0 % is not between 1 and 95"),
        (("brightness", 0, 1, 0.96), "A share of 96 %"),
        (("brightness", 0, 1, float("nan")), "A share of nan %"),
        (("brightness", 0, 1, float("inf")), "A share of inf %"),
    ],
)
def test_what_cannot_be_expected_is_one_sentence(ws, day, told, why):
    with pytest.raises(InputError, match=why):
        expecting.expect(ws, day.id, *told)
    assert expecting.of_project(ws, day.id) == []


def test_more_than_all_that_comes_cannot_be_expected(ws, day):
    expecting.expect(ws, day.id, "brightness", 0, 1, 0.6)
    expecting.expect(ws, day.id, "sharpness", 0, 1, 0.6)

    with pytest.raises(InputError, match="60 % are expected elsewhere"):
        expecting.expect(ws, day.id, "brightness", 5, 6, 0.5)
    assert len(expecting.of_project(ws, day.id)) == 2


def test_another_project_forgets_nothing_here(ws, day, tmp_path):
    other = make_project(ws, tmp_path / "more", name="Other", embedded=False)
    number = expecting.expect(ws, day.id, *DARK, 0.15)

    expecting.forget(ws, other.id, number)

    assert len(expecting.of_project(ws, day.id)) == 1
    assert expecting.of_project(ws, other.id) == []


def test_a_range_is_expected_of_texts_too(ws, tmp_path, ada):
    file = written(tmp_path / "films.csv", shouted(60, quiet=60))
    project = setup.new_project(ws, "Films", file, ImportOptions(), classes=("bad", "good")).project
    work(ws)
    label_quiet(ws, project.id, ada)

    expecting.expect(ws, project.id, "capitals", 5, 6, 0.2, person=ada.id)

    [one] = expecting.of_project(ws, project.id)
    [gap] = [gap for gap in coverage.of_project(ws, project.id).gaps if gap.expected]
    assert (one.name, one.share, one.person) == ("capitals: mostly to all capitals", 0.2, "Ada")
    assert (gap.key, gap.expected) == ("capitals:5-6:all", one.id)
    with pytest.raises(InputError, match="no condition 'brightness'"):
        expecting.expect(ws, project.id, *DARK, 0.15)


def test_nothing_is_expected_of_rows_of_a_table(ws, tmp_path):
    file = written(tmp_path / "people.csv", staff(12))
    project = setup.new_project(ws, "Pay", file, ImportOptions()).project

    with pytest.raises(InputError, match="Nothing is measured of rows"):
        expecting.expect(ws, project.id, *DARK, 0.15)


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("brightness:0-1=15%", ("brightness", 0, 1, 0.15)),
        ("brightness:black-dark=15", ("brightness", 0, 1, 0.15)),
        ("size:6=2.5%", ("size", 6, 6, 0.025)),
        ("typos:some-many=20%", ("typos", 2, 3, 0.2)),
    ],
)
def test_a_range_is_read_as_it_is_written(told, meant):
    assert expecting.parsed(told) == (*meant[:3], pytest.approx(meant[3]))


@pytest.mark.parametrize(
    "told",
    [
        "",
        "brightness",
        "brightness:0-1",
        "brightness:0-1=x%",
        "brightness:=5%",
        "a:0=5%",
        "brightness:0-=5%",
        "brightness:9=5%",
        "=5%",
    ],
)
def test_a_range_that_cannot_be_read_is_one_sentence(told):
    with pytest.raises(InputError):
        expecting.parsed(told)


@pytest.mark.parametrize(
    "told", ["", "nonsense", "brightness", "brightness:0-1", "=5%", ":0-1=5%", "0-1=5%"]
)
def test_what_is_no_range_is_shown_as_it_was_seen_with_how_one_is_written(told):
    with pytest.raises(InputError) as refused:
        expecting.parsed(told)

    assert refused.value.problem == f"{told!r} is not a range that can be expected."
    assert "AXIS:FIRST-LAST=SHARE%, for example brightness:black-dark=15%" in refused.value.hint
