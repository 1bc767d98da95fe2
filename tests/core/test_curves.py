import numpy as np
import pytest

from labeler_app.core.curves import alc, label_ratio, labels_to_reach, paired_t, ratio_interval
from labeler_app.errors import InputError

LABELS = np.array([10, 20, 40])


def test_the_area_of_a_straight_line_is_its_middle():
    assert alc(np.array([10, 30]), np.array([0.2, 0.8])) == pytest.approx(0.5)


def test_longer_steps_count_more():
    assert alc(LABELS, np.array([0.0, 1.0, 1.0])) == pytest.approx((5 + 20) / 30)


def test_the_area_of_one_point_is_its_accuracy():
    assert alc(np.array([10]), np.array([0.7])) == 0.7


@pytest.mark.parametrize(
    ("target", "labels"), [(0.1, 10.0), (0.5, 15.0), (0.6, 20.0), (0.7, 30.0), (0.9, None)]
)
def test_labels_to_reach_lie_straight_between_the_points(target, labels):
    reached = labels_to_reach(LABELS, np.array([0.4, 0.6, 0.8]), target)

    assert reached == (None if labels is None else pytest.approx(labels))


def test_the_ratio_compares_where_both_reach_the_baselines_last_accuracy():
    baseline, ours = np.array([[0.2, 0.4, 0.8]]), np.array([[0.4, 0.8, 0.9]])

    assert label_ratio(LABELS, baseline, ours) == pytest.approx(2.0)


def test_there_is_no_ratio_when_the_strategy_does_not_get_there():
    assert label_ratio(LABELS, np.array([[0.2, 0.4, 0.8]]), np.array([[0.2, 0.3, 0.7]])) is None


def test_the_interval_of_equal_repeats_is_a_point():
    baseline, ours = np.array([[0.2, 0.4, 0.8]] * 3), np.array([[0.4, 0.8, 0.9]] * 3)

    low, high = ratio_interval(LABELS, baseline, ours, np.random.default_rng(0))

    assert (low, high) == (pytest.approx(2.0), pytest.approx(2.0))


def test_the_low_end_is_open_when_many_draws_do_not_get_there():
    baseline = np.array([[0.2, 0.4, 0.8]] * 2)
    ours = np.array([[0.4, 0.9, 0.9], [0.2, 0.3, 0.6]])

    low, high = ratio_interval(LABELS, baseline, ours, np.random.default_rng(0))

    assert low is None
    assert high is not None


def test_one_repeat_has_no_interval():
    curve = np.array([[0.2, 0.4, 0.8]])

    assert ratio_interval(LABELS, curve, curve, np.random.default_rng(0)) == (None, None)


def test_paired_t_by_hand():
    # Differences 1, 2, 3: mean 2, standard deviation 1, so t = 2 / (1 / sqrt 3).
    assert paired_t(np.array([1.0, 2, 3]), np.zeros(3)) == pytest.approx(2 * np.sqrt(3))


@pytest.mark.parametrize("ours", [[1.0], [1.0, 1.0]])
def test_there_is_no_t_for_one_pair_or_equal_differences(ours):
    assert paired_t(np.array(ours), np.zeros(len(ours))) is None


def test_labels_that_do_not_rise_are_refused():
    with pytest.raises(InputError, match="must rise"):
        alc(np.array([10, 10]), np.array([0.1, 0.2]))
