"""Why was I shown this? One sentence an item, by the strategy that chose it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from labeler_app.core.arrays import FloatArray

RANDOM = "Drawn at random."
# Nobody is torn between 88 and 12 %.
WIDEST_TORN = 0.4
_PREDICTED = "predictions"


@dataclass(frozen=True, slots=True)
class Torn:
    """The two classes an item was most probable in, in words."""

    first: str
    """The more probable one."""
    shares: str
    """"48 % glass, 45 % plastic"."""
    gap: float
    """By how much the first was more probable than the second."""


def explainer(
    strategy: str, proba: FloatArray | None, names: Sequence[str]
) -> Callable[[int], str]:
    """Return what gives the sentence for a position of the pool.

    Parameters
    ----------
    proba : array of shape (N, C), optional
        What a model thinks of the pool.
    names
        The name of each column.
    """
    return lambda position: why(strategy, None if proba is None else torn(proba[position], names))


def of_each(strategy: str, chances: FloatArray, names: Sequence[str]) -> Callable[[int], str]:
    """Return what gives the sentence for a position, where items may have several classes.

    Parameters
    ----------
    chances : array of shape (N, C)
        How probable each class is by itself.
    names
        The name of each column.
    """

    def sentence(position: int) -> str:
        at = int(np.abs(chances[position] - 0.5).argmin())
        has, name = float(chances[position, at]), _told(names[at])
        shares = f"{100 * has:.0f} % {name}, {100 * (1 - has):.0f} % not"
        return why(strategy, Torn(name, shares, abs(2 * has - 1)))

    return sentence


def torn(row: FloatArray, names: Sequence[str]) -> Torn:
    """Say what the two most probable classes of an item are.

    Parameters
    ----------
    row : array of shape (C,), C >= 2
        Its probabilities.
    names
        The name of each column.
    """
    first, second = np.argsort(-row, kind="stable")[:2]
    shares = [f"{100 * row[at]:.0f} % {_told(names[at])}" for at in (first, second)]
    return Torn(_told(names[first]), ", ".join(shares), float(row[first] - row[second]))


def predicted(strategy: str) -> str:
    """Return what stands for a strategy where the probabilities were imported."""
    special = f"{_PREDICTED} {strategy}"
    return special if special in _TORN else _PREDICTED


def why(strategy: str, between: Torn | None) -> str:
    """Return the sentence for an item.

    Parameters
    ----------
    strategy
        What chose it.
    between
        What a model thought of it; None without one.
    """
    if strategy in _PLAIN:
        return _PLAIN[strategy]
    if between is None:
        return f"Chosen by the strategy {strategy}."
    return _TORN.get(strategy, _torn)(between)


def _told(name: str) -> str:
    """Return a class's name as it stands in a sentence: "3" would be read as a number there."""
    return f'"{name}"' if len(name) == 1 or name.isdecimal() else name


def _torn(between: Torn) -> str:
    if between.gap > WIDEST_TORN:
        return f"Shown because the model is surer of most others: {between.shares}."
    return f"Shown because the model was torn: {between.shares}."


def _quota(between: Torn) -> str:
    return (
        f"Shown because it may be {between.first}, every class gets its share of the questions, "
        f"and the model was torn: {between.shares}."
    )


def _apart(between: Torn) -> str:
    return (
        f"Shown because the model was torn ({between.shares}), and little like it was labeled yet."
    )


def _herding(between: Torn) -> str:
    return _standing("Shown because it stands for many items the model is unsure of", between)


def _standing(begun: str, between: Torn) -> str:
    # What stands for doubtful items may itself be beyond doubt.
    shares = f" ({between.shares})" if between.gap <= WIDEST_TORN else ""
    return f"{begun}, where no label is near{shares}."


def _predicted_torn(between: Torn) -> str:
    if between.gap > WIDEST_TORN:
        return f"Shown because the imported predictions are surer of most others: {between.shares}."
    return f"Shown because the imported predictions were torn: {between.shares}."


def _predicted_herding(between: Torn) -> str:
    begun = "Shown because it stands for many items the imported predictions are unsure of"
    return _standing(begun, between)


_PLAIN: Mapping[str, str] = {
    "random": RANDOM,
    "representatives": "Shown because it stands for a group that looks alike.",
    "typical": "Shown because it is typical of a group that looks alike.",
    "typicality": "Shown because it is typical of a group that has few labels or none.",
    "k-center": "Shown because nothing like it was labeled yet.",
    "k-means++": "Shown because little like it was labeled yet.",
    "vote-entropy": "Shown because models that learned from parts of the labels disagree on it.",
    "committee-kl": "Shown because models that learned from parts of the labels disagree on it.",
    "bald": "Shown because models that fit the labels equally well disagree on it.",
}
_TORN: Mapping[str, Callable[[Torn], str]] = {
    "margin-quota": _quota,
    "weighted-sum": _apart,
    "herding": _herding,
    _PREDICTED: _predicted_torn,
    f"{_PREDICTED} herding": _predicted_herding,
}
