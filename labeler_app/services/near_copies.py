"""Groups of near-duplicates, made by the worker and kept beside the embeddings.

In none is an audit item, nor one that is nearly the same as one, nor one that could not be read:
the grey pictures that stand in for these are all alike. Among very many items that are alike and
yet not near, some copies are left out (see `core.copies`); the log then says whole=False.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from labeler_app.adapters.embedders import key
from labeler_app.core.arrays import IndexArray
from labeler_app.core.copies import Grouping, Groups
from labeler_app.errors import StoreError
from labeler_app.log import line, logger
from labeler_app.services import kinds, memory, projects
from labeler_app.services.projects import Project
from labeler_app.services.workspace import Workspace
from labeler_app.store import audit, models, stand_ins
from labeler_app.store.arrays import Arrays

_HEADS = "heads"
# So long a training waits for this, at most.
SLICE_SECONDS = 1.0

log = logger(__name__)


def is_due(ws: Workspace, project: int) -> bool:
    """Tell whether there are signatures, and no groups made from them."""
    place = _place(ws, projects.get(ws, project))
    return place is not None and not memory.holds(ws, project, *place)


@dataclass(frozen=True, slots=True)
class Making:
    """Groups in the making, of a project whose signatures are still the same."""

    project: int
    place: tuple[str, str]
    grouping: Grouping
    begun: float

    def go_on(self, ws: Workspace, seconds: float = SLICE_SECONDS) -> bool:
        """Work for about so long; True once the groups are kept."""
        until = ws.clock() + seconds
        while True:
            try:
                next(self.grouping)
            except StopIteration as done:
                self._keep(ws, done.value)
                return True
            if ws.clock() >= until:
                return False

    def _keep(self, ws: Workspace, made: Groups) -> None:
        revision, name = self.place
        memory.keep(ws, self.project, revision, {name: {_HEADS: made.head_of.astype(np.int32)}})
        groups = len(np.unique(made.head_of[made.head_of >= 0]))
        told = {"items": len(made.head_of), "groups": groups, "whole": made.is_whole}
        seconds = ws.clock() - self.begun
        log.info(line("copies-grouped", project=self.project, **told, seconds=seconds))


def go_on(ws: Workspace, project: int, before: Making | None) -> Making | None:
    """Group all items that have signatures, for about a second; None once that is done.

    Parameters
    ----------
    before
        What was returned last time. It is begun anew if other signatures came meanwhile, or if
        there is none: after a restart.
    """
    known = projects.get(ws, project)
    place = _place(ws, known)
    if before is None or before.place != place:
        before = _begun(ws, known, place) if place is not None else None
    return None if before is None or before.go_on(ws) else before


def _begun(ws: Workspace, known: Project, place: tuple[str, str]) -> Making:
    kind = kinds.of(known.kind)
    with ws.store.read() as tx:
        files = models.shards(tx, known.id, kind.signatures)
        taken = {
            *audit.positions(tx, known.id),
            *audit.shadow_positions(tx, known.id),
            *stand_ins.positions(tx, known.id),
        }
    signatures = ws.arrays.open_all(files)
    barred = np.array(sorted(one for one in taken if one < len(signatures)), dtype=np.int64)
    return Making(known.id, place, kind.copies(signatures, barred), ws.clock())


def of(ws: Workspace, known: Project) -> IndexArray | None:
    """Return the head of the group each item is in, -1 for none; None before they are made."""
    place = _place(ws, known)
    if place is None or not memory.holds(ws, known.id, *place):
        return None
    try:
        return _opened(ws.arrays, memory.path_of(known.id, *place))
    except StoreError as error:
        log.warning(line("copies-unreadable", project=known.id, reason=str(error)))
        return None


@lru_cache(maxsize=4)
def _opened(arrays: Arrays, path: str) -> IndexArray:
    """Read the groups of a file; kept, as every label asks. The path tells of what they are."""
    return np.asarray(arrays.read_named(path)[_HEADS], dtype=np.int64)


def _place(ws: Workspace, known: Project) -> tuple[str, str] | None:
    """Return revision and name under which the groups of today's signatures are kept."""
    with ws.store.read() as tx:
        revision = models.newest_revision(tx, known.id, f"{key(known.config.embedder)}@")
        files = models.shards(tx, known.id, kinds.of(known.kind).signatures)
    if revision is None or not files:
        return None
    told = hashlib.sha256("".join(one.sha256 for one in files).encode())
    return revision, f"copies of {told.hexdigest()}"
