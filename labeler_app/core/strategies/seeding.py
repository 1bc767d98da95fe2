"""Spread batches drawn as k-means++ draws its first centres: of embeddings, and of gradients."""

from dataclasses import replace
from functools import partial

import numpy as np

from labeler_app.core.arrays import Choice, FloatArray, IndexArray, PoolView
from labeler_app.core.strategies import pick
from labeler_app.core.strategies.clusters import squared_norms
from labeler_app.core.strategies.norms import norms_of, saved_norms
from labeler_app.core.strategies.scan import candidate_scores, checked, probabilities
from labeler_app.core.strategies.squares import Points, spread
from labeler_app.core.strategies.uncertainty import check_classes

# The bound of a distance of 0: such an item may be picked, when nothing better is left.
SMALLEST = float(np.finfo(np.float64).tiny)


def k_means_pp(view: PoolView, k: int, rng: np.random.Generator) -> Choice:
    """Draw each item by its squared distance to the labeled items and the picks before it.

    An exact draw (of the chances of k-means++) that reads a few thousand embeddings; the lengths
    of all are kept in ``Choice.save``. Without any label the first pick is uniformly random. Needs
    no model.

    Returns
    -------
    Choice
        Scores are distances to the nearest labeled or earlier picked item; a first pick without
        any label has the score of the second.

    Raises
    ------
    InputError
        If an embedding is not a number.

    References
    ----------
    "k-means++: The Advantages of Careful Seeding", SODA 2007.
    """
    pick.check_count(k)
    candidates, norms = pick.rising(view.candidates), norms_of(view)
    save = saved_norms(view, norms)
    if not candidates.size:
        return Choice(candidates, np.empty(0), save)
    first = candidates[rng.integers(candidates.size, size=0 if view.labeled.size else 1)]
    centres = _points(view, first if first.size else np.sort(view.labeled))
    # No distance is larger than that over the origin, to the centre nearest to it.
    reach = np.sqrt(centres.lengths.min())
    bound = np.maximum((np.sqrt(norms[candidates]) + reach) ** 2, SMALLEST)
    bound[np.searchsorted(candidates, first)] = 0.0
    count = min(k, candidates.size) - first.size
    found, squares = spread(candidates, bound, partial(_points, view), centres, count, rng)
    scores = np.sqrt(squares)
    if first.size:
        scores = np.concatenate([scores[:1] if count else np.zeros(1), scores])
    return Choice(np.concatenate([first, found]), scores, save)


def badge(view: PoolView, k: int, rng: np.random.Generator) -> Choice:
    """Draw items whose gradients are long and differ: BADGE, as an exact draw.

    The gradient of the last layer for the class the model would say is a times x, with a the
    probabilities less 1 at that class and x the embedding. It is never built: its length is the
    product of both lengths, and its inner products are the products of theirs. The first pick has
    the longest gradient, each other a chance proportional to its squared distance to the picks
    before it. The lengths of all embeddings are kept in ``Choice.save``.

    Returns
    -------
    Choice
        Scores are distances between gradients, of the first the length of its gradient.

    Raises
    ------
    StateError
        If there is no model yet.
    InputError
        If there are fewer than two classes, or an embedding is not a number.

    References
    ----------
    "Deep Batch Active Learning by Diverse, Uncertain Gradient Lower Bounds", ICLR 2020.
    """
    pick.check_count(k)
    norms = norms_of(view)
    save = saved_norms(view, norms)
    view = replace(view, candidates=pick.rising(view.candidates))
    candidates = view.candidates
    lengths = candidate_scores(view, residual_norms) * norms[candidates]
    if not candidates.size:
        return Choice(candidates, np.empty(0), save)
    first = pick.top(lengths, candidates, 1, rng).positions
    centres = _gradients(view, first)
    bound = np.maximum((np.sqrt(lengths) + np.sqrt(centres.lengths[0])) ** 2, SMALLEST)
    bound[np.searchsorted(candidates, first)] = 0.0
    count = min(k, candidates.size) - 1
    found, squares = spread(candidates, bound, partial(_gradients, view), centres, count, rng)
    scores = np.sqrt(np.concatenate([centres.lengths, squares]))
    return Choice(np.concatenate([first, found]), scores, save)


def _points(view: PoolView, positions: IndexArray) -> Points:
    x = pick.rows(view.embeddings, positions)
    return Points(x, np.ones((len(x), 1)), squared_norms(x))


def _gradients(view: PoolView, positions: IndexArray) -> Points:
    x = pick.rows(view.embeddings, positions)
    a = residuals(checked(np.asarray(probabilities(view)[positions])))
    return Points(x, a, squared_norms(a) * squared_norms(x))


def residuals(proba: FloatArray) -> FloatArray:
    """Return probabilities less 1 at the most probable class, (n, C) float64."""
    a = np.array(proba, dtype=np.float64)
    a[np.arange(len(a)), np.argmax(a, axis=1)] -= 1.0
    return a


def residual_norms(proba: FloatArray) -> FloatArray:
    """Return the squared lengths (n,) of ``residuals``, in [0, 2].

    Raises
    ------
    InputError
        If there are fewer than two classes.
    """
    check_classes(proba)
    wide = np.asarray(proba, dtype=np.float64)
    columns = np.ascontiguousarray(wide.T)
    first = columns.max(axis=0)
    squares: FloatArray = np.einsum("ij,ij->j", columns, columns) - 2.0 * first + 1.0
    return np.maximum(squares, 0.0)
