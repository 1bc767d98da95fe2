"""A pretrained model's probabilities that came as a file: which array holds them, and for whom."""

import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy import Connection

from labeler_app.store import models, schema
from labeler_app.store.models import ShardRow

REVISION = "predictions"


def positions_by_path(tx: Connection, project: int) -> Mapping[str, Sequence[int]]:
    """Return the positions of the items found at each path, below whatever root.

    Paths are in the Unicode form NFC, as those of predictions are; on disk they may be in another.
    """
    statement = (
        sa.select(schema.item_path.c.path, schema.item.c.position)
        .join_from(schema.item_path, schema.item, schema.item_path.c.item == schema.item.c.id)
        .where(schema.item_path.c.project == project)
        .order_by(schema.item.c.position)
    )
    found: defaultdict[str, list[int]] = defaultdict(list)
    for path, position in tx.execute(statement):
        found[unicodedata.normalize("NFC", path)].append(position)
    return found


def put(tx: Connection, project: int, count: int, path: str, sha256: str) -> None:
    """Note the file of a project's predictions; it takes the place of the one before."""
    models.add_shards(tx, [ShardRow(project, REVISION, 0, count, path, sha256)])


def get(tx: Connection, project: int) -> ShardRow | None:
    """Return the file of a project's predictions."""
    return next(iter(models.shards(tx, project, REVISION)), None)
