"""Whose answers a person may see: none on an item that this person is still asked about."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from labeler_app.store import projects, schema
from labeler_app.store.engine import AnySelect


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at a project in which so many annotators are wanted for each item."""

    annotator: int
    wanted: int


def viewer(tx: Connection, project: int, annotator: int) -> Viewer:
    """Return an annotator as one who looks at a project."""
    row = projects.get(tx, project)
    return Viewer(annotator, row.config.wanted if row is not None else 1)


def may_see(item: ColumnElement[int], viewer: Viewer) -> ColumnElement[bool]:
    """Condition on a labeled item: the viewer has answered it, or is not going to be asked.

    Where one annotator is enough nobody is asked about what has a label. Elsewhere the viewer is,
    until as many as are wanted have labeled it, and while it lies on a desk of theirs. What was
    skipped comes back.
    """
    if viewer.wanted <= 1:
        return sa.true()
    given, lease = schema.current_label.alias("given").c, schema.lease.c
    answered = sa.exists().where(
        given.item == item, given.annotator == viewer.annotator, given.kind != "skip"
    )
    labels = schema.current_label.alias("labels").c
    count = (
        sa.select(sa.func.count())
        .where(labels.item == item, labels.kind == "label")
        .scalar_subquery()
    )
    is_here = sa.exists().where(lease.item == item, lease.annotator == viewer.annotator)
    return answered | ((count >= viewer.wanted) & ~is_here)


def newest_labeled(project: int, viewer: Viewer, count: int) -> AnySelect:
    """Select the items labeled last that the viewer may see answers on, at most so many."""
    current = schema.current_label.c
    newest = (
        sa.select(current.item)
        .where(current.project == project, current.kind == "label")
        .where(may_see(current.item, viewer))
        .group_by(current.item)
        .order_by(sa.func.max(current.given).desc())
        .limit(count)
        .subquery()
    )
    return sa.select(newest.c.item)
