import numpy as np

from labeler_app.core.arrays import PoolView
from labeler_app.core.strategies.hedged import hedged


def view(count):
    """Return items of which the first five are the ones a model is torn on."""
    proba = np.tile([0.9, 0.1], (count, 1))
    proba[:5] = [0.5, 0.5]
    x = np.arange(count, dtype=np.float64)[:, None]
    return PoolView(x, proba, np.arange(count), np.zeros(0, np.int64), np.zeros(0, np.int64))


def test_one_half_is_unsure_and_the_other_drawn_at_random_from_the_rest():
    chosen = hedged(view(200), 4, np.random.default_rng(0))

    assert (chosen.scores > 0).tolist() == [True, True, False, False]
    assert np.unique(chosen.positions).size == 4


def test_the_random_half_draws_every_item_alike():
    drawn = np.zeros(20)
    for seed in range(600):
        chosen = hedged(view(20), 4, np.random.default_rng(seed))
        drawn[chosen.positions[2:]] += 1

    rest = drawn[5:]
    assert abs(rest.mean() - 600 * 2 / 18) < 6
    assert rest.std() < 3 * np.sqrt(rest.mean())


def test_one_pick_is_an_unsure_one_and_few_items_are_all_picked():
    one = hedged(view(30), 1, np.random.default_rng(0))
    few = hedged(view(5), 9, np.random.default_rng(0))

    assert one.scores[0] > 0
    assert np.sort(few.positions).tolist() == [0, 1, 2, 3, 4]
