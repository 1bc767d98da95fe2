"""Draws in proportion to squared distances are exact: their counts pass a chi-square test."""

import itertools

import numpy as np
import pytest
from scipy.stats import chisquare

from labeler_app.core.arrays import PoolView
from labeler_app.core.strategies import squares
from labeler_app.core.strategies.seeding import badge, k_means_pp, residuals
from labeler_app.core.strategies.squares import Points, spread

NOTHING = np.empty(0, dtype=np.int64)
DRAWS = 4_000


def points_of(x):
    def read(positions):
        rows = np.asarray(x, dtype=np.float64)[positions]
        return Points(rows, np.ones((len(rows), 1)), (rows**2).sum(axis=1))

    return read


def chances(distances):
    """The chance of each ordered pair of the others, when the last is a centre already."""
    count = len(distances) - 1
    found = {}
    for one, two in itertools.permutations(range(count), 2):
        near = np.minimum(distances[:, count], distances[:, one])
        first = distances[one, count] / distances[:count, count].sum()
        found[one, two] = first * near[two] / near[:count].sum()
    return found


def check(found, expected):
    pairs = sorted(expected)
    seen = np.array([found.get(pair, 0) for pair in pairs])
    assert chisquare(seen, np.array([expected[pair] for pair in pairs]) * seen.sum()).pvalue > 0.001


def count(draw):
    found = {}
    for seed in range(DRAWS):
        pair = tuple(int(one) for one in draw(seed))
        found[pair] = found.get(pair, 0) + 1
    return found


@pytest.mark.parametrize("loose", [1.0, 400.0], ids=["tight bounds", "bounds drawn tighter"])
def test_pairs_are_drawn_with_the_chances_of_the_definition(loose):
    x = np.array([[1.0], [2.0], [-3.0], [3.5], [0.5], [0.0]])
    exact = (x - x.T) ** 2
    bound = (np.abs(x[:5, 0]) + 0.0) ** 2 * loose
    read = points_of(x)

    found = count(
        lambda seed: spread(
            np.arange(5), bound, read, read(np.array([5])), 2, np.random.default_rng(seed)
        )[0]
    )

    check(found, chances(exact))


def test_k_means_pp_draws_by_the_distance_to_the_labeled_item():
    x = np.array([[1.0], [2.0], [-3.0], [3.5], [0.5], [0.0]], dtype=np.float32)
    view = PoolView(x, None, np.arange(5), np.array([5]), np.array([0]))

    found = count(lambda seed: k_means_pp(view, 2, np.random.default_rng(seed)).positions)

    check(found, chances((x.astype(float) - x.T) ** 2))


def test_badge_draws_by_the_distance_of_the_gradients_written_out():
    rng = np.random.default_rng(1)
    x = rng.normal(0, 1, (6, 3)).astype(np.float32)
    proba = rng.dirichlet(np.ones(3), 6)
    gradients = (residuals(proba)[:, :, None] * x[:, None, :]).reshape(6, -1)
    order = np.argsort((gradients**2).sum(axis=1))
    x, proba, gradients = x[order], proba[order], gradients[order]
    view = PoolView(x, proba, np.arange(6), NOTHING, NOTHING)

    found = count(lambda seed: badge(view, 3, np.random.default_rng(seed)).positions[1:])

    check(found, chances(((gradients[:, None] - gradients) ** 2).sum(axis=2)))


def test_badge_begins_with_the_longest_gradient():
    x = np.array([[1.0], [9.0], [2.0]], dtype=np.float32)
    view = PoolView(x, np.full((3, 2), 0.5), np.arange(3), NOTHING, NOTHING)

    assert badge(view, 1, np.random.default_rng(0)).positions.tolist() == [1]


def test_scores_are_distances_to_the_picks_before():
    x = np.array([[0.0], [3.0]], dtype=np.float32)
    view = PoolView(x, None, np.array([1]), np.array([0]), np.array([0]))

    assert k_means_pp(view, 1, np.random.default_rng(0)).scores.tolist() == [3.0]


def test_what_lies_on_a_centre_is_picked_only_when_nothing_else_is_left():
    x = np.array([[0.0], [0.0], [0.0], [2.0]], dtype=np.float32)
    view = PoolView(x, None, np.arange(1, 4), np.array([0]), np.array([0]))

    for seed in range(20):
        choice = k_means_pp(view, 3, np.random.default_rng(seed))

        assert choice.positions[0] == 3
        assert choice.scores.tolist() == [2.0, 0.0, 0.0]


def test_saved_lengths_are_those_of_the_rows_and_grow_with_the_pool():
    x = np.arange(6, dtype=np.float32)[:, None]
    first = k_means_pp(
        PoolView(x[:4], None, np.arange(4), NOTHING, NOTHING), 1, np.random.default_rng(0)
    )

    view = PoolView(x, None, np.arange(6), NOTHING, NOTHING, saved=first.save)
    second = k_means_pp(view, 1, np.random.default_rng(0))

    assert second.save["norms"].tolist() == [0.0, 1.0, 4.0, 9.0, 16.0, 25.0]


def test_bounds_are_drawn_tighter_when_hardly_any_proposal_is_accepted(monkeypatch):
    tightened = []
    tighten = squares._Draw._tighten
    monkeypatch.setattr(
        squares._Draw, "_tighten", lambda self: (tightened.append(1), tighten(self))
    )
    # Two far groups: after one pick of each, little is left of the distances.
    rng = np.random.default_rng(0)
    x = (rng.normal(0, 0.01, (300, 2)) + 100 * (np.arange(300) % 2)[:, None]).astype(np.float32)

    choice = k_means_pp(PoolView(x, None, np.arange(300), NOTHING, NOTHING), 20, rng)

    assert tightened
    assert np.unique(choice.positions).size == 20
