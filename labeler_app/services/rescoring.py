"""The learning curve: every version, old ones too, on today's whole report part."""

import json
from dataclasses import dataclass
from typing import cast

import numpy as np

from labeler_app.core.arrays import FloatArray, IndexArray, LinearHead
from labeler_app.services.snapshot import Snapshot
from labeler_app.services.workspace import Workspace
from labeler_app.store.models import CurveRow, ModelRow


def curve(ws: Workspace, snapshot: Snapshot, head: LinearHead) -> list[CurveRow]:
    """Score the new head and all older ones whose embeddings are still in use.

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
    rows = [
        _row(ws, snapshot, (one.version, one.labels), report, _predict(_head(ws, one), report.x))
        for one in old
    ]
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


def _head(ws: Workspace, model: ModelRow) -> LinearHead:
    named = ws.arrays.read_named(model.head)
    return LinearHead(
        coef=cast(FloatArray, named["coef"]),
        intercept=cast(FloatArray, named["intercept"]),
        classes=cast(IndexArray, named["classes"]),
    )


def _predict(head: LinearHead, x: FloatArray) -> IndexArray:
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
