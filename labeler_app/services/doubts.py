"""What has to be said of a project's features: what was guessed, and what looks wrong."""

import numpy as np

from labeler_app.services import features, projects
from labeler_app.services.workspace import Workspace
from labeler_app.store.models import ShardRow

# So many are looked at: reading them all would cost as much as a training.
_LOOKED_AT = 500


def of_features(ws: Workspace, project: int) -> list[str]:
    """Return whole sentences for whoever chose the embedder; none where nothing is to be said."""
    shards = features.shards(ws, project)
    if not shards:
        return []
    state = ws.arrays.read_named(f"{project}/{shards[0].revision}.npz", [features.NOTES])
    said = [str(note) for note in state.get(features.NOTES, [])]
    known = projects.get(ws, project)
    return said + (_all_the_same(ws, shards[0], known.noun) if not said else [])


def _all_the_same(ws: Workspace, shard: ShardRow, noun: str) -> list[str]:
    rows = np.asarray(ws.arrays.open_shard(shard.path)[:_LOOKED_AT], np.float32)
    if len(rows) < 2 or float(np.ptp(rows, axis=0).max()) > 1e-6 * float(np.abs(rows).max()):
        return []
    return [
        f"The features of the first {len(rows):,} {noun}s are all the same: a model cannot tell"
        f" them apart. Look at the {noun}s, or choose other features under Settings."
    ]
