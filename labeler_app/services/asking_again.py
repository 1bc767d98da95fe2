"""Which labels of a class are asked once more, and in which order."""

from collections.abc import Mapping, Sequence

import numpy as np
from sqlalchemy import Connection

from labeler_app.errors import InputError
from labeler_app.services import class_edits
from labeler_app.services.workspace import Workspace
from labeler_app.store import ask_again, class_changes, models
from labeler_app.store import projects as rows
from labeler_app.store.engine import AnyRow

# One in so many is drawn evenly from all labels: what the model is sure of may be wrong, too.
SPREAD = 4


def by_definition(ws: Workspace, class_id: int) -> int:
    """Ask for every label of a class again, since its definition has changed; return how many.

    Raises
    ------
    InputError
        If the class is not in use, or was never described anew.
    """
    sure = doubts(ws, class_id)
    with ws.store.write() as tx:
        project = class_edits.in_use(tx, class_id)
        log = class_changes.every(tx, project)
        told = [one.seq for one in log if one.kind == "define" and class_id in one.after]
        name = class_changes.classes(tx, project)[class_id]["name"]
        if not told:
            raise InputError(
                f"What belongs to {name!r} has not changed.", hint="Change its definition first."
            )
        reason = f"Asked again: the definition of {name} was changed."
        return put(tx, project, class_id, sure, reason=reason, change=told[-1])


def doubts(ws: Workspace, class_id: int) -> dict[int, float]:
    """Return by item how sure the newest model is of a class; nothing before the first model."""
    with ws.store.read() as tx:
        found = rows.class_of(tx, class_id)
        if found is None:
            return {}
        model = models.newest(tx, found[0])
        labels = ask_again.labels_of(tx, found[0], class_id)
        files = models.shards(tx, found[0], model.scores) if model is not None else []
    if model is None or not files:
        return {}
    known = ws.arrays.read_named(model.head)["classes"].tolist()
    if class_id not in known:
        return {}
    column = known.index(class_id)
    shares = ws.arrays.pick(files, [one.position for one in labels])
    return {
        one.item: float(shares[one.position][column]) for one in labels if one.position in shares
    }


def put(
    tx: Connection,
    project: int,
    class_id: int,
    sure: Mapping[int, float],
    *,
    reason: str,
    change: int,
) -> int:
    """Ask for the labels of a class again and return their number.

    Those the model is least sure of come first, every fourth is drawn evenly from all of them;
    before the first model the newest come first.
    """
    labels = ask_again.labels_of(tx, project, class_id)
    if sure:
        labels = _mixed(sorted(labels, key=lambda one: sure.get(one.item, 1.0)), class_id)
    ask_again.put(tx, project, labels, reason=reason, change=change)
    return len(labels)


def _mixed(labels: Sequence[AnyRow], seed: int) -> list[AnyRow]:
    """Put one that is drawn evenly from all of them behind every three."""
    rng = np.random.default_rng(seed)
    spread = rng.permutation(np.arange(0, len(labels), SPREAD)).tolist()
    rest = [at for at in range(len(labels)) if at % SPREAD]
    mixed: list[int] = []
    for turn, at in enumerate(spread):
        mixed += [*rest[turn * (SPREAD - 1) : (turn + 1) * (SPREAD - 1)], at]
    return [labels[at] for at in mixed]
