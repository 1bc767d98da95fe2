"""A project as it stood when a selection was made: from events, and from files never changed."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from labeler_app.errors import StateError
from labeler_app.services import heads, predictions, projects, rankable, snapshot, traces
from labeler_app.services.meanings import Meanings
from labeler_app.services.ranking import Pool
from labeler_app.services.snapshot import Snapshot
from labeler_app.services.workspace import Workspace
from labeler_app.settings import ProjectConfig
from labeler_app.store import history, items, models
from labeler_app.store.engine import AnyRow
from labeler_app.store.models import ModelRow, ShardRow

Digest = Callable[[str], str]
"""From the path of a file below the arrays to its sha256."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A selection, and what was kept of it."""

    project: int
    row: AnyRow
    detail: Mapping[str, Any]


def digest(ws: Workspace, path: str) -> str:
    """Return the sha256 of a file below the arrays.

    Raises
    ------
    StateError
        If it is gone.
    """
    full = ws.arrays.folder / path
    if not full.is_file():
        raise StateError(f"the file {path} was removed.")
    with full.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def pool(ws: Workspace, moment: Moment, digest_of: Digest) -> Pool:
    """Return what was known when a queue was chosen.

    Parameters
    ----------
    digest_of
        `digest`, perhaps remembering what it answered.

    Raises
    ------
    StateError
        If something of it is gone or changed; the sentence says what.
    """
    if "up_to_seq" not in moment.detail:
        raise StateError("it was made by an earlier version of the app, which kept too little.")
    shards = _shards(ws, moment, digest_of)
    then = _snapshot(ws, moment, shards)
    if traces.labels_hash(then.labels) != moment.detail["labels_hash"]:
        raise StateError("the label events up to it do not give the labels it was made from.")
    model = _model(ws, moment, then, digest_of)
    known = predictions.known(ws, moment.project)
    if model is None and (known.sha256 if known else "") != moment.detail["predictions"]:
        raise StateError("the imported predictions were replaced since.")
    # What a strategy saved spares work only: without it, the same must come out.
    return rankable.pool(ws, then, model, known, lambda _strategy: {})


def _shards(ws: Workspace, moment: Moment, digest_of: Digest) -> list[ShardRow]:
    with ws.store.read() as tx:
        rows = models.shards(tx, moment.project, moment.detail["revision"])
    by_hash = {one.sha256: one for one in rows}
    for wanted in moment.detail["shards"]:
        if wanted not in by_hash:
            raise StateError(f"the embeddings {wanted[:12]} were replaced or removed since.")
        if digest_of(by_hash[wanted].path) != wanted:
            raise StateError(f"the file {by_hash[wanted].path} is not what it was.")
    return [by_hash[one] for one in moment.detail["shards"]]


def _snapshot(ws: Workspace, moment: Moment, shards: list[ShardRow]) -> Snapshot:
    apart = traces.apart(ws, moment.detail["apart"])
    config = ProjectConfig.from_mapping(moment.detail["config"])
    with ws.store.read() as tx:
        said = history.said_as_of(tx, moment.project, int(moment.detail["up_to_seq"]))
        parts = history.audit_parts(tx, moment.project)
        ids = items.ids_by_position(tx, moment.project)
    kept_out = apart.held_out | apart.stand_ins
    labels = [one for one in said if one.kind == "label"]
    deciding = {at for at in apart.held_out if parts.get(at) == "decide"}
    meant = Meanings(traces.sets_of(moment.detail))
    return Snapshot(
        project=replace(projects.get(ws, moment.project), config=config),
        version=moment.row.version or 0,
        up_to_seq=int(moment.detail["up_to_seq"]),
        labels=snapshot.resolved([one for one in labels if one.position not in kept_out], meant),
        classes=moment.detail["classes"],
        class_names={},
        shards=shards,
        report={},
        unresolved=0,
        blocked=apart.held_out | apart.unready | {one.position for one in said},
        ids=ids,
        older=(),
        decided=snapshot.resolved([one for one in labels if one.position in deciding], meant),
        held_out=apart.held_out,
        unready=apart.unready,
        stand_ins=apart.stand_ins,
        meanings=meant,
    )


def _model(
    ws: Workspace, moment: Moment, then: Snapshot, digest_of: Digest
) -> rankable.Model | None:
    if moment.row.version is None:
        return None
    with ws.store.read() as tx:
        every: dict[int, ModelRow] = {one.version: one for one in models.every(tx, moment.project)}
    model = every.get(moment.row.version)
    if model is None or model.sha256 != moment.detail["head"]:
        raise StateError(f"model version {moment.row.version} is not the one it was made with.")
    if digest_of(model.head) != model.sha256:
        raise StateError(f"the file {model.head} is not what it was.")
    head = heads.load(ws, model, then.shards)
    proba = np.concatenate([rankable.scored(ws, head, one) for one in then.shards])
    return head, proba, model.sha256
