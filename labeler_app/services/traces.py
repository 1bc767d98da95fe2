"""What is kept of a selection, so that the same one can be made again."""

import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np

from labeler_app.core.arrays import Array
from labeler_app.errors import StateError
from labeler_app.services import fillings
from labeler_app.services.ranking import Ranking
from labeler_app.services.snapshot import Snapshot
from labeler_app.services.workspace import Workspace
from labeler_app.store.queue import Entry

_FOLDER = "apart"


@dataclass(frozen=True, slots=True)
class Apart:
    """Positions that were kept apart at a moment, for reasons that no event tells."""

    held_out: frozenset[int]
    unready: frozenset[int]
    stand_ins: frozenset[int]


def traced(ws: Workspace, snapshot: Snapshot, made: Ranking, note: str) -> Ranking:
    """Return a ranking whose selection also says what it takes to make it again.

    Parameters
    ----------
    note
        A sentence about the model, to stand behind the policy's; empty if there is none.
    """
    detail: dict[str, Any] = json.loads(made.selection.detail)
    batch = made.entries[: int(detail["batch"])]
    detail |= {
        "up_to_seq": snapshot.up_to_seq,
        "revision": snapshot.shards[0].revision,
        "classes": list(snapshot.classes),
        "labels_hash": labels_hash(snapshot.labels),
        "apart": _keep(ws, snapshot),
        **_sets(snapshot),
        **_made(snapshot),
        "config": json.loads(snapshot.project.config.to_json()),
        "scores": [float(f"{one.score:.9g}") for one in batch],
        "propensity": _same([one.propensity for one in batch]),
        "queue": queue_hash(made.entries),
    }
    phase = " ".join(one for one in (made.selection.phase, note) if one)
    text = json.dumps(detail, sort_keys=True)
    return replace(made, selection=replace(made.selection, detail=text, phase=phase))


def sets_of(detail: Mapping[str, Any]) -> dict[int, frozenset[int]]:
    """Return the classes that labels meant at a moment; empty where an item has one."""
    return {int(one): frozenset(means) for one, means in detail.get("sets", {}).items()}


def apart(ws: Workspace, path: str) -> Apart:
    """Return the positions that were kept apart.

    Raises
    ------
    StateError
        If the file is not what it was.
    StoreError
        If it is missing.
    """
    named = ws.arrays.read_named(path)
    if path != _path(path.split("/")[0], named):
        raise StateError(f"The file {path} was changed since.")
    held_out, unready, stand_ins = (
        frozenset(np.flatnonzero(np.unpackbits(cast(Any, named[name]))).tolist())
        for name in ("held_out", "unready", "stand_ins")
    )
    return Apart(held_out, unready, stand_ins)


def labels_hash(labels: Mapping[int, int]) -> str:
    """Return a short fingerprint of training labels, class by position."""
    return f"{zlib.crc32(json.dumps(sorted(labels.items())).encode()):08x}"


def queue_hash(entries: Sequence[Entry]) -> str:
    """Return a short fingerprint of the items of a whole queue, in their order."""
    return f"{zlib.crc32(json.dumps([one.item for one in entries]).encode()):08x}"


def _sets(snapshot: Snapshot) -> dict[str, Any]:
    """Return what labels mean, which depends on what became of the classes since."""
    means = {one: sorted(held) for one, held in sorted(snapshot.meanings.sets.items())}
    return {"sets": means} if means else {}


def _made(snapshot: Snapshot) -> dict[str, str]:
    """Return the mark of the variants that a model has learned from."""
    mark = fillings.fingerprint(snapshot.made)
    return {"made": mark} if mark else {}


def _keep(ws: Workspace, snapshot: Snapshot) -> str:
    """Write what is kept apart, one bit an item, unless it is the same as before."""
    count = len(snapshot.ids)
    named = {
        "held_out": _bits(snapshot.held_out, count),
        "unready": _bits(snapshot.unready, count),
        "stand_ins": _bits(snapshot.stand_ins, count),
    }
    path = _path(str(snapshot.project.id), named)
    if not (ws.arrays.folder / path).is_file():
        ws.arrays.write_named(path, named)
    return path


def _path(project: str, named: Mapping[str, Array]) -> str:
    digest = hashlib.sha256()
    for name in sorted(named):
        digest.update(name.encode() + named[name].tobytes())
    return f"{project}/{_FOLDER}/{digest.hexdigest()[:16]}.npz"


def _bits(positions: frozenset[int], count: int) -> Array:
    marked = np.zeros(count, dtype=bool)
    marked[[one for one in positions if one < count]] = True
    return np.packbits(marked)


def _same(values: Sequence[float]) -> float | list[float]:
    return values[0] if len(set(values)) == 1 else list(values)
