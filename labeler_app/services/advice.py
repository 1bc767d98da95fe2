"""Whether labeling further is worth it, as far as the figures say."""

from dataclasses import dataclass

from labeler_app.core.evaluation import Accuracy, surely_above


@dataclass(frozen=True, slots=True)
class Advice:
    """One piece of advice, and what it rests on."""

    title: str
    text: str


def advice(accuracy: Accuracy | None, target: float, labels: int, minutes: float | None) -> Advice:
    """Return the advice for a project.

    Parameters
    ----------
    accuracy
        Of the newest model; None while it rests on too few audit items.
    target
        Accuracy wanted, in (0.5, 1).
    labels, minutes
        What was spent so far; minutes may be unknown.
    """
    so_far = f"{labels:,} labels so far{_spent(minutes)}."
    if accuracy is None:
        return Advice(
            "Keep going: too early to say more",
            f"{so_far} Advice with figures starts with the first figure.",
        )
    bound = surely_above(accuracy.correct, accuracy.total)
    if bound >= target:
        return Advice(f"Done: surely above {100 * bound:.1f} %", so_far)
    text = (
        f"{so_far} The model is surely above {100 * bound:.1f} %: a bound that holds however often "
        f"one looks. It must reach {100 * target:.0f} %."
    )
    return Advice("Keep going: the target is not reached yet", text)


def figure(accuracy: Accuracy) -> str:
    """Return an accuracy with its interval: "91.3 % (88.1–93.6)"."""
    return f"{100 * accuracy.point:.1f} % ({100 * accuracy.low:.1f}–{100 * accuracy.high:.1f})"


def _spent(minutes: float | None) -> str:
    if minutes is None:
        return ""
    whole = max(1, round(minutes))
    return f", {whole:,} {'minute' if whole == 1 else 'minutes'} in all"
