"""One simulated project: its items split by the seed, its strategy, its learner, its curve."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, cast
from zlib import crc32

import numpy as np

from labeler_app import plugins
from labeler_app.core import splits
from labeler_app.core.arrays import (
    Array,
    Choice,
    FloatArray,
    IndexArray,
    LabelState,
    Learner,
    Policy,
    PoolView,
    Strategy,
)
from labeler_app.core.strategies.batch import Guard
from labeler_app.core.trial import Trial, play, split
from labeler_app.errors import InputError
from labeler_app.services.simulation_plan import Plan

BASELINE = "random"


@dataclass(frozen=True, slots=True)
class Data:
    """Embedded items with their classes, and what the source says of the split."""

    x: FloatArray
    """(N, D) float32."""
    y: IndexArray
    """(N,) class numbers 0 .. C - 1."""
    groups: Array | None = None
    """(N,) names."""
    side: Array | None = None
    """(N,) ``pool`` or ``test``."""


@dataclass(frozen=True, slots=True)
class Job:
    """One run."""

    embedder: str
    revision: str
    """Of the embedder."""
    learner: str
    strategy: str
    seed: int

    @property
    def key(self) -> tuple[str, str, str, str, int]:
        """What tells runs apart."""
        return self.embedder, self.revision, self.learner, self.strategy, self.seed


@dataclass(slots=True)
class _Clocked:
    """Strategies that note the CPU seconds they take in each step; each is wrapped once."""

    seconds: list[float] = field(default_factory=list)
    wrapped: dict[tuple[str, str], Strategy] = field(default_factory=dict)

    def load(self, kind: str, name: str) -> Strategy:
        """Return a strategy of the table of plug-ins."""
        if (kind, name) not in self.wrapped:
            inner = cast("Strategy", plugins.load(kind, name))
            self.wrapped[kind, name] = partial(self._run, inner)
        return self.wrapped[kind, name]

    def _run(self, inner: Strategy, view: PoolView, k: int, rng: np.random.Generator) -> Choice:
        begun = time.process_time()
        choice = inner(view, k, rng)
        # A guarded batch may ask more than once.
        self.seconds[-1] += time.process_time() - begun
        return choice


def sides(data: Data, plan: Plan, seed: int) -> tuple[IndexArray, IndexArray]:
    """Return the positions that may be labeled and those that are measured on.

    Raises
    ------
    InputError
        If one of them is empty, or fewer may be labeled than the budget pays for.
    """
    rng = np.random.default_rng(seed)
    if data.side is not None:
        pool, held_out = np.flatnonzero(data.side == "pool"), np.flatnonzero(data.side == "test")
    elif data.groups is not None:
        pool, held_out = splits.by_group(data.y, data.groups, plan.test_share, rng)
    else:
        pool, held_out = split(data.y, plan.test_share, rng)
    if plan.imbalance > 1.0 and pool.size and held_out.size:
        pool = splits.imbalanced(data.y, pool, plan.imbalance, rng)
        held_out = splits.balanced(data.y, held_out, rng)
    if data.groups is not None and not (pool.size and held_out.size):
        groups = np.unique(data.groups).size
        raise InputError(
            f"{groups} group{'' if groups == 1 else 's'} cannot be divided so that"
            f" {plan.test_share:.0%} of the items are measured on: a group stays on one side.",
            hint="Take a column of more and smaller groups, or another --test-share.",
        )
    if plan.budget > pool.size or not held_out.size:
        raise InputError(
            f"{len(data.y)} items leave {pool.size} to label and {held_out.size} to measure on;"
            f" the budget is {plan.budget} labels.",
            hint="Lower the budget, change the test share, or take a larger source.",
        )
    return pool, held_out


def run(data: Data, plan: Plan, job: Job) -> dict[str, Any]:
    """Play one project and return its figures, ready for JSON."""
    from threadpoolctl import threadpool_limits

    pool, held_out = sides(data, plan, job.seed)
    trial = Trial(data.x, data.y, pool, held_out, plan.steps(), job.seed)
    clocked = _Clocked()
    # The draws of a strategy do not depend on which others are simulated beside it.
    rng = np.random.default_rng([job.seed, crc32(job.strategy.encode())])
    at_random = [clocked.load(kind, BASELINE) for kind in ("strategies", "coldstarts")]
    # Many small products: one thread is faster than several, and repeats to the last bit.
    with threadpool_limits(limits=1):
        curve = play(
            trial,
            _chooser(clocked, job.strategy, plan.cold_start),
            _learner(plan, job),
            rng,
            Guard(),
            at_random,
        )
    return {
        "strategy": job.strategy,
        "embedder": job.embedder,
        "revision": job.revision,
        "learner": job.learner,
        "seed": job.seed,
        "labels": curve.labels.tolist(),
        "accuracy": curve.accuracy.tolist(),
        "balanced_accuracy": curve.balanced_accuracy.tolist(),
        "selection_seconds": [round(one, 6) for one in clocked.seconds],
    }


def key_of(run_: Mapping[str, Any]) -> tuple[str, str, str, str, int]:
    """Return the key of the job that a run came from."""
    names = ("embedder", "revision", "learner", "strategy", "seed")
    return Job(**{name: run_[name] for name in names}).key


def save(data: Data, folder: Path) -> None:
    """Write data to a folder, for other processes to run with."""
    for name in ("x", "y", "groups", "side"):
        values = getattr(data, name)
        if values is not None:
            np.save(folder / f"{name}.npy", values, allow_pickle=False)


def run_saved(folder: str, plan: Plan, job: Job) -> dict[str, Any]:
    """Play one project in a process of its own, with the data of a folder."""
    return run(_saved(folder), plan, job)


@lru_cache(maxsize=1)
def _saved(folder: str) -> Data:
    found = {
        path.stem: np.load(path, mmap_mode="r", allow_pickle=False)
        for path in Path(folder).glob("*.npy")
    }
    return Data(**found)


def _learner(plan: Plan, job: Job) -> Learner:
    learn = cast("Learner", plugins.load("learners", job.learner))
    return learn if plan.class_weight == "none" else partial(learn, class_weight=plan.class_weight)


def _chooser(clocked: _Clocked, name: str, cold_start: str) -> Callable[[LabelState], Strategy]:
    """Return what chooses the strategy: the cold start before the first model, then the name."""
    first = BASELINE if name == BASELINE else cold_start

    def choose(state: LabelState) -> Strategy:
        clocked.seconds.append(0.0)
        if not state.has_model:
            return clocked.load("coldstarts", first)
        if name not in plugins.names("policies"):
            return clocked.load("strategies", name)
        return clocked.load("strategies", cast("Policy", plugins.load("policies", name))(state)[0])

    return choose
