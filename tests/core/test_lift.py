"""Lift: proven where it is there, refused where it harms, and never read out of noise."""

import numpy as np
import pytest

from labeler_app.core import audit, gated, learners, lift
from labeler_app.core.arrays import LinearHead
from labeler_app.core.lift import Made, Real, Unseen

CLASSES = 3
FAR = 6.0


def centres(count):
    return np.eye(CLASSES, count) * FAR


def drawn(rng, each, shift=0.0, spread=1.0, features=8):
    """Draw items of every class; a shift moves the classes round, as a condition may."""
    y = np.repeat(np.arange(CLASSES), each)
    own = centres(features)[y] * (1.0 - shift)
    own[np.arange(len(y)), CLASSES + y] += shift * FAR
    return own + rng.normal(0.0, spread, (len(y), features)), y


def teach(x, y, weight, judged):
    return learners.fit_logistic(x, y, weight=weight, judged=judged, seed=0)


def fit(x, y, made, seed):
    return teach(x, y, None, None) if made is None else gated.fit(teach, x, y, made, seed=seed)


def measured(made_shift, *, inside=30, seed=0, usual=30, copies=1, learn=fit):
    """Measure variants that lie at `made_shift`; the condition lies at 1."""
    rng = np.random.default_rng(seed)
    x, y = drawn(rng, 20)
    made_x, made_y = drawn(rng, 20, made_shift)
    normal_x, normal_y = drawn(rng, usual // CLASSES)
    there_x, there_y = drawn(rng, inside // CLASSES, 1.0)
    count = len(normal_y)
    is_inside = np.arange(count + len(there_y)) >= count
    return lift.measure(
        learn,
        Real(x, y, np.arange(len(y))),
        Made(made_x, made_y, *[np.arange(len(made_y))] * 2, np.full(len(made_y), -1)),
        Unseen(
            np.concatenate([normal_x, there_x]),
            np.concatenate([normal_y, there_y]),
            is_inside,
            ~is_inside,
            group=np.arange(len(is_inside)) // copies,
        ),
        seed=seed,
        repeats=5,
    )


def test_variants_of_the_condition_are_proven_and_the_usual_stays_as_it_was():
    found = measured(1.0)

    condition, usual = found.figure("condition"), found.figure("usual")
    assert found.verdict == lift.PROVEN
    assert (condition.items, usual.items) == (30, 30)
    assert condition.with_ > condition.without + 0.3
    assert 0.0 < condition.low <= condition.change <= condition.high <= 1.0
    assert condition.change == pytest.approx(condition.with_ - condition.without)
    assert usual.low <= 0.0 <= usual.high


def misled(x, y, made, seed):
    """Fit a learner that variants lead astray altogether."""
    return fit(x, y if made is None else (y + 1) % CLASSES, None, seed)


def test_what_makes_the_usual_worse_is_harm_whatever_it_does_in_the_condition():
    found = measured(1.0, learn=misled)

    assert found.figure("usual").high < 0.0
    assert found.verdict == lift.HARM


def test_copies_of_what_is_there_prove_nothing():
    assert {measured(0.0, seed=seed).verdict for seed in range(5)} == {lift.UNPROVABLE}


def test_many_pictures_that_are_nearly_the_same_prove_as_little_as_a_few():
    found = measured(1.0, inside=30, copies=3)

    condition = found.figure("condition")
    assert (condition.items, condition.groups) == (30, 10)
    assert condition.change > 0.3
    assert found.verdict == lift.UNPROVABLE


def test_a_blend_trains_only_beside_both_of_its_originals():
    rng = np.random.default_rng(0)
    x, y = drawn(rng, 5)
    other = np.roll(np.arange(len(y)), 1)
    real = Real(x, y, np.arange(len(y)))
    made = Made(x, y, np.arange(len(y)), other, np.full(len(y), -1))
    left = np.array([0, 1, 2, 5, 6, 10])

    chosen = lift._chosen(real, made, left, rng)

    assert set(chosen.tolist()) <= {1, 2, 6}
    assert chosen.size > 0


def test_pictures_nearly_the_same_are_one_group_also_by_way_of_a_third():
    luma = np.random.default_rng(0).normal(size=(6, 256))
    luma[1] = luma[0] + 0.1
    luma[2] = luma[1] + 0.1
    luma[5] = luma[4] - 0.1

    groups = lift.grouped(luma, audit.luma_away, audit.NEAR)

    assert groups[0] == groups[1] == groups[2]
    assert groups[4] == groups[5]
    assert len(set(groups.tolist())) == 3
    assert lift.grouped(luma[:0], audit.luma_away, audit.NEAR).size == 0


def unmoved(x, y, made, seed):
    """Fit a learner that always gives the first class."""
    return LinearHead(np.zeros((CLASSES, x.shape[1])), np.eye(CLASSES)[0], np.arange(CLASSES))


@pytest.mark.parametrize(("inside", "least", "most"), [(9, 0.2, 0.4), (60, 0.03, 0.1)])
def test_that_no_answer_changed_is_no_proof_that_none_will(inside, least, most):
    condition = measured(1.0, inside=inside, learn=unmoved).figure("condition")

    assert condition.change == 0.0
    assert least < condition.high == -condition.low < most


def test_with_few_tested_items_in_the_condition_nothing_is_proven():
    found = measured(1.0, inside=9)

    assert found.figure("condition").with_ > found.figure("condition").without
    assert found.verdict == lift.UNPROVABLE


def test_with_none_there_the_condition_has_no_figure():
    found = measured(1.0, inside=0)

    assert found.figure("condition") is None
    assert found.figure("usual") is not None
    assert found.verdict == lift.UNPROVABLE


def test_the_same_seed_measures_the_same():
    assert measured(1.0, seed=3) == measured(1.0, seed=3)


def test_a_variant_trains_only_beside_its_own_original():
    rng = np.random.default_rng(0)
    x, y = drawn(rng, 5)
    seen = []

    def spy(x_, y_, made, seed):
        seen.append((x_, made))
        return fit(x_, y_, made, seed)

    # A variant is its root, told apart by what is added to it.
    made = Made(x + 1_000.0, y, *[np.arange(len(y))] * 2, np.full(len(y), -1))
    tested = Unseen(
        x, y, np.ones(len(y), dtype=bool), np.zeros(len(y), dtype=bool), np.arange(len(y))
    )
    lift.measure(spy, Real(x, y, np.arange(len(y))), made, tested, seed=1, repeats=4)

    assert len(seen) == 4  # The head that saw no variant is a part of the other.
    for drawn_x, more in seen:
        roots = {tuple(row) for row in np.round(more.x - 1_000.0, 6).tolist()}
        assert roots <= {tuple(row) for row in np.round(drawn_x, 6).tolist()}
        assert 0 < len(roots) <= len(drawn_x) < len(y)


def test_a_learner_that_gates_nothing_is_fitted_without_variants_too():
    plain = measured(1.0, learn=lambda x, y, made, seed: fit(x, y, None, seed))

    condition = plain.figure("condition")
    assert condition.without == condition.with_ < 0.5


@pytest.mark.parametrize(
    ("past", "is_used"),
    [
        ([], False),
        ([("unprovable", 0.2)], False),
        ([("proven", 0.2)], True),
        ([("proven", 0.2), ("unprovable", 0.1)], True),
        ([("proven", 0.2), ("unprovable", -0.01)], False),
        ([("proven", 0.2), ("unprovable", None)], False),
        ([("proven", 0.2), ("harm", 0.1)], False),
        ([("proven", 0.2), ("harm", 0.1), ("unprovable", 0.3)], False),
        ([("harm", -0.2), ("proven", 0.2)], True),
    ],
)
def test_a_proof_lets_in_and_what_turns_against_it_puts_out(past, is_used):
    assert lift.is_used(past) == is_used


def test_more_tested_items_show_a_smaller_lift():
    assert 0.12 < lift.smallest_shown(60) < 0.13
    assert lift.smallest_shown(240) < lift.smallest_shown(60)
