"""Score the probabilities of a pool block by block, without a copy of the pool."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from labeler_app.core.arrays import FloatArray, IndexArray, PoolView, blocks
from labeler_app.errors import InputError, StateError

# 16,384 rows of 10 float32 probabilities stay in a core's cache.
SCAN_ROWS = 16_384
# Half precision adds up to 1.01 over many classes; what is further from 1 is not a probability.
TOLERANCE = 0.02


def candidate_scores(
    view: PoolView, score: Callable[[FloatArray], FloatArray], rows: int = SCAN_ROWS
) -> FloatArray:
    """Score the candidates of a pool block by block.

    Parameters
    ----------
    score
        From probabilities (n, C), in the precision in which the pool holds them, to scores (n,).

    Returns
    -------
    array of shape (number of candidates,), float64

    Raises
    ------
    StateError
        If there is no model yet.
    InputError
        If the probabilities of a candidate do not sum to 1 (to within 0.02), are below 0, or are
        not numbers. They are not mended in silence: a model that gives them is broken.
    """
    proba, candidates = probabilities(view), view.candidates
    end = int(candidates.max(initial=-1)) + 1
    # Where most of the pool are candidates, all of it is scored in order: no row is gathered.
    where = slice(0, end) if 2 * candidates.size > end else candidates
    scores, bad = _scored(proba, where, score, rows)
    if isinstance(where, slice):
        scores, bad = scores[candidates], bad[candidates]
    if bad.any():
        _refuse(np.asarray(proba[candidates[bad]]), bad.size)
    return scores


def probabilities(view: PoolView) -> FloatArray:
    """Return the probabilities of the pool.

    Raises
    ------
    StateError
        If there is no model yet.
    """
    if view.proba is None:
        raise StateError(
            "This strategy needs a model, and there is none yet.",
            hint="Label items of at least 2 classes first, or choose the strategy random.",
        )
    return view.proba


def checked(proba: FloatArray) -> FloatArray:
    """Return probabilities (n, C) as they are.

    Raises
    ------
    InputError
        As ``candidate_scores``.
    """
    bad = _broken(proba)
    if bad.any():
        _refuse(proba[bad], len(proba))
    return proba


def _scored(
    proba: FloatArray,
    where: IndexArray | slice,
    score: Callable[[FloatArray], FloatArray],
    rows: int,
) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    """Return scores, and which rows are no probabilities."""
    count = where.stop if isinstance(where, slice) else where.size
    scores, bad = np.empty(count), np.zeros(count, dtype=bool)
    for part in blocks(count, rows):
        taken = part if isinstance(where, slice) else where[part]
        # Class by class: what looks for the largest classes then runs along memory.
        block = np.ascontiguousarray(np.asarray(proba[taken]).T).T
        bad[part] = _broken(block)
        scores[part] = score(block)
    return scores, bad


def _broken(proba: FloatArray) -> npt.NDArray[np.bool_]:
    wide = proba if proba.dtype.itemsize >= 4 else proba.astype(np.float32)
    sums = wide.sum(axis=1)
    # Not (above 0.02): a comparison with what is not a number is false.
    bad: npt.NDArray[np.bool_] = ~(np.abs(sums - 1.0) <= TOLERANCE)
    if wide.size and not wide.min() >= 0.0:
        bad |= ~(wide >= 0.0).all(axis=1)
    return bad


def _refuse(rows: FloatArray, total: int) -> None:
    raise InputError(
        f"{len(rows)} of {total} items have probabilities that do not sum to 1 or are below 0; "
        f"the first sum up to {float(rows[0].sum(dtype=np.float64)):.4g}.",
        hint="Train the model again, or give probabilities of all classes, each row summing to 1.",
    )
