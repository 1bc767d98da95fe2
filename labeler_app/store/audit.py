"""The audit sample: reserved items in the order they are asked, and their near-duplicates.

Items of probe sets are audit items, too, of a part of their own: reserved, and never counted as
part of the sample, for nobody drew them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from labeler_app.store import schema
from labeler_app.store.events import ANSWERS


@dataclass(frozen=True, slots=True)
class Blindness:
    """How blind the answers of audit items were, counted in items."""

    answered: int
    """In any way: labeled, not sure, skipped or flagged."""
    suggested: int
    """Of these, by somebody who looked at the model's suggestion, before that answer or after."""
    again: int
    """Of these, by somebody who had given, and perhaps taken back, another answer before."""
    not_blind: int
    """Of these, in at least one of the two ways."""
    imported: int = 0
    """Of these, by nobody here: the label came with the data."""


def reserve(tx: Connection, project: int, chosen: Sequence[tuple[int, int, str]]) -> None:
    """Reserve items; each is (item, ordinal, part)."""
    rows = [
        {"project": project, "item": item, "ordinal": ordinal, "part": part}
        for item, ordinal, part in chosen
    ]
    if rows:
        tx.execute(sa.insert(schema.audit), rows)


def shadow(tx: Connection, project: int, items: Sequence[int]) -> None:
    """Keep these near-duplicates of reserved items out of training and ranking, too."""
    tx.execute(sa.delete(schema.audit_shadow).where(schema.audit_shadow.c.project == project))
    if items:
        rows = [{"project": project, "item": item} for item in items]
        tx.execute(sa.insert(schema.audit_shadow), rows)


def size(tx: Connection, project: int) -> int:
    """Return how many items were drawn."""
    statement = sa.select(sa.func.count()).where(_a.project == project, _is_drawn())
    return int(tx.execute(statement).scalar_one())


def waiting(tx: Connection, project: int) -> int:
    """Return how many reserved items nobody has answered in any way, probe sets included."""
    answers = sa.select(schema.current_label.c.item)
    statement = sa.select(sa.func.count()).where(_a.project == project, _a.item.not_in(answers))
    return int(tx.execute(statement).scalar_one())


def among(tx: Connection, items: Sequence[int]) -> set[int]:
    """Return those of the items that are reserved, probe sets included."""
    return set(tx.execute(sa.select(_a.item).where(_a.item.in_(items))).scalars())


def positions(tx: Connection, project: int, part: str | None = None) -> list[int]:
    """Return the positions of one part of the reserved items, or of all, as they are asked."""
    statement = (
        sa.select(schema.item.c.position)
        .join(schema.audit, _a.item == schema.item.c.id)
        .where(_a.project == project)
        .order_by(_a.ordinal)
    )
    if part is not None:
        statement = statement.where(_a.part == part)
    return list(tx.execute(statement).scalars())


def missing(tx: Connection, project: int, part: str) -> list[int]:
    """Return the positions of a part's items that cannot be shown and that nobody answered.

    They stay in the sample: left out silently, it would no longer be one by chance.
    """
    answers = sa.select(schema.current_label.c.item)
    statement = (
        sa.select(schema.item.c.position)
        .join(schema.audit, _a.item == schema.item.c.id)
        .where(_a.project == project, _a.part == part)
        .where(schema.item.c.state.in_(("missing", "broken")))
        .where(schema.item.c.id.not_in(answers))
        .order_by(_a.ordinal)
    )
    return list(tx.execute(statement).scalars())


def count_apart(tx: Connection, project: int) -> int:
    """Return how many items are reserved, of any part, or look like one that is."""
    found = [
        tx.execute(
            sa.select(sa.func.count()).select_from(one).where(one.c.project == project)
        ).scalar_one()
        for one in (schema.audit, schema.audit_shadow)
    ]
    return int(sum(found))


def shadow_positions(tx: Connection, project: int) -> list[int]:
    """Return the positions of the reserved items' near-duplicates."""
    statement = (
        sa.select(schema.item.c.position)
        .join(schema.audit_shadow, schema.audit_shadow.c.item == schema.item.c.id)
        .where(schema.audit_shadow.c.project == project)
    )
    return list(tx.execute(statement).scalars())


def answered(tx: Connection, project: int) -> tuple[int, int]:
    """Return how many of the items that were drawn are (labeled, answered in any way)."""
    current = schema.current_label.c
    statement = (
        sa.select(
            sa.func.count(sa.distinct(sa.case((current.kind == "label", current.item)))),
            sa.func.count(sa.distinct(current.item)),
        )
        .join_from(schema.current_label, schema.audit, _a.item == current.item)
        .where(_a.project == project, _is_drawn())
    )
    row = tx.execute(statement).one()
    return int(row[0]), int(row[1])


def blindness(tx: Connection, project: int, part: str) -> Blindness:
    """Return how blind the answers of one part are that stand now.

    All that who gave an answer ever did to the item counts, not only the last of it: an undo takes
    back a label, but neither a look at the suggestion nor what was seen since.
    """
    event, current = schema.label_event.c, schema.current_label.c
    mine = (event.item == current.item) & (event.annotator == current.annotator)
    given_anew = event.kind.in_(ANSWERS) & event.rewrites.is_(None)
    given = (
        sa.select(
            current.item,
            sa.func.max(sa.case((event.suggestion, 1), else_=0)).label("looks"),
            sa.func.sum(sa.case((given_anew, 1), else_=0)).label("answers"),
            sa.func.max(sa.case((current.origin != "imported", 1), else_=0)).label("here"),
        )
        .join_from(schema.current_label, schema.audit, _a.item == current.item)
        .join(schema.label_event, mine)
        .where(_a.project == project, _a.part == part)
        .group_by(current.item, current.annotator)
        .subquery()
        .c
    )
    looked, again = given.looks > 0, given.answers > 1
    statement = sa.select(
        sa.func.count(sa.distinct(given.item)),
        *(
            sa.func.count(sa.distinct(sa.case((which, given.item))))
            for which in (looked, again, looked | again, given.here > 0)
        ),
    )
    answered, suggested, again_, not_blind, here = map(int, tx.execute(statement).one())
    return Blindness(answered, suggested, again_, not_blind, imported=answered - here)


def _is_drawn() -> ColumnElement[bool]:
    return _a.part.in_(("report", "decide"))


_a = schema.audit.c
