"""Vectors that were computed elsewhere: ``given:FILE``, one row an item.

``given:vectors.npy`` holds an array (N, D) whose rows are the items in the order of the import.
``given:vectors.parquet`` holds them in one column of lists (``vector``, ``embedding``, or the one
named with ``?vector=COLUMN``), or in all columns of decimal numbers; a column of paths (``path`` or
``?path=COLUMN``) says whose they are, in any order.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from labeler_app.adapters.embedders import Embedder, Place, Placed, scaling
from labeler_app.adapters.embedders.arguments import Argument, existing_file, read
from labeler_app.core.arrays import Array, FloatArray
from labeler_app.errors import FormatError, InputError, StateError

_VECTORS = ("vector", "embedding")
_SCALE_ROWS = 20_000
_LARGEST = 16_384
# Far below what features of networks have, however alike the items are.
_LEAST_VARIATION = 1e-4


@dataclass(frozen=True, slots=True)
class _Given:
    """Vectors, and the items they belong to."""

    name: str
    digest: str
    vectors: FloatArray
    """(N, D) of numbers; may lie on the disk."""
    rows: Mapping[str, int] | None
    """From paths to rows; None where rows are positions."""


def given(argument: str) -> Embedder:
    """Return the embedder that looks vectors up in a file.

    Parameters
    ----------
    argument
        ``FILE``, or ``FILE?path=COLUMN&vector=COLUMN`` for a .parquet.

    Raises
    ------
    InputError
        If there is no such file, or it holds no vectors.
    """
    asked = read(argument, ("path", "vector"))
    path = existing_file(asked.what)
    stat = path.stat()
    digest = _digest(path, stat.st_mtime_ns, stat.st_size)
    if path.suffix.lower() == ".npy":
        table = _Given(path.name, digest, _array(path, asked), None)
    elif path.suffix.lower() == ".parquet":
        table = _Given(path.name, digest, *_columns(path, asked))
    else:
        raise InputError(
            f"{path.name} is neither a .npy nor a .parquet file.",
            hint="Save the vectors with numpy.save, or as Parquet with a column of paths.",
        )
    _check(table)
    revision = hashlib.sha256(f"1 {digest} {sorted(asked.options.items())}".encode())
    return Embedder(
        name=f"given:{argument}",
        revision=revision.hexdigest()[:12],
        kind="any",
        fit=partial(_fit, table),
        embed=partial(_embed, table),
        notes=partial(_notes, table),
        check_count=partial(_check_count, table),
    )


def _fit(table: _Given, items: Sequence[Any], rng: np.random.Generator) -> dict[str, Array]:
    if not len(items):
        raise InputError("There is no item to learn the scale of the vectors for.")
    count = min(len(table.vectors), _SCALE_ROWS)
    sample = np.sort(rng.choice(len(table.vectors), count, replace=False))
    mark = np.frombuffer(bytes.fromhex(table.digest), np.uint8)
    return {**scaling.learned(_finite(table, sample)), "digest": mark}


def _embed(table: _Given, items: Sequence[Any], state: Mapping[str, Array]) -> FloatArray:
    if state["digest"].tobytes().hex() != table.digest:
        raise StateError(
            f"{table.name} has changed since the first items of this project were embedded.",
            hint="Put the old file back, or name the new one differently.",
        )
    if not len(items):
        return np.zeros((0, len(state["mean"])), np.float32)
    if not isinstance(items, Placed):
        raise InputError(
            f"The vectors of {table.name} belong to items of a project, which are not known here.",
            hint="Use another embedder here.",
        )
    wanted = [_row(table, place) for place in items.places]
    return scaling.scaled(_finite(table, np.array(wanted)), state)


def _notes(table: _Given, state: Mapping[str, Array]) -> list[str]:
    notes = []
    if float(state["variation"][0]) < _LEAST_VARIATION:
        notes.append(
            f"The vectors of {table.name} are nearly the same for all items: a model cannot tell"
            " them apart. Check what was saved."
        )
    if table.rows is None:
        notes.append(
            f"The {len(table.vectors):,} vectors of {table.name} are taken for the items in their"
            " order."
        )
    return notes


def _check_count(table: _Given, items: int) -> None:
    """Refuse vectors by position that are not as many as the items: most would be another's."""
    if table.rows is None and len(table.vectors) != items:
        raise InputError(
            f"{table.name} holds {len(table.vectors):,} vectors, but the project has {items:,}"
            " items: what an import left out, such as duplicates, must have none.",
            hint="Give one row an item, in the order of the import, or a .parquet with a column of"
            " paths.",
        )


def _row(table: _Given, place: Place) -> int:
    row = place.position if table.rows is None else table.rows.get(place.path, -1)
    if 0 <= row < len(table.vectors):
        return row
    if table.rows is None:
        raise InputError(
            f"{table.name} holds {len(table.vectors)} vectors, but there is an item number"
            f" {place.position + 1} ({place.path}).",
            hint="Give one row an item, in the order of the import, or a .parquet with paths.",
        )
    raise InputError(
        f"{table.name} holds no vector for {place.path}.",
        hint="Give a row for each item; paths are written as the app shows them.",
    )


def _finite(table: _Given, rows: Array) -> FloatArray:
    with np.errstate(over="ignore"):
        vectors = np.asarray(table.vectors[rows], np.float32)
    finite = np.isfinite(vectors).all(axis=1)
    if not finite.all():
        raise FormatError(
            f"{table.name}, row {int(rows[int(np.argmin(finite))]) + 1}: the vector holds a value"
            " that is not a number.",
            hint="Correct that row, and save the file again.",
        )
    return vectors


def _array(path: Path, asked: Argument) -> FloatArray:
    if asked.options:
        raise InputError("An .npy file has no columns to choose.", hint="Leave the options out.")
    try:
        # Mapped: a million vectors need not fit into memory.
        return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
    except (ValueError, OSError, EOFError) as error:
        why = str(error).partition(". ")[0].rstrip(".")
        raise FormatError(
            f"{path.name} is no array of numbers"
            + ("." if "pickle" in why else f": {why[:1].lower()}{why[1:]}."),
            hint="Save it with numpy.save.",
        ) from error


def _columns(path: Path, asked: Argument) -> tuple[FloatArray, Mapping[str, int] | None]:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        table = parquet.read_table(path)
    except (pa.ArrowException, OSError) as error:
        raise FormatError(
            f"{path.name} is not a Parquet file.", hint="Save it again as Parquet."
        ) from error
    names = table.column_names
    for option, name in asked.options.items():
        if name not in names:
            raise InputError(
                f"{path.name} has no column {name!r} ({option}).",
                hint=f"It has {', '.join(names[:12])}.",
            )
    return _vectors(table, asked, path), _by_path(table, asked, path)


def _vectors(table: Any, asked: Argument, path: Path) -> FloatArray:
    import pyarrow as pa

    names = table.column_names
    listed = asked.options.get("vector", next((one for one in _VECTORS if one in names), None))
    if listed is None:
        numbers = [f.name for f in table.schema if pa.types.is_floating(f.type)]
        columns = [table.column(name).to_numpy(zero_copy_only=False) for name in numbers]
        return np.stack(columns, axis=1) if columns else np.zeros((table.num_rows, 0))
    return _lists(table.column(listed), listed, path)


def _lists(column: Any, name: str, path: Path) -> FloatArray:
    """Return a column of lists as an array, part by part, without an object for each number."""
    import pyarrow as pa
    from pyarrow import compute

    kind, types = column.type, pa.types
    listed = types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind)
    tests = (types.is_floating, types.is_integer, types.is_decimal)
    if not listed or not any(is_one(kind.value_type) for is_one in tests):
        raise FormatError(
            f"{path.name}: column {name!r} holds no vectors.", hint="Name another column."
        )
    lengths = compute.min_max(compute.list_value_length(column)).as_py()
    if column.null_count or lengths["min"] != lengths["max"]:
        raise FormatError(
            f"{path.name}: the vectors in column {name!r} are not all of one length.",
            hint="Give each item as many numbers as the others.",
        )
    vectors = np.empty((len(column), lengths["min"] or 0), np.float32)
    done = 0
    for part in column.chunks:
        numbers = part.flatten().to_numpy(zero_copy_only=False)
        with np.errstate(over="ignore"):  # What is too large is named when it is looked up.
            vectors[done : done + len(part)] = numbers.reshape(len(part), vectors.shape[1])
        done += len(part)
    return vectors


def _by_path(table: Any, asked: Argument, path: Path) -> Mapping[str, int] | None:
    name = asked.options.get("path", "path")
    if name not in table.column_names:
        return None
    paths = [str(one) for one in table.column(name).to_pylist()]
    rows = {one: row for row, one in enumerate(paths)}
    if len(rows) < len(paths):
        twice = next(one for row, one in enumerate(paths) if rows[one] != row)
        raise FormatError(f"{path.name} holds two vectors for {twice}.", hint="Give each one row.")
    return rows


def _check(table: _Given) -> None:
    vectors = table.vectors
    numeric = np.issubdtype(vectors.dtype, np.floating) or np.issubdtype(vectors.dtype, np.integer)
    if (
        vectors.ndim != 2
        or not numeric
        or not 1 <= vectors.shape[1] <= _LARGEST
        or not len(vectors)
    ):
        raise FormatError(
            f"{table.name} holds {vectors.dtype} of shape {vectors.shape}, not one vector an item.",
            hint=f"Give an array of shape (items, 1 .. {_LARGEST}) of numbers.",
        )


@lru_cache(maxsize=4)
def _digest(path: Path, _changed: int, _size: int) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
