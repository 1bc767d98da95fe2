"""Leases: which item is offered to which annotator until when."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from labeler_app.store import ask_again, items, schema
from labeler_app.store.engine import AnyRow, values

AUDIT = "audit: "
AGAIN = "asked again"
FIRST = "asked first"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that may be offered, and why it would be."""

    item: int
    selection: int | None
    selected_as: str
    propensity: float
    why: str


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks for items in which project, when, and how many annotators an item may have.

    `desk` tells the open pages of one annotator apart; programs have none. `keep` are the items
    that lie on this desk and stay there. Another page of the annotator is open if its leases run
    at least until `open_until`: an open one renews them, one that crashed cannot give them back.
    """

    project: int
    annotator: int
    now: float
    wanted: int
    desk: str = ""
    keep: tuple[int, ...] = ()
    open_until: float = 0.0


def release(tx: Connection, asker: Asker) -> None:
    """Give back what this desk holds and does not keep.

    What others hold too long keeps its row: it bars nobody, and says why the item was shown in
    case their answer comes after all.
    """
    tx.execute(sa.delete(schema.lease).where(_on_desk(asker), _l.item.not_in(asker.keep)))


def renew(tx: Connection, asker: Asker, *, until: float) -> None:
    """Prolong everything this desk still holds."""
    held = _on_desk(asker) & (_l.expires >= asker.now)
    tx.execute(sa.update(schema.lease).where(held).values(expires=until))


def take(
    tx: Connection, asker: Asker, chosen: Sequence[Candidate], version: int | None, *, until: float
) -> None:
    """Lease items to the annotator, in place of leases of theirs that ran out on another desk."""
    common = {
        "annotator": asker.annotator,
        "project": asker.project,
        "desk": asker.desk,
        "expires": until,
        "version": version,
    }
    rows = [values(one) | common for one in chosen]
    if rows:
        again = _l.item.in_([one.item for one in chosen])
        tx.execute(sa.delete(schema.lease).where(again, _l.annotator == asker.annotator))
        tx.execute(sa.insert(schema.lease), rows)


def leave(tx: Connection, asker: Asker, *, forget: float) -> None:
    """Note that a page was closed, and forget those that were closed before a time."""
    gone = schema.desk_left
    tx.execute(sa.delete(gone).where(gone.c.left_at < forget))
    if not has_left(tx, asker):
        row = {"annotator": asker.annotator, "desk": asker.desk, "left_at": asker.now}
        tx.execute(sa.insert(gone), row)


def has_left(tx: Connection, asker: Asker) -> bool:
    """Tell whether a page was closed: what it asked before may be heard after that."""
    gone = schema.desk_left.c
    mine = (gone.annotator == asker.annotator) & (gone.desk == asker.desk)
    return tx.execute(sa.select(gone.left_at).where(mine)).first() is not None


def of_item(tx: Connection, item: int, annotator: int) -> AnyRow | None:
    """Return the lease an annotator has on an item, expired or not."""
    statement = sa.select(schema.lease).where(_l.item == item, _l.annotator == annotator)
    return tx.execute(statement).first()


def labeling_now(tx: Connection, project: int, open_until: float) -> list[int]:
    """Return the annotators whose desk is open now: it renews its leases."""
    statement = sa.select(_l.annotator).where(_l.project == project, _l.expires >= open_until)
    return list(tx.execute(statement.distinct().order_by(_l.annotator)).scalars())


def close(tx: Connection, items: Sequence[int], annotator: int) -> None:
    """End leases, because their items were answered."""
    mine = _l.item.in_(list(items)) & (_l.annotator == annotator)
    tx.execute(sa.delete(schema.lease).where(mine))


def lapsed(tx: Connection, asker: Asker) -> list[int]:
    """Return the kept items this annotator does not hold, and may still have.

    They have not answered it, or are asked once more: their answer was taken back, or their lease
    ran out, and they are here again.
    """
    item = schema.item.c
    # Bare, it would have SQLite go through the whole project instead of these few.
    is_here = item.project + 0 == asker.project
    held = sa.exists().where(
        _l.item == item.id, _l.annotator == asker.annotator, _l.expires >= asker.now
    )
    statement = (
        sa.select(item.id)
        .where(is_here, item.id.in_(asker.keep))
        .where(~held, (~_answered(asker) & _wanted(asker)) | _asked_again(asker))
        .order_by(item.id)
    )
    return list(tx.execute(statement).scalars())


def lost(tx: Connection, asker: Asker) -> list[int]:
    """Return the kept items that are not this desk's any more: somebody else has them."""
    held = sa.select(_l.item).where(_on_desk(asker), _l.expires >= asker.now)
    mine = set(tx.execute(held.where(_l.item.in_(asker.keep))).scalars())
    return [one for one in asker.keep if one not in mine]


def are_free(tx: Connection, asker: Asker, chosen: Sequence[Candidate]) -> bool:
    """Tell whether candidates that were read a moment ago may still be offered, every one."""
    item = schema.item.c
    reserved = [one.item for one in chosen if one.selected_as.startswith(AUDIT)]
    anew = sa.and_(*_free(asker), item.id.in_(reserved) | (~_in_audit() & ~_in_shadow()))
    again = sa.and_(*_free_again(asker), _asked_again(asker))
    statement = (
        sa.select(sa.func.count())
        .where(item.id.in_([one.item for one in chosen]))
        .where(anew | again)
    )
    return int(tx.execute(statement).scalar_one()) == len(chosen)


def barred(tx: Connection, asker: Asker) -> list[int]:
    """Return the positions of items that are ready and that this annotator may not have.

    Only items are looked at that somebody answered or holds, or that are kept or reserved.
    """
    item = schema.item.c
    touched = sa.union_all(
        *(
            sa.select(table.c.item).where(table.c.project == asker.project)
            for table in (schema.current_label, schema.lease, schema.audit, schema.audit_shadow)
        )
    )
    may = sa.and_(*_free(asker), ~_in_audit(), ~_in_shadow())
    statement = sa.select(item.position).where(item.id.in_(touched), ~may)
    kept = sa.select(item.position).where(item.id.in_(asker.keep))
    return [*tx.execute(statement).scalars(), *tx.execute(kept).scalars()]


def count_free(tx: Connection, asker: Asker, positions: Sequence[int]) -> int:
    """Return how many items at positions this annotator may have, audit items left out."""
    item = schema.item.c
    statement = (
        sa.select(sa.func.count())
        .where(item.project == asker.project, item.position.in_(positions))
        .where(*_free(asker), ~_in_audit(), ~_in_shadow())
    )
    return int(tx.execute(statement).scalar_one())


def ranked(tx: Connection, asker: Asker, n: int) -> list[Candidate]:
    """Return the best n candidates of the queue that this annotator may have."""
    queue = schema.queue_entry.c
    statement = (
        sa.select(queue.item, queue.selection, queue.selected_as, queue.propensity, queue.why)
        .join(schema.item, schema.item.c.id == queue.item)
        .where(queue.project == asker.project, *_free(asker), ~_in_audit(), ~_in_shadow())
        .order_by(queue.rank)
        .limit(n)
    )
    return [Candidate(*row) for row in tx.execute(statement)]


def first(tx: Connection, asker: Asker, n: int) -> list[Candidate]:
    """Return the next n items that a person wants labeled before all others."""
    line = schema.ask_first.c
    statement = (
        sa.select(line.item, line.propensity, line.reason)
        .join_from(schema.ask_first, schema.item, schema.item.c.id == line.item)
        .where(line.project == asker.project, *_free(asker), ~_in_audit(), ~_in_shadow())
        .order_by(line.rank, line.item)
        .limit(n)
    )
    return [
        Candidate(row.item, None, FIRST, row.propensity, row.reason)
        for row in tx.execute(statement)
    ]


def again(tx: Connection, asker: Asker, n: int, propensity: float) -> list[Candidate]:
    """Return the next n items whose label this annotator is asked for once more.

    Parameters
    ----------
    propensity
        Of the audit items among them, which look like all others.
    """
    line, reserved = schema.ask_again.c, schema.audit.c
    statement = (
        sa.select(line.item, line.reason, reserved.part)
        .join_from(schema.ask_again, schema.item, schema.item.c.id == line.item)
        .outerjoin(schema.audit, reserved.item == line.item)
        .where(
            line.project == asker.project, ask_again.is_open(), ask_again.is_for(asker.annotator)
        )
        .where(*_free_again(asker))
        .order_by(line.rank, line.item)
        .limit(n)
    )
    return [
        Candidate(row.item, None, AGAIN, 1.0, row.reason)
        if row.part is None
        else Candidate(row.item, None, *_chance(row.part, propensity), row.reason)
        for row in tx.execute(statement)
    ]


def audit(tx: Connection, asker: Asker, n: int, propensity: float) -> list[Candidate]:
    """Return the next n reserved items, in reserved order: those of probe sets come first."""
    reserved, brought = schema.audit.c, schema.probe.c
    statement = (
        sa.select(reserved.item, reserved.part, brought.name)
        .join_from(schema.audit, schema.item, schema.item.c.id == reserved.item)
        .outerjoin(schema.probe, brought.item == reserved.item)
        .where(reserved.project == asker.project, *_free(asker))
        .order_by(reserved.ordinal)
        .limit(n)
    )
    return [
        Candidate(row.item, None, *_chance(row.part, propensity), _why_reserved(row.name))
        for row in tx.execute(statement)
    ]


def scattered(
    tx: Connection, asker: Asker, n: int, seed: int, without: Sequence[int], why: str
) -> list[Candidate]:
    """Return n items of the pool in a scattered order that `seed` fixes, for the reason `why`."""
    item = schema.item.c
    statement = (
        sa.select(item.id)
        .where(item.project == asker.project, *_free(asker), ~_in_audit(), ~_in_shadow())
        .where(item.id.not_in(list(without)))
        .order_by(items.scattered(seed), item.position)
        .limit(n)
    )
    return [Candidate(row.id, None, "random", 1.0, why) for row in tx.execute(statement)]


def _free(asker: Asker) -> list[ColumnElement[bool]]:
    """Conditions on an item: it can be shown, this annotator has not answered it and will hold it
    nowhere once this desk gave back what it does not keep, and fewer annotators than wanted have
    labeled or leased it."""
    return [*_here(asker), ~_answered(asker), _wanted(asker)]


def _here(asker: Asker) -> list[ColumnElement[bool]]:
    item = schema.item.c
    elsewhere = sa.exists().where(
        _l.item == item.id,
        _l.annotator == asker.annotator,
        _l.desk != asker.desk,
        _l.expires >= max(asker.now, asker.open_until),
    )
    return [item.state == "ready", item.id.not_in(asker.keep), ~elsewhere]


def _chance(part: str, propensity: float) -> tuple[str, float]:
    """Return as what, and by which chance, a reserved item was selected."""
    return f"{AUDIT}{part}", 1.0 if part == "probe" else propensity


def _why_reserved(brought: str | None) -> str:
    if brought is None:
        return "Drawn at random for the audit."
    return f"Brought to test the model: {brought}."


def _free_again(asker: Asker) -> list[ColumnElement[bool]]:
    """Conditions on an item that is asked once more: it can be shown, and lies on no other desk."""
    others = sa.exists().where(
        _l.item == schema.item.c.id, _l.annotator != asker.annotator, _l.expires >= asker.now
    )
    return [*_here(asker), ~others]


def _asked_again(asker: Asker) -> ColumnElement[bool]:
    mine = schema.ask_again.c.item == schema.item.c.id
    return sa.exists().where(mine, ask_again.is_open(), ask_again.is_for(asker.annotator))


def _wanted(asker: Asker) -> ColumnElement[bool]:
    """Condition on an item: fewer annotators than wanted have labeled it, or hold it beside us."""
    item, current = schema.item.c, schema.current_label.c
    leased = (
        sa.select(sa.func.count())
        .where(_l.item == item.id, _l.annotator != asker.annotator, _l.expires >= asker.now)
        .scalar_subquery()
    )
    labeled = (
        sa.select(sa.func.count())
        .where(current.item == item.id, current.kind == "label")
        .scalar_subquery()
    )
    return leased + labeled < asker.wanted


def _answered(asker: Asker) -> ColumnElement[bool]:
    current = schema.current_label.c
    return sa.exists().where(current.item == schema.item.c.id, current.annotator == asker.annotator)


def _on_desk(asker: Asker) -> ColumnElement[bool]:
    mine = (_l.project == asker.project) & (_l.annotator == asker.annotator)
    return mine & (_l.desk == asker.desk)


def _in_audit() -> ColumnElement[bool]:
    return sa.exists().where(schema.audit.c.item == schema.item.c.id)


def _in_shadow() -> ColumnElement[bool]:
    return sa.exists().where(schema.audit_shadow.c.item == schema.item.c.id)


_l = schema.lease.c
