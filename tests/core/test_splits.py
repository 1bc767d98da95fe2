import numpy as np

from labeler_app.core import splits


def test_no_group_is_on_both_sides_and_classes_keep_their_shares():
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(60), 5)
    y = rng.integers(3, size=300)

    pool, held_out = splits.by_group(y, groups, 0.3, rng)

    assert not set(groups[pool]) & set(groups[held_out])
    assert np.sort(np.concatenate([pool, held_out])).tolist() == list(range(300))
    shares = np.bincount(y[held_out]) / np.bincount(y)
    assert shares.min() > 0.2
    assert shares.max() < 0.4


def test_one_group_cannot_be_split():
    pool, held_out = splits.by_group(
        np.array([0, 1, 0, 1]), np.array(["a"] * 4), 0.3, np.random.default_rng(0)
    )

    assert (pool.size, held_out.size) == (4, 0)


def test_half_of_the_classes_are_reduced_and_no_class_vanishes():
    y = np.repeat([0, 1, 2, 3, 4], [40, 40, 40, 40, 5])

    kept = splits.imbalanced(y, np.arange(165), 20, np.random.default_rng(1))

    counts = np.bincount(y[kept])
    full = np.bincount(y)
    assert (counts < full).sum() == 2
    assert set(counts[counts < full]) <= {1, 2}
    assert (np.diff(kept) > 0).all()


def test_a_balanced_side_has_as_many_of_each_class_as_the_rarest():
    y = np.repeat([0, 1, 2], [10, 3, 6])

    chosen = splits.balanced(y, np.arange(19), np.random.default_rng(0))

    assert np.bincount(y[chosen]).tolist() == [3, 3, 3]
