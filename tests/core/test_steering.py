import numpy as np
import pytest

from labeler_app.core import steering


def search(measure, wanted, aim=None, plain=1.0, ends=(0.1, 4.0), **more):
    return steering.bisect(measure, plain, ends, wanted, aim or sum(wanted) / 2, **more)


@pytest.mark.parametrize("rises", [True, False])
@pytest.mark.parametrize("wanted", [(0.2, 0.3), (1.4, 1.5), (0.9, 1.1), (3.5, 3.9)])
@pytest.mark.parametrize("log", [True, False])
def test_a_value_that_rises_or_falls_lands_on_either_side(rises, wanted, log):
    found = search(
        lambda x: x if rises else -x, wanted if rises else (-wanted[1], -wanted[0]), log=log
    )

    assert found.landed
    assert found.measured == (found.strength if rises else -found.strength)
    assert wanted[0] <= found.strength <= wanted[1]
    assert found.tries <= steering.STEPS + 3


@pytest.mark.parametrize(("wanted", "log"), [((3.01, 3.03), False), ((0.55, 0.56), True)])
def test_what_runs_straight_is_found_at_once(wanted, log):
    found = search(np.log if log else (lambda x: x), np.log(wanted) if log else wanted, log=log)

    assert found.landed
    assert found.tries <= 4  # What changes nothing, one end or both, and what lies on the line.


def test_what_does_not_run_straight_is_found_no_later_than_by_twice_as_many_halvings():
    found = search(lambda x: x**9, (0.0020, 0.0022), steps=2 * 8)

    assert found.landed


def test_what_is_found_toward_one_end_is_not_sought_toward_the_other():
    tried = []

    found = search(lambda x: tried.append(x) or abs(x - 2.0), (0.99, 1.0), aim=0.995, plain=2.0)

    assert found.landed
    assert max(tried) == 2.0


def test_what_changes_nothing_is_taken_where_it_lands_already():
    found = search(lambda x: x, (0.95, 1.05))

    assert (found.strength, found.landed) == (1.0, True)


def test_out_of_reach_the_nearest_is_told_and_that_it_did_not_land():
    found = search(lambda x: min(x, 2.0), (2.5, 3.0))

    assert (found.measured, found.landed) == (2.0, False)


def test_a_value_that_is_none_lands_nowhere():
    found = search(lambda x: float("nan") if x < 0.5 else x, (0.2, 0.3))

    assert not found.landed
    assert found.measured >= 0.5


def test_a_value_that_jumps_over_what_is_wanted_does_not_land():
    assert not search(lambda x: np.sign(x - 2.0), (0.2, 0.3)).landed


@pytest.mark.parametrize(("share", "sought"), [(0.0, 0.22), (0.5, 0.3), (1.0, 0.38)])
def test_the_aim_lies_inside(share, sought):
    assert steering.aim(0.2, 0.4, share) == pytest.approx(sought)


@pytest.mark.parametrize(("share", "sought"), [(0.0, 0.22), (0.5, 0.24), (1.0, 0.38)])
def test_the_aim_among_values_lies_as_they_do_but_not_on_the_bounds(share, sought):
    found = steering.aim_among((0.1, 0.23, 0.24, 0.25, 0.4), (0.2, 0.4), share)

    assert found == pytest.approx(sought)


def test_the_aim_among_values_goes_as_far_as_they_do_where_there_is_no_bound():
    values = (-2.6, -2.0, -1.6)

    lowest = steering.aim_among(values, (-np.inf, -1.5), 0.0)
    highest = steering.aim_among(values, (-np.inf, -1.5), 1.0)

    assert lowest == -2.6
    assert highest == pytest.approx(-1.6)


def test_one_value_alone_is_an_aim_too():
    assert steering.aim_among((0.3,), (-np.inf, 0.5), 0.7) == 0.3
