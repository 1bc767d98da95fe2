import numpy as np

from labeler_app.core.learners import fit_logistic
from labeler_app.core.strategies import uncertainty
from labeler_app.core.trial import Trial, play, split


def test_the_split_takes_the_share_of_each_class():
    pool, held_out = split(np.array([0] * 10 + [1] * 20), 0.3, np.random.default_rng(0))

    assert np.sort(np.concatenate([pool, held_out])).tolist() == list(range(30))
    assert (held_out < 10).sum() == 3
    assert (held_out >= 10).sum() == 6


def test_a_class_of_one_item_stays_in_the_pool():
    pool, _ = split(np.array([0, 0, 0, 0, 1]), 0.9, np.random.default_rng(0))

    assert 4 in pool


def test_labels_add_up_and_nothing_is_labeled_twice():
    seen = []

    def choose(state):
        seen.append((state.counts.sum(), state.has_model, state.pool))
        return uncertainty.margin if state.has_model else uncertainty.random

    curve = play(_two_groups([4, 6, 9]), choose, fit_logistic, np.random.default_rng(1))

    assert seen == [(0, False, 20), (4, True, 16), (6, True, 14)]
    assert curve.labels.tolist() == [4, 6, 9]
    assert curve.accuracy.tolist() == [1.0, 1.0, 1.0]


def test_one_class_so_far_predicts_that_class_and_goes_on():
    curve = play(
        _two_groups([1, 12]), lambda state: uncertainty.random, fit_logistic,
        np.random.default_rng(0),
    )  # fmt: skip

    assert curve.accuracy.tolist() == [0.5, 1.0]
    assert curve.balanced_accuracy.tolist() == [0.5, 1.0]


def _two_groups(steps):
    y = np.tile([0, 1], 15)
    pool, held_out = np.arange(20), np.arange(20, 30)
    return Trial(y[:, None].astype(np.float32) * 8, y, pool, held_out, np.array(steps), seed=0)
