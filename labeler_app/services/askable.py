"""Which items of a pool would be asked for a gap, and how the newest model does there."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from labeler_app.core.arrays import Array, IndexArray
from labeler_app.core.gaps import Gap
from labeler_app.services import mistakes, predicted, snapshot
from labeler_app.services.predicted import Predicted
from labeler_app.services.projects import LabelClass
from labeler_app.services.workspace import Workspace
from labeler_app.store import ask_first, audit, events, items, models


@dataclass(frozen=True, slots=True)
class Askable:
    """What is known of the items of a pool, beside their cells."""

    cells: IndexArray
    free: Array
    """(N,) bool: nobody has answered it, and it may be asked about."""
    first: Array
    """(N,) bool: it is asked first."""
    report: Mapping[int, tuple[frozenset[int], frozenset[int]]]
    """By position: classes of an audit item, and those the newest model says."""
    decide: Mapping[int, int]
    """By position: the class of an audit item of the decide part."""
    hints: Predicted | None

    def within(self, gap: Gap) -> Array:
        """Return which items lie in a gap."""
        own = self.cells[:, gap.axis]
        return np.asarray((own >= gap.first) & (own <= gap.last))

    def mine(self, class_: LabelClass) -> Array:
        """Return which items the model takes for a class; of newer ones it knows nothing."""
        mine = np.zeros(len(self.cells), dtype=bool)
        if self.hints is not None:
            said = self.hints.mine(class_.id)[: len(mine)]
            mine[: len(said)] = said
        return mine

    def askable(self, gap: Gap, classes: Sequence[LabelClass]) -> Array:
        """Return which items would be asked for a gap."""
        able = self.within(gap) & self.free
        if gap.class_ is not None:
            mine = able & self.mine(classes[gap.class_])
            able = mine if mine.any() else able
        return able

    def missed(self, within: Array) -> float:
        """Return the share of the decide part there that the model gets wrong."""
        if self.hints is None:
            return 0.5
        top, columns = self.hints.top, self.hints.columns
        known = [
            (at, columns[one])
            for at, one in self.decide.items()
            if one in columns and at < len(top) and within[at]
        ]
        wrong = sum(int(top[at]) != column for at, column in known)
        return (wrong + 1) / (len(known) + 2)


def of_project(
    ws: Workspace, project: int, classes: Sequence[LabelClass], cells: IndexArray
) -> Askable:
    """Return what is known of the items of a project, beside their cells.

    Parameters
    ----------
    classes
        Those in use.
    cells : array of shape (N, A)
        As `measuring.cells` returns them.
    """
    told = mistakes.newest_answers(ws, project, classes)
    with ws.store.read() as tx:
        model = models.newest(tx, project)
        hints = predicted.of_model(tx, ws, model) if model and model.scores else None
        taken = [
            *audit.positions(tx, project),
            *audit.shadow_positions(tx, project),
            *items.unready_positions(tx, project),
            *events.answered_positions(tx, project),
        ]
        waiting = ask_first.waiting(tx, project)
        rows = items.many(tx, told.items)
        decide = _decided(tx, project)
    report = {
        rows[item].position: (true, said)
        for item, true, said in zip(told.items, told.true, told.predicted, strict=True)
        if item in rows
    }
    count = len(cells)
    return Askable(
        cells,
        ~_marked(taken, count),
        _marked(waiting, count),
        {at: one for at, one in report.items() if at < count},
        {at: one for at, one in decide.items() if at < count},
        hints,
    )


def mixed_up(ws: Workspace, project: int) -> list[tuple[int, int]]:
    """Return which classes the newest model takes for which other, the most frequent first.

    By the decide part of the audit sample: the report part must know of no decision.

    Returns
    -------
    list of (int, int)
        The true class and the one it is taken for.
    """
    with ws.store.read() as tx:
        model = models.newest(tx, project)
        if model is None or not model.scores:
            return []
        hints, decide = predicted.of_model(tx, ws, model), _decided(tx, project)
    class_of = {column: one for one, column in hints.columns.items()}
    told = Counter(
        (true, class_of[int(hints.top[at])])
        for at, true in decide.items()
        if at < len(hints.top) and true in hints.columns
    )
    return [pair for pair, _ in sorted(told.items(), key=_most_first) if pair[0] != pair[1]]


def _most_first(counted: tuple[tuple[int, int], int]) -> tuple[int, tuple[int, int]]:
    return -counted[1], counted[0]


def _decided(tx: Connection, project: int) -> dict[int, int]:
    answers = events.audit_answers(tx, project, "decide")
    return snapshot.resolved([one for one in answers if one.kind == "label"])


def _marked(positions: Collection[int], count: int) -> Array:
    marked = np.zeros(count, dtype=bool)
    marked[[one for one in positions if one < count]] = True
    return marked
