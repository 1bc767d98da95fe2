import numpy as np

from labeler_app.core.clusters import MOST, cluster


def blobs(counts, spread=0.05, seed=0):
    """Points around the corners of a simplex, so many around each."""
    rng = np.random.default_rng(seed)
    corners = np.eye(len(counts), dtype=np.float32)
    return np.concatenate(
        [
            corner + rng.normal(0, spread, (count, len(counts)))
            for corner, count in zip(corners, counts, strict=True)
        ]
    ).astype(np.float32)


def test_items_that_lie_together_are_in_one_pile_and_the_largest_comes_first():
    found = cluster(blobs([30, 60]), seed=0)

    assert found.number.tolist() == [1] * 30 + [0] * 60


def test_the_distance_is_that_from_the_middle_of_the_pile():
    x = blobs([200, 200])
    found = cluster(x, seed=0)

    for number in set(found.number):
        mine = x[found.number == number]
        away = np.linalg.norm(mine - mine.mean(axis=0), axis=1)
        assert np.allclose(found.away[found.number == number], away, atol=0.05)


def test_the_same_seed_gives_the_same_piles():
    x = blobs([50, 60, 70], spread=0.5)

    assert np.array_equal(cluster(x, seed=3).number, cluster(x, seed=3).number)


def test_there_are_never_more_piles_than_make_an_overview_nor_than_items():
    x = np.random.default_rng(0).normal(size=(3000, 4)).astype(np.float32)

    assert cluster(x, seed=0).number.max() < MOST
    assert cluster(x[:1], seed=0).number.tolist() == [0]
    assert set(cluster(np.zeros((10, 3), np.float32), seed=0).number.tolist()) <= {0, 1}
