"""Embed the items of one shard and publish it; something plain stands in for the unreadable."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from labeler_app.core.arrays import Array, FloatArray
from labeler_app.errors import InputError
from labeler_app.services import claims, images, memory
from labeler_app.services.borrowed import Lender
from labeler_app.services.claims import Claim
from labeler_app.services.kinds import Kind
from labeler_app.services.things import Things
from labeler_app.services.workspace import Workspace
from labeler_app.store import audit, items, models, stand_ins
from labeler_app.store.models import ShardRow

if TYPE_CHECKING:
    from labeler_app.adapters.embedders import Embedder

CHUNK = 256
_AGAIN = "-again"


@dataclass(frozen=True, slots=True)
class Recipe:
    """An embedder, and what it learned from this pool."""

    embedder: "Embedder"
    revision: str
    state: Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class Written:
    """The files of one shard, and which of its items could be read."""

    files: Sequence[ShardRow]
    read: Sequence[int]
    """Items that are embedded as they are."""
    unread: Sequence[int]
    """Items that something plain stands in for."""
    gone: Sequence[int]
    """Of these, those whose file is surely lost."""
    replaced: Sequence[str] = ()
    """Files that nobody needs once these are published."""


@dataclass(frozen=True, slots=True)
class Job:
    """The embedding of one project."""

    ws: Workspace
    project: int
    kind: Kind
    recipe: Recipe
    claim: Claim | None
    """On the project; None where nobody else can be at it."""
    tell: Callable[[int], None]
    """Called with how many items more are embedded."""
    lender: Lender | None = None
    """Who has features of the same revision already."""

    def embed(self, first: int, behind: int) -> Written:
        """Write the embeddings and the signatures of the items of one span of positions."""
        seen = self._see(range(first, behind))
        return self._write(first, self._name(first), seen)

    def align(self, have: Sequence[ShardRow]) -> None:
        """Write the signatures anew, in the spans of the embeddings there are, if they are others.

        They are those of another embedder that the project had in between.
        """
        signatures = self.kind.signatures
        with self.ws.store.read() as tx:
            files = models.shards(tx, self.project, signatures)
        if [(one.first, one.count) for one in files] == [(one.first, one.count) for one in have]:
            return
        rows = self._signatures(files, sum(one.count for one in have))
        new = []
        for one in have:
            path = f"{self.project}/{signatures}/{self._name(one.first)}-of-{one.count}.npy"
            digest = self.ws.arrays.write_shard(path, rows[one.first : one.first + one.count])
            new.append(ShardRow(self.project, signatures, one.first, one.count, path, digest))
        with claims.writing(self.ws, self.claim) as tx:
            models.forget_shards(tx, self.project, signatures, kept=())
            models.add_shards(tx, new)

    def embed_again(self, shard: ShardRow) -> Written | None:
        """Write a shard anew if items that were stood in for were found; None if none was."""
        with self.ws.store.read() as tx:
            due = stand_ins.found_positions(tx, self.project)
            files = models.shards(tx, self.project, self.kind.signatures)
        signs = [one for one in files if one.first == shard.first]
        inside = [one for one in due if shard.first <= one < shard.first + shard.count]
        if not inside:
            return None
        seen = self._see(inside)
        places = np.array(inside) - shard.first
        rows = np.array(self.ws.arrays.open_shard(shard.path))
        signatures = np.array(self.ws.arrays.open_all(signs))
        rows[places], signatures[places] = seen.rows, seen.signatures
        # Another name than before: somebody may be reading that file.
        again = "" if shard.path.endswith(f"{_AGAIN}.npy") else _AGAIN
        whole = replace(seen, rows=rows, signatures=signatures)
        written = self._write(shard.first, self._name(shard.first) + again, whole)
        return replace(written, replaced=[shard.path, *(one.path for one in signs)])

    def publish(self, written: Written, *, with_shadows: bool) -> None:
        """Let everybody see a shard, with what it says of its items.

        Raises
        ------
        StateError
            If the project went to another process meanwhile.
        """
        near = _look_alikes(self.ws, self.project, self.kind, written) if with_shadows else []
        if written.replaced:
            memory.forget(self.ws, self.project)
        with claims.writing(self.ws, self.claim) as tx:
            models.add_shards(tx, written.files)
            stood_in = stand_ins.of_project(tx, self.project)
            stand_ins.forget(tx, sorted(stood_in.intersection(written.read)))
            stand_ins.note(tx, self.project, written.unread)
            for item in written.gone:
                items.set_state(tx, item, "missing")
            if with_shadows:
                audit.shadow(tx, self.project, near)
        for path in written.replaced:
            self.ws.arrays.remove(path)

    def _see(self, positions: Sequence[int]) -> "_Seen":
        parts = []
        for start in range(0, len(positions), CHUNK):
            part = positions[start : start + CHUNK]
            lent = self.lender.lend(self.project, part) if self.lender else None
            if lent is not None:
                parts.append(_Seen(lent.positions, lent.rows, lent.signatures, lent.items))
                part = sorted(set(part).difference(lent.positions))
            if part:
                parts.append(self._look(part))
            self.tell(min(CHUNK, len(positions) - start))
        return _together(parts)

    def _look(self, positions: Sequence[int]) -> "_Seen":
        things = self._things(positions)
        rows, signatures = self._embedded(things), things.signatures()
        unread = [row.id for row in things.unread]
        gone = [row.id for row in things.unread if images.is_gone(self.ws, row)]
        return _Seen(positions, rows, signatures, things.read, unread, gone)

    def _signatures(self, files: Sequence[ShardRow], count: int) -> Array:
        """Return the signatures of the first items; those in no file are computed."""
        parts = [self.ws.arrays.open_all(files)] if files else []
        known = sum(one.count for one in files)
        spans = (range(at, min(at + CHUNK, count)) for at in range(known, count, CHUNK))
        return np.concatenate([*parts, *(self._things(span).signatures() for span in spans)])

    def _embedded(self, things: Things) -> FloatArray:
        embedder = self.recipe.embedder
        rows = embedder.embed(cast("Sequence[Any]", things), self.recipe.state)
        finite = np.isfinite(rows).all(axis=1)
        if not finite.all():
            path = things.places[int(np.argmin(finite))].path
            raise InputError(
                f"The embedder {embedder.name} gives values that are not numbers for {path}.",
                hint="Choose another embedder under Settings, or leave that file out.",
            )
        return rows

    def _things(self, positions: Sequence[int]) -> Things:
        with self.ws.store.read() as tx:
            span = positions[-1] - positions[0] + 1
            found = items.from_position(tx, self.project, positions[0], span)
        by_position = {row.position: row for row in found}
        return self.kind.open(self.ws, [by_position.get(one) for one in positions])

    def _write(self, first: int, name: str, seen: "_Seen") -> Written:
        files = []
        signatures = self.kind.signatures
        for revision, rows in ((self.recipe.revision, seen.rows), (signatures, seen.signatures)):
            path = f"{self.project}/{revision}/{name}.npy"
            digest = self.ws.arrays.write_shard(path, rows)
            files.append(ShardRow(self.project, revision, first, len(rows), path, digest))
        return Written(files, seen.read, seen.unread, seen.gone)

    def _name(self, first: int) -> str:
        # With the fence's token, who was taken over from cannot overwrite its heir's files.
        return f"{first:09d}-{self.claim.fence.token}" if self.claim else f"{first:09d}"


def shadow_again(ws: Workspace, project: int, kind: Kind, claim: Claim | None) -> None:
    """Find the near-duplicates of audit items anew, because embedded items became some.

    Raises
    ------
    StateError
        If the project went to another process meanwhile.
    """
    near = _look_alikes(ws, project, kind, _NOTHING)
    with claims.writing(ws, claim) as tx:
        audit.shadow(tx, project, near)


def _look_alikes(ws: Workspace, project: int, kind: Kind, written: Written) -> list[int]:
    """Return the items that are like an audit item, the rows just written included."""
    with ws.store.read() as tx:
        reserved = audit.positions(tx, project)
        ids = items.ids_by_position(tx, project)
        files = models.shards(tx, project, kind.signatures)
        grey = stand_ins.of_project(tx, project)
    grey = (grey - set(written.read)) | set(written.unread)
    every = [*files, *written.files]
    known = {one.first: one for one in every if one.revision == kind.signatures}
    if not known:
        return []
    signatures = ws.arrays.open_all([known[first] for first in sorted(known)])
    seen = [one for one in reserved if one < len(signatures) and ids[one] not in grey]
    near = kind.alike(signatures, np.array(seen, dtype=np.int64))
    # Grey pictures are all alike, which says nothing of the items they stand in for.
    return [ids[one] for one in near.tolist() if ids[one] not in grey]


_NOTHING = Written((), (), (), ())


@dataclass(frozen=True, slots=True)
class _Seen:
    """What embedding some items gave, row by row; and the items by whether they could be read."""

    positions: Sequence[int]
    rows: Array
    signatures: Array
    read: Sequence[int]
    unread: Sequence[int] = ()
    gone: Sequence[int] = ()


def _together(parts: Sequence[_Seen]) -> _Seen:
    """Return parts as one, by position."""
    positions = np.concatenate([one.positions for one in parts])
    rising = np.argsort(positions)
    return _Seen(
        positions[rising].tolist(),
        np.concatenate([one.rows for one in parts])[rising],
        np.concatenate([one.signatures for one in parts])[rising],
        [item for one in parts for item in one.read],
        [item for one in parts for item in one.unread],
        [item for one in parts for item in one.gone],
    )
