"""Fit a head on a project's labels, keep it in a file, and have it again for every version.

A linear head is kept itself. Of any other what it was fitted on is kept, and what it says of the
audit items; it is fitted again when it is asked for more: its arrays would be large, and what could
store them could run code.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import cast

import numpy as np

from labeler_app import plugins
from labeler_app.core import multilabel, self_training, synthesis
from labeler_app.core.arrays import Array, FloatArray, Head, IndexArray, Learner, LinearHead
from labeler_app.core.multilabel import LinearSetHead, Members, SetHead
from labeler_app.core.self_training import Proof
from labeler_app.errors import InputError, StateError
from labeler_app.services import variant_features
from labeler_app.services.snapshot import Snapshot
from labeler_app.services.workspace import Workspace
from labeler_app.settings import ProjectConfig
from labeler_app.store.arrays import Arrays
from labeler_app.store.models import ModelRow, ShardRow

# A forest of 100 trees fitted on 1,000 labels takes about 3 MB.
_KEPT_IN_MEMORY = 64
# Probabilities of so many items tell whether a head fitted again is the same.
_PROBED = 20
_SAME = 1e-6


@dataclass(frozen=True, slots=True)
class Fitted:
    """A head, and what its file holds."""

    head: Head
    named: Mapping[str, Array]
    note: str
    """How many variants are learned from, and whether self-training was used, and why."""


@dataclass(frozen=True, slots=True)
class _Recipe:
    """How a head is fitted."""

    learner: str
    seed: int
    class_weight: str


@dataclass(frozen=True, slots=True)
class _Rows:
    """What a head is fitted on."""

    positions: IndexArray
    labels: IndexArray | Members
    weight: FloatArray | None
    judged: Array | None = None
    """(M,) whether a person labeled it; None: all of them."""
    made: "_Made | None" = None
    """What it is fitted on besides."""


@dataclass(frozen=True, slots=True)
class _Made:
    """Variants: they count less, and nothing is chosen by them."""

    x: FloatArray
    """(V, D)"""
    y: IndexArray
    weight: FloatArray


@dataclass(frozen=True, slots=True)
class _Embedded:
    """The embeddings of a project, of which a few rows are read."""

    arrays: Arrays
    shards: tuple[ShardRow, ...]

    def at(self, positions: IndexArray) -> FloatArray:
        """Return the rows at positions."""
        return cast(FloatArray, self.arrays.take(self.shards, positions))


def fit(ws: Workspace, snapshot: Snapshot) -> Fitted:
    """Fit the project's learner on its labels, with self-training where that proves better."""
    seen, count = _Embedded(ws.arrays, tuple(snapshot.shards)), _count(snapshot.shards)
    recipe = _recipe(snapshot.project.config)
    inside = np.array(sorted(one for one in snapshot.labels if one < count), np.int64)
    made, note = _made(ws, snapshot)
    rows = _Rows(inside, _labels(snapshot, inside), None, made=made)
    try:
        head = _learned(recipe, seen, rows)
    except (TypeError, ValueError):
        if made is None:
            raise
        # A learner of others may know no weights.
        rows, note = replace(rows, made=None), "It cannot learn from made pictures."
        head = _learned(recipe, seen, rows)
    if snapshot.project.config.self_training:
        head, rows, told = _proven(snapshot, seen, head, rows)
        note = f"{note} {told}".strip()
    asked = np.array(sorted(one for one in snapshot.sample if one < count), np.int64)
    return Fitted(head, _named(recipe, seen, head, rows, asked), note)


def fit_on(
    config: ProjectConfig,
    x: FloatArray,
    y: IndexArray,
    weight: FloatArray | None,
    judged: Array | None,
    seed: int,
) -> Head:
    """Fit the learner of a project on rows that need be no items."""
    recipe = replace(_recipe(config), seed=config.seed + seed)
    return _taught(recipe, np.asarray(x, dtype=np.float64), y, weight, judged)


def _made(ws: Workspace, snapshot: Snapshot) -> tuple[_Made | None, str]:
    """Return the variants that train, as many as their caps let in, and a sentence about them."""
    able = snapshot.made
    if not able or snapshot.project.config.multi_label:
        return None, ""
    y = np.array([one.class_id for one in able], dtype=np.int64)
    cells = np.array([one.cell for one in able], dtype=np.int64)
    rng = np.random.default_rng(snapshot.project.config.seed)
    chosen = synthesis.capped(y, cells, Counter(snapshot.labels.values()), rng)
    revision = snapshot.shards[0].revision
    kept = [able[at] for at in chosen.tolist()]
    if not kept:
        return None, ""
    try:
        rows = variant_features.of(ws, snapshot.project.id, revision, kept)
    except InputError as error:
        return None, f"It does not learn from made pictures. {error.problem}"
    known = np.isfinite(rows).all(axis=1)
    count = int(known.sum())
    if not count:
        return None, ""
    weight = np.full(count, synthesis.WEIGHT)
    noun = "made picture" if count == 1 else "made pictures"
    return _Made(rows[known], y[chosen][known], weight), f"It learns from {count:,} {noun}, too."


def _labels(snapshot: Snapshot, inside: IndexArray) -> IndexArray | Members:
    if snapshot.project.config.multi_label:
        return snapshot.members(snapshot.labels, inside.tolist())
    return np.array([snapshot.labels[int(one)] for one in inside], dtype=np.int64)


def load(ws: Workspace, model: ModelRow, shards: Sequence[ShardRow]) -> Head:
    """Return the head of a version, fitted again if it was not kept itself.

    Parameters
    ----------
    shards
        The embeddings it was fitted on.

    Raises
    ------
    StoreError
        If its file is missing or damaged.
    StateError
        If fitting it again gives another head, as another version of scikit-learn may.
    """
    return _loaded(ws.arrays, model.head, model.sha256, tuple(shards))


def kept(ws: Workspace, model: ModelRow) -> LinearHead | None:
    """Return the head of a version if it is linear and was kept itself; nothing is fitted again.

    Raises
    ------
    StoreError
        If its file is missing or damaged.
    """
    if not ws.arrays.read_named(model.head, only=["coef"]):
        return None
    head = load(ws, model, ())
    return head if isinstance(head, LinearHead) else None


def say(
    ws: Workspace,
    model: ModelRow,
    shards: Sequence[ShardRow],
    positions: IndexArray,
    x: FloatArray,
    *,
    again: bool,
) -> IndexArray | Members | None:
    """Return what a version gives items, fitted again only where nothing else helps.

    What it said of all audit items when it was new is kept, and counts as long as their embeddings
    are the same.

    Parameters
    ----------
    positions, x
        Of the items: (n,) and (n, D).
    again
        Whether it may be fitted again. If not, None where that would be needed.

    Raises
    ------
    StoreError, StateError
        As `load` does.
    """
    named = ws.arrays.read_named(model.head)
    if "asked" in named and set(named["shards"].tolist()) <= {one.sha256 for one in shards}:
        at = np.searchsorted(named["asked"], positions)
        if (np.append(named["asked"], -1)[at] == positions).all():
            return _read_answers(named, at)
    if "coef" not in named and not again:
        return None
    return answers(load(ws, model, shards), x)


def answers(head: Head, x: FloatArray) -> IndexArray | Members:
    """Return the class, or classes, that a head gives items (n, D)."""
    if isinstance(head, LinearSetHead | SetHead):
        return multilabel.predicted(head, x)
    if not len(x):
        return np.zeros(0, dtype=np.int64)
    best: IndexArray = head.classes[head.proba(np.asarray(x, dtype=np.float64)).argmax(axis=1)]
    return best


@lru_cache(maxsize=_KEPT_IN_MEMORY)
def _loaded(arrays: Arrays, path: str, _sha256: str, shards: tuple[ShardRow, ...]) -> Head:
    named = arrays.read_named(path)
    if "coef" in named:
        linear = LinearSetHead if "each" in named else LinearHead
        return linear(
            coef=cast(FloatArray, named["coef"]),
            intercept=cast(FloatArray, named["intercept"]),
            classes=cast(IndexArray, named["classes"]),
        )
    seen = _Embedded(arrays, shards)
    head = _learned(
        _Recipe(str(named["learner"]), int(named["seed"]), str(named["class_weight"])),
        seen,
        _Rows(
            cast(IndexArray, named["positions"]),
            _read_labels(named),
            cast(FloatArray, named["weight"]) if named["weight"].size else None,
            named["judged"] if "judged" in named and named["judged"].size else None,
            _read_made(named),
        ),
    )
    known = cast(FloatArray, named["probe"])
    probed = head.proba(seen.at(cast(IndexArray, named["probed"])))
    if probed.shape != known.shape or np.abs(probed - known).max() > _SAME:
        raise StateError(
            f"The model {path} cannot be fitted again as it was: the embeddings or the version of "
            "scikit-learn have changed.",
            hint="Train the project again; older versions stay on the curve as they are.",
        )
    return head


def _recipe(config: ProjectConfig) -> _Recipe:
    return _Recipe(config.learner, config.seed, config.class_weight)


def _learned(recipe: _Recipe, seen: _Embedded, rows: _Rows) -> Head:
    x = np.asarray(seen.at(rows.positions), dtype=np.float64)
    if rows.made is None or isinstance(rows.labels, Members):
        return _taught(recipe, x, rows.labels, rows.weight, rows.judged)
    made, count = rows.made, len(rows.positions)
    weight = np.ones(count) if rows.weight is None else rows.weight
    judged = np.ones(count, dtype=bool) if rows.judged is None else rows.judged
    return _taught(
        recipe,
        np.concatenate([x, np.asarray(made.x, dtype=np.float64)]),
        np.concatenate([rows.labels, made.y]),
        np.concatenate([weight, made.weight]),
        np.concatenate([judged, np.zeros(len(made.y), dtype=bool)]),
    )


def _taught(
    recipe: _Recipe,
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


def _proven(
    snapshot: Snapshot, seen: _Embedded, without: Head, rows: _Rows
) -> tuple[Head, _Rows, str]:
    """Use self-training if it is better on the decide part of the audit sample, and say so."""
    assert not isinstance(rows.labels, Members)  # The settings refuse both together.
    embeddings = cast(FloatArray, seen.arrays.open_joined(seen.shards))
    recipe = _recipe(snapshot.project.config)
    rng = np.random.default_rng(recipe.seed)
    candidates = np.setdiff1d(np.arange(len(embeddings)), list(snapshot.blocked))
    taken = self_training.take(without, embeddings, candidates, rows.labels, rng)
    if not taken.positions.size:
        return without, rows, "Self-training found no item that the model is sure of."
    both = _Rows(
        np.concatenate([rows.positions, taken.positions]),
        np.concatenate([rows.labels, taken.labels]),
        np.concatenate([np.ones(len(rows.labels)), taken.weight]),
        np.arange(len(rows.labels) + len(taken.labels)) < len(rows.labels),
        rows.made,
    )
    with_it = _learned(recipe, seen, both)
    known = sorted(one for one in snapshot.decided if one < len(embeddings))
    proof = self_training.compare(
        with_it,
        without,
        np.asarray(embeddings[np.array(known, dtype=np.int64)], dtype=np.float64),
        np.array([snapshot.decided[one] for one in known], dtype=np.int64),
    )
    note = _note(proof, len(known), taken.positions.size)
    return (with_it, both, note) if proof.holds else (without, rows, note)


def _note(proof: Proof, known: int, taken: int) -> str:
    if not known:
        return "Self-training is not used: it has no audit answers yet to prove itself on."
    found = (
        f"of {known} audit items kept for decisions, {proof.only_with} are right only with it and "
        f"{proof.only_without} only without (p = {proof.p:.2f})"
    )
    if proof.holds:
        return f"Self-training helps, with {taken} items the model was sure of: {found}."
    return f"Self-training is not used, it has not proven better: {found}."


def _named(
    recipe: _Recipe, seen: _Embedded, head: Head, rows: _Rows, asked: IndexArray
) -> dict[str, Array]:
    if isinstance(head, LinearHead | LinearSetHead):
        linear = {"coef": head.coef, "intercept": head.intercept, "classes": head.classes}
        each = {"each": np.ones(1, dtype=bool)} if isinstance(head, LinearSetHead) else {}
        return {**linear, **each}
    said = answers(head, seen.at(asked))
    probed = np.unique(np.linspace(0, _count(seen.shards) - 1, _PROBED).astype(np.int64))
    return {
        "classes": head.classes,
        "learner": np.array(recipe.learner),
        "seed": np.array(recipe.seed),
        "class_weight": np.array(recipe.class_weight),
        "positions": rows.positions,
        **_written_labels(rows.labels),
        "weight": np.zeros(0) if rows.weight is None else rows.weight,
        "judged": np.zeros(0, dtype=bool) if rows.judged is None else rows.judged,
        **_written_made(rows.made),
        "probed": probed,
        "probe": head.proba(seen.at(probed)),
        "asked": asked,
        "answers": said.has if isinstance(said, Members) else said,
        "shards": np.array([one.sha256 for one in seen.shards]),
    }


def _written_labels(labels: IndexArray | Members) -> dict[str, Array]:
    if isinstance(labels, Members):
        return {"labels": labels.has, "known": labels.known, "columns": labels.classes}
    return {"labels": labels}


def _written_made(made: _Made | None) -> dict[str, Array]:
    if made is None:
        return {}
    return {"made_x": made.x, "made_y": made.y, "made_weight": made.weight}


def _read_made(named: Mapping[str, Array]) -> _Made | None:
    if "made_x" not in named:
        return None
    x, weight = cast(FloatArray, named["made_x"]), cast(FloatArray, named["made_weight"])
    return _Made(x, cast(IndexArray, named["made_y"]), weight)


def _read_labels(named: Mapping[str, Array]) -> IndexArray | Members:
    if "known" in named:
        return Members(cast(IndexArray, named["columns"]), named["labels"], named["known"])
    return cast(IndexArray, named["labels"])


def _read_answers(named: Mapping[str, Array], at: IndexArray) -> IndexArray | Members:
    said = named["answers"][at]
    if "known" in named:
        return Members(cast(IndexArray, named["classes"]), said, np.ones_like(said))
    return cast(IndexArray, said)


def _count(shards: Sequence[ShardRow]) -> int:
    return sum(one.count for one in shards)
