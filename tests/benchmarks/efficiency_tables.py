"""What comes out of the label efficiency benchmark: tables, floors and goals."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from labeler_app.core import curves
from tests.benchmarks.efficiency_peers import PREFIX
from tests.benchmarks.efficiency_sets import Case

AUTO, RANDOM, MARGIN = "auto", "random", "margin"
SAVING_SHARE, WORST_T, BETTER_T, BEHIND = 0.9, -2.0, 2.0, -2.0

Scores = Mapping[str, Mapping[int, np.ndarray]]
"""The curve of each seed, by strategy."""


def told(rows: Sequence[Mapping[str, Any]], cases: Sequence[Case]) -> tuple[list[str], bool]:
    """Return a table a set and the verdicts, line by line, and whether all floors hold."""
    scores: dict[str, dict[str, dict[int, np.ndarray]]] = defaultdict(lambda: defaultdict(dict))
    labels = np.array(rows[0]["labels"]) if rows else np.zeros(0, dtype=np.int64)
    for row in rows:
        scores[row["set"]][row["strategy"]][row["seed"]] = np.array(row["score"])
    shown = [case for case in cases if RANDOM in scores[case.name]]
    lines = [line for case in shown for line in _table(case, scores[case.name], labels)]
    verdicts, good = _verdicts(shown, scores, labels)
    return [*lines, *verdicts], good


def _pair(of: Scores, first: str, second: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the curves of two strategies on the seeds they share."""
    both = sorted(set(of.get(first, {})) & set(of.get(second, {})))
    return (
        np.array([of[first][one] for one in both]),
        np.array([of[second][one] for one in both]),
    )


def _t(of: Scores, first: str, second: str) -> float | None:
    ours, theirs = _pair(of, first, second)
    if len(ours) < 2:
        return None
    return curves.paired_t(ours.mean(axis=1), theirs.mean(axis=1))


def _ratio(
    of: Scores, name: str, labels: np.ndarray
) -> tuple[float | None, float | None, float | None]:
    ours, theirs = _pair(of, name, RANDOM)
    if not len(ours):
        return None, None, None
    low, high = curves.ratio_interval(labels, theirs, ours, np.random.default_rng(0))
    return curves.label_ratio(labels, theirs, ours), low, high


def _table(case: Case, of: Scores, labels: np.ndarray) -> Iterator[str]:
    measured = "balanced accuracy" if case.imbalance else "accuracy"
    yield ""
    yield f"{case.name} ({case.embedder.replace('{', '').replace('}', '')}, {measured})"
    yield (
        f"{'strategy':36s} {'seeds':>5s} {'area':>6s} {'end':>6s} {'ratio':>18s}"
        f" {'t random':>9s} {'t margin':>9s}"
    )
    for name in sorted(of, key=lambda one: -np.mean(list(of[one].values()))):
        every = np.array(list(of[name].values()))
        yield (
            f"{name:36s} {len(every):5d} {every.mean():6.4f} {every[:, -1].mean():6.4f}"
            f" {_in_words(*_ratio(of, name, labels)):>18s}"
            f" {_number(_t(of, name, RANDOM)):>9s} {_number(_t(of, name, MARGIN)):>9s}"
        )


def _verdicts(
    cases: Sequence[Case], scores: Mapping[str, Scores], labels: np.ndarray
) -> tuple[list[str], bool]:
    ratios = {case.name: _ratio(scores[case.name], AUTO, labels) for case in cases}
    floors = [
        _share_of_best(cases, scores, labels),
        _lower_bounds(ratios),
        _never_worse(cases, scores),
        _on_average("margin", cases, scores, MARGIN, BETTER_T),
        *_peers(cases, scores),
    ]
    lines = [""]
    lines += [f"{'ok' if good else 'MISSED':>7}  floor: {sentence}" for good, sentence in floors]
    for case in cases:
        ratio = ratios[case.name][0]
        word = "reached" if ratio is not None and ratio >= case.goal else "below"
        measured = _in_words(*ratios[case.name])
        lines.append(f"{word:>7}  goal: {case.name}: asked {case.goal}x, measured {measured}")
    return lines, all(good for good, _ in floors)


def _share_of_best(
    cases: Sequence[Case], scores: Mapping[str, Scores], labels: np.ndarray
) -> tuple[bool, str]:
    """Compare labels saved, 1 - 1 / ratio, with those of the best fixed strategy of each set.

    On a set where nothing is surely better than random, the best of many strategies is the
    luckiest one; a shortfall counts only where the lower bound of the best one's ratio is above 1.
    Strategies that lack seeds of auto are left out, as their luck is another.
    """
    shares = []
    for case in cases:
        of = scores[case.name]
        whole = [one for one in of if of.get(AUTO, {}).keys() <= of[one].keys()]
        fixed = [one for one in whole if one != AUTO and not one.startswith(PREFIX)]
        if not fixed:
            continue
        saved = {one: _saving(_ratio(of, one, labels)[0]) for one in [AUTO, *fixed]}
        best = max(fixed, key=lambda one: saved[one])
        low = _ratio(of, best, labels)[1]
        share = saved[AUTO] / saved[best] if saved[best] > 0 else 1.0
        beside = f"{case.name} beside {best}, t of the areas {_number(_t(of, AUTO, best))}"
        shares.append((share, beside, low is not None and low > 1.0))
    share, where, _ = min((one for one in shares if one[2]), default=(1.0, "no set", True))
    plain, there, _ = min(shares, default=(1.0, "no set", True))
    return share >= SAVING_SHARE, (
        "at least 90 % of the saving of the best fixed strategy with all seeds, where that one is "
        f"surely better than random; least {100 * share:.0f} %, {where} (all sets: "
        f"{100 * plain:.0f} %, {there})"
    )


def _saving(ratio: float | None) -> float:
    return 0.0 if ratio is None else 1.0 - 1.0 / ratio


def _lower_bounds(ratios: Mapping[str, tuple[float | None, ...]]) -> tuple[bool, str]:
    below = [name for name, (_, low, _) in ratios.items() if low is None or low <= 1.0]
    return len(below) <= 1, f"lower bound above 1 on all sets but one; not on {below or 'none'}"


def _never_worse(cases: Sequence[Case], scores: Mapping[str, Scores]) -> tuple[bool, str]:
    ts = {case.name: _t(scores[case.name], AUTO, RANDOM) for case in cases}
    known = {name: t for name, t in ts.items() if t is not None}
    least = min(known, key=lambda one: known[one], default="")
    value = known.get(least, 0.0)
    return value >= WORST_T, f"t against random at least -2 everywhere; least {value:.1f}, {least}"


def _on_average(
    what: str, cases: Sequence[Case], scores: Mapping[str, Scores], other: str, least: float
) -> tuple[bool, str]:
    """Average over the sets how far auto is above another, seed by seed: t over the seeds."""
    by_set = [_by_seed(scores[case.name], other) for case in cases]
    shared = sorted(set.intersection(*map(set, by_set))) if by_set else []
    found = np.array([[one[seed] for seed in shared] for one in by_set])
    over_seeds = _t_of(found.mean(axis=0)) if found.size else None
    over_sets = _t_of(found.mean(axis=1)) if found.size else None
    mean = float(found.mean()) if found.size else 0.0
    return over_seeds is not None and over_seeds >= least, (
        f"against {what}, mean of {len(by_set)} sets: area {mean:+.4f}, t over {len(shared)} seeds "
        f"{_number(over_seeds)} (asked {least:+.0f}); t over the sets {_number(over_sets)}"
    )


def _by_seed(of: Scores, other: str) -> dict[int, float]:
    """Return, by seed, how far the area of auto is above that of another."""
    both = sorted(set(of.get(AUTO, {})) & set(of.get(other, {})))
    return {seed: float((of[AUTO][seed] - of[other][seed]).mean()) for seed in both}


def _t_of(values: np.ndarray) -> float | None:
    return curves.paired_t(values, np.zeros(len(values)))


def _peers(cases: Sequence[Case], scores: Mapping[str, Scores]) -> list[tuple[bool, str]]:
    names = sorted({one for case in cases for one in scores[case.name] if one.startswith(PREFIX)})
    floors = []
    for name in names:
        by_set = [_by_seed(scores[case.name], name) for case in cases]
        found = np.array([np.mean(list(one.values())) for one in by_set if one])
        ts = {case.name: _t(scores[case.name], AUTO, name) for case in cases}
        known = {one: t for one, t in ts.items() if t is not None}
        least = min(known, key=lambda one: known[one], default="")
        value = known.get(least, 0.0)
        good = bool(found.size) and found.mean() >= 0.0 and value >= BEHIND
        mean = found.mean() if found.size else 0.0
        floors.append(
            (good, f"level with {name}: area {mean:+.4f}, least t {value:.1f} on {least}")
        )
    return floors


def _in_words(ratio: float | None, low: float | None, high: float | None) -> str:
    if ratio is None:
        return "not reached"
    return f"{ratio:.2f} ({_number(low, 2)}-{_number(high, 2)})"


def _number(value: float | None, digits: int = 1) -> str:
    return "?" if value is None else f"{value:.{digits}f}"
