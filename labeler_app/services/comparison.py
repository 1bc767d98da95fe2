"""What simulated projects say of their strategies: areas, tests and labels saved."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from labeler_app.core import curves
from labeler_app.core.arrays import FloatArray

BASELINE = "random"
REFERENCE = "margin"
FEWEST_REPEATS = 3
"""Below it, how much repeats differ says nothing."""

Runs = Mapping[int, Mapping[str, Any]]
"""The runs of one strategy by their seed."""


def summary(runs: Sequence[Mapping[str, Any]], measure: str) -> list[dict[str, Any]]:
    """Compare strategies on the same features with the same learner.

    Parameters
    ----------
    runs
        As ``simulated.run`` returns them.
    measure
        ``accuracy`` or ``balanced_accuracy``.

    Returns
    -------
    list of dict
        One for each strategy, embedder and learner, in the order of the runs. ``alc`` is the mean
        accuracy over the labels; ``t_random`` and ``t_margin`` are paired t statistics of it;
        ``ratio`` says how many times fewer labels reach what random reaches at the end, with a 95 %
        bootstrap interval. A figure that cannot be computed is None; so are t and interval with
        fewer than 3 repeats.
    """
    found: dict[tuple[str, str], dict[str, dict[int, Mapping[str, Any]]]] = {}
    for run in runs:
        beside = found.setdefault((run["embedder"], run["learner"]), {})
        beside.setdefault(run["strategy"], {})[run["seed"]] = run
    return [
        {"strategy": name, "embedder": embedder, "learner": learner}
        | _figures(ours, beside, measure)
        for (embedder, learner), beside in found.items()
        for name, ours in beside.items()
    ]


def _figures(ours: Runs, beside: Mapping[str, Runs], measure: str) -> dict[str, Any]:
    spent = [second for run in ours.values() for second in run["selection_seconds"]]
    figures: dict[str, Any] = {
        "runs": len(ours),
        "alc": float(_areas(ours, list(ours), measure).mean()),
        "final": float(np.mean([run[measure][-1] for run in ours.values()])),
        "selection_seconds": float(np.median(spent)) if spent else None,
        "t_random": _t(ours, beside.get(BASELINE), measure),
        "t_margin": _t(ours, beside.get(REFERENCE), measure),
        "ratio": None,
        "ratio_low": None,
        "ratio_high": None,
    }
    baseline = beside.get(BASELINE, {})
    seeds = [seed for seed in ours if seed in baseline]
    if seeds:
        labels = np.array(ours[seeds[0]]["labels"])
        theirs, mine = _table(baseline, seeds, measure), _table(ours, seeds, measure)
        figures["ratio"] = curves.label_ratio(labels, theirs, mine)
        if len(seeds) >= FEWEST_REPEATS:
            low, high = curves.ratio_interval(labels, theirs, mine, np.random.default_rng(0))
            figures |= {"ratio_low": low, "ratio_high": high}
    return figures


def _t(ours: Runs, theirs: Runs | None, measure: str) -> float | None:
    seeds = [seed for seed in ours if theirs is not None and seed in theirs]
    if theirs is None or len(seeds) < FEWEST_REPEATS:
        return None
    return curves.paired_t(_areas(ours, seeds, measure), _areas(theirs, seeds, measure))


def _areas(runs: Runs, seeds: Sequence[int], measure: str) -> FloatArray:
    return np.array(
        [curves.alc(np.array(runs[one]["labels"]), np.array(runs[one][measure])) for one in seeds]
    )


def _table(runs: Runs, seeds: Sequence[int], measure: str) -> FloatArray:
    return np.array([runs[one][measure] for one in seeds])
