import numpy as np
import pytest

from labeler_app.core.arrays import PoolView
from labeler_app.core.strategies.scan import candidate_scores
from labeler_app.core.strategies.uncertainty import entropy_scores, margin_scores
from labeler_app.errors import InputError

NOTHING = np.empty(0, dtype=np.int64)


def view_of(proba, candidates):
    return PoolView(
        np.zeros((len(proba), 1), np.float32), proba, np.array(candidates), NOTHING, NOTHING
    )


@pytest.mark.parametrize("candidates", [[5, 4, 2, 3], [0, 90], list(range(100))])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_dense_and_scattered_candidates_are_scored_in_the_given_order(candidates, dtype):
    proba = np.random.default_rng(0).dirichlet(np.ones(4), 100).astype(dtype)

    scores = candidate_scores(view_of(proba, candidates), margin_scores, 7)

    expected = np.sort(proba.astype(np.float64), axis=1)
    np.testing.assert_array_equal(scores, (1.0 - (expected[:, -1] - expected[:, -2]))[candidates])


def test_single_and_double_precision_give_the_same_margin():
    proba = np.random.default_rng(0).dirichlet(np.ones(10), 50).astype(np.float32)

    np.testing.assert_array_equal(margin_scores(proba), margin_scores(proba.astype(np.float64)))


@pytest.mark.parametrize("row", [[0.5, 0.2], [0.9, 0.9], [1.5, -0.5], [np.nan, 1.0]])
def test_rows_that_are_no_probabilities_are_refused_with_their_count_and_sum(row):
    proba = np.array([[0.5, 0.5], row, [0.2, 0.8]])

    with pytest.raises(InputError, match="1 of 3 items have probabilities") as raised:
        candidate_scores(view_of(proba, [0, 1, 2]), entropy_scores)

    assert f"{sum(row):.4g}" in raised.value.problem


def test_broken_rows_that_are_no_candidates_do_no_harm():
    proba = np.array([[0.5, 0.5], [np.nan, np.nan], [0.2, 0.8]])

    assert candidate_scores(view_of(proba, [2, 0]), margin_scores).tolist() == pytest.approx(
        [0.4, 1.0]
    )
