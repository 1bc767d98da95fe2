"""Cover the pool: k-center, exact and lazy, over the whole pool.

For every item an upper bound of its squared distance to the labeled items is kept from round to
round. Distances only fall when labels come, so an item whose stale bound is below the true
distance of another can never be picked before it: only the few rows with the largest bounds are
read and brought up to date.
"""

from dataclasses import dataclass

import numpy as np

from labeler_app.core.arrays import Array, Choice, FloatArray, IndexArray, PoolView, blocks
from labeler_app.core.strategies import pick
from labeler_app.core.strategies.clusters import squared_distances, squared_norms

# Rows compared at a time; more are read only when the bounds turn out too old.
ACTIVE = 2_000
# Centres that every row is measured to at the very start; the others wait until a row is read.
FIRST_CENTRES = 32
FOLD_ROWS = 4_096


def k_center(view: PoolView, k: int, rng: np.random.Generator) -> Choice:
    """Pick the items farthest from everything labeled, and from each other.

    Each pick is the candidate with the largest distance to the labeled items and to the picks
    before it, exactly as the plain greedy algorithm picks. Without any label the first pick is
    random. Reads only the rows it must; state of 12 bytes an item is kept in ``Choice.save``.

    Returns
    -------
    Choice
        Scores are distances to the nearest labeled or earlier picked item; a first pick without
        any label has the score of the second.

    References
    ----------
    "Active Learning for Convolutional Neural Networks: A Core-Set Approach", ICLR 2018.
    """
    pick.check_count(k)
    count = min(k, view.candidates.size)
    candidates = np.sort(view.candidates)
    search = _Search(view, candidates, rank=rng.permutation(candidates.size))
    while len(search.picks) < count:
        search.advance(count)
    scores = np.sqrt(np.array(search.distances, dtype=np.float64))
    if scores.size and np.isinf(scores[0]):
        scores[0] = scores[1] if scores.size > 1 else 0.0
    positions = candidates[np.array(search.picks, dtype=np.int64)]
    return Choice(positions, scores, search.bounds.save(view.embeddings))


@dataclass(slots=True)
class _Bounds:
    """Upper bounds of the squared distance of every item to the labeled ones."""

    value: FloatArray
    seen: IndexArray
    centres: IndexArray
    """Labeled positions in the order in which they are folded in."""

    def fold(self, embeddings: FloatArray, rows: IndexArray) -> None:
        """Bring some rows up to date."""
        old = rows[self.seen[rows] < self.centres.size]
        old = old[np.argsort(self.seen[old], kind="stable")]
        for part in blocks(old.size, FOLD_ROWS):
            some = old[part]
            unseen = self.centres[self.seen[some[0]] :]
            near = squared_distances(embeddings[some], embeddings[unseen]).min(axis=1)
            self.value[some] = np.minimum(self.value[some], near)
        self.seen[old] = self.centres.size

    def save(self, embeddings: FloatArray) -> dict[str, Array]:
        """Return what the next round needs."""
        return {
            "bounds": self.value,
            "seen": self.seen.astype(np.int32),
            "centres": self.centres,
            "first_row": np.array(embeddings[:1]),
        }


def _bounds(view: PoolView) -> _Bounds:
    """Continue from the saved bounds if they still hold, else begin anew."""
    count = len(view.embeddings)
    value, seen, centres = np.full(count, np.inf), np.zeros(count, dtype=np.int64), view.labeled
    if _still_holds(view):
        known = view.saved["bounds"].size
        value[:known], seen[:known] = view.saved["bounds"], view.saved["seen"]
        old = np.asarray(view.saved["centres"], dtype=np.int64)
        centres = np.concatenate([old, np.setdiff1d(view.labeled, old)])
    bounds = _Bounds(value, seen, np.asarray(centres, dtype=np.int64))
    _begin(bounds, view.embeddings)
    return bounds


def _still_holds(view: PoolView) -> bool:
    """Say whether the saved bounds belong to these embeddings, and no label was taken back."""
    saved = view.saved
    return (
        {"bounds", "seen", "centres", "first_row"} <= set(saved)
        and saved["bounds"].size <= len(view.embeddings)
        and np.array_equal(saved["first_row"], view.embeddings[:1])
        and bool(np.isin(saved["centres"], view.labeled).all())
    )


def _begin(bounds: _Bounds, embeddings: FloatArray) -> None:
    fresh = np.flatnonzero(np.isinf(bounds.value))
    few = bounds.centres[:FIRST_CENTRES]
    for part in blocks(fresh.size if few.size else 0, FOLD_ROWS):
        some = fresh[part]
        bounds.value[some] = squared_distances(embeddings[some], embeddings[few]).min(axis=1)
    bounds.seen[fresh] = few.size


class _Search:
    """One call of k-center. Rows are numbered among the candidates, and are compared by their
    rounded squared distance, then by a seeded rank: a total order, so ties cannot go astray."""

    def __init__(self, view: PoolView, candidates: IndexArray, rank: IndexArray) -> None:
        self.embeddings = view.embeddings
        self.candidates = candidates
        self.rank = rank
        self.bounds = _bounds(view)
        self.value = np.round(self.bounds.value[candidates], pick.DECIMALS)
        self.folded = np.zeros(candidates.size, dtype=np.int64)
        self.picks: list[int] = []
        self.distances: list[float] = []
        self.reading = ACTIVE

    def advance(self, count: int) -> None:
        """Bring the rows with the largest bounds up to date, then pick until another may win."""
        before = len(self.picks)
        if self.reading > ACTIVE:
            self._read(self._largest(self.reading)[0])
        rows, limit = self._largest(ACTIVE)
        self._read(rows)
        self._greedy(rows[np.argsort(self.rank[rows])], limit, count)
        self.reading = ACTIVE if len(self.picks) > before else 2 * self.reading

    def _largest(self, count: int) -> tuple[IndexArray, tuple[float, int]]:
        """Return the first rows in the total order, and the key of the first of all the others."""
        total = self.value.size
        if count >= total:
            return np.arange(total), (np.inf, 0)
        cut = np.partition(self.value, total - count - 1)[total - count - 1]
        tied = np.flatnonzero(self.value == cut)
        tied = tied[np.argsort(self.rank[tied])]
        rows = np.concatenate([np.flatnonzero(self.value > cut), tied])
        return rows[:count], self._key(rows[count])

    def _key(self, row: int) -> tuple[float, int]:
        return -float(self.value[row]), int(self.rank[row])

    def _read(self, rows: IndexArray) -> None:
        """Fold all labels and all picks so far into some rows."""
        self.bounds.fold(self.embeddings, self.candidates[rows])
        old = rows[self.folded[rows] < len(self.picks)]
        centres = self.embeddings[self.candidates[np.array(self.picks, dtype=np.int64)]]
        for part in blocks(old.size, FOLD_ROWS):
            at = self.candidates[old[part]]
            near = squared_distances(self.embeddings[at], centres).min(axis=1)
            self._lower(old[part], near)
        self._lower(rows, self.bounds.value[self.candidates[rows]])
        self.folded[rows] = len(self.picks)

    def _lower(self, rows: IndexArray, values: FloatArray) -> None:
        self.value[rows] = np.minimum(self.value[rows], np.round(values, pick.DECIMALS))

    def _greedy(self, rows: IndexArray, limit: tuple[float, int], count: int) -> None:
        """Pick among rows in the order of their rank: the first maximum is the one that wins."""
        x = np.asarray(self.embeddings[self.candidates[rows]], dtype=np.float64)
        norms = squared_norms(x)
        while len(self.picks) < count:
            best = int(np.argmax(self.value[rows]))
            if self._key(rows[best]) > limit:
                break
            self.picks.append(int(rows[best]))
            self.distances.append(float(self.value[rows[best]]))
            self._lower(rows, squared_distances(x, x[[best]], norms)[:, 0])
            self.value[rows[best]] = -1.0
        self.folded[rows] = len(self.picks)
