"""Guard a batch, whatever strategy picks it: no near-duplicates, no items far from everything."""

from dataclasses import dataclass, replace

import numpy as np

from labeler_app.core.arrays import Choice, FloatArray, IndexArray, PoolView, Strategy, blocks
from labeler_app.core.strategies import pick
from labeler_app.core.strategies.clusters import squared_distances, squared_norms
from labeler_app.core.strategies.projection import project, sample

SAMPLE = 2_000
FAR_ROWS = 4_096
# Of so many items it is looked how far off their neighbour of this rank is, among SAMPLE others.
ASKED, RANK = 200, 32
# With fewer items than this there is no saying what is far.
LEAST_ITEMS = 50
# How often missing picks are asked for; what is missing then is filled with near-duplicates.
ROUNDS = 4
MOST_ASKED = 20
# Each is compared with every other: so many take 32 MB.
MOST_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Guard:
    """The settings of the guard."""

    apart: float = 0.1
    """Two picks nearer than this share of the usual distance of neighbours are near-duplicates;
    0: only equal items are, and below 0 none."""
    outliers: float = 5.0
    """Items are held back that are farther from everything than the third quartile by so many
    times the distance between the quartiles; infinite: none."""
    most_outliers: float = 0.01
    """At most this share of the candidates is held back."""


@dataclass(frozen=True, slots=True)
class Guarded:
    """A batch, and what was kept out of it."""

    choice: Choice
    held_back: IndexArray
    """Positions of the outliers that could not be picked."""
    near_duplicates: IndexArray
    """Positions of the items that were replaced because the batch holds one like them."""


def distances_to_sample(view: PoolView) -> FloatArray:
    """Return how far each item is from the nearest of 2,000 others, fixed ones.

    Depends on the embeddings alone: computed once for each state of the pool, and saved.

    Returns
    -------
    array of shape (N,), float32
        Measured on a projection to 64 dimensions.

    Raises
    ------
    InputError
        If an embedding is not a number.
    """
    everything = np.arange(len(view.embeddings))
    fixed = project(replace(view, saved={}), sample(everything, SAMPLE))
    far = np.empty(everything.size, dtype=np.float32)
    half = squared_norms(fixed.x) / 2
    for part in blocks(everything.size, FAR_ROWS):
        x = project(replace(view, saved={}), everything[part]).x
        closeness = x @ fixed.x.T - half
        inside = np.flatnonzero((fixed.positions >= part.start) & (fixed.positions < part.stop))
        # An item of the sample is not its own neighbour.
        closeness[fixed.positions[inside] - part.start, inside] = -np.inf
        far[part] = np.sqrt(np.maximum(squared_norms(x) - 2 * closeness.max(axis=1), 0.0))
    return np.nan_to_num(far, posinf=0.0)


def outliers(far: FloatArray, candidates: IndexArray, guard: Guard) -> IndexArray:
    """Return the candidates that are far from everything, the farthest first.

    Parameters
    ----------
    far : array of shape (N,)
        ``distances_to_sample``.

    References
    ----------
    The fence of "Exploratory Data Analysis", Tukey 1977.
    """
    if candidates.size < LEAST_ITEMS or not np.isfinite(guard.outliers):
        return candidates[:0]
    distances = far[candidates].astype(np.float64)
    low, high = np.percentile(distances, [25, 75])
    beyond = candidates[distances > high + guard.outliers * (high - low)]
    order = np.lexsort((beyond, -far[beyond]))
    first: IndexArray = beyond[order][: int(guard.most_outliers * candidates.size)]
    return first


def first_of_each(x: FloatArray, apart: float) -> IndexArray:
    """Return the rows that are no near-duplicate of an earlier row that is kept.

    Parameters
    ----------
    x : array of shape (n, D)
    apart
        The distance up to which two rows are near-duplicates; below 0 none are.
    """
    if apart < 0.0:
        return np.arange(len(x))
    # What rounding may leave between equal rows counts as nothing.
    least = 1e-12 * float(squared_norms(x).max(initial=0.0))
    near = squared_distances(x, x) <= max(apart**2, least)
    kept: list[int] = []
    for row in range(len(x)):
        if not near[row, kept].any():
            kept.append(row)
    return np.array(kept, dtype=np.int64)


def guarded(
    strategy: Strategy,
    view: PoolView,
    k: int,
    rng: np.random.Generator,
    far: FloatArray,
    guard: Guard | None = None,
) -> Guarded:
    """Pick a batch without near-duplicates and outliers.

    Outliers are no candidates, except where too few others are left. What is nearly the same as a
    better pick is taken out, and the strategy is asked for others in its place; where nothing else
    is left the near-duplicates come back, last.

    Parameters
    ----------
    strategy
        Any of the table.
    far : array of shape (N,)
        ``distances_to_sample`` of these embeddings.
    guard
        The settings; the usual ones by default.

    Returns
    -------
    Guarded
        Its choice has as many picks as the strategy alone would give, and the state it saved.
    """
    pick.check_count(k)
    rules = guard or Guard()
    held = outliers(far, view.candidates, rules)
    held = held[: max(view.candidates.size - k, 0)]
    open_view = replace(view, candidates=_without(view.candidates, held))
    apart = rules.apart * _usual(view) if rules.apart >= 0 else -1.0
    kept, near = _separate(strategy(open_view, k, rng), view.embeddings, apart)
    for round_number in range(1, ROUNDS + 1):
        left = _without(open_view.candidates, _joined(kept, near).positions)
        lacking = k - kept.positions.size
        if not near.positions.size or lacking <= 0 or not left.size:
            break
        # More than are lacking, and ever more: those that come next may be like them as well.
        asked = max(lacking, min(lacking * 4**round_number, MOST_ASKED * k, MOST_AT_ONCE))
        more = strategy(replace(open_view, candidates=left, saved=kept.save), asked, rng)
        kept, twice = _separate(_joined(kept, more), view.embeddings, apart)
        near = _joined(near, twice)
    wanted = min(k, open_view.candidates.size)
    full = _first(_joined(_first(kept, wanted), near), wanted)
    return Guarded(full, np.sort(held), np.setdiff1d(near.positions, full.positions))


def _usual(view: PoolView) -> float:
    """Return the median distance of candidates to their 32nd neighbour among 2,000 fixed ones.

    Not to the nearest: where everything was taken many times, that is a near-duplicate itself. Nor
    to any item: where there are few dimensions, or groups far from each other, that says nothing
    of how far apart neighbours are. Measured on a projection to 64 dimensions.
    """
    fixed = project(replace(view, saved={}), sample(view.candidates, SAMPLE)).x
    rank = min(RANK, len(fixed) // 4)
    if not rank:
        return 0.0
    squares = squared_distances(fixed[:: max(1, len(fixed) // ASKED)], fixed)
    # The nearest of all is the item itself.
    return float(np.sqrt(np.median(np.partition(squares, rank, axis=1)[:, rank])))


def _separate(choice: Choice, embeddings: FloatArray, apart: float) -> tuple[Choice, Choice]:
    """Return the picks that stay, and those that are too near to one that stays."""
    x = pick.rows(embeddings, choice.positions)
    stays = np.zeros(len(x), dtype=bool)
    stays[first_of_each(x, apart)] = True
    return (
        replace(choice, positions=choice.positions[stays], scores=choice.scores[stays]),
        Choice(choice.positions[~stays], choice.scores[~stays]),
    )


def _without(candidates: IndexArray, taken: IndexArray) -> IndexArray:
    if not candidates.size:
        return candidates
    free = np.ones(int(candidates.max()) + 1, dtype=bool)
    free[taken] = False
    return candidates[free[candidates]]


def _joined(first: Choice, *others: Choice) -> Choice:
    """Put choices behind each other, with the state of the last that has one."""
    parts = (first, *others)
    return Choice(
        np.concatenate([one.positions for one in parts]),
        np.concatenate([one.scores for one in parts]),
        next((one.save for one in reversed(parts) if one.save), {}),
    )


def _first(choice: Choice, count: int) -> Choice:
    return replace(choice, positions=choice.positions[:count], scores=choice.scores[:count])
