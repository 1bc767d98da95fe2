"""Read a pretrained model's class probabilities: a table with ``path`` and one column a class.

CSV (comma, semicolon or tab), or a structured ``.npy``: field ``path``, and a number per class.
"""

import csv
import io
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from labeler_app.adapters.archives import DAMAGE
from labeler_app.adapters.files import open_regular
from labeler_app.core.arrays import Array
from labeler_app.errors import FormatError

PATH = "path"
# Probabilities are often written with few decimals; what is further from 1 is none.
TOLERANCE = 0.02
_MOST_BYTES = 1024 * 10**6
_SEPARATORS = (",", ";", "\t")
_HINT = "Give the columns path, then one column per class with its probability."


@dataclass(frozen=True, slots=True)
class Predictions:
    """What a model outside the app thinks of some items."""

    paths: Sequence[str]
    """Relative to the imported folder, forward slashes, Unicode form NFC; none twice."""
    classes: Sequence[str]
    """Names, as the columns stand."""
    proba: npt.NDArray[np.float32]
    """(n, C); each row sums to 1."""


def read_predictions(path: Path) -> Predictions:
    """Read a table of probabilities.

    Raises
    ------
    FormatError
        If the file is of no known kind, a row is broken (the line is named), a path stands there
        twice, or probabilities are below 0 or do not sum to 1 (to within 0.02).
    """
    suffix = path.suffix.lower()
    if suffix not in (".csv", ".tsv", ".npy"):
        raise FormatError(f"{path.name} is neither a .csv nor a .npy file.", hint=_HINT)
    header, paths, proba = _array(path) if suffix == ".npy" else _table(path)
    if len(header) < 2:
        raise FormatError(f"{path.name} has {len(header)} columns of classes.", hint=_HINT)
    if len(set(header)) < len(header):
        raise FormatError(f"{path.name} names a class twice.", hint=_HINT)
    _check(path.name, paths, proba)
    sums = proba.sum(axis=1, keepdims=True)
    return Predictions(paths, header, np.asarray(proba / sums, dtype=np.float32))


def _table(path: Path) -> tuple[list[str], list[str], npt.NDArray[np.float64]]:
    with open_regular(path) as file:
        data = file.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise FormatError(f"{path.name} is larger than {_MOST_BYTES // 10**6} MB.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FormatError(f"{path.name} is not UTF-8 text.", hint="Save it as UTF-8.") from error
    separator = max(_SEPARATORS, key=text.partition("\n")[0].count)
    table = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        header = [_clean(name) for name in next(table, [])]
        place = _place(header, path.name)
        rows = list(_rows(table, header, place, path.name))
    except csv.Error as error:
        raise FormatError(f"{path.name}, line {table.line_num}: {error}.") from error
    names = [name for at, name in enumerate(header) if at != place]
    proba = np.array([row for _, row in rows], dtype=np.float64)
    return names, [name for name, _ in rows], proba.reshape(len(rows), len(names))


def _rows(
    table: Iterator[list[str]], header: Sequence[str], place: int, name: str
) -> Iterator[tuple[str, list[float]]]:
    for number, cells in enumerate(table, 2):
        if not any(cells):
            continue
        if len(cells) != len(header):
            raise FormatError(
                f"{name}, row {number}: has {len(cells)} columns, the header has {len(header)}."
            )
        try:
            shares = [float(cell) for at, cell in enumerate(cells) if at != place]
        except ValueError as error:
            raise FormatError(f"{name}, row {number}: {error}.", hint=_HINT) from error
        yield _path(cells[place]), shares


def _array(path: Path) -> tuple[list[str], list[str], npt.NDArray[np.float64]]:
    rows = _mapped(path)
    fields = list(rows.dtype.names or ())
    place = _place([_clean(one) for one in fields], path.name)
    names = [one for at, one in enumerate(fields) if at != place]
    for one in fields:
        if rows.dtype[one].shape:
            raise FormatError(f"{path.name}: {one!r} holds more than one number a row.", hint=_HINT)
    paths = [_path(str(one)) for one in rows[fields[place]].ravel()]
    try:
        columns = [np.asarray(rows[one], dtype=np.float64).ravel() for one in names]
    except (TypeError, ValueError) as error:
        raise FormatError(f"{path.name}: a class is not a number: {error}.", hint=_HINT) from error
    proba = np.stack(columns, axis=1) if columns else np.zeros((len(paths), 0))
    return [_clean(one) for one in names], paths, proba


def _mapped(path: Path) -> Array:
    """Open an array where it lies: its header may promise more than fits into the memory."""
    open_regular(path).close()  # A pipe would make NumPy wait.
    try:
        rows = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError, MemoryError, *DAMAGE) as error:
        raise FormatError(f"{path.name} cannot be read as .npy: {error}.") from error
    if not isinstance(rows, np.ndarray):
        rows.close()
        raise FormatError(f"{path.name} is an archive of arrays.", hint=_HINT)
    return rows


def _check(name: str, paths: Sequence[str], proba: npt.NDArray[np.float64]) -> None:
    if not paths:
        raise FormatError(f"{name} holds no row.", hint=_HINT)
    seen: set[str] = set()
    for one in paths:
        if one in seen:
            raise FormatError(f"{name} names {one!r} twice.", hint="Keep one row for each path.")
        seen.add(one)
    good = np.isfinite(proba).all(axis=1) & (proba >= 0.0).all(axis=1)
    good &= np.abs(proba.sum(axis=1) - 1.0) <= TOLERANCE
    if not good.all():
        first = int(np.argmin(good))
        raise FormatError(
            f"{name}: the probabilities of {paths[first]!r} sum to {proba[first].sum():.4g} "
            f"or are below 0; so do those of {np.count_nonzero(~good) - 1} more rows.",
            hint="Each row must be probabilities that sum to 1; logits need a softmax first.",
        )


def _place(header: Sequence[str], name: str) -> int:
    lowered = [one.lower() for one in header]
    if PATH not in lowered:
        seen = ", ".join(header[:8]) or "nothing"
        raise FormatError(f"{name} has no column path; it has {seen}.", hint=_HINT)
    return lowered.index(PATH)


def _clean(name: str) -> str:
    return unicodedata.normalize("NFC", name.strip())


def _path(cell: str) -> str:
    return _clean(cell).replace("\\", "/").removeprefix("./")
