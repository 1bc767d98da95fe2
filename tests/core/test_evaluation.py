import subprocess
import sys

import numpy as np
import pytest

from labeler_app.core.evaluation import (
    accuracy,
    balanced_accuracy,
    surely_above,
    wilson,
)
from labeler_app.errors import InputError


def test_the_interval_of_376_of_412_is_the_published_one():
    interval = wilson(376, 412)

    assert (round(interval.low, 3), round(interval.high, 3)) == (0.881, 0.936)


def test_the_interval_of_58_of_64_is_the_one_on_the_monitor():
    interval = wilson(58, 64)

    assert (round(interval.low, 3), round(interval.high, 3)) == (0.810, 0.956)


@pytest.mark.parametrize(
    ("correct", "total", "low", "high"),
    [(0, 0, 0.0, 1.0), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1)],
)
def test_intervals_at_the_ends_stay_inside_zero_and_one(correct, total, low, high):
    interval = wilson(correct, total)

    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


def test_the_interval_covers_the_truth_in_about_95_of_100_projects():
    rng = np.random.default_rng(0)
    covered = []
    for truth in rng.uniform(0.6, 0.98, 2_000):
        interval = wilson(int(rng.binomial(60, truth)), 60)
        covered.append(interval.low <= truth <= interval.high)

    assert 0.93 <= np.mean(covered) <= 0.97


@pytest.mark.parametrize(("correct", "total"), [(3, 2), (-1, 2)])
def test_impossible_counts_are_refused(correct, total):
    with pytest.raises(InputError, match="no interval"):
        wilson(correct, total)


def test_accuracy_bounds_the_unresolved_items_instead_of_dropping_them():
    figure = accuracy(3, 4, unresolved=1)

    assert (figure.correct, figure.total, figure.unresolved) == (3, 4, 1)
    assert (figure.point, figure.worst, figure.best) == (0.75, 0.6, 0.8)
    assert figure.low < 0.75 < figure.high


def test_there_is_no_accuracy_without_an_answer():
    with pytest.raises(InputError, match="0 answered and 3 unresolved"):
        accuracy(0, 0, unresolved=3)


def test_lists_of_different_length_are_refused():
    with pytest.raises(InputError, match="1 true classes do not match 2"):
        balanced_accuracy(np.array([0]), np.array([0, 1]))


def test_balanced_accuracy_gives_each_class_the_same_weight():
    truth, predicted = np.array([0, 0, 0, 1]), np.array([0, 0, 0, 0])

    assert balanced_accuracy(truth, predicted) == 0.5


def test_pages_can_import_figures_without_scikit_learn():
    code = (
        "import sys, labeler_app.core.evaluation, labeler_app.core.audit, labeler_app.core.policy\n"
        "import labeler_app.core.learners, labeler_app.core.curves, labeler_app.core.trial\n"
        "import labeler_app.core.strategies.hybrid, labeler_app.core.strategies.coldstart\n"
        "sys.exit('sklearn' in sys.modules or 'scipy' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_surely_above_is_below_wilson_and_agrees_with_the_worked_example():
    # 376 of 412: Wilson says 88.1, the sequence 85.5.
    assert surely_above(376, 412) == pytest.approx(0.8547, abs=5e-4)
    assert surely_above(376, 412) < wilson(376, 412).low


def test_surely_above_says_nothing_of_nothing_and_grows_with_right_answers():
    bounds = [surely_above(n, n) for n in (0, 1, 10, 100, 1000)]

    assert bounds[0] == 0.0
    assert bounds == sorted(bounds)
    assert bounds[-1] > 0.98


def test_surely_above_holds_at_every_look_together():
    rng = np.random.default_rng(3)
    share, looks, projects = 0.9, 300, 400

    fooled = 0
    for _ in range(projects):
        right = np.cumsum(rng.random(looks) < share)
        bounds = [surely_above(int(right[n - 1]), n) for n in range(10, looks + 1, 10)]
        fooled += max(bounds) > share

    assert fooled / projects <= 0.05 + 0.02


@pytest.mark.parametrize(("correct", "total", "level"), [(2, 1, 0.95), (-1, 1, 0.95), (1, 1, 1.0)])
def test_surely_above_refuses_impossible_counts(correct: int, total: int, level: float):
    with pytest.raises(InputError):
        surely_above(correct, total, level)
