"""Embeddings of a project's items: computed once, in shards, resumed where they stopped."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from labeler_app import plugins
from labeler_app.adapters.embedders import key
from labeler_app.core.arrays import Array, FloatArray
from labeler_app.errors import InputError
from labeler_app.log import line, logger
from labeler_app.services import borrowed, claims, kinds, projects
from labeler_app.services.claims import Claim
from labeler_app.services.embedding import Job, Recipe
from labeler_app.services.kinds import Kind
from labeler_app.services.workspace import Workspace
from labeler_app.store import items, models, stand_ins
from labeler_app.store.items import ItemRow
from labeler_app.store.models import ShardRow

if TYPE_CHECKING:
    from labeler_app.adapters.embedders import Embedder

Progress = Callable[[int, int], None]

SHARD_ROWS = 20_000
# So seldom that all of it together embeds each item one and a third times.
GROWN = 4
_LEARNED_FROM = "learned-from"
NOTES = "notes"
"""What the embedder said of itself, saved beside what it learned."""

log = logger(__name__)


def shards(ws: Workspace, project: int) -> list[ShardRow]:
    """Return the embedding shards of a project's newest revision; empty before there are any."""
    config = projects.get(ws, project).config
    with ws.store.read() as tx:
        revision = models.newest_revision(tx, project, f"{key(config.embedder)}@")
        return models.shards(tx, project, revision) if revision else []


def prefix(name: str, embedder: "Embedder") -> str:
    """Return how the revisions of what an embedder makes begin."""
    return f"{key(name)}@{embedder.revision}-"


def state_path(project: int, revision: str) -> str:
    """Return the file of what an embedder learned from a project's items."""
    return f"{project}/{revision}.npz"


def learned(ws: Workspace, project: int) -> Recipe | None:
    """Return a project's embedder with what it learned; None before anything is embedded.

    Raises
    ------
    StoreError
        If the file of what it learned is missing or damaged.
    """
    have = shards(ws, project)
    if not have:
        return None
    embedder = cast(
        "Embedder", plugins.load("embedders", projects.get(ws, project).config.embedder)
    )
    saved = ws.arrays.read_named(state_path(project, have[0].revision))
    return Recipe(embedder, have[0].revision, _learned(saved))


def missing(ws: Workspace, project: int) -> int:
    """Return how many items have no embedding yet, or a stand-in's though their file was found."""
    with ws.store.read() as tx:
        wanted = items.count_positions(tx, project)
        found = stand_ins.count_found(tx, project)
    return wanted - sum(one.count for one in shards(ws, project)) + found


def embed(
    ws: Workspace,
    project: int,
    progress: Progress | None = None,
    claim: Claim | None = None,
) -> int:
    """Embed all items that are not embedded yet, and find near-duplicates of audit items.

    A grey picture stands in for one that cannot be read; such an item is embedded again when an
    import finds its file.

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
    lacking = missing(ws, project)
    if lacking <= 0:
        return 0
    begun = ws.clock()
    with ws.store.read() as tx:
        wanted = items.count_positions(tx, project)
    have = shards(ws, project)
    kind = kinds.of(projects.get(ws, project).kind)
    if have and _is_outgrown(ws, have[0], kind, wanted):
        have, lacking = [], wanted
    tell = _counter(progress, lacking, wanted)
    recipe = _recipe(ws, project, kind, have, wanted)
    lender = None
    if recipe.embedder.kind != "any":  # Its vectors belong to places, not to what is there.
        lender = borrowed.lender(ws, project, kind, recipe.revision)
    job = Job(ws, project, kind, recipe, claim, tell, lender)
    if not have:
        # Their files may end elsewhere than those that are written now.
        with claims.writing(ws, claim) as tx:
            models.forget_shards(tx, project, kind.signatures, kept=())
    else:
        job.align(have)
    _embed_again(job, have)
    first = sum(one.count for one in have)
    for start in range(first, wanted, SHARD_ROWS):
        behind = min(start + SHARD_ROWS, wanted)
        # Look-alikes come with the last rows, so that no training sees the one without the other.
        job.publish(job.embed(start, behind), with_shadows=behind == wanted)
    log.info(line("embedded", project=project, items=lacking, seconds=ws.clock() - begun))
    return lacking


def embed_beside(ws: Workspace, project: int, revision: str, things: Sequence[Any]) -> FloatArray:
    """Embed what is no item of a project as its items are, float32 (n, D).

    Raises
    ------
    InputError
        If the vectors of this project were given, and nothing computes others.
    """
    config = projects.get(ws, project).config
    embedder = cast("Embedder", plugins.load("embedders", config.embedder))
    if embedder.kind == "any":
        raise InputError(
            "The features of this project were given in a file: variants have none.",
            hint="Choose an embedder that computes them, under Settings.",
        )
    saved = ws.arrays.read_named(state_path(project, revision))
    return embedder.embed(things, _learned(saved))


def _embed_again(job: Job, have: Sequence[ShardRow]) -> None:
    for shard in have:
        written = job.embed_again(shard)
        if written is not None:
            job.publish(written, with_shadows=True)


def _counter(progress: Progress | None, lacking: int, total: int) -> Callable[[int], None]:
    done = [total - lacking]

    def count(more: int) -> None:
        done[0] += more
        if progress is not None:
            progress(done[0], total)

    return count


def _recipe(
    ws: Workspace, project: int, kind: Kind, have: Sequence[ShardRow], wanted: int
) -> Recipe:
    config = projects.get(ws, project).config
    embedder = cast("Embedder", plugins.load("embedders", config.embedder))
    if have:
        revision = have[0].revision
        saved = ws.arrays.read_named(state_path(project, revision))
        return Recipe(embedder, revision, _learned(saved))
    embedder.check_count(wanted)
    with ws.store.read() as tx:
        chosen = items.sample(tx, project, kind.fit_sample)
        rows = items.many(tx, chosen)
    sample = [rows[one] for one in chosen]
    named = prefix(config.embedder, embedder)
    learned_of = borrowed.learned_of(sample, config.seed)
    known = borrowed.state(ws, named, learned_of)
    state = _learned(known) if known else _fitted(ws, kind, embedder, sample, config.seed)
    revision = f"{named}{_fingerprint(state)}"
    beside = {
        _LEARNED_FROM: np.array(len(chosen), np.int64),
        NOTES: np.array(_notes(project, embedder, state), np.str_),
        borrowed.LEARNED_OF: np.array(learned_of),
    }
    ws.arrays.write_named(state_path(project, revision), {**state, **beside})
    return Recipe(embedder, revision, state)


def _fitted(
    ws: Workspace, kind: Kind, embedder: "Embedder", sample: Sequence[ItemRow], seed: int
) -> Mapping[str, Array]:
    things = cast("Sequence[Any]", kind.open(ws, sample))
    return embedder.fit(things, np.random.default_rng(seed))


def _notes(project: int, embedder: "Embedder", state: Mapping[str, Array]) -> list[str]:
    notes = list(embedder.notes(state))
    for note in notes:
        log.info(line("features-doubted", project=project, note=note))
    return notes


def _learned(saved: Mapping[str, Array]) -> Mapping[str, Array]:
    beside = (_LEARNED_FROM, NOTES, borrowed.LEARNED_OF)
    return {name: saved[name] for name in saved if name not in beside}


def _is_outgrown(ws: Workspace, shard: ShardRow, kind: Kind, wanted: int) -> bool:
    """Tell whether the embedder learned from far fewer items than it could now."""
    if not kind.relearns:
        return False
    state = ws.arrays.read_named(state_path(shard.project, shard.revision))
    learned_from = int(state.get(_LEARNED_FROM, np.array(kind.fit_sample)))
    return learned_from * GROWN <= min(wanted, kind.fit_sample)


def _fingerprint(state: Mapping[str, Array]) -> str:
    digest = hashlib.sha256()
    for name in sorted(state):
        digest.update(name.encode())
        digest.update(np.ascontiguousarray(state[name]).tobytes())
    return digest.hexdigest()[:12]
