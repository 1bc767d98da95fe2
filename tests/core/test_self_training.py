import numpy as np
import pytest

from labeler_app.core import self_training
from labeler_app.core.arrays import LinearHead

ALONG_X = LinearHead(np.array([[-4.0], [4.0]]), np.zeros(2), np.array([3, 8]))


def test_only_sure_candidates_are_taken_with_the_class_the_model_gives_them():
    x = np.array([[-1.0], [-0.1], [0.1], [1.0], [2.0]])

    taken = self_training.take(
        ALONG_X, x, np.array([0, 1, 2, 3]), np.array([3, 8, 8]), np.random.default_rng(0)
    )

    assert taken.positions.tolist() == [0, 3]
    assert taken.labels.tolist() == [3, 8]


def test_a_class_gives_at_most_three_for_each_label_and_all_count_half_of_the_labels():
    x = np.linspace(1, 2, 50)[:, None]

    taken = self_training.take(
        ALONG_X, x, np.arange(50), np.array([3, 8, 8]), np.random.default_rng(0)
    )

    assert taken.positions.tolist() == list(range(44, 50))
    assert taken.weight.sum() == pytest.approx(1.5)


def test_no_candidates_give_nothing_to_learn_from():
    none = np.zeros(0, dtype=np.int64)

    taken = self_training.take(
        ALONG_X, np.ones((3, 1)), none, np.array([3, 8]), np.random.default_rng(0)
    )

    assert taken.positions.size == 0


@pytest.mark.parametrize(
    ("truth", "gained", "lost", "p", "holds"),
    [
        ([8] * 5, 5, 0, 1 / 32, True),
        ([8] * 4, 4, 0, 1 / 16, False),
        ([8] * 5 + [3] * 2, 5, 2, 29 / 128, False),
        ([], 0, 0, 1.0, False),
    ],
)
def test_it_holds_when_it_wins_more_than_chance_allows(truth, gained, lost, p, holds):
    always_8 = LinearHead(np.zeros((2, 1)), np.array([0.0, 1.0]), np.array([3, 8]))
    always_3 = LinearHead(np.zeros((2, 1)), np.array([1.0, 0.0]), np.array([3, 8]))
    x = np.zeros((len(truth), 1))

    proof = self_training.compare(always_8, always_3, x, np.array(truth))

    assert (proof.only_with, proof.only_without) == (gained, lost)
    assert proof.p == pytest.approx(p)
    assert proof.holds is holds


def test_many_answers_are_counted_without_overflow():
    always_8 = LinearHead(np.zeros((2, 1)), np.array([0.0, 1.0]), np.array([3, 8]))
    always_3 = LinearHead(np.zeros((2, 1)), np.array([1.0, 0.0]), np.array([3, 8]))
    truth = np.repeat([8, 3], [1_050, 950])

    proof = self_training.compare(always_8, always_3, np.zeros((2_000, 1)), truth)

    assert proof.p == pytest.approx(0.01347, rel=0.01)
