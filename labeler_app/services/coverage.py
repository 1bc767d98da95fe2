"""Which conditions the labels of a project lack, and how many items of the pool are in them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from labeler_app.core import evaluation
from labeler_app.core import gaps as gaps_of
from labeler_app.core.arrays import FloatArray, IndexArray
from labeler_app.core.evaluation import Interval
from labeler_app.core.gaps import Axis, Gap, Target
from labeler_app.services import (
    askable,
    expecting,
    meanings,
    measured_axes,
    measuring,
    projects,
    snapshot,
)
from labeler_app.services.askable import Askable
from labeler_app.services.expecting import Expectation
from labeler_app.services.measured_axes import Measured
from labeler_app.services.projects import LabelClass, Project
from labeler_app.services.workspace import Workspace
from labeler_app.store import ask_first, class_changes, class_sets, events, models, probes

FEW = 10
"""Audit items; of fewer a share would mean nothing."""
SOME = 0.5
"""Of a class in a condition: what the model takes for it, by what it takes of the whole pool."""
MOST = 40
"""Gaps that are told, the heaviest."""

_KEPT = 8


@dataclass(frozen=True, slots=True)
class Right:
    """How many audit items of the report part in a gap the newest model gets right."""

    right: int
    of: int
    interval: Interval | None
    """95 %; None for fewer than ten."""


@dataclass(frozen=True, slots=True)
class Found:
    """A gap, with what can be done about it.

    Attributes
    ----------
    class_
        None where the labels of all classes lack it.
    real
        Items of the pool that would be asked for it: in the gap, not answered by anybody, and if it
        is one of a class that the newest model takes items for there, taken for that class.
    asked
        Of these, those that are asked first.
    hinted
        Share of what lies there that the newest model takes for the class, by that it takes of
        the whole pool; 0 if there is no model, or no class.
    missed
        Share of the decide part in it that the model gets wrong, drawn toward a half where there
        are few.
    """

    gap: Gap
    axis: Axis
    class_: LabelClass | None
    real: int
    asked: int
    hinted: float
    missed: float
    right: Right
    pool: float = 0.0
    """Share of the pool in it."""
    expected: int | None = None
    """Number of what a person expects there; None where the pool's share is wanted."""

    @property
    def name(self) -> str:
        """What a person calls it: "brightness: black to dark"."""
        return self.axis.called(self.gap.first, self.gap.last)

    @property
    def key(self) -> str:
        """What it is known by from one look to the next."""
        whose = self.class_.id if self.class_ else "all"
        return f"{self.axis.name}:{self.gap.first}-{self.gap.last}:{whose}"

    @property
    def wanted(self) -> int:
        """How many items of the pool would fill it, as far as there are any."""
        return min(self.gap.needed, self.real)

    @property
    def is_sure(self) -> bool:
        """Whether there is something to fill it: the labels of all classes lack it, or the model
        takes items there for the class. Otherwise the class may simply never be so."""
        return self.class_ is None or self.hinted >= SOME

    @property
    def weight(self) -> float:
        """The deficit, and up to twice that where the model is wrong there."""
        return self.gap.deficit * (1.0 + self.missed)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What pool and labels hold, by condition.

    Attributes
    ----------
    noun, about
        What an item is called here, and what is measured of it.
    measured, items
        Of how many items the conditions are known, of how many.
    labeled, needed
        How many labels there are, and how many it takes until any gap could be told.
    pool : sequence of arrays of shape (K,)
        By axis: how many items of the pool are in each cell.
    labels : sequence of arrays of shape (C + 1, K)
        By axis: how many labels of each class are, and last of all classes together.
    gaps
        What a person expects first, then those that are sure, of these the heaviest; 40 at most.
    expected
        All that a person expects, met or not.
    """

    noun: str
    about: str
    measured: int
    items: int
    labeled: int
    needed: int
    axes: Sequence[Axis]
    classes: Sequence[LabelClass]
    pool: Sequence[IndexArray]
    labels: Sequence[IndexArray]
    gaps: Sequence[Found]
    expected: Sequence[Expectation] = ()

    @property
    def verdict(self) -> str:
        """``empty``, ``unmeasured``, ``unlabeled``, ``few`` (labels), ``none`` or ``gaps``."""
        if not self.items:
            return "empty"
        if not self.measured:
            return "unmeasured"
        if not self.labeled:
            return "unlabeled"
        if any(one.is_sure for one in self.gaps):
            return "gaps"
        return "few" if self.labeled < self.needed else "none"


def is_for(kind: str) -> bool:
    """Tell whether conditions of items of a kind are measured."""
    return kind in measured_axes.MEASURED


def of_project(ws: Workspace, project: int) -> Coverage:
    """Return what the labels of a project lack; nothing is known before anything was measured.

    Labels are those that a model learns from: audit items are not. Every item of the pool counts
    as one of the pool, labeled or not; probe sets, which a person chose, are none of it. Looked at
    anew only when something has changed.

    Raises
    ------
    InputError
        If there is no such project, or its items are not measured.
    """
    known = projects.get(ws, project)
    about = measured_axes.of_kind(known.kind)
    with ws.store.read() as tx:
        model = models.newest(tx, project)
        waiting = tuple(ask_first.waiting(tx, project))
        now = (events.newest_seq(tx, project), class_changes.newest(tx, project), known.items)
        brought = probes.count(tx, project)
    cells = measuring.cells(ws, project)
    expected = expecting.of_project(ws, project)
    version = model.version if model else 0
    key = (*now, version, waiting, brought, tuple(expected), len(cells), id(cells))
    place = (str(ws.folder), project)
    before = _seen.pop(place, None)
    found = before[1] if before is not None and before[0] == key else None
    found = found or _look(ws, known, cells, expected, about)
    _seen[place] = (key, found)
    if len(_seen) > _KEPT:
        del _seen[next(iter(_seen))]
    return found


_seen: dict[tuple[str, int], tuple[object, Coverage]] = {}


def inside(ws: Workspace, project: int, gap: Gap) -> IndexArray:
    """Return the positions of the pool that would be asked for a gap, rising."""
    cells = measuring.cells(ws, project)
    classes = projects.classes(ws, project)
    about = askable.of_project(ws, project, classes, cells)
    return np.flatnonzero(about.askable(gap, classes))


def labeled(
    ws: Workspace, project: int, classes: Sequence[int], count: int
) -> list[tuple[int, int]]:
    """Return position and place of the class of every label; of a set, of each of its classes."""
    with ws.store.read() as tx:
        said = snapshot.resolved(events.training_labels(tx, project), meanings.read(tx, project))
        means = class_sets.today(tx, project)
    place_of = {one: place for place, one in enumerate(classes)}
    return [
        (at, place_of[one])
        for at, given in sorted(said.items())
        if at < count
        for one in sorted(means.get(given, frozenset({given})))
        if one in place_of
    ]


def _look(
    ws: Workspace,
    known: Project,
    every: IndexArray,
    expected: Sequence[Expectation],
    measured: Measured,
) -> Coverage:
    project, classes = known.id, projects.classes(ws, known.id)
    with ws.store.read() as tx:
        brought = [at for places in probes.positions(tx, project).values() for at in places]
    cells = np.array(every)
    cells[[at for at in brought if at < len(cells)]] = -1
    said = labeled(ws, project, [one.id for one in classes], len(cells))
    axes = measured.axes
    pool = [_counts(cells[:, at], axis) for at, axis in enumerate(axes)]
    labels = [_by_class(cells[:, at], axis, said, len(classes)) for at, axis in enumerate(axes)]
    shares = [gaps_of.shares(one) for one in pool]
    unmet = [(one, gap) for one in expected if (gap := gaps_of.unmet(labels, _target(one)))]
    lacking = gaps_of.find(shares, labels, [gap for _, gap in unmet])
    gaps: list[Found] = []
    if lacking or unmet:
        about = askable.of_project(ws, project, classes, cells)
        gaps = [_found(gap, axes[gap.axis], classes, about, shares, one.id) for one, gap in unmet]
        gaps += [_found(gap, axes[gap.axis], classes, about, shares) for gap in lacking]
    return Coverage(
        noun=measured.noun,
        about=measured.about,
        measured=int((cells >= 0).any(axis=1).sum()),
        items=known.items - len(brought),
        labeled=len({at for at, _ in said}),
        needed=gaps_of.needed_labels(shares, len(classes)),
        axes=axes,
        classes=classes,
        pool=pool,
        labels=labels,
        gaps=sorted(gaps, key=_rank)[:MOST],
        expected=expected,
    )


def _rank(one: Found) -> tuple[bool, bool, float]:
    return one.expected is None, not one.is_sure, -one.weight


def _target(one: Expectation) -> Target:
    return Target(one.place, one.first, one.last, one.share)


def _counts(cells: IndexArray, axis: Axis) -> IndexArray:
    return np.bincount(cells[cells >= 0], minlength=len(axis.names))


def _by_class(
    cells: IndexArray, axis: Axis, said: Sequence[tuple[int, int]], classes: int
) -> IndexArray:
    """Count labels by class and cell, (C + 1, K); in the last row every item counts once."""
    width = len(axis.names)
    at = np.array([one for one, _ in said], dtype=np.int64)
    y = np.array([place for _, place in said], dtype=np.int64)
    own = cells[at].astype(np.int64)
    known = own >= 0
    counts = np.bincount(y[known] * width + own[known], minlength=classes * width)
    every = cells[np.unique(at)]
    return np.vstack([counts.reshape(classes, width), _counts(every, axis)])


def _found(
    gap: Gap,
    axis: Axis,
    classes: Sequence[LabelClass],
    about: Askable,
    pool: Sequence[FloatArray],
    expected: int | None = None,
) -> Found:
    class_ = None if gap.class_ is None else classes[gap.class_]
    within, able = about.within(gap), about.askable(gap, classes)
    seen = [
        true == said if class_ is None else class_.id in said
        for at, (true, said) in about.report.items()
        if within[at] and (class_ is None or class_.id in true)
    ]
    interval = evaluation.wilson(sum(seen), len(seen)) if len(seen) >= FEW else None
    hinted = 0.0
    if class_ is not None:
        mine = about.mine(class_)
        usual = mine.mean() * within.sum()
        hinted = float((mine & within).sum() / usual) if usual else 0.0
    return Found(
        gap=gap,
        axis=axis,
        class_=class_,
        real=int(able.sum()),
        asked=int((able & about.first).sum()),
        hinted=hinted,
        missed=about.missed(within),
        right=Right(sum(seen), len(seen), interval),
        pool=float(pool[gap.axis][gap.first : gap.last + 1].sum()),
        expected=expected,
    )
