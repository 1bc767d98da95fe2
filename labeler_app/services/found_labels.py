"""The labels that came with a source: class folders, a labels.csv, or a column of a table."""

import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path

from labeler_app.adapters import files
from labeler_app.adapters.labels import BadLine, LabelRow, read_label_table
from labeler_app.errors import InputError
from labeler_app.services import kinds, label_lines
from labeler_app.services.guesses import TABLE_NAME
from labeler_app.services.row_sources import Rows
from labeler_app.services.sources import Source

STRANGERS_TOLD = 100
UNUSABLE_TOLD = 100
CLASH = ""


@dataclass(frozen=True, slots=True)
class FoundLabels:
    """Labels that came with the files."""

    come_from: str | None = None
    """``"folders"``, ``"table"``, ``"column"`` or None."""
    by_path: Mapping[str, str] = field(default_factory=dict)
    strangers: int = 0
    """How many paths a labels.csv names where no item is."""
    first_strangers: tuple[tuple[str, str], ...] = ()
    """The first 100 of them, each with a reason."""
    unusable: int = 0
    """How many labels can be no class, or stand on lines that are none."""
    first_unusable: tuple[tuple[str, str], ...] = ()
    """The first 100 of them: the path that has it, or the table, and a reason."""
    lines: Mapping[str, int] = field(default_factory=dict)
    """The line of a labels.csv by path."""
    several: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """The line of each label of a path that has several, in a labels.csv; not in the others."""

    def refusing(self, reasons: Mapping[str, str]) -> "FoundLabels":
        """Return them without labels that can be no class.

        Parameters
        ----------
        reasons
            By label, in a few words.
        """
        bad = {path: label for path, label in self.by_path.items() if label in reasons}
        # One bad line of a path makes the others less than all that is to be said of it.
        lines = {path: told for path, told in self.several.items() if told.keys() & reasons.keys()}
        wrong = [
            (path, reasons[label], line)
            for path, told in lines.items()
            for label, line in told.items()
            if label in reasons
        ]
        good = {
            path: [told[one] for one in told if one not in reasons] for path, told in lines.items()
        }
        left = {path: found for path, found in good.items() if found}
        told = chain(
            (
                label_lines.told(path, reasons[label], self.lines.get(path))
                for path, label in bad.items()
            ),
            (label_lines.told(*one) for one in wrong),
            (label_lines.cut(path, label_lines.spoiled(found)) for path, found in left.items()),
        )
        kept = self.without(bad.keys() | lines.keys())
        return kept.refused(told, len(bad) + len(wrong) + len(left))

    def settled(self, together: Callable[[tuple[str, ...]], str | None]) -> "FoundLabels":
        """Return them with one label for paths that had several.

        Parameters
        ----------
        together
            Returns the label that several labels are together; `CLASH` if they contradict each
            other, the path then gets none; None if that is not known yet.
        """
        said = {path: together(tuple(lines)) for path, lines in self.several.items()}
        one = {path: label for path, label in said.items() if label}
        bad = [path for path, label in said.items() if label == CLASH]
        told = (label_lines.cut(path, label_lines.clash(self.several[path])) for path in bad)
        kept = replace(
            self,
            by_path={**self.by_path, **one},
            lines={**self.lines, **{path: min(self.several[path].values()) for path in one}},
            several={path: self.several[path] for path, label in said.items() if label is None},
        )
        return kept.refused(told, len(bad))

    def refused(self, told: Iterable[tuple[str, str]], count: int) -> "FoundLabels":
        """Return them with more that cannot be used: each path and a reason."""
        first = islice(told, UNUSABLE_TOLD - len(self.first_unusable))
        return replace(
            self,
            unusable=self.unusable + count,
            first_unusable=(*self.first_unusable, *first),
        )

    def without(self, paths: Collection[str]) -> "FoundLabels":
        """Return the labels of all but some paths."""
        kept = {path: name for path, name in self.by_path.items() if path not in paths}
        several = {path: lines for path, lines in self.several.items() if path not in paths}
        return replace(self, by_path=kept, several=several)

    def written(self) -> dict[str, int]:
        """Return how often each label is written, also beside others of its path, by name."""
        counted = self.counts()
        for label in chain.from_iterable(self.several.values()):
            counted[label] = counted.get(label, 0) + 1
        return dict(sorted(counted.items()))

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
        If there is none of what was wished, or a labels.csv cannot be read.
    """
    if source.rows is not None:
        return _column_labels(source.rows, wish)
    if wish == "column":
        raise InputError(
            f"{source.called} is no table with a column of labels.",
            hint="Labels of files come from class folders, or from labels.csv.",
        )
    if wish == "table" or (wish is None and source.table is not None):
        if source.table is None:
            raise InputError(
                f"{source.called} has no {TABLE_NAME}.",
                hint="Put one there with the columns path,label; or use --labels-from folders.",
            )
        return _table_labels(source, source.table)
    paths = [one.path_relative for one in source.found]
    wrapper = files.wrapper_folder(paths)
    folders = {path: files.class_folder(path, wrapper=wrapper) for path in paths}
    by_path = {path: folder for path, folder in folders.items() if folder}
    if wish == "folders":
        if not by_path:
            found = f"one class folder only, {wrapper!r}" if wrapper else "no class folders"
            raise InputError(
                f"{source.called} has {found}.",
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
    by_path: dict[str, str] = {}
    first: list[tuple[str, str]] = []
    count = 0
    for path, label, problem in rows.labels():
        if not problem:
            by_path[path] = label
            continue
        count += 1
        first += [(path, problem)][: UNUSABLE_TOLD - len(first)]
    return FoundLabels("column", by_path, unusable=count, first_unusable=tuple(first))


def _table_labels(source: Source, table: Path) -> FoundLabels:
    """Return the table's labels by the paths of the files as they are on disk."""
    below = table.parent.relative_to(source.folder).as_posix()
    prefix = "" if below == "." else f"{below}/"
    told: dict[str, LabelRow] = {}
    several: dict[str, dict[str, int]] = {}
    spoiled: set[str] = set()
    bad: list[BadLine] = []
    unusable = 0
    for row in read_label_table(table):
        path = prefix + row.path
        if isinstance(row, BadLine):
            unusable += 1
            bad += [row][: UNUSABLE_TOLD - len(bad)]
            spoiled.add(path)
            continue
        known = told.setdefault(path, row)
        if known.label != row.label:
            lines = several.setdefault(path, {known.label: known.line})
            lines.setdefault(row.label, row.line)
    named = {one.path_relative: _spelled(one.path_relative) for one in source.found}
    rows = {path: told[name] for path, name in named.items() if name in told}
    more = {path: several[named[path]] for path in rows if named[path] in several}
    by_path = {path: row.label for path, row in rows.items() if path not in more}
    # What was refused is reported with its own reason.
    there = {*named.values(), *(_spelled(one.path) for one in source.refused)}
    lost = [(path, row) for path, row in told.items() if path not in there]
    noun = kinds.of(source.kind).noun
    first = tuple(_stranger(noun, table, *one) for one in lost[:STRANGERS_TOLD])
    wrong = tuple(
        label_lines.told(prefix + one.path if one.path else table.name, one.reason, one.line)
        for one in bad
    )
    at = {path: rows[path].line for path in by_path}
    found = FoundLabels("table", by_path, len(lost), first, unusable, wrong, at, more)
    half = [path for path in rows if named[path] in spoiled]
    reasons = (
        label_lines.spoiled(more[path].values() if path in more else [rows[path].line])
        for path in half
    )
    return found.without(set(half)).refused(map(label_lines.cut, half, reasons), len(half))


def _stranger(noun: str, table: Path, path: str, row: LabelRow) -> tuple[str, str]:
    """Return a path, and why nothing gets its label; of a line of any length."""
    label, line = row.label[: label_lines.LONGEST_LABEL_TOLD], f"{table.name}, line {row.line}"
    return label_lines.cut(path, f"{line}, labels it {label!r}, but no such {noun} is here")


def _spelled(path: str) -> str:
    return unicodedata.normalize("NFC", path)
