"""Real items first: those of the pool that lie in a gap are put before all others."""

import numpy as np

from labeler_app.errors import StateError
from labeler_app.services import coverage, projects
from labeler_app.services.coverage import Found
from labeler_app.services.workspace import Workspace
from labeler_app.store import ask_first, items, queue
from labeler_app.store import projects as project_rows

MOST = 300
"""Items asked for at once: more would keep the model from asking for hours."""


def ask(ws: Workspace, project: int, key: str) -> int:
    """Put so many items of a gap first as would fill it, drawn at random, and return their number.

    Audit items come in between as before, unmarked. Those that wait already count.

    Parameters
    ----------
    key
        Of a gap; one of the same condition and class that overlaps it by now is meant, too.

    Raises
    ------
    InputError
        If there is no such project.
    StateError
        If the labels do not lack that any more, the pool holds none of it, or enough of it comes
        first already.
    """
    known = projects.get(ws, project)
    found = _named(ws, project, key)
    inside = coverage.inside(ws, project, found.gap)
    if not len(inside):
        raise StateError(
            f"The pool holds nothing unlabeled in {found.name}.", hint="Add such files under Data."
        )
    with ws.store.write() as tx:
        # Two who ask at once draw one after the other.
        project_rows.hold(tx, project)
        waiting = ask_first.waiting(tx, project)
        fresh = np.setdiff1d(inside, waiting)
        count = min(found.wanted - (len(inside) - len(fresh)), len(fresh), MOST)
        if count <= 0:
            raise StateError(
                f"As many items of {found.name} as it needs come first already.",
                hint="Label them, then look at the gaps again.",
            )
        rng = np.random.default_rng([known.config.seed, len(waiting), *key.encode()])
        drawn = rng.choice(fresh, count, replace=False).tolist()
        rows = items.at_positions(tx, project, drawn)
        ask_first.put(
            tx,
            project,
            [rows[at].id for at in drawn],
            propensity=count / len(fresh),
            reason=f"Asked first: the labels lack {found.name}.",
            at=ws.clock(),
        )
        queue.tell(tx, project)
    return count


def stop(ws: Workspace, project: int) -> None:
    """Go back to what the model asks."""
    projects.get(ws, project)
    with ws.store.write() as tx:
        ask_first.drop(tx, project)
        queue.tell(tx, project)


def waiting(ws: Workspace, project: int) -> int:
    """Return how many items still come first."""
    with ws.store.read() as tx:
        return len(ask_first.waiting(tx, project))


def _named(ws: Workspace, project: int, key: str) -> Found:
    axis, _, rest = key.partition(":")
    cells, _, whose = rest.partition(":")
    first, _, last = cells.partition("-")
    for one in coverage.of_project(ws, project).gaps:
        is_same = (one.axis.name, one.key.rpartition(":")[2]) == (axis, whose)
        is_told = first.isdecimal() and last.isdecimal()
        if is_same and is_told and one.gap.first <= int(last) and int(first) <= one.gap.last:
            return one
    raise StateError("The labels do not lack that any more.", hint="Look at the gaps again.")
