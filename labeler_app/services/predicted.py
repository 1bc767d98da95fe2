"""What a version takes every item of the pool for: a hint of its class, and no more."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

import numpy as np
from sqlalchemy import Connection

from labeler_app.core.arrays import Array, FloatArray, IndexArray
from labeler_app.services.workspace import Workspace
from labeler_app.store import models
from labeler_app.store.arrays import Arrays
from labeler_app.store.models import ModelRow, ShardRow


@dataclass(frozen=True, slots=True)
class Predicted:
    """What a model takes every item for; N items."""

    top: IndexArray
    """(N,) column of the most probable class."""
    share: FloatArray
    """(N,) its probability."""
    columns: Mapping[int, int]
    """From class id to column."""

    def mine(self, class_id: int) -> Array:
        """Return which items are taken for a class, (N,) bool; none if it is not known."""
        return np.asarray(self.top == self.columns.get(class_id, -1))


def of_model(tx: Connection, ws: Workspace, model: ModelRow) -> Predicted:
    """Return what a version that has scores takes every item for."""
    files = tuple(models.shards(tx, model.project, model.scores))
    return _read(ws.arrays, model.head, files)


# Kept, as a desk asks again and again.
@lru_cache(maxsize=4)
def _read(arrays: Arrays, head: str, files: tuple[ShardRow, ...]) -> Predicted:
    tops, shares = [], []
    for one in files:
        proba = cast(FloatArray, arrays.open_shard(one.path))
        tops.append(proba.argmax(axis=1))
        shares.append(proba.max(axis=1))
    classes = arrays.read_named(head, ("classes",))["classes"]
    columns = {int(class_id): column for column, class_id in enumerate(classes)}
    return Predicted(np.concatenate(tops), np.concatenate(shares), columns)
