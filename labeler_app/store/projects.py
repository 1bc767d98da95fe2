"""Projects and their classes."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Connection

from labeler_app.settings import ProjectConfig
from labeler_app.store import contents, schema
from labeler_app.store.engine import AnyRow, insert

COLOURS = 8  # The Okabe-Ito set has so many.


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """One project as stored."""

    id: int
    name: str
    kind: str
    config: ProjectConfig
    queue_version: int
    created_at: float


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One class; `position` orders the buttons, `key` is empty unless a person set it."""

    id: int
    name: str
    definition: str
    position: int
    colour: int
    key: str


def name_key(name: str) -> str:
    """Return what makes two names the same: NFC, spaces folded, case ignored."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def add(tx: Connection, name: str, kind: str, config: ProjectConfig, *, at: float) -> int | None:
    """Add a project and return its id; None if the name is taken."""
    new = {
        "name": name,
        "name_key": name_key(name),
        "kind": kind,
        "config": config.to_json(),
        "created_at": at,
    }
    statement = insert(tx, schema.project).values(new).on_conflict_do_nothing()
    row = tx.execute(statement.returning(schema.project.c.id)).first()
    return None if row is None else int(row.id)


def every(tx: Connection) -> list[ProjectRow]:
    """Return all projects, oldest first."""
    return [_project(row) for row in tx.execute(sa.select(schema.project).order_by(_p.id))]


def get(tx: Connection, project: int) -> ProjectRow | None:
    """Return one project by its id."""
    row = tx.execute(sa.select(schema.project).where(_p.id == project)).first()
    return None if row is None else _project(row)


def has_sets(tx: Connection, project: int) -> bool:
    """Tell whether an item of a project may have several classes."""
    row = get(tx, project)
    return row is not None and row.config.multi_label


def find(tx: Connection, name: str) -> ProjectRow | None:
    """Return one project by its name, case ignored."""
    row = tx.execute(sa.select(schema.project).where(_p.name_key == name_key(name))).first()
    return None if row is None else _project(row)


def hold(tx: Connection, project: int) -> None:
    """Let nobody else lease, append events or add classes here until the transaction ends.

    On PostgreSQL this locks the project's row; on SQLite a writing transaction is alone anyway.
    Whoever appends events holds the project: PostgreSQL hands out their numbers before it commits,
    so without it a model that has seen event 12 might have missed event 11.
    """
    if tx.dialect.name == "postgresql":
        lock = sa.select(_p.id).where(_p.id == project)
        # Rows that refer to the project, from other transactions, need not wait for this lock.
        tx.execute(lock.with_for_update(key_share=True)).first()


def configure(tx: Connection, project: int, config: ProjectConfig) -> None:
    """Replace the configuration."""
    tx.execute(sa.update(schema.project).where(_p.id == project).values(config=config.to_json()))


def remove_empty(tx: Connection, project: int) -> None:
    """Remove a project without arrived items and events, with its classes, imports and trail.

    A failed first import leaves nothing half-made behind this way.
    """
    runs = sa.select(schema.import_run.c.id).where(schema.import_run.c.project == project)
    problems = schema.import_problem
    tx.execute(sa.delete(problems).where(problems.c.import_run.in_(runs)))
    contents.forget_project(tx, project)
    for table in (
        schema.item_path,
        schema.item,
        schema.import_run,
        schema.class_change,
        schema.label_class,
        schema.trail,
        schema.worker_lease,
    ):
        tx.execute(sa.delete(table).where(table.c.project == project))
    tx.execute(sa.delete(schema.project).where(_p.id == project))


def classes(tx: Connection, project: int) -> list[ClassRow]:
    """Return the classes in use, in their order."""
    statement = (
        sa.select(_c.id, _c.name, _c.definition, _c.position, _c.colour, _c.key)
        .where(_c.project == project, _c.retired_at.is_(None), _c.members.is_(None))
        .order_by(_c.position, _c.id)
    )
    return [ClassRow(*row) for row in tx.execute(statement)]


def class_of(tx: Connection, class_id: int) -> tuple[int, str] | None:
    """Return project and name of a class."""
    row = tx.execute(
        sa.select(_c.project, _c.name).where(_c.id == class_id, _c.members.is_(None))
    ).first()
    return None if row is None else (row.project, row.name)


def add_class(tx: Connection, project: int, name: str) -> int | None:
    """Add a class behind the others and return its id; None if the name is taken.

    The project is held, so that two added at once do not get the same place.
    """
    hold(tx, project)
    behind = sa.select(sa.func.coalesce(sa.func.max(_c.position), -1) + 1).where(
        _c.project == project, _c.members.is_(None)
    )
    new = {
        "project": project,
        "name": name,
        "name_key": name_key(name),
        "position": behind.scalar_subquery(),
        "colour": behind.scalar_subquery() % COLOURS + 1,
    }
    statement = insert(tx, schema.label_class).values(new).on_conflict_do_nothing()
    row = tx.execute(statement.returning(_c.id)).first()
    return None if row is None else int(row.id)


def class_named(tx: Connection, project: int, name: str) -> int | None:
    """Return the id of a class by its name, case ignored."""
    key = name_key(name)
    row = tx.execute(sa.select(_c.id).where(_c.project == project, _c.name_key == key)).first()
    return None if row is None else int(row.id)


def _project(row: AnyRow) -> ProjectRow:
    return ProjectRow(
        id=row.id,
        name=row.name,
        kind=row.kind,
        config=ProjectConfig.from_json(row.config),
        queue_version=row.queue_version,
        created_at=row.created_at,
    )


def counts(tx: Connection, projects: Sequence[int]) -> dict[int, int]:
    """Return the number of items of each project."""
    statement = (
        sa.select(schema.item.c.project, sa.func.count())
        .where(schema.item.c.project.in_(projects), schema.item.c.state != "arriving")
        .group_by(schema.item.c.project)
    )
    return {row[0]: row[1] for row in tx.execute(statement)}


_p = schema.project.c
_c = schema.label_class.c
