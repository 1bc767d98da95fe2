import numpy as np

from labeler_app.core.arrays import PoolView
from labeler_app.core.strategies.hybrid import hybrid

NOTHING = np.empty(0, dtype=np.int64)


def view_of(embeddings, first_class):
    proba = np.stack([first_class, 1.0 - np.array(first_class)], axis=1)
    return PoolView(
        np.array(embeddings, dtype=np.float32),
        proba,
        np.arange(len(proba)),
        NOTHING,
        NOTHING,
    )


def test_one_item_of_each_group_of_uncertain_items_is_picked():
    # Two places where the model is torn, each with five items.
    places = [[0.0]] * 5 + [[10.0]] * 5
    view = view_of(places, [0.5] * 10)

    choice = hybrid(view, 2, np.random.default_rng(0))

    assert sorted(choice.positions // 5) == [0, 1]


def test_items_outside_the_ten_times_k_most_uncertain_are_never_picked():
    certain = view_of(np.arange(100.0)[:, None], [0.5] * 20 + [0.99] * 80)

    choice = hybrid(certain, 2, np.random.default_rng(0))

    assert (choice.positions < 20).all()


def test_the_most_uncertain_pick_comes_first():
    view = view_of(np.arange(40.0)[:, None] ** 2, np.linspace(0.5, 0.9, 40))

    choice = hybrid(view, 4, np.random.default_rng(0))

    assert choice.scores.tolist() == sorted(choice.scores, reverse=True)


def test_the_last_items_are_all_picked():
    choice = hybrid(view_of([[0.0], [1.0]], [0.5, 0.6]), 5, np.random.default_rng(0))

    assert choice.positions.tolist() == [0, 1]
