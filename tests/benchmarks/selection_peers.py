"""What other libraries select, on ready-made probabilities, each call in a process of its own."""

import multiprocessing
import resource
import time
from collections.abc import Callable, Mapping
from importlib import import_module, metadata
from multiprocessing.connection import Connection
from typing import Any

import numpy as np
import psutil

from labeler_app.core.arrays import PoolView

Call = Callable[[], object]
MORE_BYTES = 8_000_000_000
REPEATS, SLOW_SECONDS = 4, 5.0

LIBRARIES = ("modAL-python", "scikit-activeml", "small-text")
NOT_RUN = {
    "ALiPy": "rests on collections.Iterable, which Python removed in 3.10",
    "libact": "does not install (its source archive lacks a file)",
    "baal": "needs torch, 1.5 GB",
    "apricot": "selects without labels or a model, in O(N²) memory",
}
"""Peers that need an environment of their own, or repairs."""


def peers(view: PoolView, k: int) -> Mapping[str, Mapping[str, Call]]:
    """Return, by our name of the strategy and the name of the library, what selects a batch."""
    found: dict[str, dict[str, Call]] = {}
    for library, offered in zip(LIBRARIES, (_modal, _activeml, _small_text), strict=True):
        if installed(library):
            for name, call in offered(view, k).items():
                found.setdefault(name, {})[library] = call
    return found


def installed(library: str) -> str:
    """Return the version of a library, or nothing."""
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return ""


def cpu_seconds(call: Call, limit: float) -> float | str:
    """Return the CPU seconds of a call, the best of four if it is fast, or why there are none.

    Parameters
    ----------
    limit
        Wall seconds after which the call is ended.
    """
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_timed, args=(call, theirs), daemon=True)
    child.start()
    said = ours.recv() if ours.poll(limit) else f"not within {limit:.0f} s"
    child.kill()
    child.join()
    return said


def _timed(call: Call, out: Connection) -> None:
    used = psutil.Process().memory_info().vms
    resource.setrlimit(resource.RLIMIT_AS, (used + MORE_BYTES, used + MORE_BYTES))
    spent: list[float] = []
    try:
        # What is imported late or touched for the first time is not counted against a peer.
        while not spent or (len(spent) < REPEATS and spent[-1] < SLOW_SECONDS):
            begun = time.process_time()
            call()
            spent.append(time.process_time() - begun)
    except Exception as error:  # noqa: BLE001  (a peer may fail in any way)
        said = (str(error).splitlines() or [""])[0]
        out.send(f"{type(error).__name__} with 8 GB to spend: {said[:70]}")
    else:
        out.send(min(spent))


def _modal(view: PoolView, k: int) -> dict[str, Call]:
    """Only its functions: its learner cannot be fitted with this scikit-learn."""
    module = import_module("modAL.uncertainty")
    proba, x = np.asarray(view.proba)[view.candidates], view.embeddings[view.candidates]

    class Ready:
        def predict_proba(self, x: Any) -> Any:
            return proba

    def uncertain(name: str) -> Call:
        return lambda: getattr(module, name)(Ready(), x, n_instances=k)

    return {
        "margin": uncertain("margin_sampling"),
        "entropy": uncertain("entropy_sampling"),
        "least-confidence": uncertain("uncertainty_sampling"),
    }


def _activeml(view: PoolView, k: int) -> dict[str, Call]:
    pool = import_module("skactiveml.pool")
    base = import_module("skactiveml.base")
    proba = np.asarray(view.proba)[view.candidates]
    x = view.embeddings
    y = np.full(len(x), np.nan)
    y[view.labeled] = view.labels

    class Ready(base.SkactivemlClassifier):  # type: ignore[misc, name-defined]
        """A classifier that has said everything already."""

        def fit(self, x: Any, y: Any, sample_weight: Any = None) -> "Ready":
            return self

        def predict_proba(self, x: Any) -> Any:
            return proba

    model = Ready(classes=list(range(proba.shape[1])))
    model.classes_ = np.arange(proba.shape[1])

    def with_model(strategy: Any) -> Call:
        return lambda: strategy.query(x, y, model, fit_clf=False, batch_size=k)

    def uncertainty(method: str) -> Call:
        return with_model(pool.UncertaintySampling(method=method, random_state=0))

    return {
        "margin": uncertainty("margin_sampling"),
        "entropy": uncertainty("entropy"),
        "least-confidence": uncertainty("least_confident"),
        "falcun": with_model(pool.Falcun(random_state=0)),
        "badge": with_model(pool.Badge(random_state=0)),
        "k-center": lambda: pool.CoreSet(random_state=0).query(x, y, batch_size=k),
        "typicality": lambda: pool.TypiClust(random_state=0).query(x, y, batch_size=k),
    }


def _small_text(view: PoolView, k: int) -> dict[str, Call]:
    module = import_module("small_text.query_strategies.strategies")
    coresets = import_module("small_text.query_strategies.coresets")

    class Ready:
        def predict_proba(self, dataset: Any) -> Any:
            return view.proba

    def uncertain(strategy: Any) -> Call:
        given = (Ready(), view.embeddings, view.candidates, view.labeled, view.labels)
        return lambda: strategy.query(*given, n=k)

    # It takes positions among the unlabeled rows for rows of the whole set, so the unlabeled rows
    # are put first, where both are the same.
    ordered = np.concatenate([view.candidates, view.labeled])
    unlabeled, labeled = np.split(np.arange(ordered.size), [view.candidates.size])
    return {
        "margin": uncertain(module.BreakingTies()),
        "entropy": uncertain(module.PredictionEntropy()),
        "least-confidence": uncertain(module.LeastConfidence()),
        "k-center": lambda: coresets.greedy_coreset(
            view.embeddings[ordered], unlabeled, labeled, k, distance_metric="euclidean"
        ),
    }
