"""Texts and rows of a table whose classes are known, as a simulation needs them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from labeler_app.adapters import tabular
from labeler_app.adapters.embedders import Embedder, Place
from labeler_app.adapters.tabular import BadRow, Row
from labeler_app.core.arrays import Array, IndexArray
from labeler_app.errors import FormatError, InputError
from labeler_app.services import columns, labeled_features
from labeler_app.services.columns import Columns, Content, Wish
from labeler_app.services.labeled_features import Items, Labeled, Progress

_TEST = frozenset({"test", "testing", "held-out", "held_out", "holdout", "eval", "evaluation"})
# Of values that are none of these: how many are named, and how much of each.
_MOST_SHOWN, _SHOWN = 5, 20
_TRAIN = frozenset({"train", "training", "pool"})


@dataclass(frozen=True, slots=True)
class LabeledRows:
    """The rows of a table that have a class."""

    kind: str
    items: Sequence[Content]
    places: Sequence[Place]
    """Where each stands in the file: its number among all rows, and its path as in a project."""
    y: IndexArray
    """(N,) class numbers 0 .. C - 1, in the order of their names."""
    groups: Array | None
    """(N,) names; None where nobody asked for groups."""
    side: Array | None
    """(N,) ``pool`` or ``test``; None where nobody asked for a split."""
    left_out: str
    """How many rows were left out, and why the first; empty where none was."""
    guessed: tuple[str, ...]
    """What nobody told and was taken, a few words each."""


@dataclass(frozen=True, slots=True)
class _Read:
    place: Place
    content: Content
    label: str
    group: str
    side: str


def read(
    path: Path, wish: Wish, *, split_column: str | None = None, group_column: str | None = None
) -> LabeledRows:
    """Read the rows of a table; those that cannot be used are left out, and that is said.

    Parameters
    ----------
    wish
        Which columns make an item, and which names its class.
    split_column
        Says which rows are measured on (``test``); where some say ``train``, only these are
        labeled, otherwise all others.
    group_column
        Rows of a group stay on one side.

    Raises
    ------
    InputError
        If a column is missing or not obvious, or no row can be used.
    """
    if not path.exists():
        raise InputError(f"There is nothing at {path}.")
    if not (path.is_file() and tabular.is_table_name(path.name)):
        raise InputError(
            f"{path} is no table.", hint="Give a .csv, .tsv or .jsonl file, or one packed as .gz."
        )
    opened = tabular.open_table(path)
    split, group = (
        name and opened.column(name, what)
        for name, what in ((split_column, "split"), (group_column, "groups"))
    )
    apart = tuple(one for one in (split, group) if one)
    found = columns.find(path, replace(wish, leave_out=(*wish.leave_out, *apart)))
    if found.label is None:
        raise InputError(
            f"It is not obvious which column of {path.name} names the classes.",
            hint=f"Say it with --label-column. Its columns: {tabular.listed(opened.columns)}.",
        )
    rows, left_out = _rows(path, found, split, group)
    if not rows:
        raise InputError(f"No row of {path.name} can be used: {left_out}")
    return replace(
        _collected(path, found.kind, rows, left_out, split, group), guessed=found.guessed
    )


def embed(rows: LabeledRows, embedder: Embedder, progress: Progress) -> Labeled:
    """Embed rows.

    Raises
    ------
    InputError
        If the embedder reads another kind of items.
    """
    items = Items(rows.kind, rows.items.__getitem__, rows.y, rows.places)
    return labeled_features.embed(items, embedder, progress)


def _rows(
    path: Path, found: Columns, split: str | None, group: str | None
) -> tuple[list[_Read], str]:
    kept, refused = [], []
    for number, row in enumerate(tabular.read_rows(path)):
        place = Place(number, f"{path.name}#{row.line}")
        try:
            kept.append(_one(row, place, found, split, group))
        except FormatError as error:
            refused.append(f"line {row.line} {error.problem}")
    if not refused:
        return kept, ""
    count = f"{len(refused):,} row{'s were' if len(refused) > 1 else ' was'} left out"
    return kept, f"{count}; the first: {refused[0]}."


def _one(
    row: Row | BadRow, place: Place, found: Columns, split: str | None, group: str | None
) -> _Read:
    if isinstance(row, BadRow):
        raise FormatError(row.reason)
    label = found.label_of(row)
    if not label:
        raise FormatError("has no class")
    told = {name: _told(row.cells, name) for name in (split, group) if name}
    side = told.get(split or "", "").casefold()
    return _Read(place, found.content(row), label, told.get(group or "", ""), side)


def _told(cells: Mapping[str, object], name: str) -> str:
    value = cells.get(name)
    if value is None or not str(value).strip():
        raise FormatError(f"says nothing in the column {name!r}")
    return str(value).strip()


def _collected(
    path: Path, kind: str, rows: list[_Read], left_out: str, split: str | None, group: str | None
) -> LabeledRows:
    if split is not None:
        rows, told = _on_a_side(path, split, rows)
        left_out = " ".join(one for one in (left_out, told) if one)
    found = LabeledRows(
        kind=kind,
        items=[one.content for one in rows],
        places=[one.place for one in rows],
        y=labeled_features.numbered(np.array([one.label for one in rows])),
        groups=np.array([one.group for one in rows]) if group else None,
        side=np.array([one.side for one in rows]) if split else None,
        left_out=left_out,
        guessed=(),
    )
    _check_groups(path, found)
    return found


def _on_a_side(path: Path, split: str, rows: list[_Read]) -> tuple[list[_Read], str]:
    """Return the rows that are labeled or measured on, and how many are neither."""
    values = {one.side for one in rows}
    if not values & _TEST:
        raise InputError(
            f"No row of {path.name} says test in the column {split!r}; what stands there: "
            f"{', '.join(one[:_SHOWN] for one in sorted(values)[:_MOST_SHOWN])}.",
            hint="Rows that say test are measured on, those that say train are labeled.",
        )
    pool = (values & _TRAIN) or (values - _TEST)
    sides = dict.fromkeys(values & _TEST, "test") | dict.fromkeys(pool, "pool")
    kept = [replace(one, side=sides[one.side]) for one in rows if one.side in sides]
    other = sorted(values - sides.keys())
    told = f"{len(rows) - len(kept):,} rows that say {', '.join(other)} are on no side."
    return kept, told if other else ""


def _check_groups(path: Path, found: LabeledRows) -> None:
    if found.groups is None or found.side is None:
        return
    both = np.intersect1d(found.groups[found.side == "pool"], found.groups[found.side == "test"])
    if both.size:
        raise InputError(
            f"{path.name}: the group {str(both[0])!r} is on both sides of the split, and"
            f" {both.size - 1} more are.",
            hint="Leave out --split-column, and whole groups are put on one side.",
        )
