"""Which classes the newest model finds, and what it takes them for: from report items only."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from labeler_app.core import evaluation
from labeler_app.services.projects import LabelClass
from labeler_app.services.workspace import Workspace
from labeler_app.store import models

FEW_OF_CLASS = 10


@dataclass(frozen=True, slots=True)
class ClassRecall:
    """How many audit items of a class the model finds."""

    class_id: int
    name: str
    key: str
    colour: int
    correct: int
    total: int
    low: float
    high: float

    @property
    def enough(self) -> bool:
        """Whether a percentage would mean something."""
        return self.total >= FEW_OF_CLASS


@dataclass(frozen=True, slots=True)
class Confusion:
    """Audit items of one class that the model takes for another."""

    true: LabelClass
    taken_for: LabelClass
    count: int
    total: int
    low: float
    high: float
    items: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """True and predicted class of every report item of the newest model."""

    true: tuple[int, ...] = ()
    predicted: tuple[int, ...] = ()
    items: tuple[int, ...] = ()


def newest_answers(ws: Workspace, project: int, classes: Sequence[LabelClass]) -> Answers:
    """Return what the newest model said of the report items, as far as the classes are in use."""
    with ws.store.read() as tx:
        rows = models.curve(tx, project)
    if not rows or not rows[-1].confusion:
        return Answers()
    known = {one.id for one in classes}
    triples = [
        (true, predicted, item)
        for true, predicted, item in json.loads(rows[-1].confusion)
        if true in known and predicted in known
    ]
    return Answers(*zip(*triples, strict=True)) if triples else Answers()


def recall(classes: Sequence[LabelClass], answers: Answers) -> list[ClassRecall]:
    """Return for every class how many of its report items the model finds."""
    numbers = {one.id: number for number, one in enumerate(classes)}
    found = evaluation.recall_by_class(
        np.array([numbers[one] for one in answers.true], dtype=np.int64),
        np.array([numbers[one] for one in answers.predicted], dtype=np.int64),
        len(classes),
    )
    return [
        ClassRecall(
            one.id, one.name, one.key, one.colour, row.correct, row.total, row.low, row.high
        )
        for one, row in zip(classes, found, strict=True)
    ]


def weakest(found: Sequence[ClassRecall]) -> ClassRecall | None:
    """Return the class found worst among those with enough items."""
    seen = [one for one in found if one.enough]
    return min(seen, key=lambda one: one.correct / one.total) if seen else None


def confusions(classes: Sequence[LabelClass], answers: Answers) -> list[Confusion]:
    """Return which classes are taken for which, the most frequent first."""
    by_id = {one.id: one for one in classes}
    pairs: dict[tuple[int, int], list[int]] = {}
    for true, predicted, item in zip(answers.true, answers.predicted, answers.items, strict=True):
        if true != predicted:
            pairs.setdefault((true, predicted), []).append(item)
    found = [
        _confusion(by_id[true], by_id[predicted], wrong, answers.true.count(true))
        for (true, predicted), wrong in pairs.items()
    ]
    return sorted(found, key=lambda one: (-one.count, one.true.name, one.taken_for.name))


def _confusion(
    true: LabelClass, taken_for: LabelClass, wrong: Sequence[int], total: int
) -> Confusion:
    interval = evaluation.wilson(len(wrong), total)
    return Confusion(
        true=true,
        taken_for=taken_for,
        count=len(wrong),
        total=total,
        low=interval.low,
        high=interval.high,
        items=tuple(wrong),
    )
