"""The words of a text that moved a model towards a class, and against it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, cast

import numpy as np

from labeler_app import plugins
from labeler_app.adapters.embedders import Part
from labeler_app.core import evidence
from labeler_app.core.arrays import Array
from labeler_app.errors import InputError
from labeler_app.services import contents, features, heads, projects
from labeler_app.services.workspace import Workspace
from labeler_app.store import class_changes, items, models
from labeler_app.store.arrays import Arrays
from labeler_app.store.models import ModelRow

if TYPE_CHECKING:
    from labeler_app.adapters.embedders import Embedder

_WORD = re.compile(r"\w")
_LAST_OF_ONE_UNIT = 0xFFFF

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Marked:
    """The words that moved a model most, beyond what the usual text does, wherever they stand.

    Attributes
    ----------
    towards, against
        Where they begin and end, in the order of the text; in UTF-16 units, as browsers count.
    """

    towards: Sequence[Span]
    against: Sequence[Span]


def of_item(ws: Workspace, item: int, version: int, class_id: int) -> Marked | None:
    """Return the words that moved a version towards a class; None if it cannot be told.

    It can with an embedder that is a sum over words, and a linear model that was kept itself. Of a
    class that the model still knows as several, merged since, it cannot until the next training.

    Raises
    ------
    InputError
        If there is no such item or version, or the item is no text.
    StoreError
        If what the embedder learned is missing or damaged.
    """
    with ws.store.read() as tx:
        row = items.get(tx, item)
        model = models.get(tx, row.project, version) if row else None
        alike = class_changes.merged_into(tx, row.project, class_id) if row else []
    if row is None:
        raise InputError(f"There is no item number {item}.")
    if row.kind != "text":
        raise InputError(f"Item {item} is no text.", hint="Words are marked in texts only.")
    if model is None:
        raise InputError(f"There is no model version {version} of this project.")
    embedder = _embedder(projects.get(ws, row.project).config.embedder, model)
    parts_of = embedder.parts
    head = heads.kept(ws, model) if parts_of else None
    if parts_of is None or head is None:
        return None
    columns = np.flatnonzero(np.isin(head.classes, alike))
    if columns.size != 1:
        return None
    text = str(contents.of_item(ws, row))
    state = _state(ws.arrays, features.state_path(row.project, model.revision))
    x = np.asarray(embedder.embed([text], state)[0], dtype=np.float64)
    direction = evidence.direction(head, int(columns[0]), x)
    return _marked(text, parts_of(text, state, direction))


def _embedder(name: str, model: ModelRow) -> "Embedder":
    """Return the embedder that a model was fitted on, or one that can tell nothing."""
    embedder = cast("Embedder", plugins.load("embedders", name))
    is_its = model.revision.startswith(features.prefix(name, embedder))
    return embedder if is_its else replace(embedder, parts=None)


# What an embedder learned of a project takes 24 MB at most; most looks are at texts of one project.
@lru_cache(maxsize=1)
def _state(arrays: Arrays, path: str) -> Mapping[str, Array]:
    return arrays.read_named(path)


def _marked(text: str, parts: Sequence[Part]) -> Marked:
    """Choose words, each with all its occurrences, and tell where those stand."""
    added: dict[str, float] = {}
    for one in parts:
        added[one.word] = added.get(one.word, 0.0) + one.added
    held_by = {one.word: one.held_by for one in parts}
    names = list(added)
    is_word = np.array([_WORD.search(name) is not None for name in names], dtype=bool)
    towards, against = evidence.standing_out(
        np.array(list(added.values())), is_word, np.array(list(held_by.values()))
    )
    return Marked(
        _spans(text, parts, {names[at] for at in towards}),
        _spans(text, parts, {names[at] for at in against}),
    )


def _spans(text: str, parts: Sequence[Part], chosen: set[str]) -> list[Span]:
    """Return where the chosen words stand, counted as browsers do: some signs are two."""
    units = [0, *accumulate(2 if ord(sign) > _LAST_OF_ONE_UNIT else 1 for sign in text)]
    return [(units[one.first], units[one.behind]) for one in parts if one.word in chosen]
