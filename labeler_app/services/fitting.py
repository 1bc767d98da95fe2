"""Fit a learner on rows of embeddings, variants among them, and say what its head gives items."""

from dataclasses import dataclass, replace
from functools import partial
from typing import cast

import numpy as np

from labeler_app import plugins
from labeler_app.core import gated, multilabel
from labeler_app.core.arrays import Array, FloatArray, Head, IndexArray, Learner
from labeler_app.core.gated import MadeRows
from labeler_app.core.multilabel import LinearSetHead, Members, SetHead
from labeler_app.settings import ProjectConfig
from labeler_app.store.arrays import Arrays
from labeler_app.store.models import ShardRow


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a head is fitted."""

    learner: str
    seed: int
    class_weight: str


@dataclass(frozen=True, slots=True)
class Rows:
    """What a head is fitted on."""

    positions: IndexArray
    labels: IndexArray | Members
    weight: FloatArray | None
    judged: Array | None = None
    """(M,) whether a person labeled it; None: all of them."""
    made: MadeRows | None = None
    """What it is fitted on besides."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """The embeddings of a project, of which a few rows are read."""

    arrays: Arrays
    shards: tuple[ShardRow, ...]

    @property
    def count(self) -> int:
        """How many rows there are."""
        return sum(one.count for one in self.shards)

    def at(self, positions: IndexArray) -> FloatArray:
        """Return the rows at positions."""
        return cast(FloatArray, self.arrays.take(self.shards, positions))


def fit_on(
    config: ProjectConfig, x: FloatArray, y: IndexArray, made: MadeRows | None, seed: int
) -> Head:
    """Fit the learner of a project on rows that need be no items."""
    recipe = replace(recipe_of(config), seed=config.seed + seed)
    return _taught(recipe, np.asarray(x, dtype=np.float64), y, None, None, made)


def recipe_of(config: ProjectConfig) -> Recipe:
    """Return how the heads of a project are fitted."""
    return Recipe(config.learner, config.seed, config.class_weight)


def learn(recipe: Recipe, seen: Embedded, rows: Rows) -> Head:
    """Fit a head on items, and on what was made of them besides."""
    x = np.asarray(seen.at(rows.positions), dtype=np.float64)
    return _taught(recipe, x, rows.labels, rows.weight, rows.judged, rows.made)


def _taught(
    recipe: Recipe,
    x: FloatArray,
    y: IndexArray | Members,
    weight: FloatArray | None,
    judged: Array | None,
    made: MadeRows | None,
) -> Head:
    if made is None or isinstance(y, Members):
        return _teach(recipe, x, y, weight, judged)
    teach = partial(_teach, recipe)
    return gated.fit(teach, x, y, made, seed=recipe.seed, weight=weight, judged=judged)


def _teach(
    recipe: Recipe,
    x: FloatArray,
    y: IndexArray | Members,
    weight: FloatArray | None,
    judged: Array | None,
) -> Head:
    learn = cast(Learner, plugins.load("learners", recipe.learner))
    # Learners of others may know neither way of weighing; who asks for none does not pass one.
    more: dict[str, object] = {}
    if recipe.class_weight != "none":
        more["class_weight"] = recipe.class_weight
    if weight is not None:
        more["weight"] = weight
    if judged is not None:
        more["judged"] = judged
    if isinstance(y, Members):
        return multilabel.fit(learn, x, y, seed=recipe.seed, **more)
    return learn(x, y, seed=recipe.seed, **more)


def answers(head: Head, x: FloatArray) -> IndexArray | Members:
    """Return the class, or classes, that a head gives items (n, D)."""
    if isinstance(head, LinearSetHead | SetHead):
        return multilabel.predicted(head, x)
    if not len(x):
        return np.zeros(0, dtype=np.int64)
    best: IndexArray = head.classes[head.proba(np.asarray(x, dtype=np.float64)).argmax(axis=1)]
    return best
