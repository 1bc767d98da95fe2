"""Model versions, their points on the learning curve, and the shards they were made of."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Connection

from labeler_app.store import schema
from labeler_app.store.engine import insert, values


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One fitted learner."""

    project: int
    version: int
    up_to_seq: int
    labels: int
    learner: str
    revision: str
    head: str
    sha256: str
    scores: str
    seconds: float
    created_at: float


@dataclass(frozen=True, slots=True)
class CurveRow:
    """Accuracy of one version on the report part as it was when scored."""

    project: int
    version: int
    labels: int
    correct: int
    total: int
    unresolved: int
    confusion: str
    up_to_seq: int
    created_at: float


@dataclass(frozen=True, slots=True)
class ShardRow:
    """One file of consecutive rows."""

    project: int
    revision: str
    first: int
    count: int
    path: str
    sha256: str


def newest(tx: Connection, project: int) -> ModelRow | None:
    """Return the newest version."""
    statement = (
        sa.select(*_model_columns)
        .where(schema.model.c.project == project)
        .order_by(schema.model.c.version.desc())
        .limit(1)
    )
    row = tx.execute(statement).first()
    return None if row is None else ModelRow(*row)


def get(tx: Connection, project: int, version: int) -> ModelRow | None:
    """Return a version."""
    at = (schema.model.c.project == project) & (schema.model.c.version == version)
    row = tx.execute(sa.select(*_model_columns).where(at)).first()
    return None if row is None else ModelRow(*row)


def every(tx: Connection, project: int) -> list[ModelRow]:
    """Return all versions, oldest first."""
    statement = (
        sa.select(*_model_columns)
        .where(schema.model.c.project == project)
        .order_by(schema.model.c.version)
    )
    return [ModelRow(*row) for row in tx.execute(statement)]


def add(tx: Connection, new: ModelRow) -> None:
    """Add a version."""
    tx.execute(sa.insert(schema.model).values(values(new)))


def put_points(tx: Connection, points: Sequence[CurveRow]) -> None:
    """Set the points of versions on the curve."""
    if not points:
        return
    statement = insert(tx, schema.curve_point)
    given = {name: statement.excluded[name] for name in CurveRow.__slots__}
    upsert = statement.on_conflict_do_update(index_elements=["project", "version"], set_=given)
    tx.execute(upsert, [values(one) for one in points])


def curve(tx: Connection, project: int) -> list[CurveRow]:
    """Return the learning curve, oldest version first."""
    point = schema.curve_point
    columns = [point.c[name] for name in CurveRow.__slots__]
    statement = sa.select(*columns).where(point.c.project == project).order_by(point.c.version)
    return [CurveRow(*row) for row in tx.execute(statement)]


def add_shards(tx: Connection, new: Sequence[ShardRow]) -> None:
    """Note files of rows; the same rows again replace them."""
    if not new:
        return
    statement = insert(tx, schema.shard)
    given = {name: statement.excluded[name] for name in ("count", "path", "sha256")}
    key = ["project", "revision", "first"]
    upsert = statement.on_conflict_do_update(index_elements=key, set_=given)
    tx.execute(upsert, [values(one) for one in new])


def forget_shards(tx: Connection, project: int, prefix: str, *, kept: Sequence[str]) -> None:
    """Forget the files of all revisions whose name begins with `prefix`, but for the kept ones."""
    shard = schema.shard.c
    begins = shard.revision.startswith(prefix, autoescape=True)
    old = (shard.project == project) & begins & shard.revision.not_in(list(kept))
    tx.execute(sa.delete(schema.shard).where(old))


def shards(tx: Connection, project: int, revision: str) -> list[ShardRow]:
    """Return the files of one revision, in order of their rows."""
    shard = schema.shard
    columns = [shard.c[name] for name in ShardRow.__slots__]
    statement = (
        sa.select(*columns)
        .where(shard.c.project == project, shard.c.revision == revision)
        .order_by(shard.c.first)
    )
    return [ShardRow(*row) for row in tx.execute(statement)]


def revisions(tx: Connection, prefix: str) -> list[tuple[int, str]]:
    """Return every project with every revision it has whose name begins with `prefix`."""
    shard = schema.shard.c
    begins = shard.revision.startswith(prefix, autoescape=True)
    statement = sa.select(shard.project, shard.revision).where(begins).distinct()
    return [(row[0], row[1]) for row in tx.execute(statement.order_by(shard.project))]


def newest_revision(tx: Connection, project: int, prefix: str) -> str | None:
    """Return the newest embedding revision whose name begins with `prefix`."""
    shard = schema.shard.c
    statement = (
        sa.select(shard.revision)
        .where(shard.project == project, shard.revision.startswith(prefix, autoescape=True))
        .order_by(shard.id.desc())
        .limit(1)
    )
    found: str | None = tx.execute(statement).scalar()
    return found


_model_columns = [schema.model.c[name] for name in ModelRow.__slots__]
