"""Piles: items the model takes for one class, that look alike or are copies, labeled at once.

No audit item is in a pile, and none that looks like one: whoever labels a pile has seen what the
model thinks. How many of a pile are wrong is judged by audit items the model is as sure of, or, of
items that look alike, by those among them.
"""

from collections.abc import Sequence

import numpy as np
from sqlalchemy import Connection

from labeler_app.core import bulk
from labeler_app.core.arrays import Array, FloatArray, IndexArray
from labeler_app.core.clusters import Clusters
from labeler_app.services import (
    clustered,
    copy_piles,
    near_copies,
    pile_parts,
    pool,
    predicted,
    projects,
    telling,
)
from labeler_app.services.pile_parts import COPIED, GIVEN, MOST_TILES, Pile, Sight, Wish
from labeler_app.services.predicted import Predicted
from labeler_app.services.workspace import Workspace
from labeler_app.store import audit, events, items
from labeler_app.store import projects as project_rows
from labeler_app.store.leases import Candidate
from labeler_app.store.models import ModelRow

BY_CLASS, BY_CLUSTER, BY_COPIES = "class", "cluster", "copies"
BINS = 20


def look(
    ws: Workspace,
    project: int,
    annotator: int,
    *,
    by: str = BY_CLASS,
    pile: int | None,
    least: float,
    want: int,
    keep: Sequence[int],
    ahead: Sequence[int] = (),
    desk: str = "",
) -> Sight:
    """Lease the least certain items of a pile to an annotator, and return what the grid shows.

    Parameters
    ----------
    by
        What makes a pile: ``class``, ``cluster`` or ``copies``.
    pile
        Number of the pile; None, or one without items, takes the largest.
    least
        Least probability of its class that an item of a pile has, in [0, 1]; for classes only.
    want
        How many tiles, at most 60, and no more than the budget pays for.
    keep
        Items the desk holds besides; all others it holds go back.
    ahead
        Items that wait on the desk and stay there, but come into a pile of copies: all copies of
        what was just answered are in it, also the one that would have been shown next.
    desk
        Name of the open page.

    Raises
    ------
    InputError
        If there is no such project, or its items may have several classes.
    """
    known = projects.get(ws, project)
    projects.refuse_several(known)
    shown = ahead if by == BY_COPIES else ()
    held = keep if by == BY_COPIES else (*keep, *ahead)
    asker = pool.asking(ws, known, annotator, keep=held, desk=desk)
    wish = Wish(known, asker, pile, least, min(want, MOST_TILES), telling.first(ws, known.id))
    alike = clustered.of(ws, project) if by == BY_CLUSTER else None
    groups = near_copies.of(ws, known) if by == BY_COPIES else None
    why = COPIED.why if by == BY_COPIES else GIVEN.why
    seen: list[Sight] = []

    def choose(tx: Connection, model: ModelRow | None) -> list[Candidate]:
        version = model.version if model else None
        if by == BY_CLUSTER:
            seen.append(_alike(tx, wish, version, alike))
        elif by == BY_COPIES:
            seen.append(copy_piles.sight(tx, wish, version, groups))
        else:
            seen.append(_sight(ws, tx, wish, model))
        return [Candidate(one.id, None, events.PILED, 1.0, why) for one in seen[-1].tiles]

    pool.take(ws, asker, choose, shown)
    return seen[-1]


def _sight(ws: Workspace, tx: Connection, wish: Wish, model: ModelRow | None) -> Sight:
    if model is None or not model.scores:
        return Sight(None)
    guesses = predicted.of_model(tx, ws, model)
    classes = [row.id for row in project_rows.classes(tx, wish.known.id)]
    free = pile_parts.free(tx, wish.asker, len(guesses.top))
    sure = free & (guesses.share >= wish.least)
    found = [
        Pile(one, int((sure & mine).sum()), int((free & mine).sum()))
        for one, mine in ((one, guesses.mine(one)) for one in classes)
    ]
    chosen = pile_parts.chosen_of(found, wish.pile)
    apart = int(free.sum()) - sum(one.sure for one in found)
    apart += audit.waiting(tx, wish.known.id)
    if chosen is None:
        return Sight(model.version, tuple(found), apart=apart)
    mine = guesses.mine(chosen)
    inside = np.flatnonzero(sure & mine)
    order = inside[np.argsort(guesses.share[inside], kind="stable")]
    shown = order[: pile_parts.affordable(tx, wish)]
    tiles = pile_parts.tiles_at(tx, wish, shown, guesses.share[shown].tolist())
    judged = _judged(tx, wish.known.id, guesses, chosen, guesses.share[shown])
    return Sight(
        version=model.version,
        piles=tuple(found),
        pile=chosen,
        tiles=tuple(tiles),
        soon=pile_parts.soon(tx, wish.known, order, len(shown)),
        shares=tuple(np.histogram(guesses.share[free & mine], BINS, (0.0, 1.0))[0].tolist()),
        apart=apart,
        judged=judged.total,
        wrong={chosen: judged.wrong},
        expected=pile_parts.expected([judged], len(tiles)),
    )


def _alike(tx: Connection, wish: Wish, version: int | None, alike: Clusters | None) -> Sight:
    """Return the piles of items that look alike, whatever the model takes them for."""
    if alike is None:
        return Sight(version, pending=True)
    free = pile_parts.free(tx, wish.asker, len(alike.number))
    counts = np.bincount(alike.number[free], minlength=int(alike.number.max()) + 1)
    apart = audit.waiting(tx, wish.known.id)
    orders = {number: _typical(alike, free, number) for number in np.flatnonzero(counts).tolist()}
    firsts = items.at_positions(tx, wish.known.id, [int(one[0]) for one in orders.values()])
    typical = {number: firsts[int(order[0])] for number, order in orders.items()}
    found = [
        Pile(number + 1, count, count, typical.get(number))
        for number, count in enumerate(counts.tolist())
    ]
    chosen = pile_parts.chosen_of(found, wish.pile)
    if chosen is None:
        return Sight(version, tuple(found), apart=apart)
    shown = orders[chosen - 1][: pile_parts.affordable(tx, wish)]
    tiles = pile_parts.tiles_at(tx, wish, shown, [None] * len(shown))
    said = [
        one
        for at, one in pile_parts.answered(tx, wish.known.id, len(alike.number)).items()
        if alike.number[at] == chosen - 1
    ]
    wrong = {
        row.id: len(said) - said.count(row.id) for row in project_rows.classes(tx, wish.known.id)
    }
    judged = [bulk.Judged(one, len(said)) for one in {*wrong.values()}]
    return Sight(
        version=version,
        piles=tuple(found),
        pile=chosen,
        tiles=tuple(tiles),
        soon=pile_parts.soon(tx, wish.known, orders[chosen - 1], len(shown)),
        apart=apart,
        judged=len(said),
        wrong=wrong,
        expected=pile_parts.expected(judged, len(tiles)),
    )


def _typical(alike: Clusters, free: Array, number: int) -> IndexArray:
    """Return the free items of a cluster, the most typical first."""
    mine = np.flatnonzero(free & (alike.number == number))
    return mine[np.argsort(alike.away[mine], kind="stable")]


def _judged(
    tx: Connection, project: int, guesses: Predicted, chosen: int, shares: FloatArray
) -> bulk.Judged:
    """Judge a pile by the report part, as every figure is."""
    if not len(shares):
        return bulk.Judged(0, 0)
    said = pile_parts.answered(tx, project, len(guesses.top))
    at = np.array(list(said), dtype=np.int64)
    truth = np.array([guesses.columns.get(one, -1) for one in said.values()], dtype=np.int64)
    sample = bulk.Sample(guesses.top[at], guesses.share[at], guesses.top[at] != truth)
    return bulk.judge(sample, guesses.columns[chosen], float(shares.min()), float(shares.max()))
