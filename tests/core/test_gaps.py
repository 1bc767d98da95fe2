import numpy as np
import pytest

from labeler_app.core import gaps
from labeler_app.core.gaps import Axis

LIGHT = Axis("light", (0.25, 0.5, 0.75), ("black", "dark", "light", "white"))
ANGLE = Axis("angle", (), ("level", "rising", "falling"), turn=180.0)


def found(pool, *by_class):
    """Find gaps on one axis: counts of the pool, and labels of every class."""
    own = np.array(by_class)
    return gaps.find([gaps.shares(np.array(pool))], [np.vstack([own, own.sum(axis=0)])])


def test_a_value_lies_in_the_cell_it_begins_and_nan_in_none():
    values = np.array([-9.0, 0.25, 0.3, 0.75, 9.0, np.nan])

    assert LIGHT.cells(values).tolist() == [0, 1, 1, 3, 3, -1]
    assert LIGHT.bounds(1, 2) == (0.25, 0.75)
    assert LIGHT.bounds(0, 3) == (-np.inf, np.inf)
    assert LIGHT.reach(0, 1) == (0.125, 0.5)
    assert LIGHT.reach(2, 3) == (0.5, 0.875)


def test_cells_of_angles_begin_again_where_the_circle_does():
    assert ANGLE.cells(np.array([0.0, 29.0, 31.0, 90.0, 151.0, 179.0])).tolist() == [
        0,
        0,
        1,
        2,
        0,
        0,
    ]
    assert ANGLE.bounds(0, 0) == (-30.0, 30.0)


def test_what_the_pool_holds_and_the_labels_lack_is_one_gap():
    [gap] = found((200, 200, 300, 300), (0, 0, 60, 40))

    assert (gap.axis, gap.first, gap.last, gap.class_) == (0, 0, 1, None)
    assert (gap.wanted, gap.held, gap.labels, gap.of) == (0.4, 0.0, 0, 100)
    # With them, 67 of 167 labels are there.
    assert gap.needed == 67


@pytest.mark.parametrize(("classes", "labels"), [(3, 300), (10, 1_000), (30, 3_000)])
def test_labels_drawn_from_the_pool_have_any_gap_as_seldom_as_was_said(classes, labels):
    rng = np.random.default_rng(0)
    pool = [np.full(7, 1 / 7)] * 8
    with_gaps = 0
    for _ in range(100):
        own = [
            rng.multinomial(labels // classes, one, size=classes).reshape(classes, 7)
            for one in pool
        ]
        with_gaps += bool(gaps.find(pool, [np.vstack([one, one.sum(axis=0)]) for one in own]))

    assert with_gaps <= 100 * gaps.CHANCE


@pytest.mark.parametrize("count", [0, 1, 3])
def test_few_labels_prove_nothing(count):
    assert found((0, 700, 300, 0), (0, 0, count, 0)) == []


def test_how_many_labels_it_takes_to_find_the_largest_gap_is_what_finds_it():
    pool = gaps.shares(np.array([400, 300, 300, 0]))
    needed = gaps.needed_labels([pool], 1)

    def lacking(count):
        own = np.array([[0, count // 2, count - count // 2, 0]])
        return gaps.find([pool], [np.vstack([own, own])])

    assert lacking(needed)
    assert not lacking(needed - 1)


def test_what_is_rare_in_the_pool_is_no_gap():
    assert found((0, 40, 960, 0), (0, 0, 4_000, 0)) == []


def test_a_class_lacks_what_the_others_have_and_what_all_lack_is_said_once():
    told = found((300, 300, 400, 0), (0, 0, 100, 0), (0, 60, 40, 0))

    assert [(one.class_, one.first, one.last) for one in told] == [(None, 0, 0), (0, 1, 1)]


def test_an_empty_pool_and_no_labels_have_no_gap():
    assert found((0, 0, 0, 0), (0, 0, 100, 0)) == []
    assert found((300, 300, 0, 0), (0, 0, 0, 0)) == []
    assert gaps.needed_labels([gaps.shares(np.zeros(4, dtype=np.int64))], 2) == 0


def test_less_than_half_of_what_is_expected_is_a_gap_however_few_labels_there_are():
    labels = [np.array([[1, 9, 0], [0, 10, 0], [1, 19, 0]])]

    gap = gaps.unmet(labels, gaps.Target(0, 0, 0, 0.12))

    assert gap == gaps.Gap(0, 0, 0, None, 0.12, 0.05, 1, 20)
    assert gap.needed == 2  # 3 of 22 are 13.6 %, 2 of 21 were 9.5 %.
    assert gaps.unmet(labels, gaps.Target(0, 0, 0, 0.1)) is None
    assert gaps.unmet(labels, gaps.Target(0, 0, 1, 0.9)) is None


def test_without_labels_nothing_that_is_expected_is_a_gap():
    assert gaps.unmet([np.zeros((2, 3), dtype=np.int64)], gaps.Target(0, 0, 0, 0.5)) is None


def test_cells_that_are_told_already_are_left_out_and_the_rest_of_the_run_is_kept():
    pool = [np.array([0.2, 0.2, 0.2, 0.4])]
    labels = [np.array([[0, 0, 0, 200], [0, 0, 0, 200]])]
    told = gaps.unmet(labels, gaps.Target(0, 1, 1, 0.3))
    assert told is not None

    found = gaps.find(pool, labels, [told])

    assert [(one.first, one.last, one.class_) for one in found] == [(0, 0, None), (2, 2, None)]
