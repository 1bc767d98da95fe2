"""Learn from items that nobody labeled but the model is sure of; and whether that helps.

Letters: N items, C classes, D dimensions, M labeled items.
"""

from dataclasses import dataclass

import numpy as np

from labeler_app.core.arrays import FloatArray, Head, IndexArray

SURE = 0.9
"""A class more probable than this is taken as a label."""
LOOKED_AT = 5_000
"""Of more candidates so many are drawn."""
MOST_A_LABEL = 3.0
"""At most so many taken labels of a class for each that a person gave."""
SHARE = 0.5
"""All taken labels together count at most this share of what the given ones do."""
LEVEL = 0.05
"""Of the test that self-training has to pass."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Items whose class the model was sure of."""

    positions: IndexArray
    """(n,) rising."""
    labels: IndexArray
    """(n,) class numbers."""
    weight: FloatArray
    """(n,) what each counts; a label that a person gave counts 1."""


@dataclass(frozen=True, slots=True)
class Proof:
    """How two models did on the same items."""

    only_with: int
    """Items that only the model with self-training has right."""
    only_without: int
    """Items that only the model without it has right."""
    p: float
    """How often chance alone gives the first so large a share of both."""

    @property
    def holds(self) -> bool:
        """Whether self-training is better beyond chance."""
        return self.p <= LEVEL


def take(
    head: Head,
    embeddings: FloatArray,
    candidates: IndexArray,
    labels: IndexArray,
    rng: np.random.Generator,
) -> Taken:
    """Take the classes of items that a model is sure of, class by class the surest first.

    Parameters
    ----------
    head
        Fitted on the given labels alone.
    embeddings : array of shape (N, D)
    candidates : array
        Positions that may be taken: never an audit item.
    labels : array of shape (M,)
        Class numbers that people gave; they bound how many of a class are taken.
    rng
        Draws candidates where there are many.

    References
    ----------
    "Pseudo-Label: The Simple and Efficient Semi-Supervised Learning Method for Deep Neural
    Networks", ICML workshop 2013; bounds by class as in "Unsupervised Domain Adaptation for
    Semantic Segmentation via Class-Balanced Self-Training", ECCV 2018.
    """
    drawn = np.sort(rng.permutation(candidates)[:LOOKED_AT])
    proba = head.proba(np.asarray(embeddings[drawn], dtype=np.float64))
    column, sureness = proba.argmax(axis=1), proba.max(axis=1, initial=0.0)
    chosen = []
    for at, number in enumerate(head.classes):
        sure = np.flatnonzero((column == at) & (sureness >= SURE))
        most = int(MOST_A_LABEL * np.count_nonzero(labels == number))
        chosen.append(sure[np.argsort(-sureness[sure], kind="stable")[:most]])
    kept = np.sort(np.concatenate(chosen))
    each = min(1.0, SHARE * len(labels) / max(kept.size, 1))
    return Taken(drawn[kept], head.classes[column[kept]], np.full(kept.size, each))


def compare(with_it: Head, without: Head, x: FloatArray, y: IndexArray) -> Proof:
    """Test on items that neither model was fitted on whether self-training is better.

    Of the items that one model alone has right, chance gives half to each: the exact one-sided
    sign test.

    Parameters
    ----------
    x : array of shape (n, D)
        Embeddings of the decide part of the audit sample; never of the report part.
    y : array of shape (n,)
        Their true classes.

    References
    ----------
    "Note on the sampling error of the difference between correlated proportions or percentages",
    Psychometrika 12, 1947.
    """
    from scipy.special import bdtrc

    if not len(x):
        return Proof(0, 0, 1.0)
    right, right_before = (
        one.classes[one.proba(x).argmax(axis=1)] == y for one in (with_it, without)
    )
    gained = int(np.count_nonzero(right & ~right_before))
    lost = int(np.count_nonzero(right_before & ~right))
    both = gained + lost
    # How often at least so many of both are gained.
    return Proof(gained, lost, float(bdtrc(gained - 1, both, 0.5)))
