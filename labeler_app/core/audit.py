"""The audit sample: drawn before anything else, served blind, never trained on."""

from typing import Literal

import numpy as np

from labeler_app.core.arrays import FloatArray, IndexArray, blocks
from labeler_app.errors import InputError

DECIDE_EVERY = 3
NEAR = 0.15
_AT_ONCE = 1_024


def draw(count: int, *, fraction: float, rng: np.random.Generator) -> IndexArray:
    """Reserve a uniform random share of new items.

    Every item is reserved with exactly the given probability, however few come at a time: what is
    left of ``fraction * count`` after the whole items is decided by a draw.

    Parameters
    ----------
    count
        New items, N >= 0.
    fraction
        In [0, 1].

    Returns
    -------
    array of shape (reserved,), positions among the new items
        In the order in which they are to be served.

    Raises
    ------
    InputError
        If count or fraction is out of range.
    """
    if count < 0 or not 0.0 <= fraction <= 1.0:
        raise InputError(f"Cannot reserve a share of {fraction} of {count} items.")
    # 0.1 * 30 is a little more than 3 in binary; the rounding keeps whole shares whole.
    whole, rest = divmod(round(fraction * count, 9), 1.0)
    extra = int(rng.random() < rest)
    return rng.permutation(count)[: int(whole) + extra]


def part(ordinal: int) -> Literal["report", "decide"]:
    """Say what an audit item is for, by its place in the reserve, from 0: every third decides."""
    return "decide" if ordinal % DECIDE_EVERY == DECIDE_EVERY - 1 else "report"


def serve_slot(seed: int, annotator: int, slot: int, share: float) -> bool:
    """Say whether a slot of an annotator's queue is an audit slot.

    Every slot is drawn by itself: were one slot of each block an audit slot, a person who is told
    after each answer why it was shown could work out the last of a block before answering it.

    Parameters
    ----------
    seed, annotator, slot
        Whole numbers, at least 0; slots count what was served to this annotator. The same three
        give the same answer.
    share
        The wished share of audit items, in [0, 1].
    """
    if not 0.0 <= share <= 1.0 or min(seed, annotator, slot) < 0:
        raise InputError(f"There is no audit slot {slot} at a share of {share}.")
    return bool(np.random.default_rng([seed, annotator, slot]).random() < share)


def luma_away(luma: FloatArray, one: FloatArray) -> FloatArray:
    """Return the mean absolute difference of rows of z-scored brightness from one, (n,)."""
    away: FloatArray = np.abs(np.asarray(luma, dtype=np.float32) - one).mean(axis=1)
    return away


def near_duplicates(
    luma: FloatArray, reserved: IndexArray, *, threshold: float = NEAR
) -> IndexArray:
    """Find items that look like a reserved one, so that they are not trained on.

    Parameters
    ----------
    luma : array of shape (N, 256)
        Brightness at 16 x 16 pixels, each row z-scored.
    reserved : array of positions
    threshold
        Mean absolute difference below which two items are near-duplicates.

    Returns
    -------
    array of positions, rising
        Items that are not reserved themselves and are near one that is.
    """
    from scipy.spatial import KDTree

    others = np.setdiff1d(np.arange(len(luma)), reserved)
    if not others.size or not len(reserved):
        return np.empty(0, dtype=np.int64)
    # The means of 16 blocks differ on average by no more than the 256 pixels do, so whatever is
    # too far apart there is too far apart.
    pixels = np.asarray(luma)
    coarse = block_means(pixels)
    tree = KDTree(coarse[reserved])
    near = []
    for rows in blocks(others.size, _AT_ONCE):
        possible = tree.query_ball_point(coarse[others[rows]], threshold * 16, p=1.0)
        for at, some in zip(others[rows], possible, strict=True):
            if some and _least_difference(pixels, at, reserved[some]) < threshold:
                near.append(at)
    return np.array(near, dtype=np.int64)


def block_means(luma: FloatArray) -> FloatArray:
    """Return (N, 16): the mean brightness of each 4 x 4 block of pixels."""
    means: FloatArray = luma.reshape(-1, 4, 4, 4, 4).mean(axis=(2, 4), dtype=np.float64)
    return means.reshape(-1, 16)


def _least_difference(pixels: FloatArray, at: int, others: IndexArray) -> float:
    return float(np.abs(pixels[others] - pixels[at]).mean(axis=1).min())
