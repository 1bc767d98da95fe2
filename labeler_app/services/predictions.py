"""A pretrained model's probabilities, imported as a file: they rank the first items.

They choose what is asked before the project has a model of its own; nothing is trained on them, no
label comes from them, and nobody is shown them as a suggestion.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import numpy as np

from labeler_app.adapters.predictions import Predictions, read_predictions
from labeler_app.core.arrays import Array, FloatArray, IndexArray, PoolView
from labeler_app.errors import InputError
from labeler_app.log import line, logger
from labeler_app.services import projects
from labeler_app.services.workspace import Workspace
from labeler_app.store import items, queue
from labeler_app.store import predictions as rows
from labeler_app.store import projects as project_rows

_SHOWN = 5

log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Imported:
    """How an import of predictions went."""

    matched: int
    """Items that have a prediction now."""
    without: int
    """Items of the project that have none: they are asked after the others."""
    unknown: tuple[str, ...]
    """Paths of the file that are no item's."""


@dataclass(frozen=True, slots=True)
class Known:
    """The predictions of a project, as they stand in the workspace."""

    positions: IndexArray
    """(n,) rising."""
    classes: IndexArray
    """(C,) class ids: the columns."""
    proba: FloatArray
    """(n, C) float32."""
    sha256: str


def import_file(ws: Workspace, project: int, path: Path) -> Imported:
    """Take the predictions of a file for a project; they replace those it had.

    Raises
    ------
    InputError
        If there is no such project, a column is not one of its classes, or no path is an item's.
    FormatError
        If the file cannot be read.
    """
    if projects.get(ws, project).config.multi_label:
        raise InputError(
            "Predictions of several classes an item cannot be imported yet.",
            hint="Label some items: the first model chooses after about two of each class.",
        )
    found = read_predictions(path)
    with ws.store.read() as tx:
        classes = {one.name: one.id for one in project_rows.classes(tx, project)}
        places = rows.positions_by_path(tx, project)
        count = items.count(tx, project)
    _check_classes(found, classes, path.name)
    rows_of = {
        position: row for row, one in enumerate(found.paths) for position in places.get(one, ())
    }
    unknown = tuple(one for one in found.paths if one not in places)
    if not rows_of:
        raise InputError(
            f"None of the {len(found.paths)} paths of {path.name} is an item of the project; "
            f"the first is {found.paths[0]!r}.",
            hint="Paths are relative to the imported folder, as in an export.",
        )
    _write(ws, project, found, classes, rows_of)
    log.info(line("predictions-imported", project=project, items=len(rows_of)))
    return Imported(len(rows_of), count - len(rows_of), unknown)


def known(ws: Workspace, project: int) -> Known | None:
    """Return the predictions of a project; None if none were imported."""
    with ws.store.read() as tx:
        row = rows.get(tx, project)
    if row is None:
        return None
    named = ws.arrays.read_named(row.path)
    return Known(
        positions=cast(IndexArray, named["positions"]),
        classes=cast(IndexArray, named["classes"]),
        proba=cast(FloatArray, named["proba"]),
        sha256=row.sha256,
    )


def put_into(view: PoolView, known: Known | None) -> PoolView:
    """Put imported probabilities where a model's will be, and leave out items without any."""
    if view.proba is not None or known is None:
        return view
    inside = known.positions < len(view.embeddings)
    proba = np.full((len(view.embeddings), known.proba.shape[1]), 1.0 / known.proba.shape[1])
    proba[known.positions[inside]] = known.proba[inside]
    return replace(view, proba=proba, candidates=np.intersect1d(view.candidates, known.positions))


def _check_classes(found: Predictions, classes: dict[str, int], name: str) -> None:
    strange = [one for one in found.classes if one not in classes]
    if strange:
        raise InputError(
            f"{name} has the column {strange[0]!r}, which is no class of the project "
            f"({', '.join(list(classes)[:_SHOWN]) or 'it has none yet'}).",
            hint="Add the class under Settings, or rename the column.",
        )


def _write(
    ws: Workspace,
    project: int,
    found: Predictions,
    classes: dict[str, int],
    rows_of: dict[int, int],
) -> None:
    positions = np.array(sorted(rows_of), dtype=np.int64)
    arrays: dict[str, Array] = {
        "positions": positions,
        "classes": np.array([classes[one] for one in found.classes], dtype=np.int64),
        "proba": found.proba[[rows_of[int(one)] for one in positions]],
    }
    path = f"{project}/predictions.npz"
    digest = ws.arrays.write_named(path, arrays)
    with ws.store.write() as tx:
        rows.put(tx, project, len(positions), path, digest)
        queue.outdate(tx, project)
