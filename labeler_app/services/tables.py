"""What the columns of a table mean in a project: as told, as in its imports before, or guessed."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from labeler_app.adapters import tabular
from labeler_app.errors import InputError
from labeler_app.services import columns, contents, guesses, projects
from labeler_app.services.columns import Columns, Wish
from labeler_app.services.workspace import Workspace
from labeler_app.store import contents as kept
from labeler_app.store import imports, items


def settle(ws: Workspace, project: int, path: Path, wish: Wish) -> Columns | None:
    """Return what the columns mean, before anything is read; None if the path is no table.

    Raises
    ------
    InputError
        If there is no such project, it holds images, a column is not there or not obvious, or the
        rows have nothing in common with those of the project.
    """
    known = projects.get(ws, project)
    guesses.check_kind(path, known.kind)
    if not (path.is_file() and tabular.is_table_name(path.name)):
        return None
    found = columns.find(path, _as_before(ws, project, path, replace(wish, kind=known.kind)))
    if known.kind == "table":
        _check_parts(ws, project, found, path)
    return found


def _as_before(ws: Workspace, project: int, path: Path, wish: Wish) -> Wish:
    """Fill in what earlier imports of the project were told, as far as the table has it."""
    with ws.store.read() as tx:
        told = [json.loads(row.options) for row in imports.of_project(tx, project)]
    there = set(tabular.open_table(path).columns)
    for options in reversed(told):
        wish = _completed(wish, options, there)
    return wish


def _completed(wish: Wish, before: Mapping[str, Any], there: set[str]) -> Wish:
    def known(name: str) -> str | None:
        return before.get(name) if before.get(name) in there else None

    left_out = tuple(one for one in before.get("leave_out", ()) if one in there)
    return replace(
        wish,
        text_column=wish.text_column or known("text_column"),
        label_column=wish.label_column or known("label_column"),
        leave_out=wish.leave_out or left_out,
    )


def _check_parts(ws: Workspace, project: int, found: Columns, path: Path) -> None:
    """Refuse rows of another table: every value of theirs would be missing."""
    with ws.store.read() as tx:
        row = next(iter(kept.of_items(tx, items.sample(tx, project, 1)).values()), None)
    before = contents.unpacked(row) if row is not None else {}
    if not isinstance(before, Mapping) or not before:
        return
    lacking = tuple(one for one in before if one not in found.parts)
    if len(lacking) == len(before):
        raise InputError(
            f"{path.name} has none of the columns that the rows of this project have.",
            hint=f"They have: {tabular.listed(lacking)}.",
        )
