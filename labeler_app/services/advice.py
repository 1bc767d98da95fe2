"""Whether labeling further is worth it, as far as the figures say."""

from dataclasses import dataclass

from labeler_app.core.evaluation import Accuracy


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
    spent = f", {minutes:.0f} minutes in all" if minutes is not None else ""
    so_far = f"{labels:,} labels so far{spent}."
    if accuracy is None:
        return Advice(
            "Keep going: too early to say more",
            f"{so_far} Advice with figures starts with the first figure.",
        )
    text = f"{so_far} Accuracy {figure(accuracy)}; target {100 * target:.0f} %."
    if accuracy.low >= target:
        return Advice(f"Done: surely above {100 * accuracy.low:.1f} %", text)
    return Advice("Keep going: the target is not reached yet", text)


def figure(accuracy: Accuracy) -> str:
    """Return an accuracy with its interval: "91.3 % (88.1–93.6)"."""
    return f"{100 * accuracy.point:.1f} % ({100 * accuracy.low:.1f}–{100 * accuracy.high:.1f})"
