"""The learning curve: every version, old ones too, on today's whole report part."""

import json
from dataclasses import dataclass

import numpy as np

from labeler_app.core import multilabel
from labeler_app.core.arrays import Array, FloatArray, Head, IndexArray
from labeler_app.core.multilabel import Members
from labeler_app.errors import LabelerError
from labeler_app.log import line, logger
from labeler_app.services import fitting, heads
from labeler_app.services.snapshot import Snapshot
from labeler_app.services.workspace import Workspace
from labeler_app.store.models import CurveRow, ModelRow

# So many versions may be fitted again for one training, where items that their heads were never
# asked about joined the report part, or were embedded anew.
FITTED_AGAIN = 16

log = logger(__name__)


def curve(ws: Workspace, snapshot: Snapshot, head: Head) -> list[CurveRow]:
    """Score the new head and all older ones whose embeddings are still in use.

    A version whose head cannot be had again keeps the point it has, and so does one that would have
    to be fitted again and is not among the newest.

    Parameters
    ----------
    snapshot
        What the new model was made of.
    head
        The new model.
    """
    report = _report_part(ws, snapshot)
    revision = snapshot.shards[0].revision
    old = [one for one in snapshot.older if one.revision == revision]
    rows = []
    for place, one in enumerate(old):
        said = _said(ws, one, snapshot, report, again=place >= len(old) - FITTED_AGAIN)
        if said is not None:
            rows.append(_row(ws, snapshot, (one.version, one.labels), report, said))
    said = fitting.answers(head, report.x)
    newest = (snapshot.version, len(snapshot.labels))
    return [*rows, _row(ws, snapshot, newest, report, said, _told(snapshot, report, said))]


@dataclass(frozen=True, slots=True)
class _Report:
    """The labeled report part of the audit sample."""

    positions: IndexArray
    x: FloatArray
    truth: IndexArray | Members
    items: list[int]


def _report_part(ws: Workspace, snapshot: Snapshot) -> _Report:
    count = sum(one.count for one in snapshot.shards)
    known = sorted(one for one in snapshot.report if one < count)
    return _Report(
        positions=np.array(known, dtype=np.int64),
        x=np.asarray(ws.arrays.take(snapshot.shards, known), dtype=np.float64),
        truth=snapshot.members(snapshot.report, known)
        if snapshot.project.config.multi_label
        else np.array([snapshot.report[one] for one in known], dtype=np.int64),
        items=[snapshot.ids[one] for one in known],
    )


def _said(
    ws: Workspace, model: ModelRow, snapshot: Snapshot, report: _Report, *, again: bool
) -> IndexArray | Members | None:
    """Return what an older version says; None if it cannot be had as it was, or costs too much.

    Its point then stays as it was measured last.
    """
    try:
        return heads.say(ws, model, snapshot.shards, report.positions, report.x, again=again)
    except LabelerError as error:
        log.warning(line("point-not-rescored", version=model.version, reason=str(error)))
        return None


def _row(
    ws: Workspace,
    snapshot: Snapshot,
    of: tuple[int, int],
    report: _Report,
    said: IndexArray | Members,
    confusion: str = "",
) -> CurveRow:
    version, labels = of
    right = _right(snapshot, report, said)
    return CurveRow(
        project=snapshot.project.id,
        version=version,
        labels=labels,
        correct=int(right.sum()),
        total=len(right),
        unresolved=snapshot.unresolved,
        confusion=confusion,
        up_to_seq=snapshot.up_to_seq,
        created_at=ws.clock(),
    )


def _right(snapshot: Snapshot, report: _Report, said: IndexArray | Members) -> Array:
    """Return which report items are right: of several classes an item, all of them."""
    if isinstance(report.truth, Members) and isinstance(said, Members):
        return multilabel.exactly(report.truth, said.over(snapshot.classes, snapshot.merged))
    assert not isinstance(said, Members)
    # An older model that says a class which was merged since says the one it counts as.
    today = np.array([snapshot.merged.get(one, one) for one in said.tolist()], dtype=np.int64)
    return np.asarray(report.truth == today)


def _told(snapshot: Snapshot, report: _Report, said: IndexArray | Members) -> str:
    """Return as JSON what each report item is and was taken for; lists where it may be several."""
    if isinstance(report.truth, Members) and isinstance(said, Members):
        known = report.truth.known
        theirs = said.over(snapshot.classes, snapshot.merged).has & known
        true, predicted = _lists(snapshot, report.truth.has & known), _lists(snapshot, theirs)
    else:
        assert not isinstance(report.truth, Members) and not isinstance(said, Members)
        true, predicted = report.truth.tolist(), said.tolist()
    return json.dumps(list(zip(true, predicted, report.items, strict=True)))


def _lists(snapshot: Snapshot, has: Array) -> list[list[int]]:
    return [[snapshot.classes[at] for at in np.flatnonzero(row).tolist()] for row in has]
