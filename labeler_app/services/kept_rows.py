"""Kept variants as rows of an export, each marked with how it was made and of what."""

from collections.abc import Mapping

from sqlalchemy import Connection

from labeler_app.store import items, variants

ORIGIN = "synthetic-inherited"
MARKS = ("root", "recipe", "seed")
"""Columns that only variants fill: path of the original, recipe, and seed of the draw."""


def rows(
    tx: Connection, project: int, names: Mapping[int, object]
) -> list[tuple[Mapping[str, object], float]]:
    """Return the columns of every kept variant that differ from an answer's, and when it was made.

    Parameters
    ----------
    names
        Of classes, by number.
    """
    found = variants.every(tx, project, decisions=["keep"])
    roots = items.many(tx, sorted({one.root for one in found}))
    return [
        (
            {
                "path": one.path,
                "sha256": one.sha256,
                "label": names.get(one.kept_as or 0, ""),
                "answer": "label",
                "origin": ORIGIN,
                "selected_as": "variant",
                "root": roots[one.root].path,
                "recipe": one.filling.recipe,
                "seed": one.seed,
            },
            one.created_at,
        )
        for one in found
    ]
