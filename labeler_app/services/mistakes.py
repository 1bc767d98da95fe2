"""Which classes the newest model finds, and what it takes them for: from report items only."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from labeler_app.core import evaluation
from labeler_app.services.projects import LabelClass
from labeler_app.services.workspace import Workspace
from labeler_app.store import class_changes, models

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
    """Audit items of one class that the model takes for another, or misses."""

    true: LabelClass
    taken_for: LabelClass | None
    """None where items have several classes: this one is missed."""
    count: int
    total: int
    low: float
    high: float
    items: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Extra:
    """How often a class is said of audit items that lack it."""

    of: LabelClass
    wrong: int
    said: int
    """Of how many that it is said of at all."""


@dataclass(frozen=True, slots=True)
class Answers:
    """True and predicted classes of every report item of the newest model."""

    true: tuple[frozenset[int], ...] = ()
    predicted: tuple[frozenset[int], ...] = ()
    items: tuple[int, ...] = ()
    several: bool = False
    """Whether an item may have several classes, or none."""


def newest_answers(ws: Workspace, project: int, classes: Sequence[LabelClass]) -> Answers:
    """Return what the newest model said of the report items, as far as the classes are in use."""
    with ws.store.read() as tx:
        rows = models.curve(tx, project)
        merged = class_changes.merged(tx, project)
    if not rows or not rows[-1].confusion:
        return Answers()
    known = {one.id for one in classes}
    told = json.loads(rows[-1].confusion)
    several = any(isinstance(true, list) for true, _, _ in told)

    def today(said: int | list[int]) -> frozenset[int]:
        each = said if isinstance(said, list) else [said]
        return frozenset(merged.get(one, one) for one in each) & known

    triples = [(today(true), today(predicted), item) for true, predicted, item in told]
    triples = [one for one in triples if several or (one[0] and one[1])]
    if not triples:
        return Answers()
    true, predicted, items = zip(*triples, strict=True)
    return Answers(true, predicted, items, several)


def recall(classes: Sequence[LabelClass], answers: Answers) -> list[ClassRecall]:
    """Return for every class how many of its report items the model finds."""
    pairs = list(zip(answers.true, answers.predicted, strict=True))
    return [
        _recall(one, [one.id in said for true, said in pairs if one.id in true]) for one in classes
    ]


def _recall(one: LabelClass, found: Sequence[bool]) -> ClassRecall:
    interval = evaluation.wilson(sum(found), len(found))
    return ClassRecall(
        class_id=one.id,
        name=one.name,
        key=one.key,
        colour=one.colour,
        correct=sum(found),
        total=len(found),
        low=interval.low,
        high=interval.high,
    )


def weakest(found: Sequence[ClassRecall]) -> ClassRecall | None:
    """Return the class found worst among those with enough items."""
    seen = [one for one in found if one.enough]
    return min(seen, key=lambda one: one.correct / one.total) if seen else None


def confusions(classes: Sequence[LabelClass], answers: Answers) -> list[Confusion]:
    """Return which classes are taken for which, or missed; the most frequent first."""
    by_id = {one.id: one for one in classes}
    pairs: dict[tuple[int, int | None], list[int]] = {}
    for true, predicted, item in zip(answers.true, answers.predicted, answers.items, strict=True):
        for one in true - predicted:
            other = None if answers.several else next(iter(predicted))
            pairs.setdefault((one, other), []).append(item)
    found = [
        _confusion(
            by_id[true],
            None if predicted is None else by_id[predicted],
            wrong,
            sum(true in one for one in answers.true),
        )
        for (true, predicted), wrong in pairs.items()
    ]
    name = {one: one.taken_for.name if one.taken_for else "" for one in found}
    return sorted(found, key=lambda one: (-one.count, one.true.name, name[one]))


def extras(classes: Sequence[LabelClass], answers: Answers) -> list[Extra]:
    """Return how often each class is said of items without it, where they may have several."""
    if not answers.several:
        return []
    pairs = list(zip(answers.true, answers.predicted, strict=True))
    return [
        Extra(
            one,
            sum(one.id in said for true, said in pairs if one.id not in true),
            sum(one.id in said for _true, said in pairs),
        )
        for one in classes
    ]


def _confusion(
    true: LabelClass, taken_for: LabelClass | None, wrong: Sequence[int], total: int
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
