"""The learning curve: every version, old ones too, on today's whole report part."""

import json
from dataclasses import dataclass

import numpy as np

from labeler_app.core.arrays import FloatArray, Head, IndexArray
from labeler_app.errors import LabelerError
from labeler_app.log import line, logger
from labeler_app.services import heads
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
    predicted = _predict(head, report.x)
    told = zip(report.truth.tolist(), predicted.tolist(), report.items, strict=True)
    newest = (snapshot.version, len(snapshot.labels))
    return [*rows, _row(ws, snapshot, newest, report, predicted, json.dumps(list(told)))]


@dataclass(frozen=True, slots=True)
class _Report:
    """The labeled report part of the audit sample."""

    positions: IndexArray
    x: FloatArray
    truth: IndexArray
    items: list[int]


def _report_part(ws: Workspace, snapshot: Snapshot) -> _Report:
    count = sum(one.count for one in snapshot.shards)
    known = sorted(one for one in snapshot.report if one < count)
    return _Report(
        positions=np.array(known, dtype=np.int64),
        x=np.asarray(ws.arrays.take(snapshot.shards, known), dtype=np.float64),
        truth=np.array([snapshot.report[one] for one in known], dtype=np.int64),
        items=[snapshot.ids[one] for one in known],
    )


def _said(
    ws: Workspace, model: ModelRow, snapshot: Snapshot, report: _Report, *, again: bool
) -> IndexArray | None:
    """Return what an older version says; None if it cannot be had as it was, or costs too much.

    Its point then stays as it was measured last.
    """
    try:
        return heads.say(ws, model, snapshot.shards, report.positions, report.x, again=again)
    except LabelerError as error:
        log.warning(line("point-not-rescored", version=model.version, reason=str(error)))
        return None


def _predict(head: Head, x: FloatArray) -> IndexArray:
    if not len(x):
        return np.zeros(0, dtype=np.int64)
    best: IndexArray = head.classes[head.proba(x).argmax(axis=1)]
    return best


def _row(
    ws: Workspace,
    snapshot: Snapshot,
    of: tuple[int, int],
    report: _Report,
    predicted: IndexArray,
    confusion: str = "",
) -> CurveRow:
    version, labels = of
    return CurveRow(
        project=snapshot.project.id,
        version=version,
        labels=labels,
        correct=int((report.truth == predicted).sum()),
        total=len(report.truth),
        unresolved=snapshot.unresolved,
        confusion=confusion,
        up_to_seq=snapshot.up_to_seq,
        created_at=ws.clock(),
    )
