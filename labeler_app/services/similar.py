"""The labeled items that look most like one that a person has answered."""

from dataclasses import dataclass
from typing import cast

from labeler_app.core.arrays import FloatArray
from labeler_app.core.nearest import nearest
from labeler_app.errors import InputError, StateError
from labeler_app.services import features, glances, meanings, snapshot, telling
from labeler_app.services.glances import Glance
from labeler_app.services.workspace import Workspace
from labeler_app.store import blind, class_sets, events, items, stand_ins

MOST = 6
AMONG = 20_000
"""So many labeled items are compared, those labeled last: more would take longer than a look."""
NO_FEATURES = "Shown once the features of this item are computed."
NO_LABELS = "Shown once other items are labeled."


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A labeled item, and its class; several, or none, where items may have them."""

    glance: Glance
    class_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Similar:
    """The nearest labeled items, nearest first; where there are none, why."""

    found: tuple[Neighbour, ...]
    why_none: str = ""


def to_item(ws: Workspace, item: int, annotator: int) -> Similar:
    """Return the labeled items nearest to one that the annotator has answered.

    No audit item is among them, and none that looks like one. One of them may be asked about.
    Nor are items among them that the annotator is still asked about, where several are wanted for
    each. Of more than 20,000 labeled items those labeled last are compared.

    Raises
    ------
    InputError
        If there is no such item.
    StateError
        If the annotator has not answered it: what others say of the like would be a hint.
    """
    with ws.store.read() as tx:
        row = items.get(tx, item)
        if row is None:
            raise InputError(f"There is no item {item}.", hint="Reload the page.")
        if not events.is_answered(tx, item, annotator):
            raise StateError(
                "What looks like this item is shown after your answer.", hint="Answer it first."
            )
        viewer = blind.viewer(tx, row.project, annotator)
        last = blind.newest_labeled(row.project, viewer, AMONG)
        given = snapshot.resolved(
            events.training_labels(tx, row.project, only=last), meanings.read(tx, row.project)
        )
        is_stand_in = row.position in stand_ins.positions(tx, row.project)
        means = class_sets.today(tx, row.project)
        hidden = {row.position, *items.unready_positions(tx, row.project)}
    shards = features.shards(ws, row.project)
    count = sum(one.count for one in shards)
    if is_stand_in or row.position >= count:
        return Similar((), NO_FEATURES)
    known = sorted(one for one in given.keys() - hidden if one < count)
    if not known:
        return Similar((), NO_LABELS)
    x = cast(FloatArray, ws.arrays.take(shards, [row.position, *known]))
    positions = [known[at] for at in nearest(x[1:], x[0], MOST).tolist()]
    with ws.store.read() as tx:
        rows = items.at_positions(tx, row.project, positions)
        shown = [one.id for one in rows.values()]
        seen = glances.of_items(tx, shown, telling.first(ws, row.project))
    return Similar(
        tuple(
            Neighbour(seen[rows[at].id], tuple(sorted(means[given[at]])))
            for at in positions
            if rows[at].id in seen
        )
    )
