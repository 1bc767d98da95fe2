"""Piles of near-duplicates: copies of one thing, labeled in one decision.

An item's copies are offered after its answer, never before. An audit item has none: whatever is
near it is its shadow, in no group and shown to nobody. So is nothing told that the reason, told
with the same answer, does not say. Nor can anybody tell the next audit item by the copies that it
lacks: before an answer none are mentioned, and what was seen of a group is not near any audit item.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from labeler_app.core.arrays import IndexArray
from labeler_app.core.clusters import MOST
from labeler_app.services import near_copies, pile_parts, pool, projects
from labeler_app.services.answers import Answer
from labeler_app.services.pile_parts import Pile, Sight, Wish
from labeler_app.services.workspace import Workspace
from labeler_app.store import audit, events, items, leases

_FEW = 500
"""So many positions are asked for by themselves; for more, all items are looked through."""


@dataclass(frozen=True, slots=True)
class Copies:
    """What a person may label in one more step, after an answer."""

    event_id: str
    """The answer."""
    pile: int
    count: int
    """How many near-duplicates of its item are free, and paid for."""


def sight(tx: Connection, wish: Wish, version: int | None, groups: IndexArray | None) -> Sight:
    """Return the piles of near-duplicates, the largest 40 and the wished one."""
    if groups is None:
        return Sight(version, pending=True)
    free = pile_parts.free(tx, wish.asker, len(groups))
    inside = np.flatnonzero(free & (groups >= 0))
    counts = np.bincount(groups[inside], minlength=len(groups))
    every = np.unique(groups[groups >= 0])
    order = every[np.argsort(-counts[every], kind="stable")[:MOST]].tolist()
    wished = -1 if wish.pile is None else wish.pile - 1
    if wished in every and counts[wished] and wished not in order:
        order.append(wished)
    firsts = {one: inside[groups[inside] == one][:1] for one in order if counts[one]}
    heads = items.at_positions(
        tx, wish.known.id, [int(at) for one in firsts.values() for at in one]
    )
    found = [
        Pile(
            one + 1,
            int(counts[one]),
            int(counts[one]),
            heads.get(int(firsts[one][0])) if one in firsts else None,
        )
        for one in order
    ]
    chosen = pile_parts.chosen_of(found, wish.pile)
    apart = int(free.sum()) - sum(one.total for one in found)
    apart += audit.waiting(tx, wish.known.id)
    if chosen is None:
        return Sight(version, tuple(found), apart=apart)
    shown = inside[groups[inside] == chosen - 1][: pile_parts.affordable(tx, wish)]
    tiles = pile_parts.tiles_at(tx, wish, shown, [None] * len(shown))
    return Sight(version, tuple(found), chosen, tuple(tiles), apart=apart)


def offer(
    ws: Workspace,
    project: int,
    annotator: int,
    batch: Sequence[Answer],
    stored: Collection[str],
    desk: str = "",
) -> Copies | None:
    """Return the copies of the item of the newest answer, if that is a label and they are free.

    Parameters
    ----------
    batch
        Answers just recorded, the newest last.
    stored
        Those that are durable, by event id.
    desk
        Name of the open page: what it holds is free for it.
    """
    newest = batch[-1] if batch else None
    if newest is None or newest.event_id not in stored:
        return None
    if newest.kind != "label" or newest.is_chosen:
        return None
    known = projects.get(ws, project)
    # Where items have several classes each is labeled by itself.
    groups = None if known.config.multi_label else near_copies.of(ws, known)
    if groups is None:
        return None
    asker = pool.asking(ws, known, annotator, keep=(), desk=desk)
    with ws.store.read() as tx:
        row = items.get(tx, newest.item)
        head = groups[row.position] if row and row.position < len(groups) else -1
        if head < 0 or audit.among(tx, [newest.item]):
            return None
        members = np.flatnonzero(groups == head)
        if len(members) <= _FEW:
            free = leases.count_free(tx, asker, members.tolist())
        else:
            free = int(pile_parts.free(tx, asker, len(groups))[members].sum())
        count = min(free, known.config.budget - events.answered(tx, project))
    return Copies(newest.event_id, int(head) + 1, count) if count > 0 else None
