"""Piles of items that look alike, whatever they are called: also before there are classes."""

from dataclasses import dataclass
from typing import cast

import numpy as np

from labeler_app.core.arrays import FloatArray, IndexArray

MOST = 40
"""More piles are no overview."""
EACH = 40
"""So many items make a pile worth its name."""
SAMPLE = 20_000
_BLOCK = 8_192


@dataclass(frozen=True, slots=True)
class Clusters:
    """Which pile each of N items is in.

    Attributes
    ----------
    number
        (N,) from 0; the largest pile is 0.
    away
        (N,) float32, distance from the middle of the pile.
    """

    number: IndexArray
    away: FloatArray


def cluster(embeddings: FloatArray, seed: int) -> Clusters:
    """Put items into piles by mini-batch k-means, 2 to 40 of them, about 40 items each at least.

    Parameters
    ----------
    embeddings
        (N, D), N >= 1; of more than 20,000 rows the middles are learned from so many.
    seed
        Fixes the piles.

    References
    ----------
    D. Sculley, "Web-scale k-means clustering", WWW 2010.
    """
    from sklearn.cluster import MiniBatchKMeans

    n = len(embeddings)
    rng = np.random.default_rng(seed)
    rows = np.sort(rng.choice(n, min(n, SAMPLE), replace=False))
    known = np.asarray(embeddings[rows], dtype=np.float32)
    k = min(n, max(2, min(MOST, n // EACH)))
    fitted = MiniBatchKMeans(k, random_state=seed, n_init=3, batch_size=2048).fit(known)
    middles = cast(FloatArray, fitted.cluster_centers_.astype(np.float32))
    number, away = np.empty(n, np.int64), np.empty(n, np.float32)
    for start in range(0, n, _BLOCK):
        block = np.asarray(embeddings[start : start + _BLOCK], dtype=np.float32)
        squares = (block**2).sum(axis=1)[:, None] - 2 * block @ middles.T + (middles**2).sum(axis=1)
        nearest = squares.argmin(axis=1)
        number[start : start + _BLOCK] = nearest
        least = squares[np.arange(len(block)), nearest]
        away[start : start + _BLOCK] = np.sqrt(np.maximum(least, 0.0))
    order = np.argsort(-np.bincount(number, minlength=k), kind="stable")
    rank = np.empty(k, np.int64)
    rank[order] = np.arange(k)
    return Clusters(rank[number], away)
