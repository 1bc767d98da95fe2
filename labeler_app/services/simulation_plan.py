"""What is to be simulated: names and numbers, checked before anything is read."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from labeler_app import plugins
from labeler_app.core.arrays import IndexArray
from labeler_app.errors import InputError
from labeler_app.settings import CLASS_WEIGHTS


@dataclass(frozen=True, slots=True)
class Plan:
    """How the simulated projects are run."""

    strategies: Sequence[str]
    """Names of strategies or policies."""
    learners: Sequence[str]
    cold_start: str = "representatives"
    """How all but ``random`` choose before there is a model."""
    start: int = 20
    """Labels before the first model."""
    batch: int = 10
    """Labels between two models."""
    budget: int = 200
    """Labels at the end."""
    seeds: int = 5
    """Number of repeats. In each, all strategies meet the same split."""
    test_share: float = 0.3
    """Share of each class that is only measured on, where the source does not say."""
    imbalance: float = 1.0
    """Half of the classes keep one in so many items of the pool; the test is balanced then."""
    class_weight: str = "none"

    def __post_init__(self) -> None:
        self._check_names()
        self._check_numbers()

    @property
    def measure(self) -> str:
        """The figure that strategies are compared by."""
        return "balanced_accuracy" if self.imbalance > 1.0 else "accuracy"

    def steps(self) -> IndexArray:
        """Return the numbers of labels at which a model is fitted; the budget is the last."""
        return np.append(np.arange(self.start, self.budget, self.batch), self.budget)

    def _check_names(self) -> None:
        strategies = [*plugins.names("policies"), *plugins.names("strategies")]
        for kind, names, known in (
            ("strategy", self.strategies, strategies),
            ("cold start", [self.cold_start], plugins.names("coldstarts")),
            ("learner", self.learners, plugins.names("learners")),
            ("way to weigh classes", [self.class_weight], CLASS_WEIGHTS),
        ):
            if not names:
                raise InputError(f"No {kind} to simulate.", hint=f"Known: {', '.join(known)}.")
            for name in names:
                if name not in known:
                    raise InputError(
                        f"There is no {kind} {name!r}.", hint=f"Known: {', '.join(known)}."
                    )

    def _check_numbers(self) -> None:
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
        if not 1.0 <= self.imbalance <= 10_000.0:
            raise InputError(
                f"An imbalance of 1:{self.imbalance:g} cannot be made.",
                hint="20 leaves one in twenty items of half of the classes.",
            )
