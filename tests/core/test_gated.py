"""Two heads and their gate: what variants teach is asked only where items are like variants."""

import numpy as np
import pytest

from labeler_app.core import gated
from labeler_app.core.gated import MadeRows
from labeler_app.core.learners import fit_logistic

AWAY = 9.0


def teach(x, y, weight, judged):
    return fit_logistic(x, y, seed=0, weight=weight, judged=judged)


def drawn(rng, count, *, away=False):
    """Draw items of two classes; away from the usual place the classes change sides."""
    y = np.arange(count) % 2
    side = np.where(y == 1, 2.0, -2.0) * (-1.0 if away else 1.0)
    x = np.stack([side, np.full(count, AWAY if away else 0.0)], axis=1)
    return x + rng.normal(0.0, 0.7, x.shape), y


@pytest.fixture
def taught():
    rng = np.random.default_rng(0)
    x, y = drawn(rng, 60)
    made_x, made_y = drawn(rng, 120, away=True)
    return gated.fit(teach, x, y, MadeRows(made_x, made_y, np.full(120, 1.0)), seed=0)


def right(head, x, y):
    return float((head.classes[head.proba(x).argmax(axis=1)] == y).mean())


def test_what_no_variant_resembles_is_answered_as_if_there_were_none(taught):
    x, _ = drawn(np.random.default_rng(1), 200)

    assert np.abs(taught.proba(x) - taught.usual.proba(x)).max() < 0.05


def test_what_variants_resemble_is_answered_as_they_teach(taught):
    rng = np.random.default_rng(1)
    usual, there = drawn(rng, 200), drawn(rng, 200, away=True)

    # No plane tells the classes apart at both places: one head for all must fail at one.
    assert right(taught.wide, *usual) < 0.9
    assert right(taught.usual, *there) < 0.1
    assert right(taught, *usual) > 0.95
    assert right(taught, *there) > right(taught.usual, *there) + 0.3


def test_probabilities_of_all_items_are_those_of_each(taught):
    x, _ = drawn(np.random.default_rng(2), 5_000)

    proba = taught.proba(x.astype(np.float16))

    assert proba.shape == (5_000, 2)
    assert proba.sum(axis=1) == pytest.approx(1.0)
    assert proba[4_999] == pytest.approx(taught.proba(x.astype(np.float16)[4_999:])[0])


def test_what_a_model_labeled_does_not_close_the_gate():
    rng = np.random.default_rng(4)
    x, y = drawn(rng, 60)
    made = MadeRows(*drawn(rng, 120, away=True), np.full(120, 0.3))
    sure_x, sure_y = drawn(rng, 60, away=True)
    both = np.concatenate([x, sure_x]), np.concatenate([y, sure_y])

    head = gated.fit(teach, *both, made, seed=0, judged=np.arange(120) < 60)

    assert head.gate.proba(sure_x)[:, 1].min() > 0.9


def test_variants_of_a_class_that_nobody_labeled_are_refused():
    x, y = drawn(np.random.default_rng(5), 20)

    with pytest.raises(ValueError, match="no labeled item has"):
        gated.fit(teach, x, y, MadeRows(x, y + 1, np.ones(20)), seed=0)


@pytest.mark.parametrize("few", [6, 600])
def test_how_many_were_made_moves_no_gate(few):
    rng = np.random.default_rng(3)
    x, y = drawn(rng, 100)
    made_x, made_y = drawn(rng, few, away=True)

    gate = gated.fit(teach, x, y, MadeRows(made_x, made_y, np.full(few, 0.3)), seed=0).gate

    between = np.array([[0.0, AWAY / 2]])
    assert gate.proba(between)[0, 1] == pytest.approx(0.5, abs=0.25)
