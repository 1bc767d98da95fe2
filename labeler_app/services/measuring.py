"""Conditions of the items of a project: measured by the worker, block by block, and kept."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import cast

import numpy as np

from labeler_app.core.arrays import FloatArray, IndexArray
from labeler_app.core.gaps import Axis
from labeler_app.errors import StoreError
from labeler_app.log import line, logger
from labeler_app.services import claims, measured_axes, projects
from labeler_app.services.claims import Claim
from labeler_app.services.measured_axes import MEASURED, Measured
from labeler_app.services.workspace import Workspace
from labeler_app.store import items, models, probes, stand_ins
from labeler_app.store.arrays import Arrays
from labeler_app.store.models import ShardRow

MOST_SEEN = 500

log = logger(__name__)


def is_due(ws: Workspace, project: int) -> bool:
    """Tell whether items of a project were not measured yet."""
    return _next(ws, project) is not None


def go_on(ws: Workspace, project: int, claim: Claim, tell: Callable[[int, int], None]) -> None:
    """Measure the next block.

    Parameters
    ----------
    tell
        Called with (measured, all).

    Raises
    ------
    StateError
        If the project went to another worker meanwhile.
    """
    first = _next(ws, project)
    if first is None:
        return
    with ws.store.read() as tx:
        wanted = items.count_positions(tx, project)
    count = min(measured_axes.BLOCK, wanted - first)
    tell(first, wanted)
    rows = _of(ws, project, range(first, first + count))
    _publish(ws, project, claim, first, rows)
    log.info(line("conditions-measured", project=project, first=first, items=count))


def what(ws: Workspace, project: int) -> str:
    """Return what is being measured, for those who wait: "measuring light, focus and shape"."""
    return f"measuring {measured_axes.of_kind(projects.get(ws, project).kind).about}"


def catch_up(ws: Workspace, project: int, tell: Callable[[int, int], None]) -> None:
    """Measure all that is not measured yet, unless another process is at the project."""
    with claims.hold(ws, project, claims.owner_name()) as claim:
        while claim is not None and is_due(ws, project):
            go_on(ws, project, claim, tell)


def cells(ws: Workspace, project: int) -> IndexArray:
    """Return in which cell of each axis the items lie that were measured so far, by position.

    Returns
    -------
    array of shape (n, A), int8, not to be written to
        In the order of the axes of its kind; -1 for what could not be read, or says nothing.
    """
    about = measured_axes.of_kind(projects.get(ws, project).kind)
    with ws.store.read() as tx:
        files = tuple(models.shards(tx, project, about.revision))
    return _cells(ws.arrays, files, tuple(about.axes))


def values(ws: Workspace, project: int, positions: Sequence[int]) -> FloatArray:
    """Return what was measured of the items at some positions.

    Returns
    -------
    array of shape (len(positions), A)
        In the order of the axes of its kind; NaN for what could not be read, or not yet.
    """
    axes = measured_axes.of_kind(projects.get(ws, project).kind)
    with ws.store.read() as tx:
        files = models.shards(tx, project, axes.revision)
    at = np.array(positions, dtype=np.int64)
    made = np.full((len(at), len(axes.axes)), np.nan, dtype=np.float32)
    for one in files:
        mine = (at >= one.first) & (at < one.first + one.count)
        if mine.any():
            made[mine] = _opened(ws.arrays, one, len(axes.axes))[at[mine] - one.first]
    return made


def seen_in(ws: Workspace, project: int, axis: int, first: int, last: int) -> tuple[float, ...]:
    """Return what was measured of items in cells of an axis, of 500 at most, spread evenly.

    Probe sets are left out: what tests must not teach, not even how dark the nights are.
    """
    own = cells(ws, project)[:, axis]
    with ws.store.read() as tx:
        brought = [one for there in probes.positions(tx, project).values() for one in there]
    inside = (own >= first) & (own <= last)
    at = np.setdiff1d(np.flatnonzero(inside), brought)
    chosen = at[np.linspace(0, len(at) - 1, min(len(at), MOST_SEEN)).astype(np.int64)]
    found = values(ws, project, chosen.tolist())[:, axis]
    return tuple(found[np.isfinite(found)].tolist())


# A page asks again and again; of a million items it takes 8 MB.
@lru_cache(maxsize=4)
def _cells(arrays: Arrays, files: tuple[ShardRow, ...], axes: tuple[Axis, ...]) -> IndexArray:
    count = max((one.first + one.count for one in files), default=0)
    made = np.full((count, len(axes)), -1, dtype=np.int8)
    for one in files:
        rows = _opened(arrays, one, len(axes))
        for at, axis in enumerate(axes):
            made[one.first : one.first + one.count, at] = axis.cells(rows[:, at])
    made.setflags(write=False)
    return cast(IndexArray, made)


def look_again(ws: Workspace, project: int, claim: Claim) -> None:
    """Measure items that could not be read and can be by now."""
    about = _about(ws, project)
    if about is None:
        return
    with ws.store.read() as tx:
        files = models.shards(tx, project, about.revision)
        grey = set(stand_ins.positions(tx, project)) if files else set()
    for one in files:
        rows = _opened(ws.arrays, one, len(about.axes))
        lost = [one.first + int(at) for at in np.flatnonzero(np.isnan(rows[:, 0]))]
        seen = [at for at in lost if at not in grey]
        told = _of(ws, project, seen) if seen else rows[:0]
        if np.isfinite(told[:, 0]).any():
            new = np.array(rows)
            new[[at - one.first for at in seen]] = told
            _publish(ws, project, claim, one.first, new)


def _of(ws: Workspace, project: int, positions: Sequence[int]) -> FloatArray:
    """Measure the items at rising positions, (n, A); NaN for what cannot be read."""
    about = measured_axes.of_kind(projects.get(ws, project).kind)
    with ws.store.read() as tx:
        if isinstance(positions, range):
            found = items.from_position(tx, project, positions.start, len(positions))
        else:
            found = list(items.at_positions(tx, project, positions).values())
    known = {row.position: row for row in found}
    return about.rows(ws, project, [known.get(at) for at in positions])


def _publish(ws: Workspace, project: int, claim: Claim, first: int, rows: FloatArray) -> None:
    """Put a block in the place of the one before, whose file stays for who is reading it."""
    revision = measured_axes.of_kind(projects.get(ws, project).kind).revision
    folder = f"{project}/{revision}"
    with ws.store.read() as tx:
        before = [one for one in models.shards(tx, project, revision) if one.first == first]
    begins = f"{first:09d}-"
    path = f"{folder}/{begins}{claim.fence.token}-of-{len(rows)}.npy"
    if any(one.path == path for one in before):
        path = path.replace(".npy", "-again.npy")
    digest = ws.arrays.write_shard(path, rows)
    with claims.writing(ws, claim) as tx:
        models.add_shards(tx, [ShardRow(project, revision, first, len(rows), path, digest)])
    kept = {path, *(one.path for one in before)}
    for old in sorted((ws.arrays.folder / folder).glob(f"{begins}*.npy")):
        if f"{folder}/{old.name}" not in kept:
            ws.arrays.remove(f"{folder}/{old.name}")


def _opened(arrays: Arrays, one: ShardRow, width: int) -> FloatArray:
    """Return the rows of a block; of one whose file is lost or damaged none is known."""
    try:
        return np.asarray(arrays.open_shard(one.path), dtype=np.float32)
    except StoreError as error:
        log.warning(line("conditions-unreadable", project=one.project, reason=str(error)))
        return np.full((one.count, width), np.nan, dtype=np.float32)


def _next(ws: Workspace, project: int) -> int | None:
    """Return where the first block begins that is not measured, lost, or grown; None if none."""
    about = _about(ws, project)
    if about is None:
        return None
    with ws.store.read() as tx:
        wanted = items.count_positions(tx, project)
        files = models.shards(tx, project, about.revision)
    counts = {one.first: one.count for one in files if (ws.arrays.folder / one.path).is_file()}
    block = measured_axes.BLOCK
    for first in range(0, wanted, block):
        if counts.get(first, 0) < min(block, wanted - first):
            return first
    return None


def _about(ws: Workspace, project: int) -> Measured | None:
    """Return what is measured of a project; None if nothing is."""
    return MEASURED.get(projects.get(ws, project).kind)
