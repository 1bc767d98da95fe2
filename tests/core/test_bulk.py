import numpy as np
import pytest
from scipy import stats

from labeler_app.core.bulk import Judged, Sample, expected, judge
from labeler_app.errors import InputError


def sample(predicted, shares, wrong):
    return Sample(np.array(predicted), np.array(shares, dtype=float), np.array(wrong, dtype=bool))


@pytest.mark.parametrize(
    ("wrong", "total", "count"), [(3, 44, 34), (0, 44, 48), (0, 0, 10), (20, 20, 5), (1, 2, 60)]
)
def test_the_number_of_wrong_ones_is_beta_binomial(wrong, total, count):
    told = stats.betabinom(count, wrong + 0.5, total - wrong + 0.5)

    low, high = expected(Judged(wrong, total), count)

    assert (low, high) == (told.ppf(0.025), told.ppf(0.975))


def test_of_no_label_none_is_wrong():
    assert expected(Judged(5, 20), 0) == (0, 0)


def test_the_interval_holds_the_wrong_ones_as_often_as_it_says():
    rng = np.random.default_rng(0)
    held = []
    for rate in rng.beta(0.5, 0.5, 2000):
        judged = Judged(int(rng.binomial(44, rate)), 44)
        low, high = expected(judged, 34)
        held.append(low <= rng.binomial(34, rate) <= high)

    assert np.mean(held) > 0.94


@pytest.mark.parametrize(("wrong", "total", "count"), [(2, 1, 5), (-1, 3, 5), (1, 3, -1)])
def test_impossible_counts_are_refused(wrong, total, count):
    with pytest.raises(InputError):
        expected(Judged(wrong, total), count)


def test_a_pile_is_judged_by_audit_items_of_its_class_where_they_are_enough():
    found = sample([0] * 20 + [1] * 30, [0.9] * 50, [True] * 4 + [False] * 46)

    assert judge(found, 0, 0.8, 1.0) == Judged(4, 20)


def test_a_pile_of_a_class_with_few_audit_items_is_judged_by_all_classes():
    found = sample([0] * 19 + [1] * 31, [0.9] * 50, [False] * 19 + [True] * 31)

    assert judge(found, 0, 0.8, 1.0) == Judged(31, 50)


def test_only_items_the_model_is_as_sure_of_count_or_the_nearest_of_them():
    shares = np.linspace(0.5, 1.0, 51)
    found = sample([0] * 51, shares, shares < 0.75)

    assert judge(found, 0, 0.75, 1.0) == Judged(0, 26)
    assert judge(found, 0, 0.95, 1.0) == Judged(0, 20)
    assert judge(found, 0, 0.5, 0.55) == Judged(20, 20)


def test_without_audit_items_nothing_is_known():
    assert judge(sample([], [], []), 0, 0.8, 1.0) == Judged(0, 0)
