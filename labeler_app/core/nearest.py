"""Find the rows that lie nearest to one."""

import numpy as np

from labeler_app.core.arrays import FloatArray, IndexArray, blocks

_ROWS = 8_192


def nearest(x: FloatArray, to: FloatArray, count: int) -> IndexArray:
    """Return the rows nearest to a point, as the nearest-neighbours learner measures them.

    Parameters
    ----------
    x : array of shape (M, D)
        Embeddings of any float type; computed in float64, block by block.
    to : array of shape (D,)
    count
        How many rows, at most.

    Returns
    -------
    array of positions in x, of length min(count, M)
        By Euclidean distance, nearest first; of equally near ones the first comes first.
    """
    point = np.asarray(to, dtype=np.float64)
    far = np.empty(len(x))
    for rows in blocks(len(x), _ROWS):
        away = np.asarray(x[rows], dtype=np.float64) - point
        far[rows] = np.einsum("ij,ij->i", away, away)
    some = np.arange(len(far))
    if count < len(far):
        some = np.flatnonzero(far <= np.partition(far, count - 1)[count - 1])
    found: IndexArray = some[np.argsort(far[some], kind="stable")][:count]
    return found
