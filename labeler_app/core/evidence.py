"""What speaks for a class in a linear model: its direction, and the words that stand out.

Letters: C classes, D dimensions, n words.
"""

import numpy as np

from labeler_app.core.arrays import FloatArray, IndexArray, LinearHead
from labeler_app.core.gated import GatedHead

MOST_FOR, MOST_AGAINST = 8, 4
LEAST_SHARE = 0.05


def contrast(head: LinearHead, column: int) -> tuple[FloatArray, float]:
    """Return how a class differs from the others: the logit of it minus the mean of theirs.

    A logit alone says nothing, since all of them may be moved alike without a probability being
    changed; a difference does. With two classes it is the one that the probability follows from.
    With more, the mean of the others tells what spoke for this class whatever the other might
    have been; the difference to one rival would tell another story for each of them.

    Returns
    -------
    direction : array of shape (D,)
    intercept
        A vector times the direction, plus this, is the difference.
    """
    others = np.arange(len(head.classes)) != column
    direction: FloatArray = head.coef[column] - head.coef[others].mean(axis=0)
    return direction, float(head.intercept[column] - head.intercept[others].mean())


def direction(head: LinearHead | GatedHead, column: int, x: FloatArray) -> FloatArray:
    """Return what moves a head towards a class, beside the others, at one item: (D,).

    Of a gated head the directions of both, each as much as it has a say there.

    Parameters
    ----------
    x
        (D,) the item's embedding.
    """
    if isinstance(head, LinearHead):
        return contrast(head, column)[0]
    like = float(head.gate.proba(x[None, :])[0, 1])
    parts = ((1.0 - like, head.usual), (like, head.wide))
    both = [share * contrast(one, column)[0] for share, one in parts if isinstance(one, LinearHead)]
    return np.asarray(np.sum(both, axis=0))


def standing_out(
    added: FloatArray, is_word: FloatArray, held_by: FloatArray
) -> tuple[IndexArray, IndexArray]:
    """Choose the words that moved a model most, beyond what moves it with the usual text: few.

    A word that every text holds adds to every text, and tells none of them apart; one that a share
    of them holds adds about that share of it to the mean text. Only what is beyond the mean counts,
    so that "the" needs to add more than a rare word to stand out. Nothing is left out for being
    frequent alone: "is" does tell a question that asks what something is, though a third of all
    questions hold it. Of the words chosen for models of 30 labels, function words were 34 % in
    movie reviews (42 % where all that is added counts), 54 % in questions (58 %). To ask for a
    least share of the strongest changes neither.

    Parameters
    ----------
    added : array of shape (n,)
        What each adds to the difference.
    is_word : array of bool of shape (n,)
        The others are signs: they count in the sum, and are never chosen.
    held_by : array of shape (n,), in [0, 1]
        Share of all texts that hold the word.

    Returns
    -------
    towards, against : arrays of shape (at most 8,), (at most 4,)
        Positions, strongest first; each is beyond the mean by 5 % of what all add, or more.
    """
    sizes = np.abs(added) * (1.0 - held_by)
    least = LEAST_SHARE * np.abs(added).sum()
    strongest = np.argsort(-sizes, kind="stable")
    chosen = strongest[(is_word & (sizes >= least) & (sizes > 0))[strongest]]
    return chosen[added[chosen] > 0][:MOST_FOR], chosen[added[chosen] < 0][:MOST_AGAINST]
