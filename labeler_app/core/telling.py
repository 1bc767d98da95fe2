"""Which columns of labeled rows tell their classes.

Letters: M labeled rows, R different values of a column, C classes.
"""

from collections.abc import Sequence

import numpy as np

from labeler_app.core.arrays import FloatArray, IndexArray

# The chance that any column at all is taken for one that tells something, where none does.
_ERROR = 0.05


def telling(columns: Sequence[IndexArray], y: IndexArray) -> list[int]:
    """Return the columns that tell something of the classes, those that tell most first.

    A column tells something if Pearson's test finds it associated with the classes, with
    Bonferroni's correction for their number. Not a G-test: of cells with few rows, which columns of
    many words and projects of many classes have, it takes noise for association (2,000 labels of 5
    classes, words of 5 rows each: always). How much it tells is the mean square contingency, less
    what that is on the average where there is no association (Bergsma 2013, "A bias-correction for
    Cramer's V and Tschuprow's T"): a column of many values does not look telling by their number.

    Parameters
    ----------
    columns : sequence of arrays of shape (M,)
        Values as numbers from 0; they stand in no order.
    y : array of shape (M,)
        Class numbers.

    Returns
    -------
    list of int
        Places in `columns`.
    """
    found = [_association(one, y) for one in columns]
    kept = [at for at, (_, chance) in enumerate(found) if chance * len(columns) < _ERROR]
    return sorted(kept, key=lambda at: -found[at][0])


def ranked(values: FloatArray, bins: int) -> IndexArray:
    """Return each number's bin by its rank, from 0 to bins - 1; equal ones are in one bin.

    Parameters
    ----------
    values : array of shape (M,)
        Finite.
    bins
        At least 1.
    """
    ordered = np.sort(values)
    below = np.searchsorted(ordered, values, side="left")
    up_to = np.searchsorted(ordered, values, side="right")
    middle = (below + up_to) / (2.0 * max(1, len(values)))
    return np.minimum((middle * bins).astype(np.int64), bins - 1)


def _association(codes: IndexArray, y: IndexArray) -> tuple[float, float]:
    """Return the mean square contingency beyond chance, and the chance of so much of it."""
    from scipy.stats import chi2_contingency

    rows, classes = (np.unique(one, return_inverse=True)[1] for one in (codes, y))
    if not rows.any() or not classes.any():
        return 0.0, 1.0  # One value, or one class, has nothing to tell.
    table = np.zeros((rows.max() + 1, classes.max() + 1))
    np.add.at(table, (rows, classes), 1.0)
    found = chi2_contingency(table, correction=False)
    return float((found.statistic - found.dof) / len(y)), float(found.pvalue)
