"""How unsure the newest model is of what is no item."""

from collections.abc import Sequence
from typing import Any, cast

import numpy as np

from labeler_app.adapters.embedders import Place
from labeler_app.core import synthesis
from labeler_app.errors import LabelerError
from labeler_app.log import line, logger
from labeler_app.services import features, heads
from labeler_app.services.things import InMemory
from labeler_app.services.workspace import Workspace
from labeler_app.store import models

log = logger(__name__)


def is_known(ws: Workspace, project: int) -> bool:
    """Tell whether there is a model that can say how sure it is of a variant."""
    recipe = features.learned(ws, project)
    with ws.store.read() as tx:
        model = models.newest(tx, project)
    if recipe is None or model is None or recipe.embedder.kind == "any":
        return False  # Features that were given belong to items, and nothing computes others.
    return model.revision == recipe.revision


def knows(ws: Workspace, project: int, classes: Sequence[int]) -> bool:
    """Tell whether the newest model tells all of these classes apart."""
    with ws.store.read() as tx:
        model = models.newest(tx, project)
    if model is None:
        return False
    return set(classes) <= set(ws.arrays.read_named(model.head, ["classes"])["classes"].tolist())


def of_things(
    ws: Workspace,
    project: int,
    things: Sequence[Any],
    between: tuple[int, int] | None = None,
) -> list[float | None]:
    """Return by how much the likeliest class of each is ahead of the second, in [0, 1].

    None where there is no model, or its features cannot be computed of one thing alone.

    Parameters
    ----------
    between
        Two classes: how far each thing is from lying between these, in [0, 1].
    """
    try:
        if things and is_known(ws, project):
            return _margins(ws, project, things, between)
    except LabelerError as error:
        log.warning(line("margins-unknown", project=project, reason=str(error)))
    return [None] * len(things)


def _margins(
    ws: Workspace, project: int, things: Sequence[Any], between: tuple[int, int] | None
) -> list[float | None]:
    recipe = features.learned(ws, project)
    with ws.store.read() as tx:
        model = models.newest(tx, project)
    assert recipe is not None
    assert model is not None
    beside = InMemory(things, [Place(-1, "")] * len(things))
    x = recipe.embedder.embed(cast("Sequence[Any]", beside), recipe.state)
    head = heads.load(ws, model, features.shards(ws, project))
    proba = head.proba(np.asarray(x, dtype=np.float64))
    if between is not None:
        proba = proba[:, np.isin(head.classes, between)]
    if proba.shape[1] < 2:
        return [None] * len(things)
    margins = synthesis.ahead(proba) if between is None else synthesis.apart(proba)
    return [float(one) if np.isfinite(one) else None for one in margins]
