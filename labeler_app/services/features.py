"""Embeddings of a project's items: computed once, in shards, resumed where they stopped."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, cast

import numpy as np
from PIL import Image

from labeler_app import plugins
from labeler_app.core import audit as sample
from labeler_app.core.arrays import Array, FloatArray
from labeler_app.errors import LabelerError
from labeler_app.log import line, logger
from labeler_app.services import images, projects
from labeler_app.services.workspace import Workspace
from labeler_app.store import audit, items, models
from labeler_app.store.items import ItemRow
from labeler_app.store.models import ShardRow

if TYPE_CHECKING:
    from labeler_app.adapters.embedders import Embedder

Progress = Callable[[int, int], None]

SHARD_ROWS = 20_000
CHUNK = 256
FIT_SAMPLE = 2_000
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


def embed(ws: Workspace, project: int, progress: Progress | None = None) -> int:
    """Embed all items that are not embedded yet, and find look-alikes of audit items.

    Parameters
    ----------
    progress
        Called with (done, all).

    Returns
    -------
    int
        Items embedded now.
    """
    with ws.store.read() as tx:
        wanted = items.count_positions(tx, project)
    have = shards(ws, project)
    first = sum(one.count for one in have)
    if first >= wanted:
        return 0
    begun = ws.clock()
    embedder, revision, state = _recipe(ws, project, have)
    for start in range(first, wanted, SHARD_ROWS):
        count = min(SHARD_ROWS, wanted - start)
        _embed_shard(ws, project, (embedder, revision, state), (start, count), wanted, progress)
    find_shadows(ws, project)
    done = wanted - first
    log.info(line("embedded", project=project, items=done, seconds=ws.clock() - begun))
    return done


def find_shadows(ws: Workspace, project: int) -> None:
    """Keep near-duplicates of audit items out of training."""
    with ws.store.read() as tx:
        reserved = audit.positions(tx, project)
        ids = items.ids_by_position(tx, project)
        files = models.shards(tx, project, LUMA)
    if not files:
        return
    luma = cast(FloatArray, ws.arrays.open_all(files))
    inside = np.array([p for p in reserved if p < len(luma)], dtype=np.int64)
    near = sample.near_duplicates(luma, inside)
    with ws.store.write() as tx:
        audit.shadow(tx, project, [ids[int(position)] for position in near])


def _recipe(
    ws: Workspace, project: int, have: Sequence[ShardRow]
) -> tuple["Embedder", str, Mapping[str, Array]]:
    config = projects.get(ws, project).config
    embedder = cast("Embedder", plugins.load("embedders", config.embedder))
    if have:
        revision = have[0].revision
        return embedder, revision, ws.arrays.read_named(f"{project}/{revision}.npz")
    with ws.store.read() as tx:
        chosen = items.many(tx, items.sample(tx, project, FIT_SAMPLE))
    opened = [image for image in (_open(ws, row) for row in chosen.values()) if image is not None]
    state = embedder.fit(opened, np.random.default_rng(config.seed))
    revision = f"{config.embedder}@{embedder.revision}-{_fingerprint(state)}"
    ws.arrays.write_named(f"{project}/{revision}.npz", state)
    return embedder, revision, state


def _embed_shard(
    ws: Workspace,
    project: int,
    recipe: tuple["Embedder", str, Mapping[str, Array]],
    span: tuple[int, int],
    total: int,
    progress: Progress | None,
) -> None:
    embedder, revision, state = recipe
    first, count = span
    rows: list[FloatArray] = []
    luma: list[FloatArray] = []
    for start in range(first, first + count, CHUNK):
        opened = _open_chunk(ws, project, start, min(CHUNK, first + count - start))
        rows.append(embedder.embed(opened, state))
        luma.append(np.stack([images.luma(image) for image in opened]))
        if progress is not None:
            progress(min(start + CHUNK, first + count), total)
    shard = [
        _write(ws, project, revision, first, np.concatenate(rows)),
        _write(ws, project, LUMA, first, np.concatenate(luma)),
    ]
    with ws.store.write() as tx:
        for one in shard:
            models.add_shard(tx, one)


def _open_chunk(ws: Workspace, project: int, first: int, count: int) -> list[Image.Image]:
    with ws.store.read() as tx:
        by_position = {row.position: row for row in items.from_position(tx, project, first, count)}
    blank = Image.new("L", (16, 16), 128)
    opened: list[Image.Image] = []
    for position in range(first, first + count):
        row = by_position.get(position)
        image = _open(ws, row) if row is not None else None
        opened.append(blank if image is None else image)
    return opened


def _open(ws: Workspace, row: ItemRow) -> Image.Image | None:
    try:
        return images.open_screen(ws, row)
    except LabelerError as error:
        log.warning(line("item-unreadable", item=row.id, reason=error.problem))
        with ws.store.write() as tx:
            items.set_state(tx, row.id, "missing")
        return None


def _write(ws: Workspace, project: int, revision: str, first: int, rows: Array) -> ShardRow:
    path = f"{project}/{revision}/{first:09d}.npy"
    digest = ws.arrays.write_shard(path, rows)
    return ShardRow(project, revision, first, len(rows), path, digest)


def _fingerprint(state: Mapping[str, Array]) -> str:
    digest = hashlib.sha256()
    for name in sorted(state):
        digest.update(name.encode())
        digest.update(np.ascontiguousarray(state[name]).tobytes())
    return digest.hexdigest()[:12]
