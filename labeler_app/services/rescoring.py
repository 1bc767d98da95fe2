"""The learning curve: every version, old ones too, on today's whole report part."""

import json
from dataclasses import dataclass
from typing import cast

import numpy as np

from labeler_app.core.arrays import FloatArray, Head, IndexArray
from labeler_app.errors import LabelerError
from labeler_app.log import line, logger
from labeler_app.services import heads
from labeler_app.services.snapshot import Snapshot
from labeler_app.services.workspace import Workspace
from labeler_app.store.models import CurveRow, ModelRow

log = logger(__name__)


def curve(ws: Workspace, snapshot: Snapshot, head: Head) -> list[CurveRow]:
    """Score the new head and all older ones whose embeddings are still in use.

    A version whose head cannot be had again keeps the point it has.

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
    for one in old:
        before = _again(ws, one, snapshot)
        if before is not None:
            predicted = _predict(before, report.x)
            rows.append(_row(ws, snapshot, (one.version, one.labels), report, predicted))
    predicted = _predict(head, report.x)
    told = zip(report.truth.tolist(), predicted.tolist(), report.items, strict=True)
    newest = (snapshot.version, len(snapshot.labels))
    return [*rows, _row(ws, snapshot, newest, report, predicted, json.dumps(list(told)))]


@dataclass(frozen=True, slots=True)
class _Report:
    """The labeled report part of the audit sample."""

    x: FloatArray
    truth: IndexArray
    items: list[int]


def _report_part(ws: Workspace, snapshot: Snapshot) -> _Report:
    embeddings = cast(FloatArray, ws.arrays.open_all(snapshot.shards))
    known = sorted(one for one in snapshot.report if one < len(embeddings))
    return _Report(
        x=np.asarray(embeddings[np.array(known, dtype=np.int64)], dtype=np.float64),
        truth=np.array([snapshot.report[one] for one in known], dtype=np.int64),
        items=[snapshot.ids[one] for one in known],
    )


def _again(ws: Workspace, model: ModelRow, snapshot: Snapshot) -> Head | None:
    """Return the head of an older version; None if it cannot be had as it was.

    Its point then stays as it was measured last.
    """
    try:
        return heads.load(ws, model, snapshot.shards)
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
