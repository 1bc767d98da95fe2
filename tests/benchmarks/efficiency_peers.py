"""Query strategies of other libraries, behind our port, where the libraries are installed.

They get the same embeddings, the same fitted model and the same first labels as ours. Install them
with the extra ``bench``.
"""

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import Any

import numpy as np

from labeler_app.core.arrays import Choice, PoolView, Strategy

PREFIX = "peer "


def available() -> tuple[Mapping[str, Strategy], Mapping[str, str]]:
    """Return the strategies of other libraries by name, and why others are not run."""
    found: dict[str, Strategy] = {}
    lacking = {}
    for module, name, names in (
        ("skactiveml", "scikit-activeml", ("Falcun", "TypiClust", "Badge")),
        ("small_text", "small-text", ("EmbeddingKMeans", "LightweightCoreset")),
    ):
        if find_spec(module) is None:
            lacking[name] = "not installed: install the extra bench"
            continue
        make = _skactiveml if module == "skactiveml" else _small_text
        found |= {f"{PREFIX}{name} {one}": make(one) for one in names}
    return found, lacking


def _skactiveml(name: str) -> Strategy:
    def pick(view: PoolView, k: int, rng: np.random.Generator) -> Choice:
        from skactiveml import pool

        y = np.full(len(view.embeddings), np.nan)
        y[view.labeled] = view.labels
        query = getattr(pool, name)(random_state=int(rng.integers(2**31)))
        more: dict[str, Any] = {}
        if name != "TypiClust":
            more = {"clf": _skactiveml_model()(view), "fit_clf": False}
        x = np.asarray(view.embeddings, dtype=np.float64)
        at = query.query(x, y, candidates=view.candidates, batch_size=k, **more)
        return Choice(np.asarray(at, dtype=np.int64), np.zeros(k))

    return pick


def _skactiveml_model() -> Callable[[PoolView], Any]:
    """Return what dresses our fitted head as one of their classifiers."""
    from skactiveml.base import SkactivemlClassifier

    class Fitted(SkactivemlClassifier):  # type: ignore[misc]
        def __init__(self, head: Any) -> None:
            super().__init__(classes=list(head.classes), missing_label=np.nan)
            self.head = head

        def fit(self, X: Any, y: Any, sample_weight: Any = None) -> "Fitted":  # noqa: N803
            return self

        def predict_proba(self, X: Any) -> Any:  # noqa: N803
            return self.head.proba(np.asarray(X))

    def dressed(view: PoolView) -> Any:
        made = Fitted(view.head)
        made.classes_ = np.asarray(view.head.classes) if view.head is not None else None
        return made

    return dressed


def _small_text(name: str) -> Strategy:
    def pick(view: PoolView, k: int, rng: np.random.Generator) -> Choice:
        import small_text

        query = getattr(small_text, name)()
        # Rows without a label come first, as in its own loop: other orders are mixed up by it.
        x = np.asarray(view.embeddings[np.concatenate([view.candidates, view.labeled])])
        unlabeled, labeled = np.split(np.arange(len(x)), [view.candidates.size])
        state = np.random.get_state()  # noqa: NPY002 -- theirs is global; it is put back after.
        np.random.seed(int(rng.integers(2**31)))  # noqa: NPY002
        try:
            at = query.sample(None, None, unlabeled, labeled, view.labels, k, x)
        finally:
            np.random.set_state(state)  # noqa: NPY002
        return Choice(view.candidates[np.asarray(at, dtype=np.int64)], np.zeros(k))

    return pick
