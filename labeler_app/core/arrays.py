"""The shapes that core speaks: array aliases, the window on the pool, what a strategy answers.

Letters: N items, C classes, D dimensions, M labeled items, k picks.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]
FloatArray: TypeAlias = npt.NDArray[np.floating[Any]]
IndexArray: TypeAlias = npt.NDArray[np.int64]

# 32,768 rows of 512 float64 numbers are 134 MB: what a block may cost, whatever the pool.
BLOCK_ROWS = 32_768
# What is read once is fastest in pieces that stay in the cache: 2,048 rows of 512 float64 are 8 MB.
SCORED_ROWS = 2_048


class Head(Protocol):
    """A fitted classifier on embeddings."""

    @property
    def classes(self) -> IndexArray:
        """(C,) class numbers, rising: the columns of ``proba``."""

    def proba(self, x: FloatArray) -> FloatArray:
        """Return the class probabilities (N, C), float64, of embeddings (N, D); rows sum to 1."""


@dataclass(frozen=True, slots=True)
class LinearHead:
    """A fitted linear classifier, small enough to keep for every model version."""

    coef: FloatArray
    """(C, D) float64."""
    intercept: FloatArray
    """(C,) float64."""
    classes: IndexArray
    """(C,) class numbers, in the order of the columns of ``proba``."""

    def proba(self, x: FloatArray) -> FloatArray:
        """Return the class probabilities of embeddings, computed block by block.

        Parameters
        ----------
        x : array of shape (N, D)

        Returns
        -------
        array of shape (N, C), float64
            Column j belongs to ``classes[j]``; each row sums to 1.
        """
        out = np.empty((len(x), len(self.classes)))
        for rows in blocks(len(x), SCORED_ROWS):
            logits = np.asarray(x[rows], dtype=np.float64) @ self.coef.T + self.intercept
            logits -= logits.max(axis=1, keepdims=True)
            np.exp(logits, out=logits)
            out[rows] = logits / logits.sum(axis=1, keepdims=True)
        return out


@dataclass(frozen=True, slots=True)
class PoolView:
    """A window on the whole pool, memory-mapped."""

    embeddings: FloatArray
    """(N, D) float16 or float32."""
    proba: FloatArray | None
    """(N, C); None before the first model."""
    candidates: IndexArray
    """Positions that may be picked."""
    labeled: IndexArray
    """(M,) positions."""
    labels: IndexArray
    """(M,) class numbers."""
    head: Head | None = None
    """The fitted head; a ``LinearHead``, or a gated pair of them, where posteriors are needed."""
    saved: Mapping[str, Array] = field(default_factory=dict)
    """What this strategy saved last time; empty when the embeddings have changed."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a strategy picked."""

    positions: IndexArray
    """(k,) best first; fewer when there are fewer candidates."""
    scores: FloatArray
    """(k,) for "why shown"."""
    save: Mapping[str, Array] = field(default_factory=dict)
    """State for the next round."""


@dataclass(frozen=True, slots=True)
class LabelState:
    """Where a project stands, as far as a policy needs to know."""

    counts: IndexArray
    """(C,) training labels of each class of the project, 0 where there is none yet."""
    features_ready: bool
    """Whether the pool has embeddings."""
    has_model: bool
    """Whether there is a fitted model with probabilities for the pool."""
    pool: int
    """Items without a final label."""
    predicted: bool = False
    """Whether probabilities of a pretrained model were imported."""
    audit_counts: IndexArray | None = None
    """(C,) labels of each class on the part of the audit sample that decisions may look at."""
    shares: IndexArray | None = None
    """(C,) items of the pool, or of a part of it, that the model takes for each class."""
    skill: float | None = None
    """How well the features tell the classes apart, from 0 (not at all) to 1; see ``standing``."""


Strategy: TypeAlias = Callable[[PoolView, int, np.random.Generator], Choice]
Policy: TypeAlias = Callable[[LabelState], tuple[str, str]]
"""Which strategy now (its name in the table of plug-ins), and the sentence that says why."""
Learner: TypeAlias = Callable[..., Head]
"""``(x, y, *, seed, class_weight=None, weight=None, judged=None)`` to a fitted head: embeddings
(M, D) and class numbers (M,); ``class_weight="balanced"`` lets every class count the same;
``weight`` (M,) is what each row counts; ``judged`` (M,) marks the rows to choose and to calibrate
on, the others were taken from a model. The last three are passed only when they are not None."""


def blocks(count: int, rows: int = BLOCK_ROWS) -> Iterator[slice]:
    """Cut ``count`` rows into consecutive slices of at most ``rows``."""
    for start in range(0, count, rows):
        yield slice(start, min(start + rows, count))
