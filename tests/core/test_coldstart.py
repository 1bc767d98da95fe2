import numpy as np

from labeler_app.core.arrays import PoolView
from labeler_app.core.strategies import coldstart
from labeler_app.core.strategies.coldstart import representatives

NOTHING = np.empty(0, dtype=np.int64)
# Four groups, the one at 0 the largest.
GROUPS = np.array([0.0] * 7 + [10.0] * 3 + [20.0] * 3 + [30.0] * 3)[:, None]


def view_of(embeddings, labeled=()):
    labeled = np.array(labeled, dtype=np.int64)
    pool = np.setdiff1d(np.arange(len(embeddings)), labeled)
    return PoolView(embeddings, None, pool, labeled, np.zeros(labeled.size, dtype=np.int64))


def test_each_group_sends_one_item_the_largest_first_then_the_farthest():
    choice = representatives(view_of(GROUPS), 4, np.random.default_rng(0))

    assert GROUPS[choice.positions[:2], 0].tolist() == [0.0, 30.0]
    assert sorted(GROUPS[choice.positions, 0]) == [0.0, 10.0, 20.0, 30.0]
    assert choice.scores[0] == 7 / 16


def test_groups_that_hold_a_label_send_nothing_more():
    choice = representatives(view_of(GROUPS, labeled=[0, 15]), 2, np.random.default_rng(0))

    assert sorted(GROUPS[choice.positions, 0]) == [10.0, 20.0]


def test_the_first_part_of_the_picks_covers_better_than_a_random_part():
    rng = np.random.default_rng(0)
    rows = rng.normal(0, 5, (10, 8))[rng.integers(10, size=600)] + rng.normal(0, 1, (600, 8))
    choice = representatives(view_of(rows), 20, np.random.default_rng(0))

    spread = _radius(rows, choice.positions[:8])

    assert spread < min(_radius(rows, rng.choice(600, 8, replace=False)) for _ in range(20))


def test_a_large_pool_is_looked_at_in_a_sample(monkeypatch):
    monkeypatch.setattr(coldstart, "SAMPLE", 50)
    rows = np.random.default_rng(0).normal(size=(1_000, 2))

    choice = representatives(view_of(rows), 5, np.random.default_rng(0))

    assert np.unique(choice.positions).size == 5


def test_a_pool_smaller_than_the_batch_is_picked_whole():
    choice = representatives(view_of(GROUPS[:3]), 9, np.random.default_rng(0))

    assert sorted(choice.positions) == [0, 1, 2]


def _radius(rows, picks):
    return np.linalg.norm(rows[:, None] - rows[picks], axis=2).min(axis=1).mean()


def test_typical_items_lie_where_their_group_is_dense_not_in_its_middle():
    # Four items close together at the end of a group whose middle is at 2; another group far away.
    group = np.array([[0.0], [0.1], [0.2], [0.3], [3.0], [4.0], [6.0]])
    rows = np.concatenate([group, group + 100.0]).astype(np.float32)
    nothing = np.empty(0, dtype=np.int64)
    view = PoolView(rows, None, np.arange(14), nothing, nothing)

    choice = coldstart.typical(view, 2, np.random.default_rng(0))

    assert sorted(choice.positions // 7) == [0, 1]
    assert set(choice.positions % 7) <= {0, 1, 2, 3}
    assert choice.scores.tolist() == [0.5, 0.5]
