"""What would a strategy have saved? Replay labeling on items whose classes are known."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from zlib import crc32

import numpy as np
from threadpoolctl import threadpool_limits

from labeler_app import plugins
from labeler_app.adapters.embedders import Embedder
from labeler_app.core import curves
from labeler_app.core.arrays import FloatArray, IndexArray, LabelState, Learner, Policy, Strategy
from labeler_app.core.trial import Curve, Trial, play, split
from labeler_app.errors import InputError
from labeler_app.services import labeled_sources
from labeler_app.services.labeled_sources import Labeled, Progress

BASELINE = "random"
REFERENCE = "margin"

Curves = Mapping[str, Sequence[Curve]]
"""One curve per seed, by strategy."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How the simulated projects are run."""

    strategies: Sequence[str]
    learner: str
    cold_start: str
    start: int
    batch: int
    budget: int
    seeds: int
    test_share: float

    def __post_init__(self) -> None:
        known = [*plugins.names("policies"), *plugins.names("strategies")]
        for kind, name, names in (
            *(("strategy", name, known) for name in self.strategies),
            ("cold start", self.cold_start, plugins.names("coldstarts")),
            ("learner", self.learner, plugins.names("learners")),
        ):
            if name not in names:
                raise InputError(f"There is no {kind} {name!r}.", hint=f"Known: {_listed(names)}.")
        if not self.strategies:
            raise InputError("No strategy to simulate.", hint=f"Known: {_listed(known)}.")
        if min(self.start, self.batch, self.seeds) < 1 or not 0.0 < self.test_share < 1.0:
            raise InputError(
                f"Cannot simulate {self.seeds} seeds with {self.start} first labels, batches of"
                f" {self.batch} and a test share of {self.test_share}.",
                hint="Counts are at least 1; the test share lies between 0 and 1.",
            )
        if self.budget < self.start:
            raise InputError(
                f"The budget of {self.budget} labels is below the first {self.start} labels.",
                hint="Raise the budget, or start with fewer.",
            )

    def steps(self) -> IndexArray:
        """Return the numbers of labels at which a model is fitted; the budget is the last."""
        return np.append(np.arange(self.start, self.budget, self.batch), self.budget)


def run(
    source: str | Path,
    *,
    strategies: Sequence[str] = ("random", "margin", "auto"),
    embedder: str = "pixels",
    learner: str = "logistic",
    cold_start: str = "representatives",
    start: int = 20,
    batch: int = 10,
    budget: int = 200,
    seeds: int = 5,
    test_share: float = 0.3,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Replay labeling with several strategies, and measure on items outside the pool.

    Parameters
    ----------
    source
        ``digits``, a class folder, a zip of one, or an ``.npz``.
    strategies
        Names of strategies or policies. ``random`` is the yardstick: it also starts at random, as
        a person would without the app.
    embedder, learner
        Names of plug-ins.
    cold_start
        How all other strategies choose before there is a model.
    start, batch, budget
        Labels before the first model, between two models, and at the end.
    seeds
        Number of repeats. In each, all strategies meet the same split and the same draws.
    test_share
        Share of each class that is only measured on.
    progress
        Called with (done, all), first for the items read, then for the projects played.

    Returns
    -------
    dict
        Ready for JSON: ``source``, ``runs`` (one per strategy and seed) and ``summary`` (one per
        strategy); a figure that cannot be computed is None.

    Raises
    ------
    InputError
        If the source or a number cannot be used.
    """
    names = list(dict.fromkeys(strategies))
    plan = Plan(names, learner, cold_start, start, batch, budget, seeds, test_share)
    tell = progress or _silent
    vectors = cast("Embedder", plugins.load("embedders", embedder))
    data = labeled_sources.read(source, vectors, tell)
    _check_size(data, plan)
    # Many small products: one thread is faster than several, and repeats to the last bit.
    with threadpool_limits(limits=1):
        played = _play_all(data, plan, tell)
    return {
        "source": str(source),
        "runs": [
            _run(name, seed, curve) for name in names for seed, curve in enumerate(played[name])
        ],
        "summary": [_summary(name, played) for name in names],
    }


def _check_size(data: Labeled, plan: Plan) -> None:
    classes = np.unique(data.y).size
    if classes < 2:
        raise InputError(
            f"A simulation needs items of 2 classes, the source has {classes}.",
            hint="Put the items of each class into a folder of its own.",
        )
    pool, held_out = split(data.y, plan.test_share, np.random.default_rng(0))
    if plan.budget > pool.size or not held_out.size:
        raise InputError(
            f"{len(data.y)} items leave {pool.size} to label and {held_out.size} to measure on;"
            f" the budget is {plan.budget} labels.",
            hint="Lower the budget, change the test share, or take a larger source.",
        )


def _play_all(data: Labeled, plan: Plan, tell: Progress) -> Curves:
    learn = cast("Learner", plugins.load("learners", plan.learner))
    played: dict[str, list[Curve]] = {name: [] for name in plan.strategies}
    total = plan.seeds * len(plan.strategies)
    for seed in range(plan.seeds):
        pool, held_out = split(data.y, plan.test_share, np.random.default_rng(seed))
        trial = Trial(data.x, data.y, pool, held_out, plan.steps(), seed)
        for number, name in enumerate(plan.strategies, 1):
            # The draws of a strategy do not depend on which others are simulated beside it.
            rng = np.random.default_rng([seed, crc32(name.encode())])
            played[name].append(play(trial, _chooser(name, plan.cold_start), learn, rng))
            tell(seed * len(plan.strategies) + number, total)
    return played


def _chooser(name: str, cold_start: str) -> Callable[[LabelState], Strategy]:
    """Return what chooses the strategy: the cold start before the first model, then the name."""
    first = BASELINE if name == BASELINE else cold_start

    def choose(state: LabelState) -> Strategy:
        if not state.has_model:
            return cast("Strategy", plugins.load("coldstarts", first))
        if name not in plugins.names("policies"):
            return cast("Strategy", plugins.load("strategies", name))
        policy = cast("Policy", plugins.load("policies", name))
        return cast("Strategy", plugins.load("strategies", policy(state)[0]))

    return choose


def _run(name: str, seed: int, curve: Curve) -> dict[str, Any]:
    return {
        "strategy": name,
        "seed": seed,
        "labels": curve.labels.tolist(),
        "accuracy": curve.accuracy.tolist(),
        "balanced_accuracy": curve.balanced_accuracy.tolist(),
    }


def _summary(name: str, played: Curves) -> dict[str, Any]:
    ours = played[name]
    summary: dict[str, Any] = {
        "strategy": name,
        "alc": float(_areas(ours).mean()),
        "t_random": _t(ours, played.get(BASELINE)),
        "t_margin": _t(ours, played.get(REFERENCE)),
        "ratio": None,
        "ratio_low": None,
        "ratio_high": None,
    }
    if BASELINE in played:
        labels, theirs, mine = ours[0].labels, _table(played[BASELINE]), _table(ours)
        summary["ratio"] = curves.label_ratio(labels, theirs, mine)
        low, high = curves.ratio_interval(labels, theirs, mine, np.random.default_rng(0))
        summary |= {"ratio_low": low, "ratio_high": high}
    return summary


def _t(ours: Sequence[Curve], theirs: Sequence[Curve] | None) -> float | None:
    return None if theirs is None else curves.paired_t(_areas(ours), _areas(theirs))


def _areas(played: Sequence[Curve]) -> FloatArray:
    return np.array([curves.alc(curve.labels, curve.accuracy) for curve in played])


def _table(played: Sequence[Curve]) -> FloatArray:
    return np.array([curve.accuracy for curve in played])


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)


def _silent(done: int, total: int) -> None:
    """Tell nobody."""
