"""Whether labeling further is worth it, as far as the figures say."""

from dataclasses import dataclass

from labeler_app.core.evaluation import Accuracy, surely_above
from labeler_app.services import budget
from labeler_app.services.budget import Left


@dataclass(frozen=True, slots=True)
class Advice:
    """One piece of advice, and what it rests on."""

    title: str
    text: str


def advice(
    accuracy: Accuracy | None, target: float, left: Left, *, can_be_known: bool = True
) -> Advice:
    """Return the advice for a project.

    Parameters
    ----------
    accuracy
        Of the newest model; None while it rests on too few audit items.
    target
        Accuracy wanted, in (0.5, 1).
    left
        Whether anything is left to ask.
    can_be_known
        Whether enough audit items are set apart for an accuracy to come at all.
    """
    bound = surely_above(accuracy.correct, accuracy.total) if accuracy else None
    if bound is not None and bound >= target:
        return Advice(f"Done: surely above {100 * bound:.1f} %", "")
    if left.ended:
        title, next_step = _ENDS[left.ended]
        return Advice(title, f"{_not_reached(bound, target)} {next_step}".lstrip())
    if bound is None and not can_be_known:
        return Advice("Keep going: too few items to say more", "Advice with figures needs more.")
    if bound is None:
        return Advice(
            "Keep going: too early to say more",
            "Advice with figures starts with the first figure.",
        )
    return Advice("Keep going: the target is not reached yet", _not_reached(bound, target))


def figure(accuracy: Accuracy) -> str:
    """Return an accuracy with its interval: "91.3 % (88.1–93.6)"; exactly 100 has no decimal."""
    point, low, high = (
        f"{100 * share:.{0 if share in (0.0, 1.0) else 1}f}"
        for share in (accuracy.point, accuracy.low, accuracy.high)
    )
    return f"{point} % ({low}–{high})"


_ENDS = {
    budget.ALL_ANSWERED: (
        "Done: everything is answered",
        "Nothing is left to ask. To go on, add more on the Data page.",
    ),
    budget.SPENT: (
        "Done: the budget is spent",
        "To go on, raise the budget in the settings.",
    ),
}


def _not_reached(bound: float | None, target: float) -> str:
    if bound is None:
        return ""
    return (
        f"The model is surely above {100 * bound:.1f} %: a bound that holds however often one "
        f"looks. It must reach {100 * target:.0f} %."
    )
