"""Choose the next queue: the policy names a strategy, it picks, each pick gets a reason."""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from labeler_app import plugins
from labeler_app.core.arrays import (
    Choice,
    FloatArray,
    IndexArray,
    LabelState,
    LinearHead,
    Policy,
    PoolView,
    Strategy,
)
from labeler_app.services.projects import Project
from labeler_app.store.queue import Entry, Selection

# The strategy picks one batch; behind it the most uncertain wait, so that a person who is faster
# than the worker, or offline, is still asked something useful.
QUEUE_LENGTH = 500
COLD_LENGTH = 120


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
    head: LinearHead | None
    candidates: IndexArray
    labels: Mapping[int, int]
    hashes: Sequence[str]
    head_hash: str
    now: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """A queue and how it came about."""

    selection: Selection
    entries: tuple[Entry, ...]


def choose(pool: Pool) -> Ranking:
    """Return the next queue, best first; the same inputs give the same queue."""
    strategy, phase = _strategy(pool)
    seed = zlib.crc32(f"{pool.project.config.seed}/{pool.project.id}/{pool.version}".encode())
    rng = np.random.default_rng(seed)
    view = _view(pool)
    picked = _pick(pool, view, strategy, rng)
    entries = [
        _entry(pool, rank, position, score, strategy)
        for rank, (position, score) in enumerate(zip(picked.positions, picked.scores, strict=True))
    ]
    entries += _rest(pool, view, picked, rng, len(entries))
    selection = Selection(
        project=pool.project.id,
        version=pool.version,
        strategy=strategy,
        phase=phase,
        seed=seed,
        detail=_detail(pool, picked),
        created_at=pool.now,
    )
    return Ranking(selection, tuple(entries))


def _pick(pool: Pool, view: PoolView, strategy: str, rng: np.random.Generator) -> Choice:
    if not len(pool.candidates):
        return Choice(np.zeros(0, dtype=np.int64), np.zeros(0))
    cold = pool.proba is None
    pick = cast(Strategy, plugins.load("coldstarts" if cold else "strategies", strategy))
    wanted = COLD_LENGTH if cold else pool.project.config.batch
    if strategy == "random":
        wanted = QUEUE_LENGTH
    return pick(view, min(wanted, len(pool.candidates)), rng)


def _detail(pool: Pool, picked: Choice) -> str:
    """Return what it takes to choose the same queue again, as JSON."""
    detail = {
        "items": len(pool.embeddings),
        "candidates": len(pool.candidates),
        "batch": len(picked.positions),
        "head": pool.head_hash,
        "shards": list(pool.hashes),
    }
    return json.dumps(detail, sort_keys=True)


def _strategy(pool: Pool) -> tuple[str, str]:
    config = pool.project.config
    given = list(pool.labels.values())
    state = LabelState(
        counts=np.array([given.count(one) for one in pool.classes], dtype=np.int64),
        features_ready=True,
        has_model=pool.proba is not None,
        pool=len(pool.candidates),
    )
    policy = cast(Policy, plugins.load("policies", "auto"))
    name, sentence = policy(state)
    if pool.proba is None:
        if config.cold_start == name:
            return name, sentence
        return (
            config.cold_start,
            f"There is no model yet; the settings ask for {config.cold_start}.",
        )
    if config.strategy == "auto":
        return name, sentence
    return config.strategy, f"The settings ask for the strategy {config.strategy}."


def _view(pool: Pool) -> PoolView:
    inside = sorted(one for one in pool.labels if one < len(pool.embeddings))
    labeled = np.array(inside, dtype=np.int64)
    return PoolView(
        embeddings=pool.embeddings,
        proba=pool.proba,
        candidates=pool.candidates,
        labeled=labeled,
        labels=np.array([pool.labels[int(one)] for one in labeled], dtype=np.int64),
        head=pool.head,
    )


def _rest(
    pool: Pool, view: PoolView, picked: Choice, rng: np.random.Generator, first: int
) -> list[Entry]:
    """Return the most uncertain items behind the batch; nothing before the first model."""
    lacking = QUEUE_LENGTH - first
    if pool.proba is None or lacking <= 0 or not len(pool.candidates):
        return []
    margin = cast(Strategy, plugins.load("strategies", "margin"))
    ranked = margin(view, min(QUEUE_LENGTH, len(pool.candidates)), rng)
    taken = set(picked.positions.tolist())
    rest = [
        (position, score)
        for position, score in zip(ranked.positions, ranked.scores, strict=True)
        if int(position) not in taken
    ]
    return [
        _entry(pool, first + place, position, score, "margin")
        for place, (position, score) in enumerate(rest[:lacking])
    ]


def _entry(pool: Pool, rank: int, position: int, score: float, strategy: str) -> Entry:
    return Entry(
        rank=rank,
        item=pool.ids[int(position)],
        selected_as=f"chosen: {strategy}",
        score=float(score),
        propensity=1.0,
        why=_why(pool, int(position), strategy),
    )


def _why(pool: Pool, position: int, strategy: str) -> str:
    if strategy == "representatives":
        return "Shown because it stands for a group that looks alike."
    if strategy == "k-center":
        return "Shown because nothing like it was labeled yet."
    if strategy == "random" or pool.proba is None or pool.head is None:
        return "Drawn at random."
    row = pool.proba[position]
    first, second = np.argsort(-row, kind="stable")[:2]
    shares = [
        f"{100 * row[column]:.0f} % {pool.class_names.get(int(pool.head.classes[column]), '?')}"
        for column in (first, second)
    ]
    return f"Shown because the model was torn: {shares[0]}, {shares[1]}."
