"""The lazy greedy search picks what the plain one over the whole pool picks, round after round."""

from dataclasses import replace

import numpy as np
import pytest

from labeler_app.core.arrays import LinearHead, PoolView
from labeler_app.core.strategies import bounds, lazy, pick
from labeler_app.core.strategies.diversity import k_center, weighted_sum
from labeler_app.core.strategies.uncertainty import entropy, least_confidence, margin

HEAD = LinearHead(np.random.default_rng(9).normal(0, 0.3, (3, 6)), np.zeros(3), np.arange(3))


@pytest.fixture(autouse=True)
def few_rows(monkeypatch):
    """Make the lazy search lazy on a pool that the plain one can still do."""
    monkeypatch.setattr(lazy, "ACTIVE", 24)
    monkeypatch.setattr(lazy, "WINDOW", 6)
    monkeypatch.setattr(lazy, "WINDOW_SHARE", 0.0)
    monkeypatch.setattr(bounds, "FIRST_CENTRES", 4)
    monkeypatch.setattr(bounds, "FIRST_ROWS", 50)


def pool(seed, order="mixed", dtype=np.float32):
    """500 items of three classes and 20 labels, mixed or one class after the other."""
    rng = np.random.default_rng(seed)
    y = rng.integers(3, size=500)
    y = np.sort(y) if order == "by class" else y
    x = (rng.normal(0, 3, (3, 6))[y] + rng.normal(0, 1, (500, 6))).astype(dtype)
    labeled = np.arange(20) if order == "by class" else rng.choice(500, 20, replace=False)
    candidates = rng.permutation(np.setdiff1d(np.arange(500), labeled))
    return PoolView(x, HEAD.proba(x), candidates, labeled, y[labeled], HEAD)


def distances(view, to):
    rows = np.asarray(view.embeddings, dtype=np.float64)
    return ((rows[:, None] - rows[to]) ** 2).sum(axis=2).min(axis=1)


def plain(view, k, worth, seed):
    """All distances, all sums, one maximum a pick; ties as the table of the seed says."""
    near = distances(view, view.labeled)
    key = pick.order(np.arange(near.size), seed).view(np.int64)
    left, picks = set(view.candidates.tolist()), []
    for _ in range(k):
        value = np.round(worth(near), 7)
        picks.append(min(left, key=lambda row, value=value: (-value[row], key[row])))
        left.remove(picks[-1])
        near = np.minimum(near, distances(view, picks[-1:]))
    return picks


def plain_sum(view, k, seed):
    first, second = np.sort(view.proba, axis=1)[:, ::-1][:, :2].T
    unsure = 1.0 - (first - second)
    unsure /= unsure[view.candidates].max()
    reach = np.sqrt(distances(view, view.labeled)[view.candidates].max())
    return plain(view, k, lambda near: 0.5 * unsure + 0.5 * np.sqrt(near) / reach, seed)


def plain_cover(view, k, seed):
    return plain(view, k, lambda near: near, seed)


both = pytest.mark.parametrize(
    ("strategy", "reference"), [(k_center, plain_cover), (weighted_sum, plain_sum)]
)


def seed_of(rng_seed):
    """The seed that a strategy draws first."""
    return int(np.random.default_rng(rng_seed).integers(2**63))


@both
@pytest.mark.parametrize("order", ["mixed", "by class"])
@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_one_batch_is_that_of_the_plain_search(strategy, reference, order, dtype):
    view = pool(1, order, dtype)

    choice = strategy(view, 40, np.random.default_rng(5))

    assert choice.positions.tolist() == reference(view, 40, seed_of(5))


@both
@pytest.mark.parametrize("order", ["mixed", "by class"])
def test_so_is_every_batch_of_several_rounds_with_state_kept(strategy, reference, order):
    view = pool(2, order)

    for round_number in range(6):
        choice = strategy(view, 12, np.random.default_rng(round_number))
        assert choice.positions.tolist() == reference(view, 12, seed_of(round_number))
        # Two of three are labeled, the others stay candidates.
        new = choice.positions[np.arange(12) % 3 > 0]
        view = replace(
            view,
            labeled=np.concatenate([view.labeled, new]),
            labels=np.concatenate([view.labels, np.zeros(new.size, dtype=np.int64)]),
            candidates=np.setdiff1d(view.candidates, new),
            saved=choice.save,
        )


@both
def test_so_are_batches_where_most_items_are_there_several_times(strategy, reference):
    view = pool(3)
    x = np.round(view.embeddings / 4).astype(np.float32)
    tied = replace(view, embeddings=x, proba=HEAD.proba(x))

    choice = strategy(tied, 60, np.random.default_rng(1))

    assert choice.positions.tolist() == reference(tied, 60, seed_of(1))


@pytest.mark.parametrize("strategy", [margin, entropy, least_confidence])
@pytest.mark.parametrize("order", ["mixed", "by class"])
def test_uncertainty_in_blocks_picks_what_a_full_sort_picks(strategy, order):
    view = pool(4, order)
    proba = view.proba[view.candidates]
    ordered = np.sort(proba, axis=1)[:, ::-1]
    score = {
        margin: ordered[:, 1] - ordered[:, 0],
        entropy: -(proba * np.log(proba)).sum(axis=1),
        least_confidence: -ordered[:, 0],
    }[strategy]

    choice = strategy(view, 30, np.random.default_rng(0))

    assert choice.positions.tolist() == view.candidates[np.argsort(-score)[:30]].tolist()
