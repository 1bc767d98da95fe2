"""Embeddings of variants: computed as those of items are, and kept beside them in one file."""

from collections.abc import Sequence
from typing import Any, cast

import numpy as np

from labeler_app.core.arrays import Array, FloatArray
from labeler_app.errors import FormatError, StoreError
from labeler_app.log import line, logger
from labeler_app.services import features, projects, variant_kinds
from labeler_app.services.fillings import Kept
from labeler_app.services.variant_kinds import VariantKind
from labeler_app.services.workspace import Workspace

CHUNK = 128

log = logger(__name__)


def of(ws: Workspace, project: int, revision: str, made: Sequence[Kept]) -> FloatArray:
    """Return the embeddings of variants, (V, D); a row of NaN for one whose file is lost.

    Raises
    ------
    InputError
        If the embedder of the project computes none.
    """
    path = f"{project}/{revision}-made.npz"
    known = _read(ws, path)
    lacking = [one for one in made if one.id not in known]
    for start in range(0, len(lacking), CHUNK):
        known |= _embedded(ws, project, revision, lacking[start : start + CHUNK])
    if lacking:
        ids = sorted(one for one, row in known.items() if np.isfinite(row).all())
        if ids:
            rows = np.stack([known[one] for one in ids])
            ws.arrays.write_named(path, {"ids": np.array(ids, dtype=np.int64), "rows": rows})
    return np.stack([known[one.id] for one in made])


def apart(
    ws: Workspace, kind: VariantKind[Any], made: Sequence[Kept], signatures: Array
) -> list[Kept]:
    """Return the variants that are not nearly the same as any of some items.

    Parameters
    ----------
    signatures : array of shape (n, K)
        Of these items, as near-duplicates are found by.
    """
    told = []
    for one in made:
        try:
            own = kind.signature(kind.read(ws, one.path))
        except FormatError:
            continue  # Its embedding is lost, too.
        if not len(signatures) or kind.away(signatures, own).min() >= kind.near:
            told.append(one)
    return told


def _read(ws: Workspace, path: str) -> dict[int, FloatArray]:
    try:
        saved = ws.arrays.read_named(path)
    except StoreError:
        return {}  # Not written yet, or damaged: both are mended by computing them.
    rows = cast(FloatArray, saved["rows"])
    return {int(one): row for one, row in zip(saved["ids"].tolist(), rows, strict=True)}


def _embedded(
    ws: Workspace, project: int, revision: str, made: Sequence[Kept]
) -> dict[int, FloatArray]:
    kind = variant_kinds.of(projects.get(ws, project).kind)
    things, lost = [], []
    for place, one in enumerate(made):
        try:
            things.append(kind.read(ws, one.path))
        except FormatError as error:
            log.warning(line("variant-unreadable", project=project, reason=str(error)))
            things.append(kind.blank)
            lost.append(place)
    rows = np.asarray(features.embed_beside(ws, project, revision, things), dtype=np.float32)
    rows[lost] = np.nan
    return {one.id: row for one, row in zip(made, rows, strict=True)}
