import numpy as np

from labeler_app.core.arrays import LinearHead, PoolView
from labeler_app.core.strategies.grouped import cluster_margin, in_turn, margin_quota

NOTHING = np.empty(0, dtype=np.int64)


def two_class(first):
    return np.stack([np.array(first), 1.0 - np.array(first)], axis=1)


def test_groups_take_turns_in_the_given_order():
    group = np.array([0, 0, 0, 1, 2, 2])

    assert in_turn(group, np.array([1, 2, 0]), 5).tolist() == [3, 4, 0, 5, 1]


def test_the_small_cluster_is_asked_first():
    # Thirty uncertain items here, ten there, and two groups for four picks.
    x = np.array([[0.0]] * 30 + [[50.0]] * 10, dtype=np.float32)
    view = PoolView(x, two_class(np.linspace(0.5, 0.59, 40)), np.arange(40), NOTHING, NOTHING)

    choice = cluster_margin(view, 4, np.random.default_rng(0))

    assert choice.positions.tolist() == [30, 0, 31, 1]


def test_certain_items_are_left_out_of_the_clusters():
    x = np.arange(100.0, dtype=np.float32)[:, None]
    view = PoolView(x, two_class([0.5] * 20 + [0.9] * 80), np.arange(100), NOTHING, NOTHING)

    assert (cluster_margin(view, 2, np.random.default_rng(0)).positions < 20).all()


def test_each_predicted_class_gets_its_share_the_rarest_first():
    proba = two_class([0.51, 0.52, 0.53, 0.54, 0.55, 0.4])
    head = LinearHead(np.zeros((2, 1)), np.zeros(2), np.array([7, 9]))
    x = np.zeros((9, 1), dtype=np.float32)
    view = PoolView(
        x,
        np.concatenate([proba, proba[:3]]),
        np.arange(6),
        np.array([6, 7, 8]),
        np.array([7, 7, 9]),
        head,
    )

    choice = margin_quota(view, 3, np.random.default_rng(0))

    # Class 9 has one label and is predicted for item 5 only; the rest comes from class 7.
    assert choice.positions.tolist() == [5, 0, 1]
