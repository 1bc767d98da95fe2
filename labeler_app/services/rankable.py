"""What a ranking looks at, put together alike by a training and by a replay."""

from collections.abc import Callable, Mapping
from typing import TypeAlias, cast

import numpy as np

from labeler_app.core.arrays import Array, FloatArray, Head, IndexArray
from labeler_app.services.predictions import Known
from labeler_app.services.ranking import Pool
from labeler_app.services.snapshot import Snapshot
from labeler_app.services.workspace import Workspace
from labeler_app.store.models import ShardRow

Model: TypeAlias = tuple[Head, FloatArray, str]
"""A head, its probabilities (N, C) and the sha256 of its file."""


def scored(ws: Workspace, head: Head, shard: ShardRow) -> FloatArray:
    """Return the probabilities (rows of the shard, C) of a head, float32."""
    embeddings = cast(FloatArray, ws.arrays.open_shard(shard.path))
    return head.proba(embeddings).astype(np.float32)


def free(snapshot: Snapshot, count: int) -> IndexArray:
    """Return the positions below a number that may be asked, rising."""
    is_free = np.ones(count, dtype=bool)
    is_free[[one for one in snapshot.blocked if one < count]] = False
    return np.flatnonzero(is_free)


def pool(
    ws: Workspace,
    snapshot: Snapshot,
    model: Model | None,
    predictions: Known | None,
    saved: Callable[[str], Mapping[str, Array]],
) -> Pool:
    """Return what is known of a project when its queue is chosen.

    Parameters
    ----------
    snapshot
        What the store says, or said.
    model
        Of the snapshot's version; None if there is no model.
    predictions
        Of a pretrained model, where there is none of the project's own.
    saved
        From a strategy's name to what it saved last time.
    """
    embeddings = cast(FloatArray, ws.arrays.open_joined(snapshot.shards))
    head, proba, digest = model if model else (None, None, "")
    several = snapshot.project.config.multi_label
    return Pool(
        project=snapshot.project,
        version=snapshot.version if model else None,
        ids=snapshot.ids,
        class_names=snapshot.class_names,
        classes=snapshot.classes,
        embeddings=embeddings,
        proba=proba,
        head=head,
        candidates=free(snapshot, len(embeddings)),
        labels=snapshot.labels,
        hashes=[one.sha256 for one in snapshot.shards],
        head_hash=digest,
        now=ws.clock(),
        decided=snapshot.decided,
        sets=snapshot.meanings.sets,
        predictions=predictions if model is None and not several else None,
        saved=saved,
    )
