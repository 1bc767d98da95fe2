from dataclasses import replace

import numpy as np
import pytest

from labeler_app.core.arrays import PoolView
from labeler_app.core.strategies import bounds, lazy, pick
from labeler_app.core.strategies.diversity import k_center, weighted_sum


def view_of(embeddings, labeled=(), candidates=None, saved=None):
    labeled = np.array(labeled, dtype=np.int64)
    everything = np.setdiff1d(np.arange(len(embeddings)), labeled)
    return PoolView(
        embeddings=embeddings,
        proba=None,
        candidates=everything if candidates is None else np.array(candidates),
        labeled=labeled,
        labels=np.zeros(labeled.size, dtype=np.int64),
        saved=saved or {},
    )


def plain_greedy(view, k, rng):
    """The algorithm as in the paper: all distances, one argmax a pick."""
    rows = np.asarray(view.embeddings, dtype=np.float64)
    candidates = np.sort(view.candidates)
    rank = pick.order(candidates, int(rng.integers(2**63))).view(np.int64)
    nearest = np.full(candidates.size, np.inf)
    for centre in view.labeled:
        nearest = np.minimum(nearest, ((rows[candidates] - rows[centre]) ** 2).sum(axis=1))
    picks = []
    for _ in range(k):
        rounded = np.round(nearest, 7)
        best = min(range(candidates.size), key=lambda row: (-rounded[row], rank[row]))
        picks.append(int(candidates[best]))
        nearest = np.minimum(nearest, ((rows[candidates] - rows[picks[-1]]) ** 2).sum(axis=1))
        nearest[best] = -1.0
    return picks


@pytest.fixture
def few_rows(monkeypatch):
    """Make the lazy search lazy on a pool that the plain one can still do."""
    monkeypatch.setattr(lazy, "ACTIVE", 16)
    monkeypatch.setattr(lazy, "WINDOW", 4)
    monkeypatch.setattr(lazy, "WINDOW_SHARE", 0.0)
    monkeypatch.setattr(bounds, "FIRST_CENTRES", 3)
    monkeypatch.setattr(bounds, "FIRST_ROWS", 10)


def clouds(seed, count=400, width=6):
    rng = np.random.default_rng(seed)
    middles = rng.normal(0, 4, (8, width))
    rows = middles[rng.integers(8, size=count)] + rng.normal(0, 1, (count, width))
    return rows.astype(np.float32)


def test_the_farthest_item_is_picked_then_the_farthest_from_both():
    line = np.array([[0.0], [1.0], [4.0], [10.0]], dtype=np.float32)

    choice = k_center(view_of(line, labeled=[0]), 2, np.random.default_rng(0))

    assert choice.positions.tolist() == [3, 2]
    assert choice.scores.tolist() == [10.0, 4.0]


@pytest.mark.usefixtures("few_rows")
@pytest.mark.parametrize("seed", range(8))
def test_the_lazy_search_picks_exactly_what_the_plain_one_picks(seed):
    view = view_of(clouds(seed), labeled=np.arange(0, 60, 3), candidates=np.arange(60, 380))

    lazy = k_center(view, 30, np.random.default_rng(seed))

    assert lazy.positions.tolist() == plain_greedy(view, 30, np.random.default_rng(seed))


@pytest.mark.usefixtures("few_rows")
def test_ties_fall_the_same_way_in_both_searches():
    grid = np.array([[x, y] for x in range(12) for y in range(12)], dtype=np.float16)
    view = view_of(np.concatenate([grid, grid]), labeled=[0])

    lazy = k_center(view, 100, np.random.default_rng(5))

    assert lazy.positions.tolist() == plain_greedy(view, 100, np.random.default_rng(5))


@pytest.mark.usefixtures("few_rows")
def test_without_labels_the_search_begins_at_random_and_stays_exact():
    view = view_of(clouds(3))

    lazy = k_center(view, 20, np.random.default_rng(3))

    assert lazy.positions.tolist() == plain_greedy(view, 20, np.random.default_rng(3))
    assert np.isfinite(lazy.scores).all()
    assert lazy.scores[0] == lazy.scores[1]


@pytest.mark.usefixtures("few_rows")
def test_saved_bounds_change_no_pick_over_many_rounds_and_new_items():
    rows = clouds(1)
    labeled, saved = [5, 6], {}

    for round_number in range(6):
        seen = rows[: 200 + 40 * round_number]
        kept = k_center(view_of(seen, labeled, saved=saved), 10, np.random.default_rng(0))
        fresh = k_center(view_of(seen, labeled), 10, np.random.default_rng(0))
        assert kept.positions.tolist() == fresh.positions.tolist()
        # Half of what was picked is labeled, the rest is skipped by the person.
        labeled, saved = [*labeled, *kept.positions[::2].tolist()], kept.save


def test_a_label_taken_back_makes_saved_bounds_start_anew():
    line = np.array([[0.0], [1.0], [9.0], [10.0]], dtype=np.float32)
    before = k_center(view_of(line, labeled=[0, 3]), 1, np.random.default_rng(0))

    after = k_center(view_of(line, labeled=[0], saved=before.save), 1, np.random.default_rng(0))

    assert after.positions.tolist() == [3]


def test_other_embeddings_make_saved_bounds_start_anew():
    line = np.array([[0.0], [1.0], [9.0]], dtype=np.float32)
    before = k_center(view_of(line, labeled=[0]), 1, np.random.default_rng(0))
    other = np.array([[5.0], [9.0], [5.0]], dtype=np.float32)

    after = k_center(view_of(other, labeled=[0], saved=before.save), 1, np.random.default_rng(0))

    assert after.positions.tolist() == [1]


def test_only_the_rows_that_matter_are_read():
    rows = np.zeros((20_000, 2), dtype=np.float32)
    rows[:100, 0] = np.arange(100) + 1000
    first = k_center(view_of(rows, labeled=[20_00]), 5, np.random.default_rng(0))
    labeled = [2_000, *first.positions.tolist()]

    second = k_center(view_of(rows, labeled, saved=first.save), 5, np.random.default_rng(0))

    assert np.count_nonzero(second.save["seen"] == 6) <= lazy.ACTIVE


@pytest.mark.parametrize("strategy", [k_center, weighted_sum])
def test_the_unit_of_the_embeddings_makes_no_difference(strategy):
    x, proba = clouds(0).astype(np.float64), np.full((400, 2), 0.5)
    whole, small = (replace(view_of(one, labeled=[0, 1]), proba=proba) for one in (x, x * 2.0**-30))

    expected = strategy(whole, 20, np.random.default_rng(0))
    found = strategy(small, 20, np.random.default_rng(0))

    assert found.positions.tolist() == expected.positions.tolist()
