import numpy as np
import pytest

from labeler_app.core.arrays import LinearHead, PoolView
from labeler_app.core.strategies.bald import Posterior, bald, mutual_information
from labeler_app.core.strategies.committee import (
    committee_kl,
    committee_kl_scores,
    vote_entropy,
    vote_entropy_scores,
)
from labeler_app.errors import InputError

AGREED = np.array([[[0.9, 0.1], [0.9, 0.1]], [[0.9, 0.1], [0.1, 0.9]]])


def line(head=None):
    """Two classes on a line, labeled at its ends; the candidates between them and far beyond."""
    x = np.array([[-4.0], [-3.0], [3.0], [4.0], [-2.0], [0.0], [2.0], [30.0]], dtype=np.float32)
    head = head or LinearHead(np.array([[-0.5], [0.5]]), np.zeros(2), np.array([0, 1]))
    return PoolView(x, head.proba(x), np.arange(4, 8), np.arange(4), np.array([0, 0, 1, 1]), head)


def test_votes_split_evenly_score_one_and_agreement_scores_zero():
    np.testing.assert_allclose(vote_entropy_scores(AGREED), [0.0, 1.0])


def test_divergence_from_the_consensus_by_hand():
    expected = 0.9 * np.log(0.9 / 0.5) + 0.1 * np.log(0.1 / 0.5)

    np.testing.assert_allclose(committee_kl_scores(AGREED), [0.0, expected], atol=1e-12)


@pytest.mark.parametrize("strategy", [vote_entropy, committee_kl])
def test_a_committee_prefers_the_item_between_the_classes(strategy):
    assert strategy(line(), 1, np.random.default_rng(0)).positions.tolist() == [5]


def test_mutual_information_is_what_two_certain_draws_disagree_on():
    drawn = np.array([[[1.0, 0.0], [0.5, 0.5]], [[0.0, 1.0], [0.5, 0.5]]])

    np.testing.assert_allclose(mutual_information(drawn), [np.log(2), 0.0], atol=1e-12)


def test_the_posterior_is_that_of_the_kronecker_product_written_out():
    rng = np.random.default_rng(0)
    x, new = rng.normal(0, 1, (5, 3)), rng.normal(0, 1, (4, 3))
    head = LinearHead(rng.normal(0, 1, (2, 3)), np.zeros(2), np.arange(2))
    proba = head.proba(x)
    curvature = np.diag(proba.mean(axis=0)) - proba.T @ proba / 5
    wide = np.concatenate([x, np.ones((5, 1))], axis=1)
    covariance = np.linalg.inv(np.kron(curvature, wide.T @ wide) + np.eye(8)).reshape(2, 4, 2, 4)
    at = np.concatenate([new, np.ones((4, 1))], axis=1)
    written_out = np.einsum("nd,cdbe,ne->ncb", at, covariance, at)

    curvatures, turns = np.linalg.eigh(curvature)
    _, sizes, directions = np.linalg.svd(wide, full_matrices=False)
    variances = Posterior(head, 1.0, directions, sizes**2, turns, curvatures).variances(new)

    found = np.einsum("cq,nq,bq->ncb", turns, variances, turns)
    np.testing.assert_allclose(found, written_out, atol=1e-12)


def test_bald_prefers_what_the_labels_say_little_about():
    # Equally unsure of both, but far from every label the weights matter more.
    x = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 0.1], [0.0, 9.0]], dtype=np.float32)
    head = LinearHead(np.array([[-2.0, 0.0], [2.0, 0.0]]), np.zeros(2), np.array([0, 1]))
    view = PoolView(x, head.proba(x), np.array([2, 3]), np.array([0, 1]), np.array([1, 0]), head)

    assert bald(view, 1, np.random.default_rng(0)).positions.tolist() == [3]


def test_bald_refuses_a_model_that_is_not_linear():
    class Other:
        classes = np.array([0, 1])

        def proba(self, x):
            return np.full((len(x), 2), 0.5)

    with pytest.raises(InputError, match="needs a linear model"):
        bald(line(Other()), 1, np.random.default_rng(0))


@pytest.mark.parametrize("strategy", [vote_entropy, committee_kl, bald])
@pytest.mark.parametrize("times", [1e-3, 1e3])
def test_the_size_of_the_embeddings_makes_no_difference(strategy, times):
    rng = np.random.default_rng(0)
    x = rng.normal(0, 1, (60, 4)) + 2 * (np.arange(60) % 3)[:, None]
    head = LinearHead(rng.normal(0, 1, (3, 4)), np.zeros(3), np.arange(3))

    def chosen(by):
        scaled = LinearHead(head.coef / by, head.intercept, head.classes)
        labeled = np.arange(15)
        view = PoolView(x * by, head.proba(x), np.arange(15, 60), labeled, labeled % 3, scaled)
        return strategy(view, 4, np.random.default_rng(0))

    once, scaled = chosen(1.0), chosen(times)

    assert scaled.positions.tolist() == once.positions.tolist()
    np.testing.assert_allclose(scaled.scores, once.scores, atol=1e-6)


@pytest.mark.parametrize("strategy", [vote_entropy, committee_kl, bald])
def test_one_labeled_class_is_refused(strategy):
    view = line()
    view.labels[:] = 0

    with pytest.raises(InputError, match="needs labeled items of 2 classes, got 1"):
        strategy(view, 1, np.random.default_rng(0))
