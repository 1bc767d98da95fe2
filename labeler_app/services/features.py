"""Embeddings of a project's items: computed once, in shards, resumed where they stopped."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast, overload

import numpy as np
from PIL import Image

from labeler_app import plugins
from labeler_app.core import audit as sample
from labeler_app.core.arrays import Array, FloatArray
from labeler_app.errors import FormatError
from labeler_app.log import line, logger
from labeler_app.services import images, projects
from labeler_app.services.claims import Claim
from labeler_app.services.workspace import Workspace
from labeler_app.store import audit, items, models
from labeler_app.store.items import ItemRow
from labeler_app.store.models import ShardRow

if TYPE_CHECKING:
    from labeler_app.adapters.embedders import Embedder

Progress = Callable[[int, int], None]

SHARD_ROWS = 20_000
CHUNK = 256
FIT_SAMPLE = 1_000
LUMA = "luma@1"

log = logger(__name__)


def shards(ws: Workspace, project: int) -> list[ShardRow]:
    """Return the embedding shards of a project's newest revision; empty before there are any."""
    config = projects.get(ws, project).config
    with ws.store.read() as tx:
        revision = models.newest_revision(tx, project, f"{config.embedder}@")
        return models.shards(tx, project, revision) if revision else []


def missing(ws: Workspace, project: int) -> int:
    """Return how many items have no embedding yet."""
    with ws.store.read() as tx:
        wanted = items.count_positions(tx, project)
    return wanted - sum(one.count for one in shards(ws, project))


def embed(
    ws: Workspace,
    project: int,
    progress: Progress | None = None,
    claim: Claim | None = None,
) -> int:
    """Embed all items that are not embedded yet, and find look-alikes of audit items.

    Parameters
    ----------
    progress
        Called with (done, all).
    claim
        On the project; nothing more is published when it is lost.

    Returns
    -------
    int
        Items embedded now.

    Raises
    ------
    StateError
        If the project went to another process meanwhile.
    """
    with ws.store.read() as tx:
        wanted = items.count_positions(tx, project)
    have = shards(ws, project)
    first = sum(one.count for one in have)
    if first >= wanted:
        return 0
    begun = ws.clock()
    recipe = _recipe(ws, project, have)
    for start in range(first, wanted, SHARD_ROWS):
        span = (start, min(start + SHARD_ROWS, wanted))
        written = _embed_shard(ws, project, recipe, span, _Told(progress, wanted, claim))
        # Look-alikes come with the last rows, so that no training sees the one without the other.
        _publish(ws, project, written, claim, with_shadows=span[1] == wanted)
    done = wanted - first
    log.info(line("embedded", project=project, items=done, seconds=ws.clock() - begun))
    return done


@dataclass(frozen=True, slots=True)
class _Recipe:
    """An embedder, and what it learned from this pool."""

    embedder: "Embedder"
    revision: str
    state: Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class _Told:
    """Who wants to know how far the embedding is, and for whom it is done."""

    progress: Progress | None
    total: int
    claim: Claim | None

    def __call__(self, done: int) -> None:
        if self.progress is not None:
            self.progress(done, self.total)


@dataclass(frozen=True, slots=True)
class _Pictures(Sequence[Image.Image]):
    """Pictures opened one at a time: many of them would not fit into memory together."""

    ws: Workspace
    rows: Sequence[ItemRow | None]
    luma: dict[int, FloatArray] | None = None
    """By item: brightness of the pictures seen so far; None if nobody wants to know."""

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, place: int) -> Image.Image: ...

    @overload
    def __getitem__(self, place: slice) -> "_Pictures": ...

    def __getitem__(self, place: int | slice) -> "Image.Image | _Pictures":
        if isinstance(place, slice):
            return _Pictures(self.ws, self.rows[place], self.luma)
        row = self.rows[place]
        image = None if row is None else _open(self.ws, row)
        if image is None:
            return Image.new("L", (16, 16), 128)
        if row is not None and self.luma is not None:
            self.luma[row.id] = images.luma(image)
        return image

    def all_luma(self) -> FloatArray:
        """Return the brightness of all pictures, (n, 256), after the embedder has seen them."""
        seen = self.luma or {}
        return np.stack(
            [
                seen[row.id] if row is not None and row.id in seen else images.luma(self[place])
                for place, row in enumerate(self.rows)
            ]
        )


def _recipe(ws: Workspace, project: int, have: Sequence[ShardRow]) -> _Recipe:
    config = projects.get(ws, project).config
    embedder = cast("Embedder", plugins.load("embedders", config.embedder))
    if have:
        revision = have[0].revision
        return _Recipe(embedder, revision, ws.arrays.read_named(f"{project}/{revision}.npz"))
    with ws.store.read() as tx:
        chosen = items.sample(tx, project, FIT_SAMPLE)
        rows = items.many(tx, chosen)
    pictures = _Pictures(ws, [rows[one] for one in chosen])
    state = embedder.fit(pictures, np.random.default_rng(config.seed))
    revision = f"{config.embedder}@{embedder.revision}-{_fingerprint(state)}"
    ws.arrays.write_named(f"{project}/{revision}.npz", state)
    return _Recipe(embedder, revision, state)


def _embed_shard(
    ws: Workspace, project: int, recipe: _Recipe, span: tuple[int, int], told: _Told
) -> list[ShardRow]:
    """Write the embeddings and the brightness of one span of positions."""
    first, behind = span
    rows: list[FloatArray] = []
    luma: list[FloatArray] = []
    for start in range(first, behind, CHUNK):
        pictures = _pictures(ws, project, start, min(start + CHUNK, behind))
        rows.append(recipe.embedder.embed(pictures, recipe.state))
        luma.append(pictures.all_luma())
        told(start + len(pictures))
    # With the fence's token, who was taken over from cannot overwrite its heir's files.
    suffix = f"-{told.claim.fence.token}" if told.claim else ""
    return [
        _write(ws, project, recipe.revision, first, np.concatenate(rows), suffix),
        _write(ws, project, LUMA, first, np.concatenate(luma), suffix),
    ]


def _publish(
    ws: Workspace,
    project: int,
    written: Sequence[ShardRow],
    claim: Claim | None,
    *,
    with_shadows: bool,
) -> None:
    near = _look_alikes(ws, project, written) if with_shadows else []
    with ws.store.write() as tx:
        if claim is not None:
            claim.require(tx)
        models.add_shards(tx, written)
        if with_shadows:
            audit.shadow(tx, project, near)


def _look_alikes(ws: Workspace, project: int, written: Sequence[ShardRow]) -> list[int]:
    """Return the items that look like an audit item, the rows just written included."""
    with ws.store.read() as tx:
        reserved = audit.positions(tx, project)
        ids = items.ids_by_position(tx, project)
        files = models.shards(tx, project, LUMA)
    known = {one.first: one for one in [*files, *written] if one.revision == LUMA}
    luma = cast(FloatArray, ws.arrays.open_all([known[first] for first in sorted(known)]))
    inside = np.array([one for one in reserved if one < len(luma)], dtype=np.int64)
    return [ids[int(position)] for position in sample.near_duplicates(luma, inside)]


def _pictures(ws: Workspace, project: int, first: int, behind: int) -> _Pictures:
    with ws.store.read() as tx:
        found = items.from_position(tx, project, first, behind - first)
    by_position = {row.position: row for row in found}
    rows = [by_position.get(position) for position in range(first, behind)]
    return _Pictures(ws, rows, {})


def _open(ws: Workspace, row: ItemRow) -> Image.Image | None:
    try:
        return images.open_screen(ws, row)
    except FormatError as error:
        log.warning(line("item-unreadable", item=row.id, reason=error.problem))
        if images.is_gone(ws, row):
            with ws.store.write() as tx:
                items.set_state(tx, row.id, "missing")
        return None


def _write(
    ws: Workspace, project: int, revision: str, first: int, rows: Array, suffix: str
) -> ShardRow:
    path = f"{project}/{revision}/{first:09d}{suffix}.npy"
    digest = ws.arrays.write_shard(path, rows)
    return ShardRow(project, revision, first, len(rows), path, digest)


def _fingerprint(state: Mapping[str, Array]) -> str:
    digest = hashlib.sha256()
    for name in sorted(state):
        digest.update(name.encode())
        digest.update(np.ascontiguousarray(state[name]).tobytes())
    return digest.hexdigest()[:12]
