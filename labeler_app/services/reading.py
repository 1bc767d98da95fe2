"""Files and rows of a source, read some at a time: what each holds, or why it cannot be used."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from labeler_app.adapters import files
from labeler_app.adapters.files import Found
from labeler_app.adapters.items import image, text
from labeler_app.errors import FormatError
from labeler_app.services import contents, images
from labeler_app.services.columns import Content
from labeler_app.services.row_sources import RowRead
from labeler_app.services.sources import Source
from labeler_app.services.workspace import Workspace
from labeler_app.store.items import KnownPath, NewItem

FILES_AT_ONCE = 64
ROWS_AT_ONCE = 1_000
LETTERS_AT_ONCE = 8 * 10**6
READERS = 2
PROBLEMS_KEPT = 1_000
"""Of one source, with their reasons; the others are counted."""
# Bytes of a path and the folder it lies in. An entry of a PostgreSQL index has room for 2,704.
LONGEST_PATH = 2_500

Known = Mapping[str, KnownPath]
"""What was known before of the paths of a source."""


@dataclass(frozen=True, slots=True)
class Read:
    """One file or row that was read."""

    path: str
    sha256: str = ""
    width: int | None = None
    height: int | None = None
    notes: str = ""
    content: str | None = None
    """A text or a row as it is stored; None for what stays in its file."""
    before: KnownPath | None = None
    """What was known of it already; it was not looked at again then."""
    problem: str = ""

    def item(self, kind: str, root: str) -> NewItem:
        """Return the item to add."""
        return NewItem(kind, root, self.path, self.sha256, self.width, self.height, self.notes)


def read(ws: Workspace, source: Source, known: Known) -> Iterator[list[Read]]:
    """Read all that a source holds, in its order, some at a time."""
    if source.rows is not None:
        yield from _bounded(_row(source, one, known) for one in source.rows.read())
        return
    with ThreadPoolExecutor(READERS) as readers:
        for found in _parts(source.found):
            yield list(readers.map(lambda one: _file(ws, source, one, known), found))


def _bounded(rows: Iterator[Read]) -> Iterator[list[Read]]:
    """Yield rows some at a time: fewer where they are long."""
    some: list[Read] = []
    letters = 0
    for one in rows:
        some.append(one)
        letters += len(one.content or "")
        if len(some) >= ROWS_AT_ONCE or letters >= LETTERS_AT_ONCE:
            yield some
            some, letters = [], 0
    if some:
        yield some


def _file(ws: Workspace, source: Source, found: Found, known: Known) -> Read:
    path = source.folder / found.path_relative
    look: Callable[..., Read] = _text if source.kind == "text" else _picture
    try:
        _check_length(source, found.path_relative)
        return look(ws, path, source.folder, found.path_relative, known.get(found.path_relative))
    except FormatError as error:
        return Read(found.path_relative, problem=error.problem)


def _picture(ws: Workspace, path: Path, root: Path, name: str, before: KnownPath | None) -> Read:
    digest = files.sha256(path)
    if before is not None and before.sha256 == digest:
        return Read(name, digest, before=before)
    loaded = image.load_image(path, root=root)
    images.make_copies(ws, digest, loaded.image)
    return Read(name, digest, loaded.width, loaded.height, "; ".join(loaded.notes))


def _text(ws: Workspace, path: Path, root: Path, name: str, before: KnownPath | None) -> Read:
    return _kept(name, text.load_text(path, root=root).text, before)


def _row(source: Source, row: RowRead, known: Known) -> Read:
    if row.content is None:
        return Read(row.path, problem=row.problem)
    try:
        _check_length(source, row.path)
    except FormatError as error:
        return Read(row.path, problem=error.problem)
    return _kept(row.path, row.content, known.get(row.path))


def _kept(name: str, content: Content, before: KnownPath | None) -> Read:
    digest = contents.fingerprint(content)
    if before is not None and before.sha256 == digest:
        return Read(name, digest, before=before)
    return Read(name, digest, content=contents.packed(content))


def _check_length(source: Source, path: str) -> None:
    if len(os.fsencode(f"{source.root}{path}")) > LONGEST_PATH:
        raise FormatError(f"its path, with the folder's, is longer than {LONGEST_PATH:,} bytes")


def _parts(found: Sequence[Found]) -> Iterator[Sequence[Found]]:
    return (found[at : at + FILES_AT_ONCE] for at in range(0, len(found), FILES_AT_ONCE))
