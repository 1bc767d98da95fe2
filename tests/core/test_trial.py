from dataclasses import replace

import numpy as np

from labeler_app.core.learners import fit_logistic
from labeler_app.core.strategies import uncertainty
from labeler_app.core.strategies.batch import Guard
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


def test_a_policy_is_told_of_every_class_and_of_what_the_features_can():
    seen = []

    def choose(state):
        seen.append(state)
        return uncertainty.random

    play(_two_groups([6, 9]), choose, fit_logistic, np.random.default_rng(1))

    assert [state.counts.size for state in seen] == [2, 2]
    assert (seen[0].skill, seen[1].skill) == (None, 1.0)
    assert seen[1].shares.sum() == seen[1].pool


def test_each_strategy_finds_what_it_saved_itself():
    found = []

    def even(view, k, rng):
        found.append(("even", dict(view.saved)))
        return replace(uncertainty.random(view, k, rng), save={"calls": np.array(len(found))})

    def odd(view, k, rng):
        found.append(("odd", dict(view.saved)))
        return uncertainty.random(view, k, rng)

    turns = iter([even, odd, even])
    play(_two_groups([4, 6, 8]), lambda state: next(turns), fit_logistic, np.random.default_rng(0))

    assert found == [("even", {}), ("odd", {}), ("even", {"calls": np.array(1)})]


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


def test_a_guarded_project_labels_copies_of_an_item_only_once_a_batch():
    x = np.repeat(np.arange(30.0)[:, None], 3, axis=0)
    y = np.arange(90) // 45
    trial = Trial(x, y, np.arange(90), np.arange(90), np.array([6, 14]), seed=0)
    seen = []

    def first(view, k, rng):
        found = replace(uncertainty.random(view, k, rng), positions=view.candidates[:k])
        seen.append(view.labeled)
        return found

    play(trial, lambda state: first, fit_logistic, np.random.default_rng(0), Guard(apart=0.0))

    batch = x[seen[-1]].ravel()
    assert batch.size == np.unique(batch).size == 6
