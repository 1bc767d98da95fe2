"""Piles of items that look alike, made by the worker and kept beside the embeddings."""

from collections.abc import Sequence
from typing import cast

import numpy as np

from labeler_app.core.arrays import FloatArray
from labeler_app.core.clusters import Clusters, cluster
from labeler_app.services import features, memory, projects
from labeler_app.services.workspace import Workspace
from labeler_app.store.models import ShardRow


def is_due(ws: Workspace, project: int) -> bool:
    """Tell whether all features are there, and no piles made from them."""
    shards = features.shards(ws, project)
    if not shards or features.missing(ws, project) > 0:
        return False
    return not memory.holds(ws, project, shards[0].revision, _name(shards))


def keep(ws: Workspace, project: int) -> None:
    """Put all items that have features into piles."""
    shards = features.shards(ws, project)
    seed = projects.get(ws, project).config.seed
    made = cluster(cast(FloatArray, ws.arrays.open_joined(shards)), seed)
    state = {"number": made.number.astype(np.int16), "away": made.away}
    memory.keep(ws, project, shards[0].revision, {_name(shards): state})


def of(ws: Workspace, project: int) -> Clusters | None:
    """Return the piles of a project; None before there are any."""
    shards = features.shards(ws, project)
    saved = memory.recall(ws, project, shards[0].revision)(_name(shards)) if shards else {}
    if not saved:
        return None
    return Clusters(saved["number"].astype(np.int64), cast(FloatArray, saved["away"]))


def _name(shards: Sequence[ShardRow]) -> str:
    return f"clusters of {sum(one.count for one in shards)}"
