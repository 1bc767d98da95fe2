"""Embeddings of variants: computed as those of items are, and kept beside them in one file."""

from collections.abc import Sequence
from typing import cast

import numpy as np
from PIL import Image

from labeler_app.adapters.items import image as loader
from labeler_app.core import lift
from labeler_app.core.arrays import FloatArray
from labeler_app.errors import FormatError, StoreError
from labeler_app.log import line, logger
from labeler_app.services import features, images
from labeler_app.services.fillings import Kept
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


def apart(ws: Workspace, made: Sequence[Kept], luma: FloatArray) -> list[Kept]:
    """Return the variants that are not nearly the same as any of some pictures.

    Parameters
    ----------
    luma : array of shape (n, 256)
        Of these pictures, as near-duplicates are found by.
    """
    told = []
    for one in made:
        try:
            own = images.luma(loader.load_image(ws.folder / one.path, root=ws.folder).image)
        except FormatError:
            continue  # Its embedding is lost, too.
        if not len(luma) or np.abs(luma - own).mean(axis=1).min() >= lift.NEAR:
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
    pictures, lost = [], []
    for place, one in enumerate(made):
        try:
            pictures.append(loader.load_image(ws.folder / one.path, root=ws.folder).image)
        except FormatError as error:
            log.warning(line("variant-unreadable", project=project, reason=str(error)))
            pictures.append(Image.new("L", (16, 16), 128))
            lost.append(place)
    rows = np.asarray(features.embed_beside(ws, project, revision, pictures), dtype=np.float32)
    rows[lost] = np.nan
    return {one.id: row for one, row in zip(made, rows, strict=True)}
