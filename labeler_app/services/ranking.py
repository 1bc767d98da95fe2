"""Choose the next queue: the policy names a strategy, it picks, each pick gets a reason."""

import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

import numpy as np

from labeler_app import plugins
from labeler_app.core import multilabel, standing
from labeler_app.core.arrays import (
    Array,
    Choice,
    FloatArray,
    Head,
    IndexArray,
    LabelState,
    Policy,
    PoolView,
    Strategy,
)
from labeler_app.core.strategies.batch import Guard, Guarded, distances_to_sample, guarded
from labeler_app.services import meanings, predictions, reasons
from labeler_app.services.predictions import Known
from labeler_app.services.projects import Project
from labeler_app.store.queue import Entry, Selection

# The strategy picks one batch; behind it the most uncertain wait, so that a person who is faster
# than the worker, or offline, is still asked something useful.
QUEUE_LENGTH = 500
COLD_LENGTH = 120
# The name under which it is kept how far each item is from all others.
FAR = "far"
RANDOM = "random"
# Where nothing is left that its picks could stand for, it adds uncertain items, with the score 0.
_STANDING_FOR = "herding"
_DECIDING = ("strategy", "cold_start", "batch", "hold_outliers", "seed", "learner", "embedder")


def _nothing(_strategy: str) -> Mapping[str, Array]:
    return {}


@dataclass(frozen=True, slots=True)
class Pool:
    """What is known when the queue is chosen."""

    project: Project
    version: int | None
    ids: Sequence[int]
    class_names: Mapping[int, str]
    classes: Sequence[int]
    embeddings: FloatArray
    proba: FloatArray | None
    head: Head | None
    candidates: IndexArray
    labels: Mapping[int, int]
    hashes: Sequence[str]
    head_hash: str
    now: float
    decided: Mapping[int, int] = field(default_factory=dict)
    """Class by position: the labeled decide part of the audit sample."""
    sets: Mapping[int, frozenset[int]] = field(default_factory=dict)
    """Where items have several classes, by what a label names: the classes it means."""
    predictions: Known | None = None
    """Probabilities of a pretrained model that were imported."""
    saved: Callable[[str], Mapping[str, Array]] = _nothing
    """From a strategy's name to what it saved last time."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """A queue and how it came about."""

    selection: Selection
    entries: tuple[Entry, ...]
    save: Mapping[str, Mapping[str, Array]] = field(default_factory=dict)
    """What the strategy, and the guard of the batch, want to find next time, by name."""


def choose(pool: Pool) -> Ranking:
    """Return the next queue, best first; the same whatever the number of threads."""
    from threadpoolctl import threadpool_limits

    # More threads add in another order, and a tie may then fall otherwise.
    with threadpool_limits(limits=1):
        return _chosen(pool)


def _chosen(pool: Pool) -> Ranking:
    view = _view(pool)
    state = _state(pool, view)
    strategy, phase = _strategy(pool, state)
    seed = zlib.crc32(f"{pool.project.config.seed}/{pool.project.id}/{pool.version}".encode())
    rng = np.random.default_rng(seed)
    view = replace(predictions.put_into(view, pool.predictions), saved=pool.saved(strategy))
    far = _far(pool, view)
    batch = _pick(pool, view, strategy, rng, far)
    picked = batch.choice
    explain = _explained(pool, view, strategy)
    # Drawn at random, every candidate had the same chance; all else is picked for sure.
    drawn = strategy == RANDOM and len(picked.positions) > 0
    chance = len(picked.positions) / len(view.candidates) if drawn else 1.0
    entries = [
        replace(_entry(pool, rank, position, score, strategy, explain), propensity=chance)
        for rank, (position, score) in enumerate(zip(picked.positions, picked.scores, strict=True))
    ]
    entries += _rest(pool, view, batch, rng, len(entries))
    selection = Selection(
        project=pool.project.id,
        version=pool.version,
        strategy=strategy,
        phase=phase,
        seed=seed,
        detail=_detail(pool, state, batch),
        created_at=pool.now,
    )
    return Ranking(selection, tuple(entries), {strategy: picked.save, FAR: {FAR: far}})


def _view(pool: Pool) -> PoolView:
    inside = sorted(one for one in pool.labels if one < len(pool.embeddings))
    labeled = np.array(inside, dtype=np.int64)
    proba = pool.proba
    if pool.project.config.multi_label and proba is not None:
        # To a strategy, the class in question is given or not.
        proba = multilabel.doubtful(proba)[1]
    return PoolView(
        embeddings=pool.embeddings,
        proba=proba,
        candidates=pool.candidates,
        labeled=labeled,
        labels=np.array([pool.labels[int(one)] for one in labeled], dtype=np.int64),
        head=None if pool.project.config.multi_label else pool.head,
    )


def _state(pool: Pool, view: PoolView) -> LabelState:
    if pool.project.config.multi_label:
        counts = meanings.counts(list(pool.labels.values()), pool.classes, pool.sets)
        return LabelState(
            counts=np.array(counts, dtype=np.int64),
            features_ready=True,
            has_model=view.proba is not None,
            pool=view.candidates.size,
        )
    given = list(pool.decided.values())
    return standing.look(
        view,
        np.array(pool.classes, dtype=np.int64),
        predicted=pool.predictions is not None,
        audit_counts=np.array([given.count(one) for one in pool.classes], dtype=np.int64),
    )


def _strategy(pool: Pool, state: LabelState) -> tuple[str, str]:
    config = pool.project.config
    name, sentence = cast(Policy, plugins.load("policies", "auto"))(state)
    if not state.has_model:
        if state.predicted or config.cold_start == name:
            return name, sentence
        return (
            config.cold_start,
            f"There is no model yet; the settings ask for {config.cold_start}.",
        )
    if config.strategy == "auto":
        return name, sentence
    return config.strategy, f"The settings ask for the strategy {config.strategy}."


def _far(pool: Pool, view: PoolView) -> FloatArray:
    """Return how far each item is from all others; computed again when there are more items."""
    saved = pool.saved(FAR).get(FAR)
    if saved is not None and saved.size == len(view.embeddings):
        return saved
    return distances_to_sample(view)


def _pick(
    pool: Pool, view: PoolView, strategy: str, rng: np.random.Generator, far: FloatArray
) -> Guarded:
    nothing = np.zeros(0, dtype=np.int64)
    if not len(view.candidates):
        return Guarded(Choice(nothing, np.zeros(0)), nothing, nothing)
    cold = view.proba is None
    pick = cast(Strategy, plugins.load("coldstarts" if cold else "strategies", strategy))
    wanted = COLD_LENGTH if cold else pool.project.config.batch
    if strategy == RANDOM:
        # Whoever asks for chance gets it: nothing is held back.
        return Guarded(pick(view, min(QUEUE_LENGTH, len(view.candidates)), rng), nothing, nothing)
    guard = Guard() if pool.project.config.hold_outliers else Guard(outliers=np.inf)
    return guarded(pick, view, min(wanted, len(view.candidates)), rng, far, guard)


def _detail(pool: Pool, state: LabelState, picked: Guarded) -> str:
    """Return what it takes to choose the same queue again, and to tell if it is, as JSON."""
    config = pool.project.config
    detail = {
        "items": len(pool.embeddings),
        "candidates": len(pool.candidates),
        "candidates_hash": f"{zlib.crc32(np.ascontiguousarray(pool.candidates).tobytes()):08x}",
        "batch": len(picked.choice.positions),
        "picks": [int(pool.ids[int(one)]) for one in picked.choice.positions],
        "held_back": len(picked.held_back),
        "near_duplicates": len(picked.near_duplicates),
        "head": pool.head_hash,
        "shards": list(pool.hashes),
        "predictions": pool.predictions.sha256 if pool.predictions is not None else "",
        "settings": {name: getattr(config, name) for name in _DECIDING},
        "counts": state.counts.tolist(),
        "decided": state.audit_counts.tolist() if state.audit_counts is not None else [],
        "skill": state.skill,
    }
    return json.dumps(detail, sort_keys=True)


def _rest(
    pool: Pool, view: PoolView, batch: Guarded, rng: np.random.Generator, first: int
) -> list[Entry]:
    """Return the most uncertain items behind the batch, but for what the guard kept out of it.

    Nothing without probabilities.
    """
    lacking = QUEUE_LENGTH - first
    if view.proba is None or lacking <= 0:
        return []
    kept_out = (batch.choice.positions, batch.held_back, batch.near_duplicates)
    free = ~np.isin(view.candidates, np.concatenate(kept_out))
    view = replace(view, candidates=view.candidates[free])
    if not len(view.candidates):
        return []
    margin = cast(Strategy, plugins.load("strategies", "margin"))
    ranked = margin(view, min(lacking, len(view.candidates)), rng)
    explain = _explained(pool, view, "margin")
    return [
        _entry(pool, first + place, position, score, "margin", explain)
        for place, (position, score) in enumerate(zip(ranked.positions, ranked.scores, strict=True))
    ]


def _entry(
    pool: Pool,
    rank: int,
    position: int,
    score: float,
    strategy: str,
    explain: Callable[[int, float], str],
) -> Entry:
    return Entry(
        rank=rank,
        item=pool.ids[int(position)],
        selected_as=f"chosen: {strategy}",
        score=float(score),
        propensity=1.0,
        why=explain(int(position), float(score)),
    )


def _explained(pool: Pool, view: PoolView, strategy: str) -> Callable[[int, float], str]:
    """Return what says, by position and score, why an item is shown."""
    if pool.project.config.multi_label and pool.proba is not None and pool.head is not None:
        names = [pool.class_names.get(one, "?") for one in pool.head.classes.tolist()]
        each = reasons.of_each(strategy, pool.proba, names)
        more = reasons.of_each("margin", pool.proba, names)
        return lambda at, score: more(at) if strategy == _STANDING_FOR and not score else each(at)
    named: Sequence[int] = ()
    if pool.head is not None:
        named = pool.head.classes.tolist()
    elif pool.predictions is not None:
        named = pool.predictions.classes.tolist()
    names = [pool.class_names.get(one, "?") for one in named]
    predicted = pool.head is None and pool.predictions is not None
    why, why_added = (
        reasons.explainer(reasons.predicted(one) if predicted else one, view.proba, names)
        for one in (strategy, "margin")
    )
    stands = strategy == _STANDING_FOR
    return lambda at, score: why_added(at) if stands and score == 0.0 else why(at)
