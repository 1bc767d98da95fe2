"""The labels that came with a source: class folders, a labels.csv, or a column of a table."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from labeler_app.adapters import files
from labeler_app.adapters.labels import read_label_table
from labeler_app.errors import InputError
from labeler_app.services.guesses import TABLE_NAME
from labeler_app.services.row_sources import Rows
from labeler_app.services.sources import Source


@dataclass(frozen=True, slots=True)
class FoundLabels:
    """Labels that came with the files."""

    come_from: str | None = None
    """``"folders"``, ``"table"``, ``"column"`` or None."""
    by_path: Mapping[str, str] = field(default_factory=dict)

    def counts(self) -> dict[str, int]:
        """Return how often each class occurs, in the order of the names."""
        counted: dict[str, int] = {}
        for label in self.by_path.values():
            counted[label] = counted.get(label, 0) + 1
        return dict(sorted(counted.items()))


def labels_in(source: Source, wish: str | None) -> FoundLabels:
    """Return the labels that came with the files.

    Parameters
    ----------
    wish
        ``"folders"``, ``"table"``, ``"column"``, or None to take what there is: the column of a
        table that names the classes, else a labels.csv, else class folders if there are two.

    Raises
    ------
    InputError
        If there is none of what was wished, or a class in a table is none.
    """
    if source.rows is not None:
        return _column_labels(source.rows, wish)
    if wish == "column":
        raise InputError(
            f"{source.folder} is no table with a column of labels.",
            hint="Labels of files come from class folders, or from labels.csv.",
        )
    if wish == "table" or (wish is None and source.table is not None):
        if source.table is None:
            raise InputError(
                f"{source.folder} has no {TABLE_NAME}.",
                hint="Put one there with the columns path,label; or use --labels-from folders.",
            )
        return FoundLabels("table", _table_labels(source, source.table))
    paths = [one.path_relative for one in source.found]
    wrapper = files.wrapper_folder(paths)
    folders = {path: files.class_folder(path, wrapper=wrapper) for path in paths}
    by_path = {path: folder for path, folder in folders.items() if folder}
    if wish == "folders":
        if not by_path:
            found = f"one class folder only, {wrapper!r}" if wrapper else "no class folders"
            raise InputError(
                f"{source.folder} has {found}.",
                hint="Put the items of each class, at least two, into a folder of its name.",
            )
        return FoundLabels("folders", by_path)
    if len(set(by_path.values())) >= 2:
        return FoundLabels("folders", by_path)
    return FoundLabels()


def _column_labels(rows: Rows, wish: str | None) -> FoundLabels:
    if wish not in (None, "column"):
        raise InputError(
            f"The labels of {rows.file.name} cannot come from {wish}.",
            hint="Name the column that holds them with --label-column.",
        )
    if rows.columns.label is None:
        if wish is None:
            return FoundLabels()
        raise InputError(
            f"It is not obvious which column of {rows.file.name} names the classes.",
            hint="Say it with --label-column.",
        )
    return FoundLabels("column", dict(rows.labels()))


def _table_labels(source: Source, table: Path) -> dict[str, str]:
    """Return the table's labels by the paths of the files as they are on disk."""
    below = table.parent.relative_to(source.folder).as_posix()
    prefix = "" if below == "." else f"{below}/"
    told = {prefix + row.path: row.label for row in read_label_table(table)}
    named = {
        one.path_relative: unicodedata.normalize("NFC", one.path_relative) for one in source.found
    }
    return {path: told[name] for path, name in named.items() if name in told}
