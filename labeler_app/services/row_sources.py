"""One table as an import reads it: each row an item, with its path, its content and its label."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from labeler_app.adapters import tabular
from labeler_app.adapters.tabular import BadRow, Row
from labeler_app.errors import FormatError
from labeler_app.services import columns
from labeler_app.services.columns import Columns, Content, Wish


@dataclass(frozen=True, slots=True)
class RowRead:
    """One row that was read."""

    path: str
    """The name of the file and the line on which the row begins: ``reviews.csv#17``."""
    content: Content | None
    problem: str = ""
    """Why there is no content, in a few words."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A table whose rows are read as often as they are asked for, never all at once."""

    file: Path
    columns: Columns
    count: int
    """Rows, those that cannot be used included."""

    def read(self) -> Iterator[RowRead]:
        """Read every row."""
        for row in tabular.read_rows(self.file):
            path = f"{self.file.name}#{row.line}"
            if isinstance(row, BadRow):
                yield RowRead(path, None, row.reason)
                continue
            try:
                yield RowRead(path, self.columns.content(row))
            except FormatError as error:
                yield RowRead(path, None, error.problem)

    def labels(self) -> Iterator[tuple[str, str, str]]:
        """Read the path and the class of every row that names one, or why that cannot be one."""
        for row in tabular.read_rows(self.file):
            if not isinstance(row, Row):
                continue
            label, problem = self._label(row)
            if label or problem:
                yield f"{self.file.name}#{row.line}", label, problem

    def _label(self, row: Row) -> tuple[str, str]:
        try:
            return self.columns.label_of(row), ""
        except FormatError as error:
            return "", error.problem


def open_rows(file: Path, wish: Wish) -> Rows:
    """Find the columns of a table and read it once to the end, so that damage is told at once.

    Raises
    ------
    InputError
        If a column is not there or not obvious, or the file cannot be read.
    """
    found = columns.find(file, wish)
    return Rows(file, found, sum(1 for _ in tabular.read_rows(file)))
