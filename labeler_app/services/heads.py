"""Fit a head on a project's labels, and have it again for every version.

One that its file does not hold is fitted again when it is asked for more than the file says.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import cast

import numpy as np

from labeler_app.core import self_training, synthesis
from labeler_app.core.arrays import Array, FloatArray, Head, IndexArray, LinearHead
from labeler_app.core.gated import GatedHead, MadeRows
from labeler_app.core.multilabel import Members
from labeler_app.core.self_training import Proof
from labeler_app.errors import InputError, StateError
from labeler_app.services import fitting, head_files, variant_features
from labeler_app.services.fitting import Embedded, Rows, learn, recipe_of
from labeler_app.services.snapshot import Snapshot
from labeler_app.services.workspace import Workspace
from labeler_app.store.arrays import Arrays
from labeler_app.store.models import ModelRow, ShardRow

# A forest of 100 trees fitted on 1,000 labels takes about 3 MB.
_KEPT_IN_MEMORY = 64
_SAME = 1e-6


@dataclass(frozen=True, slots=True)
class Fitted:
    """A head, and what its file holds."""

    head: Head
    named: Mapping[str, Array]
    note: str
    """How many variants are learned from, and whether self-training was used, and why."""


def fit(ws: Workspace, snapshot: Snapshot) -> Fitted:
    """Fit the project's learner on its labels, with self-training where that proves better."""
    seen = Embedded(ws.arrays, tuple(snapshot.shards))
    count = seen.count
    recipe = recipe_of(snapshot.project.config)
    inside = np.array(sorted(one for one in snapshot.labels if one < count), np.int64)
    made, note = _made(ws, snapshot, inside)
    rows = Rows(inside, _labels(snapshot, inside), None, made=made)
    try:
        head = learn(recipe, seen, rows)
    except (TypeError, ValueError):
        if made is None:
            raise
        # A learner of others may know no weights.
        rows, note = replace(rows, made=None), "It cannot learn from variants."
        head = learn(recipe, seen, rows)
    if snapshot.project.config.self_training:
        head, rows, told = _proven(snapshot, seen, head, rows)
        note = f"{note} {told}".strip()
    asked = np.array(sorted(one for one in snapshot.sample if one < count), np.int64)
    return Fitted(head, head_files.named(recipe, seen, head, rows, asked), note)


def _made(ws: Workspace, snapshot: Snapshot, inside: IndexArray) -> tuple[MadeRows | None, str]:
    """Return the variants that train, as many as their caps let in, and a sentence about them."""
    able = snapshot.made
    if not able or snapshot.project.config.multi_label:
        return None, ""
    y = np.array([one.class_id for one in able], dtype=np.int64)
    cells = np.array([one.cell for one in able], dtype=np.int64)
    rng = np.random.default_rng(snapshot.project.config.seed)
    labels = Counter(snapshot.labels[one] for one in inside.tolist())
    chosen = synthesis.capped(y, cells, labels, rng)
    revision = snapshot.shards[0].revision
    kept = [able[at] for at in chosen.tolist()]
    if not kept:
        return None, ""
    try:
        rows = variant_features.of(ws, snapshot.project.id, revision, kept)
    except InputError as error:
        return None, f"It does not learn from variants. {error.problem}"
    known = np.isfinite(rows).all(axis=1)
    count = int(known.sum())
    if not count:
        return None, ""
    weight = np.full(count, synthesis.WEIGHT)
    noun = "variant" if count == 1 else "variants"
    return MadeRows(rows[known], y[chosen][known], weight), f"It learns from {count:,} {noun}, too."


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


def kept(ws: Workspace, model: ModelRow) -> LinearHead | GatedHead | None:
    """Return the head of a version if it was kept itself; nothing is fitted again.

    Of a gated one both heads are linear.

    Raises
    ------
    StoreError
        If its file is missing or damaged.
    """
    if not ws.arrays.read_named(model.head, only=["coef"]):
        return None
    head = load(ws, model, ())
    return head if isinstance(head, LinearHead | GatedHead) else None


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
            return head_files.answers(named, at)
    if "coef" not in named and not again:
        return None
    return fitting.answers(load(ws, model, shards), x)


@lru_cache(maxsize=_KEPT_IN_MEMORY)
def _loaded(arrays: Arrays, path: str, _sha256: str, shards: tuple[ShardRow, ...]) -> Head:
    named = arrays.read_named(path)
    alone = head_files.read(named)
    if alone is not None:
        return alone
    seen = Embedded(arrays, shards)
    recipe, rows = head_files.fitted_on(named)
    head = learn(recipe, seen, rows)
    known = cast(FloatArray, named["probe"])
    probed = head.proba(seen.at(cast(IndexArray, named["probed"])))
    if probed.shape != known.shape or np.abs(probed - known).max() > _SAME:
        raise StateError(
            f"The model {path} cannot be fitted again as it was: the embeddings, the version of "
            "scikit-learn or the way to learn from variants have changed.",
            hint="Train the project again; older versions stay on the curve as they are.",
        )
    return head


def _proven(
    snapshot: Snapshot, seen: Embedded, without: Head, rows: Rows
) -> tuple[Head, Rows, str]:
    """Use self-training if it is better on the decide part of the audit sample, and say so."""
    assert not isinstance(rows.labels, Members)  # The settings refuse both together.
    embeddings = cast(FloatArray, seen.arrays.open_joined(seen.shards))
    recipe = recipe_of(snapshot.project.config)
    rng = np.random.default_rng(recipe.seed)
    candidates = np.setdiff1d(np.arange(len(embeddings)), list(snapshot.blocked))
    taken = self_training.take(without, embeddings, candidates, rows.labels, rng)
    if not taken.positions.size:
        return without, rows, "Self-training found no item that the model is sure of."
    both = Rows(
        np.concatenate([rows.positions, taken.positions]),
        np.concatenate([rows.labels, taken.labels]),
        np.concatenate([np.ones(len(rows.labels)), taken.weight]),
        np.arange(len(rows.labels) + len(taken.labels)) < len(rows.labels),
        rows.made,
    )
    with_it = learn(recipe, seen, both)
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
