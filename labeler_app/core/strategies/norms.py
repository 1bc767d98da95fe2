"""Squared lengths of all embeddings, kept from round to round."""

from collections.abc import Mapping

import numpy as np

from labeler_app.core.arrays import Array, FloatArray, PoolView, blocks
from labeler_app.core.strategies import pick
from labeler_app.core.strategies.clusters import squared_norms

NORM_ROWS = 4_096


def norms_of(view: PoolView) -> FloatArray:
    """Return the squared lengths (N,) in float64: what is saved, and the rows that came since.

    Raises
    ------
    InputError
        If a row that is measured holds a value that is not a number.
    """
    count, known = len(view.embeddings), _known(view)
    norms = np.empty(count)
    norms[: known.size] = known
    for part in blocks(count - known.size, NORM_ROWS):
        rows = slice(known.size + part.start, known.size + part.stop)
        norms[rows] = squared_norms(pick.rows(view.embeddings, rows))
    return norms


def saved_norms(view: PoolView, norms: FloatArray) -> Mapping[str, Array]:
    """Return what the next round needs: 8 bytes an item."""
    return {"norms": norms, "first_row": np.array(view.embeddings[:1])}


def _known(view: PoolView) -> FloatArray:
    saved = view.saved
    if (
        {"norms", "first_row"} <= set(saved)
        and saved["norms"].size <= len(view.embeddings)
        and np.array_equal(saved["first_row"], view.embeddings[:1])
    ):
        return saved["norms"]
    return np.empty(0)
