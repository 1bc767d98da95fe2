"""Kept variants as rows of an export, each marked with how it was made and of what."""

from collections.abc import Mapping

from sqlalchemy import Connection

from labeler_app.services import snapshot
from labeler_app.store import items, reviews, variants

ORIGIN = "synthetic-inherited"
MARKS = ("root", "recipe", "gap", "seed", "trained")
"""Columns that only variants fill: path of the original, recipe, condition and cells, seed of the
draw, and whether a model would learn from it now."""


def rows(
    tx: Connection, project: int, names: Mapping[int, object]
) -> list[tuple[Mapping[str, object], float]]:
    """Return the columns of every kept variant that differ from an answer's, and when it was kept.

    Parameters
    ----------
    names
        Of classes, by number.
    """
    found = variants.every(tx, project, decisions=["keep"])
    roots = items.many(tx, sorted({one.root for one in found}))
    given = reviews.given(tx, project) if found else {}
    trained = {one.id for one in snapshot.made_now(tx, project)} if found else set()
    told: list[tuple[Mapping[str, object], float]] = []
    for one in found:
        filling, review = one.filling, given[one.id]
        row = {
            "path": one.path,
            "sha256": one.sha256,
            "label": names.get(one.kept_as or 0, ""),
            "answer": "label",
            "origin": ORIGIN,
            "annotator": review.name,
            "seconds": "" if review.milliseconds is None else review.milliseconds / 1000,
            "selected_as": "variant",
            "event_id": review.event_id,
            "root": roots[one.root].path,
            "recipe": filling.recipe,
            "gap": f"{filling.axis}:{filling.first}-{filling.last}" if filling.axis else "",
            "seed": one.seed,
            "trained": one.id in trained,
        }
        told.append((row, float(review.at)))
    return told
