"""Items of the pool that a person wants labeled before all others: a list in order.

Nothing is ticked off: an item that was answered is not asked of that annotator again.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import Connection

from labeler_app.store import schema
from labeler_app.store.engine import insert


def put(
    tx: Connection,
    project: int,
    chosen: Sequence[int],
    *,
    propensity: float,
    reason: str,
    at: float,
) -> None:
    """Ask about these items first, in this order, behind those that were asked for before.

    What waits already stays as it was asked for.

    Parameters
    ----------
    propensity
        The probability that an item was chosen among those it was drawn from.
    """
    last = tx.execute(sa.select(sa.func.max(_f.rank)).where(_f.project == project)).scalar()
    start = 0 if last is None else int(last) + 1
    told = {"project": project, "propensity": propensity, "reason": reason, "created_at": at}
    rows = [{"item": one, "rank": start + place, **told} for place, one in enumerate(chosen)]
    if rows:
        tx.execute(insert(tx, schema.ask_first).on_conflict_do_nothing(), rows)


def waiting(tx: Connection, project: int) -> list[int]:
    """Return the positions of items that were asked for and nobody has answered, rising.

    Without those that an import made audit items, or nearly the same as one, meanwhile.
    """
    item = schema.item.c
    apart = [
        sa.exists().where(one.c.item == _f.item)
        for one in (schema.current_label, schema.audit, schema.audit_shadow)
    ]
    statement = (
        sa.select(item.position)
        .join_from(schema.ask_first, schema.item, item.id == _f.item)
        .where(_f.project == project, item.state == "ready", *(~one for one in apart))
        .order_by(item.position)
    )
    return list(tx.execute(statement).scalars())


def drop(tx: Connection, project: int) -> None:
    """Forget what was asked for."""
    tx.execute(sa.delete(schema.ask_first).where(_f.project == project))


_f = schema.ask_first.c
