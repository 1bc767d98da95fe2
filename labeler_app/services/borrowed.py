"""Features that another project of the workspace has already: found by what an item holds.

What an embedder learned is borrowed where it would learn from the same items with the same seed,
and features where it learned the same; so the same pictures in a second project are not embedded
again.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from labeler_app.core.arrays import Array
from labeler_app.errors import StoreError
from labeler_app.log import line, logger
from labeler_app.services.kinds import Kind
from labeler_app.services.workspace import Workspace
from labeler_app.store import contents, models
from labeler_app.store.items import ItemRow
from labeler_app.store.models import ShardRow

LEARNED_OF = "learned-of"
"""The name under which it is kept what an embedder learned from."""

log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Lent:
    """Rows of some items, in the order of their positions."""

    positions: Sequence[int]
    items: Sequence[int]
    rows: Array
    signatures: Array


@dataclass(frozen=True, slots=True)
class Lender:
    """A project whose embedder learned the same."""

    ws: Workspace
    project: int
    embeddings: Sequence[ShardRow]
    signatures: Sequence[ShardRow]

    def lend(self, borrower: int, positions: Sequence[int]) -> Lent | None:
        """Return what there is of items of another project at rising positions; None if nothing."""
        count = min(sum(one.count for one in files) for files in (self.embeddings, self.signatures))
        wanted = set(positions)
        with self.ws.store.read() as tx:
            span = (positions[0], positions[-1])
            same = contents.same(tx, borrower, span, self.project)
        found = [one for one in same if one.position in wanted and one.other < count]
        if not found:
            return None
        there = [one.other for one in found]
        try:
            rows, signatures = (
                self.ws.arrays.take(files, there) for files in (self.embeddings, self.signatures)
            )
        except StoreError as error:
            log.warning(line("not-lent", project=self.project, reason=str(error)))
            return None
        return Lent([one.position for one in found], [one.item for one in found], rows, signatures)


def learned_of(rows: Sequence[ItemRow], seed: int) -> str:
    """Return a fingerprint of what an embedder learns from."""
    told = " ".join([str(seed), *(row.sha256 for row in rows)])
    return hashlib.sha256(told.encode()).hexdigest()


def state(ws: Workspace, prefix: str, learned_of: str) -> Mapping[str, Array] | None:
    """Return what an embedder learned from the same items elsewhere; None if it did not.

    Parameters
    ----------
    prefix
        Of its revisions: its name and its own revision.
    """
    with ws.store.read() as tx:
        known = models.revisions(tx, prefix)
    for project, revision in known:
        path = f"{project}/{revision}.npz"
        try:
            if str(ws.arrays.read_named(path, [LEARNED_OF]).get(LEARNED_OF, "")) == learned_of:
                return ws.arrays.read_named(path)
        except StoreError as error:
            log.warning(line("not-lent", project=project, reason=str(error)))
    return None


def lender(ws: Workspace, project: int, kind: Kind, revision: str) -> Lender | None:
    """Return the project with the most features of a revision, besides this one; None if none."""
    with ws.store.read() as tx:
        others = [one for one, name in models.revisions(tx, revision) if name == revision]
        found = [
            Lender(ws, one, models.shards(tx, one, revision), models.shards(tx, one, signatures))
            for one, signatures in ((one, kind.signatures) for one in others if one != project)
        ]
    usable = [one for one in found if one.signatures]
    return max(usable, key=lambda one: sum(file.count for file in one.embeddings), default=None)
