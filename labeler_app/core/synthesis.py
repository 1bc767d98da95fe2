"""How much variants of labeled items may say beside the items themselves.

However many variants are kept, they never outweigh the labels of a class, nor is a condition
told by very many of the same few originals; and each counts less than a real label. How strong a
model is chosen on real items only (`judged` of the learners): a variant knows its original's label.

Letters: V variants that a person kept.
"""

from collections.abc import Mapping

import numpy as np

from labeler_app.core.arrays import FloatArray, IndexArray

# Chosen by tests/benchmarks/gap_lift.py, with seeds that it does not report (100 and on), of what
# is gated (core/gated.py). Raw digits: with three variants a label 92 % are right in the dark, with
# one 86 to 89 %; that each counts .03, .1, .3 or 1 makes 90.5, 91.1, 91.4 or 91.9 %. Patches of
# photos, 8 seeds each: points gained in the dark 9.2, 10.0, 10.2, 9.4; where JPEG spoiled them 1.3,
# 1.5, 1.4, 1.4; lost of the usual ones beside those at .3 none, at 1 up to .3.
WEIGHT = 0.3
"""What a variant counts at training, where a real label counts 1."""
HOW = f"gated {WEIGHT}"
"""Marks how models learn from variants: what another way trained or proved is done again."""
A_LABEL = 3.0
"""Variants that train for each real label of their class, at most."""
A_CELL = 36
"""Variants of a class that train in one cell, at most."""


def capped(
    classes: IndexArray,
    cells: IndexArray,
    labels_per_class: Mapping[int, int],
    rng: np.random.Generator,
    a_label: float = A_LABEL,
    a_cell: int = A_CELL,
) -> IndexArray:
    """Draw the variants that train: no more of a class, and of a class in a cell, than allowed.

    Parameters
    ----------
    classes : array of shape (V,)
        Class number of each variant.
    cells : array of shape (V,)
        Which cell it was made for: any numbers, one a cell of an axis; below 0 for none, which only
        the cap of the class bounds.
    labels_per_class
        By class number: how many real labels it has; none where it is not named.
    rng
        Draws where there are more than may train.
    a_label
        Variants for each real label of a class; what is left of one is dropped.
    a_cell
        Variants of a class in one cell.

    Returns
    -------
    array of positions, int64, rising
    """
    left = {one: int(a_label * labels_per_class.get(one, 0)) for one in set(classes.tolist())}
    inside: dict[tuple[int, int], int] = {}
    taken: list[int] = []
    for at in rng.permutation(len(classes)).tolist():
        class_, cell = int(classes[at]), int(cells[at])
        held = inside.get((class_, cell), 0)
        if left[class_] < 1 or (cell >= 0 and held >= a_cell):
            continue
        left[class_] -= 1
        inside[class_, cell] = held + 1
        taken.append(at)
    return np.array(sorted(taken), dtype=np.int64)


def ahead(proba: FloatArray) -> FloatArray:
    """Return by how much the likeliest class is ahead of the second, (n,), of (n, C), C > 1."""
    second, first = np.partition(proba, -2, axis=1)[:, -2:].T
    return np.asarray(first - second)


def apart(proba: FloatArray) -> FloatArray:
    """Return how far rows are from lying between two classes, (n,), of these classes' (n, 2).

    0 where both have half of all probability, 1 where either has none: what a third class has is
    between the two as little as what is surely one of them.
    """
    return np.asarray(1.0 - 2.0 * proba.min(axis=1))
