"""Choose every batch again from what was kept, and tell whether the same items come."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from labeler_app.errors import LabelerError
from labeler_app.services import moments, projects, ranking, traces
from labeler_app.services.moments import Digest, Moment
from labeler_app.services.ranking import Ranking
from labeler_app.services.workspace import Workspace
from labeler_app.store import history

IDENTICAL, DIFFERENT, IMPOSSIBLE = "identical", "different", "impossible"

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Replayed:
    """How one selection came out when it was made again."""

    selection: int
    version: int | None
    """Of the model; None before the first."""
    strategy: str
    created_at: float
    batch: int
    """Items of its batch."""
    outcome: str
    """``identical``, ``different`` or ``impossible``."""
    sentence: str
    """The first difference, or why it could not be made again; empty when it is identical."""


@dataclass(frozen=True, slots=True)
class Report:
    """How all of them came out."""

    project: int
    selections: Sequence[Replayed]

    @property
    def identical(self) -> int:
        """How many came out the same."""
        return sum(one.outcome == IDENTICAL for one in self.selections)

    @property
    def sentence(self) -> str:
        """The result in words."""
        every = len(self.selections)
        if not every:
            return "Nothing was selected yet."
        first = next((one for one in self.selections if one.outcome != IDENTICAL), None)
        share = f"{100 * self.identical / every:.0f} % identical ({self.identical} of {every})"
        if first is None:
            return f"{share}: every batch has the same items in the same order."
        return f"{share}. The first that is not is selection {first.selection}: {first.sentence}"


def replay(ws: Workspace, project: int, progress: Progress | None = None) -> Report:
    """Make every selection of a project again and compare the items.

    Labels and settings are taken as they were then, models and embeddings from their files.

    Parameters
    ----------
    progress
        Called with (done, all).

    Raises
    ------
    InputError
        If there is no such project.
    """
    projects.get(ws, project)
    with ws.store.read() as tx:
        every = [
            Moment(project, row, json.loads(row.detail)) for row in history.selections(tx, project)
        ]
    # Files are read whole to tell whether they are what they were: each of them once.
    digest_of = cache(lambda path: moments.digest(ws, path))
    chosen = [one for one in every if one.detail.get("items")]
    found = []
    for done, moment in enumerate(chosen, 1):
        found.append(_replayed(ws, moment, digest_of))
        if progress is not None:
            progress(done, len(chosen))
    return Report(project, found)


def _replayed(ws: Workspace, moment: Moment, digest_of: Digest) -> Replayed:
    try:
        made = ranking.choose(moments.pool(ws, moment, digest_of))
    except LabelerError as error:
        outcome, sentence = IMPOSSIBLE, f"It cannot be made again: {error.problem}"
    else:
        sentence = _difference(moment, made)
        outcome = DIFFERENT if sentence else IDENTICAL
    return Replayed(
        selection=int(moment.row.id),
        version=moment.row.version,
        strategy=str(moment.row.strategy),
        created_at=float(moment.row.created_at),
        batch=int(moment.detail["batch"]),
        outcome=outcome,
        sentence=sentence,
    )


def _difference(moment: Moment, made: Ranking) -> str:
    """Return the first difference in words; empty if there is none."""
    then, now = moment.detail, json.loads(made.selection.detail)
    if made.selection.strategy != moment.row.strategy:
        return f"It was made by {moment.row.strategy}, and {made.selection.strategy} is chosen now."
    if then["candidates_hash"] != now["candidates_hash"]:
        return f"It chose among {then['candidates']} items, now there are {now['candidates']}."
    for place, (before, again) in enumerate(zip(then["picks"], now["picks"], strict=False), 1):
        if before != again:
            return f"Item {place} of its batch was number {before}, and is number {again} now."
    if len(then["picks"]) != len(now["picks"]):
        return f"Its batch had {len(then['picks'])} items, and has {len(now['picks'])} now."
    if then["queue"] != traces.queue_hash(made.entries):
        return "The batch is the same, but not the items that wait behind it."
    return ""
