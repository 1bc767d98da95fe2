"""Label events: append-only, idempotent; and the current labels that follow from them."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from labeler_app.store import schema
from labeler_app.store.engine import AnyColumns, AnyRow, AnySelect, insert, values

# Kinds that answer the question "what is this item?", in one way or another.
ANSWERS = ("label", "unsure", "skip", "flag")
# How an item was selected that nothing but a person's eye chose.
PICKED = "picked by hand"
# How an item was selected that lay in a pile of the grid.
PILED = "in a pile"
CURRENT = ("item", "annotator", "project", "kind", "class_id", "origin", "seq", "given")


@dataclass(frozen=True, slots=True)
class LabelEvent:
    """One thing an annotator did to one item."""

    event_id: str
    project: int
    item: int
    annotator: int
    kind: str
    origin: str
    stored_at: float
    class_id: int | None = None
    note: str = ""
    reverts: str | None = None
    version: int | None = None
    suggestion: bool = False
    milliseconds: int | None = None
    shown_at: float | None = None
    decided_at: float | None = None
    selection: int | None = None
    selected_as: str = ""
    propensity: float | None = None
    why: str = ""
    bulk: str | None = None
    """Names what was given together, and is taken back together."""
    said: int | None = None
    class_version: int | None = None


@dataclass(frozen=True, slots=True)
class CurrentLabel:
    """What one annotator says of one item now."""

    item: int
    position: int
    annotator: int
    kind: str
    class_id: int | None
    origin: str
    seq: int
    """Of the answer itself, even where a change of classes stored it again."""


def append(tx: Connection, new: LabelEvent) -> bool:
    """Append an event; False if this event id is already stored (a retry)."""
    return bool(append_all(tx, [new]))


def append_all(tx: Connection, new: Sequence[LabelEvent]) -> set[str]:
    """Append events; return the ids of those that were not stored already."""
    if not new:
        return set()
    statement = insert(tx, schema.label_event).on_conflict_do_nothing(index_elements=["event_id"])
    stored = tx.execute(statement.returning(_e.event_id), [values(one) for one in new])
    return set(stored.scalars())


def by_id(tx: Connection, event_id: str) -> AnyRow | None:
    """Return one stored event."""
    return tx.execute(sa.select(schema.label_event).where(_e.event_id == event_id)).first()


def settle(tx: Connection, project: int, items: Sequence[int], annotator: int) -> None:
    """Derive anew what an annotator says of items from the events that no undo takes back."""
    mine = _e.item.in_(list(items)) & (_e.annotator == annotator)
    newest = (
        sa.select(sa.func.max(_e.seq))
        .where(mine, _e.kind.in_(ANSWERS), ~taken_back(_e))
        .group_by(_e.item)
    )
    mine_now = _c.item.in_(list(items)) & (_c.annotator == annotator)
    tx.execute(sa.delete(schema.current_label).where(mine_now))
    said = sa.select(
        _e.item,
        _e.annotator,
        sa.literal(project),
        _e.kind,
        _e.class_id,
        _e.origin,
        _e.seq,
        sa.func.coalesce(_e.rewrites, _e.seq),
    ).where(_e.seq.in_(newest))
    tx.execute(sa.insert(schema.current_label).from_select(CURRENT, said))


def taken_back(event: AnyColumns, up_to: int | None = None) -> ColumnElement[bool]:
    """Condition on an answer: an undo takes it back that came later.

    What a change of classes stored again is taken back with the answer it goes back to; but one
    that is stored again after the undo stands.
    """
    undo, first = schema.label_event.alias("undo").c, schema.label_event.alias("first")
    root = (
        sa.select(first.c.event_id)
        .where(first.c.seq == event.rewrites)
        .correlate_except(first)
        .scalar_subquery()
    )
    found = sa.exists().where(
        undo.item == event.item,
        undo.annotator == event.annotator,
        undo.kind == "undo",
        undo.seq > event.seq,
        undo.reverts == sa.func.coalesce(root, event.event_id),
    )
    return found if up_to is None else found.where(undo.seq <= up_to)


def newest_seq(tx: Connection, project: int, *, at: float | None = None) -> int:
    """Return the number of the newest event, or of the newest until a time; 0 if there is none."""
    statement = sa.select(sa.func.coalesce(sa.func.max(_e.seq), 0)).where(_e.project == project)
    if at is not None:
        statement = statement.where(_e.stored_at <= at)
    return int(tx.execute(statement).scalar_one())


def newest_at(tx: Connection, project: int) -> float | None:
    """Return when the newest event was stored."""
    statement = (
        sa.select(_e.stored_at).where(_e.project == project).order_by(_e.seq.desc()).limit(1)
    )
    found: float | None = tx.execute(statement).scalar()
    return found


def changed_items(tx: Connection, project: int, since: int) -> int:
    """Return on how many items an answer or an undo came after event `since`."""
    statement = sa.select(sa.func.count(sa.distinct(_e.item))).where(
        _e.project == project, _e.seq > since, _e.kind != "note"
    )
    return int(tx.execute(statement).scalar_one())


def training_labels(
    tx: Connection, project: int, *, only: AnySelect | None = None
) -> list[CurrentLabel]:
    """Return the labels a model may learn from, or those of some items among them.

    No audit item, nothing that looks like one, and nothing that is embedded as a stand-in.
    """
    statement = (
        _current(project)
        .where(_c.kind == "label")
        .where(~sa.exists().where(schema.audit.c.item == _c.item))
        .where(~sa.exists().where(schema.audit_shadow.c.item == _c.item))
        .where(~sa.exists().where(schema.stand_in.c.item == _c.item))
        .order_by(_c.item, _c.given)
    )
    if only is not None:
        statement = statement.where(_c.item.in_(only))
    return [CurrentLabel(*row) for row in tx.execute(statement)]


def classes_said(tx: Connection, items: Sequence[int], annotator: int) -> dict[int, int]:
    """Return by item the class an annotator gives it now."""
    statement = sa.select(_c.item, _c.class_id).where(
        _c.item.in_(list(items)), _c.annotator == annotator, _c.kind == "label"
    )
    return {row.item: row.class_id for row in tx.execute(statement)}


def class_versions(tx: Connection, project: int) -> dict[int, int]:
    """Return by label event the newest change of classes that the desk knew, where it told."""
    statement = sa.select(_e.seq, _e.class_version).where(
        _e.project == project, _e.class_version.is_not(None)
    )
    return {row.seq: row.class_version for row in tx.execute(statement)}


def audit_answers(tx: Connection, project: int, part: str) -> list[CurrentLabel]:
    """Return all answers (labels, not sure, skipped, flagged) on one part of the audit sample."""
    statement = (
        _current(project)
        .join(schema.audit, schema.audit.c.item == _c.item)
        .where(schema.audit.c.part == part)
        .order_by(_c.item, _c.given)
    )
    return [CurrentLabel(*row) for row in tx.execute(statement)]


def answered(tx: Connection, project: int) -> int:
    """Return how many items people (or the automatic annotator) labeled."""
    statement = sa.select(sa.func.count(sa.distinct(_c.item))).where(
        _c.project == project, _c.kind == "label", _c.origin.in_(("human", "oracle"))
    )
    return int(tx.execute(statement).scalar_one())


def only_imported(tx: Connection, project: int) -> int:
    """Return how many items have a label that came with the data, and none that was given here."""
    here = sa.case((_c.origin != "imported", _c.item))
    # In one pass: the list of projects counts them every few seconds.
    statement = sa.select(
        sa.func.count(sa.distinct(_c.item)) - sa.func.count(sa.distinct(here))
    ).where(_c.project == project, _c.kind == "label")
    return int(tx.execute(statement).scalar_one())


def is_all_answered(tx: Connection, project: int) -> bool:
    """Tell whether every item that can be asked was answered in some way.

    Near-duplicates of audit items and items that cannot be shown are not asked.
    """
    item, shadow = schema.item.c, schema.audit_shadow.c
    answered = sa.exists().where(_c.item == item.id)
    like_audit = sa.exists().where(shadow.item == item.id)
    # Stops at the first item that can be asked, which is soon found until the very end.
    askable = sa.select(item.id).where(
        item.project == project, item.state == "ready", ~answered, ~like_audit
    )
    return tx.execute(askable.limit(1)).first() is None


def answered_positions(tx: Connection, project: int) -> list[int]:
    """Return the positions of the items somebody answered in any way."""
    statement = (
        sa.select(schema.item.c.position)
        .join(schema.current_label, _c.item == schema.item.c.id)
        .where(_c.project == project)
        .distinct()
    )
    return list(tx.execute(statement).scalars())


def is_answered(tx: Connection, item: int, annotator: int) -> bool:
    """Tell whether an answer of an annotator on an item stands that it does not come back from.

    What was skipped comes back to who skipped it.
    """
    mine = (_c.item == item) & (_c.annotator == annotator)
    stands = sa.exists().where(mine, _c.kind != "skip")
    return bool(tx.execute(sa.select(stands)).scalar_one())


def answered_by(tx: Connection, project: int, annotator: int) -> int:
    """Return on how many items an annotator has answered."""
    statement = sa.select(sa.func.count()).where(_c.project == project, _c.annotator == annotator)
    return int(tx.execute(statement).scalar_one())


def class_totals(tx: Connection, project: int) -> dict[int, int]:
    """Return by class how many items with it there are."""
    statement = (
        sa.select(_c.class_id, sa.func.count(sa.distinct(_c.item)))
        .where(_c.project == project, _c.kind == "label")
        .group_by(_c.class_id)
    )
    return {row[0]: row[1] for row in tx.execute(statement)}


def class_counts(tx: Connection, project: int) -> dict[int, tuple[int, int]]:
    """Return by class how many items with it are (training, audit)."""
    in_audit = sa.exists().where(schema.audit.c.item == _c.item)
    statement = (
        sa.select(
            _c.class_id,
            sa.func.count(sa.distinct(sa.case((~in_audit, _c.item)))),
            sa.func.count(sa.distinct(sa.case((in_audit, _c.item)))),
        )
        .where(_c.project == project, _c.kind == "label")
        .group_by(_c.class_id)
    )
    return {row[0]: (row[1], row[2]) for row in tx.execute(statement)}


def _current(project: int) -> AnySelect:
    return (
        sa.select(
            _c.item,
            schema.item.c.position,
            _c.annotator,
            _c.kind,
            _c.class_id,
            _c.origin,
            _c.given,
        )
        .join_from(schema.current_label, schema.item, schema.item.c.id == _c.item)
        .where(_c.project == project)
    )


_e = schema.label_event.c
_c = schema.current_label.c
