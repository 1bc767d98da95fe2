"""A seed set: items a person picks by hand, a few of each class, before there is a model.

Whoever picks sees many items at once and takes those that are plain examples of a class. So nothing
that is picked may count as drawn by chance: no audit item is shown here, and none is taken.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from labeler_app.services import projects
from labeler_app.services.workspace import Workspace
from labeler_app.store import events, items, leases
from labeler_app.store.leases import Asker

MOST_WANTED = 120
# Whoever has looked at so many finds the rest faster one by one.
MOST_SEEN = 960
WHY = "You picked it by hand."


@dataclass(frozen=True, slots=True)
class Choice:
    """Why an item was answered: what the event keeps of it."""

    selection: int | None = None
    selected_as: str = ""
    propensity: float | None = None
    """Probability of being shown; None where a person chose."""
    why: str = ""
    version: int | None = None


BY_HAND = Choice(selected_as=events.PICKED, why=WHY)


@dataclass(frozen=True, slots=True)
class Tile:
    """One item to pick or to pass over."""

    id: int
    kind: str
    sha256: str
    width: int | None
    height: int | None
    of: int
    """How many items the project has."""


def tiles(
    ws: Workspace, project: int, annotator: int, *, seen: Sequence[int], want: int, desk: str = ""
) -> list[Tile]:
    """Return items to pick from: the head of the queue, then others scattered over the pool.

    No audit item and none that looks like one, none this annotator has answered, none on another
    desk. Nothing is leased: what is not picked stays where it is.

    Parameters
    ----------
    seen
        Items that lie in the grid already.
    want
        How many more, at most 120.
    desk
        Name of the open page; what lies ahead on it may be picked, too.

    Raises
    ------
    InputError
        If there is no such project, or its items may have several classes.
    """
    known = projects.get(ws, project)
    projects.refuse_several(known)
    asker = Asker(project, annotator, ws.clock(), known.config.wanted, desk, tuple(seen))
    n = min(want, MOST_WANTED)
    with ws.store.read() as tx:
        chosen = [one.item for one in leases.ranked(tx, asker, n)]
        if len(chosen) < n:
            # Two people who pick at the same time see different items.
            seed = known.config.seed + annotator
            others = leases.scattered(tx, asker, n - len(chosen), seed, chosen, WHY)
            chosen += [one.item for one in others]
        rows = items.many(tx, chosen)
    ordered = [rows[one] for one in chosen]
    return [
        Tile(row.id, row.kind, row.sha256, row.width, row.height, known.items) for row in ordered
    ]
