"""What labels took so far, and whether anything is left to ask."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from labeler_app.services.projects import Project
from labeler_app.services.workspace import Workspace
from labeler_app.store import audit, class_sets, events, items, past_answers

PAUSE = 10
"""What takes so many times the usual pace was a pause."""
ALL_ANSWERED, SPENT = "all answered", "budget spent"


@dataclass(frozen=True, slots=True)
class Left:
    """What is left to ask."""

    items: int
    """That can be asked and that nobody answered."""
    ended: str
    """Why nothing is asked any more: `ALL_ANSWERED`, `SPENT`, or empty."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What labeling took so far, and what is left."""

    labels: int
    """Items that people, or the automatic annotator, gave a class."""
    training_labels: int
    by_class: Mapping[int, int]
    """Training labels by class id."""
    pace_s: float | None
    """Median seconds of an answer."""
    minutes: float | None
    """Of all answers together, those taken back too; a pause counts as ten answers at most."""
    cost: float | None
    """Of these minutes; None without an hourly rate."""
    left: Left


def spent(ws: Workspace, project: Project) -> Spent:
    """Return what labeling a project took so far, and what is left of it."""
    with ws.store.read() as tx:
        labels = events.answered(tx, project.id)
        training = {(one.item, one.class_id) for one in events.training_labels(tx, project.id)}
        means = class_sets.today(tx, project.id)
        recent = past_answers.paces(tx, project.id)
        pace = float(np.median(recent)) / 1000 if recent else None
        taken = past_answers.time_taken(tx, project.id, round(1000 * PAUSE * (pace or 60.0)))
        rest = _left(tx, project)
    minutes = taken[0] / 60_000 if taken[1] else None
    rate = project.config.hourly_rate
    return Spent(
        labels=labels,
        training_labels=len({item for item, _ in training}),
        by_class=dict(Counter(one for _, row in training for one in means.get(row or 0, ()))),
        pace_s=pace,
        minutes=minutes,
        cost=minutes / 60 * rate if rate and minutes is not None else None,
        left=rest,
    )


def left(ws: Workspace, project: Project) -> Left:
    """Return what is left to ask in a project."""
    with ws.store.read() as tx:
        return _left(tx, project)


def _left(tx: Connection, project: Project) -> Left:
    count = _askable(tx, project.id)
    if project.items and not count:
        return Left(0, ALL_ANSWERED)
    spent_ = project.items and events.answered(tx, project.id) >= project.config.budget
    return Left(count, SPENT if spent_ else "")


def _askable(tx: Connection, project: int) -> int:
    """Count the items that can be asked and that nobody answered.

    Near-duplicates of audit items and items that cannot be shown are not asked.
    """
    gone = {
        *events.answered_positions(tx, project),
        *audit.shadow_positions(tx, project),
        *items.unready_positions(tx, project),
    }
    # Items from here on are still arriving.
    end = items.count_positions(tx, project)
    return end - sum(position < end for position in gone)
