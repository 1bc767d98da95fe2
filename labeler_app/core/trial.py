"""One simulated project over arrays: label, fit, measure, choose, again; truth answers at once."""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, replace

import numpy as np

from labeler_app.core import standing
from labeler_app.core.arrays import (
    Array,
    Choice,
    FloatArray,
    Head,
    IndexArray,
    LabelState,
    Learner,
    PoolView,
    Strategy,
)
from labeler_app.core.evaluation import balanced_accuracy
from labeler_app.core.strategies.batch import Guard, distances_to_sample, guarded
from labeler_app.core.strategies.uncertainty import random


@dataclass(frozen=True, slots=True)
class Trial:
    """What is simulated: items with their true classes, split once, and how they are labeled."""

    x: FloatArray
    """(N, D) embeddings."""
    y: IndexArray
    """(N,) true class numbers."""
    pool: IndexArray
    """Positions that may be labeled."""
    held_out: IndexArray
    """Positions that are only measured on."""
    steps: IndexArray
    """Numbers of labels at which a model is fitted, rising."""
    seed: int


@dataclass(frozen=True, slots=True)
class Curve:
    """What came out, one figure a step."""

    labels: IndexArray
    accuracy: FloatArray
    balanced_accuracy: FloatArray


def split(y: IndexArray, share: float, rng: np.random.Generator) -> tuple[IndexArray, IndexArray]:
    """Split items into pool and held-out items, class by class.

    Parameters
    ----------
    y : array of shape (N,)
        Class numbers.
    share
        The held-out share of each class, in (0, 1); a class keeps at least one item in the pool.

    Returns
    -------
    tuple of (pool, held_out), positions, rising
    """
    held = []
    for number in np.unique(y):
        members = rng.permutation(np.flatnonzero(y == number))
        held.append(members[: min(round(share * members.size), members.size - 1)])
    held_out = np.sort(np.concatenate(held))
    return np.setdiff1d(np.arange(len(y)), held_out), held_out


def play(
    trial: Trial,
    choose: Callable[[LabelState], Strategy],
    learn: Learner,
    rng: np.random.Generator,
    guard: Guard | None = None,
    as_drawn: Container[Strategy] = (random,),
) -> Curve:
    """Label up to the last step, measuring on the held-out items at each.

    Parameters
    ----------
    choose
        Which strategy now. As long as one class is labeled there is no model.
    guard
        Keeps near-duplicates and outliers out of the batches, as in a project. None: nothing is
        kept out.
    as_drawn
        Strategies whose batches stay as they are: those that draw at random.
    """
    x = np.ascontiguousarray(trial.x[trial.pool])
    truth = trial.y[trial.pool]
    labeled = np.empty(0, dtype=np.int64)
    head: Head | None = None
    saved: dict[Strategy, Mapping[str, Array]] = {}
    classes = np.unique(trial.y)
    far = None if guard is None else distances_to_sample(_view(x, truth, labeled, head))
    figures = []
    for step in trial.steps:
        view = _view(x, truth, labeled, head)
        strategy = choose(standing.look(view, classes))
        view = replace(view, saved=saved.get(strategy, {}))
        rules = None if strategy in as_drawn else guard
        choice = _pick(strategy, view, int(step) - labeled.size, rng, rules, far)
        labeled, saved[strategy] = np.concatenate([labeled, choice.positions]), choice.save
        head = _fit(x[labeled], truth[labeled], learn, trial.seed)
        predicted = _predict(head, trial.x[trial.held_out], truth[labeled])
        actual = trial.y[trial.held_out]
        figures.append((float(np.mean(predicted == actual)), balanced_accuracy(actual, predicted)))
    plain, balanced = np.array(figures).T
    return Curve(trial.steps, plain, balanced)


def _pick(
    strategy: Strategy,
    view: PoolView,
    k: int,
    rng: np.random.Generator,
    guard: Guard | None,
    far: FloatArray | None,
) -> Choice:
    if guard is None or far is None:
        return strategy(view, k, rng)
    return guarded(strategy, view, k, rng, far, guard).choice


def _view(
    x: FloatArray,
    truth: IndexArray,
    labeled: IndexArray,
    head: Head | None,
) -> PoolView:
    return PoolView(
        embeddings=x,
        proba=None if head is None else head.proba(x),
        candidates=np.setdiff1d(np.arange(len(x)), labeled),
        labeled=labeled,
        labels=truth[labeled],
        head=head,
    )


def _fit(x: FloatArray, y: IndexArray, learn: Learner, seed: int) -> Head | None:
    return learn(x, y, seed=seed) if np.unique(y).size > 1 else None


def _predict(head: Head | None, x: FloatArray, labels: IndexArray) -> IndexArray:
    """Predict classes; while a single class is labeled, that one."""
    if head is None:
        return np.full(len(x), labels[0], dtype=np.int64)
    predicted: IndexArray = head.classes[np.argmax(head.proba(x), axis=1)]
    return predicted
