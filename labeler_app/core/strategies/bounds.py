"""Upper bounds of the distance of every item to the labeled ones, kept from round to round.

Distances only fall when labels come, so a bound from an earlier round is still an upper bound, and
an item whose stale bound is below the true distance of another cannot be farther than that one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from labeler_app.core.arrays import Array, FloatArray, IndexArray, PoolView, blocks
from labeler_app.core.strategies import pick
from labeler_app.core.strategies.clusters import squared_distances, squared_norms

# Centres that every row is measured to at the very start; the others wait until a row is read.
FIRST_CENTRES = 512
FIRST_ROWS = 8_192
# What single precision can be wrong by: the bound is raised by this share of the lengths.
SLACK = 1e-4
NOTHING_SAVED: Mapping[str, Array] = {
    "bounds": np.empty(0),
    "seen": np.empty(0, dtype=np.int32),
    "centres": np.empty(0, dtype=np.int64),
}


@dataclass(slots=True)
class Bounds:
    """Upper bounds of the squared distance of every item to the labeled ones."""

    value: FloatArray
    """(N,) float64; infinite before the first label."""
    seen: Array
    """(N,) int32: to how many of the centres, in their order, the bound is exact."""
    centres: IndexArray
    """Labeled positions in the order in which they are folded in."""
    rows: FloatArray | None = None
    """Their embeddings in float64, once they were needed."""

    def fold(self, at: IndexArray, x: FloatArray, embeddings: FloatArray) -> None:
        """Bring the bounds of some rows up to date.

        Parameters
        ----------
        at : array of shape (n,)
            Positions, none twice.
        x : array of shape (n, D)
            Their embeddings in float64.
        """
        for seen in np.unique(self.seen[at]):
            if seen == self.centres.size:
                continue
            if self.rows is None:
                self.rows = pick.rows(embeddings, self.centres)
            some = np.flatnonzero(self.seen[at] == seen)
            near = squared_distances(x[some], self.rows[int(seen) :]).min(axis=1)
            # A bound that no centre was folded into exactly is rough, and replaced.
            self.value[at[some]] = np.minimum(self.value[at[some]], near) if seen else near
        self.seen[at] = self.centres.size

    def save(self, embeddings: FloatArray) -> Mapping[str, Array]:
        """Return what the next round needs: 12 bytes an item."""
        return {
            "bounds": self.value,
            "seen": self.seen,
            "centres": self.centres,
            "first_row": np.array(embeddings[:1]),
        }


def bounds_of(view: PoolView) -> Bounds:
    """Continue from the saved bounds if they still hold, else begin anew.

    They hold while the embeddings are the same and no label was taken back; new items are added.

    Raises
    ------
    InputError
        If a new item has an embedding that is not a number.
    """
    saved = view.saved if _still_holds(view) else NOTHING_SAVED
    fresh = len(view.embeddings) - saved["bounds"].size
    bounds = Bounds(
        np.concatenate([saved["bounds"], np.full(fresh, np.inf)]),
        np.concatenate([saved["seen"], np.zeros(fresh, dtype=np.int32)]),
        np.concatenate([saved["centres"], np.setdiff1d(view.labeled, saved["centres"])]),
    )
    if bounds.centres.size:
        _begin(bounds, view)
    return bounds


def _still_holds(view: PoolView) -> bool:
    saved = view.saved
    return (
        {"bounds", "seen", "centres", "first_row"} <= set(saved)
        and saved["bounds"].size <= len(view.embeddings)
        and np.array_equal(saved["first_row"], view.embeddings[:1])
        and bool(np.isin(saved["centres"], view.labeled).all())
    )


def _begin(bounds: Bounds, view: PoolView) -> None:
    """Give rows without a bound a rough one from the first centres, in single precision.

    Differences to the first centre are compared, so that a common offset costs no precision.
    """
    few = bounds.centres[:FIRST_CENTRES]
    wide = np.promote_types(view.embeddings.dtype, np.float32)
    origin = np.asarray(view.embeddings[few[0]], dtype=wide)
    to = np.asarray(view.embeddings[few], dtype=wide) - origin
    fresh = view.candidates[np.isinf(bounds.value[view.candidates])]
    for part in blocks(fresh.size, FIRST_ROWS):
        x = np.asarray(view.embeddings[fresh[part]], dtype=wide) - origin
        pick.check_rows(x)
        lengths, reach = squared_norms(x), squared_norms(to)
        rough = (reach - 2.0 * (x @ to.T)).min(axis=1) + lengths
        bounds.value[fresh[part]] = np.maximum(rough, 0.0) + SLACK * (lengths + reach.max())
