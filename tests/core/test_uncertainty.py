import numpy as np
import pytest

from labeler_app.core.arrays import PoolView
from labeler_app.core.strategies import scan, uncertainty
from labeler_app.core.strategies.uncertainty import (
    entropy_scores,
    least_confidence_scores,
    margin_scores,
)
from labeler_app.errors import InputError, StateError

PROBA = np.array([[0.5, 0.5, 0.0], [0.6, 0.3, 0.1], [1.0, 0.0, 0.0], [1 / 3, 1 / 3, 1 / 3]])


def view_of(proba, candidates):
    return PoolView(
        embeddings=np.zeros((len(proba), 1), dtype=np.float32),
        proba=proba,
        candidates=np.array(candidates),
        labeled=np.empty(0, dtype=np.int64),
        labels=np.empty(0, dtype=np.int64),
    )


def test_margin_is_one_for_a_tie_and_falls_as_one_class_gains():
    np.testing.assert_allclose(margin_scores(PROBA), [1.0, 0.7, 0.0, 1.0])


def test_entropy_is_one_for_equal_classes_and_zero_for_a_certain_one():
    scores = entropy_scores(PROBA)

    np.testing.assert_allclose(scores[[0, 2, 3]], [np.log(2) / np.log(3), 0.0, 1.0])
    assert 0.0 < scores[1] < 1.0


def test_least_confidence_is_what_the_first_class_lacks():
    np.testing.assert_allclose(least_confidence_scores(PROBA), [0.5, 0.4, 0.0, 2 / 3])


@pytest.mark.parametrize("score", [margin_scores, entropy_scores, least_confidence_scores])
def test_one_class_is_refused(score):
    with pytest.raises(InputError, match="needs 2 classes, got 1"):
        score(np.ones((3, 1)))


def test_only_candidates_are_scored_and_picked():
    choice = uncertainty.margin(view_of(PROBA, [1, 2]), 1, np.random.default_rng(0))

    assert choice.positions.tolist() == [1]
    np.testing.assert_allclose(choice.scores, [0.7])


def test_blocks_change_nothing(monkeypatch):
    proba = np.random.default_rng(0).dirichlet(np.ones(4), 50).astype(np.float32)
    whole = uncertainty.margin(view_of(proba, range(50)), 9, np.random.default_rng(0))

    monkeypatch.setattr(scan.candidate_scores, "__defaults__", (7,))
    blockwise = uncertainty.margin(view_of(proba, range(50)), 9, np.random.default_rng(0))

    assert whole.positions.tolist() == blockwise.positions.tolist()


def test_without_a_model_uncertainty_says_what_to_do():
    with pytest.raises(StateError, match="needs a model") as raised:
        uncertainty.margin(_without_model(), 1, np.random.default_rng(0))

    assert "2 classes" in raised.value.hint


def _without_model():
    nothing = np.empty(0, dtype=np.int64)
    return PoolView(np.zeros((2, 1)), None, np.arange(2), nothing, nothing)


def test_random_needs_no_model_and_reaches_every_item():
    picked = {
        int(uncertainty.random(_without_model(), 1, np.random.default_rng(seed)).positions[0])
        for seed in range(20)
    }

    assert picked == {0, 1}
