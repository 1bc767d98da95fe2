"""Two heads and a gate: what variants teach is asked only where items are like variants.

One head for all pays for a condition with the usual items: taught by dark variants that count .3,
it was right of 10 more dark photos in 100, and of 5 fewer by day. Of two, one never saw a variant;
the gate, which tells variants from labeled items, says how much of a say each has. What no variant
resembles is answered as if there were none (.github/BENCHMARKS.md: photos by day lost nothing that
shows, those in the dark gained as much). Where variants can hardly be told from labeled items, both
have about half a say.

Letters: M labeled items, V variants, N items, D dimensions, C classes.

References
----------
"Adaptive Mixtures of Local Experts", Neural Computation 1991; here the gate is not learned with the
experts, but told what it has to tell apart.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from labeler_app.core.arrays import (
    SCORED_ROWS,
    Array,
    FloatArray,
    Head,
    IndexArray,
    LinearHead,
    blocks,
)
from labeler_app.core.learners import fit_logistic

Teach: TypeAlias = Callable[[FloatArray, IndexArray, FloatArray | None, Array | None], Head]
"""``(x, y, weight, judged)`` to a fitted head, as a `Learner` takes them."""


@dataclass(frozen=True, slots=True)
class MadeRows:
    """Variants: they count less, and nothing is chosen by them."""

    x: FloatArray
    """(V, D)"""
    y: IndexArray
    """(V,) class numbers, each of them also of a labeled item."""
    weight: FloatArray
    """(V,) what each counts, where a labeled item counts 1."""


@dataclass(frozen=True, slots=True)
class GatedHead:
    """A head that learned of no variant, one that did, and the gate between them."""

    usual: Head
    wide: Head
    gate: LinearHead
    """Its second class is "like a variant"."""

    @property
    def classes(self) -> IndexArray:
        """(C,) class numbers, rising."""
        return self.usual.classes

    def proba(self, x: FloatArray) -> FloatArray:
        """Return the class probabilities (N, C) of embeddings (N, D); rows sum to 1."""
        out = np.empty((len(x), len(self.classes)))
        for rows in blocks(len(x), SCORED_ROWS):
            part = np.asarray(x[rows], dtype=np.float64)
            like = self.gate.proba(part)[:, 1:]
            out[rows] = like * self.wide.proba(part) + (1.0 - like) * self.usual.proba(part)
        return out


def fit(
    teach: Teach,
    x: FloatArray,
    y: IndexArray,
    made: MadeRows,
    *,
    seed: int,
    weight: FloatArray | None = None,
    judged: Array | None = None,
) -> GatedHead:
    """Fit both heads and their gate.

    The gate takes variants and labeled items for equally frequent: how many were made says nothing
    about how often their condition will come.

    Parameters
    ----------
    x, y
        (M, D) and (M,): embeddings and class numbers of labeled items.
    made
        At least one.
    seed
        Of the gate.
    weight, judged
        (M,) as learners take them. What a model labeled tells the gate nothing: a model that knows
        a condition from variants labels real items of it, which would count as unlike variants.

    Raises
    ------
    ValueError
        If variants have a class that no labeled item has.
    """
    if not np.isin(made.y, y).all():
        raise ValueError("variants have a class that no labeled item has")
    counts = np.ones(len(y)) if weight is None else weight
    real = np.ones(len(y), dtype=bool) if judged is None else judged
    of_gate = np.concatenate([x[real], made.x])
    is_made = (np.arange(len(of_gate)) >= real.sum()).astype(np.int64)
    return GatedHead(
        usual=teach(x, y, weight, judged),
        wide=teach(
            np.concatenate([x, made.x]),
            np.concatenate([y, made.y]),
            np.concatenate([counts, made.weight]),
            np.concatenate([real, np.zeros(len(made.y), dtype=bool)]),
        ),
        gate=fit_logistic(of_gate, is_made, seed=seed, class_weight="balanced"),
    )
