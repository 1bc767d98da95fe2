"""From scores to picks: exact order, the same on every run."""

import numpy as np
import numpy.typing as npt

from labeler_app.core.arrays import Choice, FloatArray, IndexArray
from labeler_app.errors import InputError

DECIMALS = 7


def top(scores: FloatArray, positions: IndexArray, k: int, rng: np.random.Generator) -> Choice:
    """Pick the k highest scores.

    Scores are compared in float64, rounded to 1e-7; ties are broken by a seeded permutation. The
    order in which the candidates are given makes no difference.

    Parameters
    ----------
    scores : array of shape (n,)
        Higher means ask first.
    positions : array of shape (n,)
        The position in the pool of each score; no position twice.
    k
        How many to pick, at least 1; all are picked when there are fewer.

    Returns
    -------
    Choice
        Best first, with the rounded scores.

    Raises
    ------
    InputError
        If k is below 1, or a score is not a finite number.
    """
    check_count(k)
    values = np.asarray(scores, dtype=np.float64)
    if not np.isfinite(values).all():
        raise InputError(
            f"{np.count_nonzero(~np.isfinite(values))} of {values.size} scores are not numbers.",
            hint="The embeddings or the model hold broken values; compute them again.",
        )
    # Rounding keeps the order, so only what may round up to the last pick has to be rounded.
    kept = np.flatnonzero(values >= _cut(values, k) - 10.0**-DECIMALS)
    rounded = np.round(values[kept], DECIMALS)
    first = rounded >= _cut(rounded, k)
    kept, rounded = kept[first], rounded[first]
    by_position = np.argsort(positions[kept])
    kept, rounded = kept[by_position], rounded[by_position]
    order = np.lexsort((rng.permutation(kept.size), -rounded))[:k]
    return Choice(positions=positions[kept[order]], scores=rounded[order])


def order(positions: IndexArray, seed: int) -> npt.NDArray[np.uint64]:
    """Return a random key for each position, by which ties are broken: smaller first.

    The key of a position depends on the seed alone, not on which others are asked about, and no
    two positions have the same: one total order that is never written out.

    References
    ----------
    "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014 (its mixing function).
    """
    key = positions.astype(np.uint64) + np.uint64(seed)
    key = (key ^ (key >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    key = (key ^ (key >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(key ^ (key >> np.uint64(31)), dtype=np.uint64)


def rising(positions: IndexArray) -> IndexArray:
    """Return positions in rising order: the same array if they are in that order already."""
    return positions if (positions[1:] > positions[:-1]).all() else np.sort(positions)


def rows(embeddings: FloatArray, positions: IndexArray | slice) -> FloatArray:
    """Return some embeddings in float64.

    Raises
    ------
    InputError
        If one holds a value that is not a number.
    """
    return check_rows(np.asarray(embeddings[positions], dtype=np.float64))


def check_rows(x: FloatArray) -> FloatArray:
    """Return rows as they are; raise InputError if one holds a value that is not a number."""
    # A sum is finite only if all its terms are, and needs no array beside the rows.
    if not np.isfinite(x.sum()) and not np.isfinite(x).all():
        broken = np.count_nonzero(~np.isfinite(x).all(axis=-1))
        raise InputError(
            f"{broken} of {len(x)} items have embeddings with values that are not numbers.",
            hint="Compute the embeddings again.",
        )
    return x


def check_count(k: int) -> None:
    """Raise InputError unless at least one item is asked for."""
    if k < 1:
        raise InputError(f"A batch needs at least 1 item, got {k}.", hint="Ask for more items.")


def _cut(values: FloatArray, k: int) -> float:
    if k >= values.size:
        return -np.inf
    return float(np.partition(values, values.size - k)[values.size - k])
