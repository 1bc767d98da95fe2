"""What the file of a head holds.

A linear head is kept itself, and so are two of them with their gate. Of any other what it was
fitted on is kept, and what it says of the audit items: its arrays would be large, and what could
store them could run code.
"""

from collections.abc import Mapping
from typing import cast

import numpy as np

from labeler_app.core.arrays import Array, FloatArray, Head, IndexArray, LinearHead
from labeler_app.core.gated import GatedHead, MadeRows
from labeler_app.core.multilabel import LinearSetHead, Members
from labeler_app.services import fitting
from labeler_app.services.fitting import Embedded, Recipe, Rows

# What the arrays of a gated head's parts are named with. The usual one is named as a head alone is.
_USUAL, _WIDE, _GATE = "", "wide_", "gate_"
# Probabilities of so many items tell whether a head fitted again is the same.
PROBED = 20


def named(
    recipe: Recipe, seen: Embedded, head: Head, rows: Rows, asked: IndexArray
) -> dict[str, Array]:
    """Return what the file of a head holds.

    Parameters
    ----------
    asked
        Positions of the items whose answers are kept, (n,) rising.
    """
    alone = _written(head)
    if alone is not None:
        return alone
    said = fitting.answers(head, seen.at(asked))
    probed = np.unique(np.linspace(0, seen.count - 1, PROBED).astype(np.int64))
    return {
        "classes": head.classes,
        "learner": np.array(recipe.learner),
        "seed": np.array(recipe.seed),
        "class_weight": np.array(recipe.class_weight),
        "positions": rows.positions,
        **_written_labels(rows.labels),
        "weight": np.zeros(0) if rows.weight is None else rows.weight,
        "judged": np.zeros(0, dtype=bool) if rows.judged is None else rows.judged,
        **_written_made(rows.made),
        "probed": probed,
        "probe": head.proba(seen.at(probed)),
        "asked": asked,
        "answers": said.has if isinstance(said, Members) else said,
        "shards": np.array([one.sha256 for one in seen.shards]),
    }


def _written(head: Head) -> dict[str, Array] | None:
    """Return a head itself; None for one that is not linear."""
    if isinstance(head, GatedHead):
        if not isinstance(head.usual, LinearHead) or not isinstance(head.wide, LinearHead):
            return None
        usual, wide = _planes(head.usual, _USUAL), _planes(head.wide, _WIDE)
        return {**usual, **wide, **_planes(head.gate, _GATE)}
    if isinstance(head, LinearSetHead):
        return {**_planes(head), "each": np.ones(1, dtype=bool)}
    return _planes(head) if isinstance(head, LinearHead) else None


def _planes(head: LinearHead | LinearSetHead, name: str = "") -> dict[str, Array]:
    return {
        f"{name}coef": head.coef,
        f"{name}intercept": head.intercept,
        f"{name}classes": head.classes,
    }


def _written_labels(labels: IndexArray | Members) -> dict[str, Array]:
    if isinstance(labels, Members):
        return {"labels": labels.has, "known": labels.known, "columns": labels.classes}
    return {"labels": labels}


def _written_made(made: MadeRows | None) -> dict[str, Array]:
    if made is None:
        return {}
    return {"made_x": made.x, "made_y": made.y, "made_weight": made.weight}


def _read_made(named: Mapping[str, Array]) -> MadeRows | None:
    if "made_x" not in named:
        return None
    x, weight = cast(FloatArray, named["made_x"]), cast(FloatArray, named["made_weight"])
    return MadeRows(x, cast(IndexArray, named["made_y"]), weight)


def _read_labels(named: Mapping[str, Array]) -> IndexArray | Members:
    if "known" in named:
        return Members(cast(IndexArray, named["columns"]), named["labels"], named["known"])
    return cast(IndexArray, named["labels"])


def answers(named: Mapping[str, Array], at: IndexArray) -> IndexArray | Members:
    """Return the answers that were kept with a head, of those at these places."""
    said = named["answers"][at]
    if "known" in named:
        return Members(cast(IndexArray, named["classes"]), said, np.ones_like(said))
    return cast(IndexArray, said)


def read(named: Mapping[str, Array]) -> LinearHead | LinearSetHead | GatedHead | None:
    """Return the head itself, where it was kept."""
    if "coef" not in named:
        return None
    if "each" in named:
        return LinearSetHead(*_read(named, ""))
    usual = LinearHead(*_read(named, _USUAL))
    if f"{_GATE}coef" not in named:
        return usual
    return GatedHead(usual, LinearHead(*_read(named, _WIDE)), LinearHead(*_read(named, _GATE)))


def _read(named: Mapping[str, Array], name: str) -> tuple[FloatArray, FloatArray, IndexArray]:
    return (
        cast(FloatArray, named[f"{name}coef"]),
        cast(FloatArray, named[f"{name}intercept"]),
        cast(IndexArray, named[f"{name}classes"]),
    )


def fitted_on(named: Mapping[str, Array]) -> tuple[Recipe, Rows]:
    """Return how a head was fitted that was not kept itself, and on what."""
    recipe = Recipe(str(named["learner"]), int(named["seed"]), str(named["class_weight"]))
    rows = Rows(
        cast(IndexArray, named["positions"]),
        _read_labels(named),
        cast(FloatArray, named["weight"]) if named["weight"].size else None,
        named["judged"] if "judged" in named and named["judged"].size else None,
        _read_made(named),
    )
    return recipe, rows
