"""Where an import comes from: a folder used in place or copied, a zip unpacked, or a table."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from labeler_app.adapters import files, tabular
from labeler_app.adapters.files import Found, Refused
from labeler_app.errors import InputError
from labeler_app.services import (
    copied,
    demonstration,
    guesses,
    leftovers,
    row_sources,
    unpacked,
    uploads,
)
from labeler_app.services.columns import GUESS, Wish
from labeler_app.services.guesses import TABLE_NAME
from labeler_app.services.row_sources import Rows
from labeler_app.services.workspace import INSIDE, Workspace


@dataclass(frozen=True, slots=True)
class Source:
    """Files ready to be read."""

    folder: Path
    called: str
    """What a person calls it, for messages."""
    root: str
    """As stored with the items: absolute, or inside the workspace."""
    kind: str
    """Of its items: image, text or table."""
    found: tuple[Found, ...]
    """Files whose name says they are images, or texts; none if the items are rows."""
    refused: tuple[Refused, ...]
    ignored: int
    table: Path | None
    """The labels.csv, if there is one."""
    rows: Rows | None = None
    """The rows of a table, each of them an item."""

    @property
    def size(self) -> int:
        """How many items may be in it."""
        return len(self.found) if self.rows is None else self.rows.count


def checked(ws: Workspace, path: Path) -> Path:
    """Return the absolute path of a folder, a zip file or a table.

    Raises
    ------
    InputError
        If there is nothing, or something else, at the path, or it is no text.
    """
    full = path.expanduser().resolve()
    if files.as_text(str(full)) != str(full):
        raise InputError(
            f"The path {files.as_text(str(full))} is not valid text.",
            hint="Rename it, then try again.",
        )
    if full.is_dir():
        return full
    if not full.exists():
        if uploads.is_one(ws, full):
            raise InputError(
                f"{uploads.called(ws, full)} is not here any more.", hint="Drop the files again."
            )
        raise InputError(f"There is nothing at {full}.", hint="Check the path for a typing error.")
    if full.suffix.lower() != ".zip" and not tabular.is_table_name(full.name):
        raise InputError(
            f"{full} is neither a folder nor a zip file, and no table either.",
            hint="Give the folder it lies in. Tables are .csv, .tsv or .jsonl, also with .gz.",
        )
    if not full.is_file():
        raise InputError(
            f"{full} is not a regular file.", hint="A pipe or a device cannot be read."
        )
    return full


def kind_of(ws: Workspace, path: Path, wish: Wish) -> str:
    """Return the kind of the items at a path, as `open_source` finds it."""
    full = checked(ws, path)
    return guesses.kind_of(full, wish) or open_source(ws, full, wish=wish).kind


def open_source(ws: Workspace, path: Path, *, copy: bool = False, wish: Wish = GUESS) -> Source:
    """Find the files of a folder or zip, or the rows of a table; a zip is unpacked.

    Parameters
    ----------
    copy
        Copy a folder's files into the workspace. Texts and rows are always kept there.
    wish
        The kind of the items, and what the columns of a table mean; what is not told is guessed.

    Raises
    ------
    InputError
        If the path is not usable, or holds no items of that kind.
    """
    if path == demonstration.folder(ws):
        demonstration.make(ws)
    full = checked(ws, path)
    return replace(_opened(ws, full, wish, copy=copy), called=uploads.called(ws, path))


def _opened(ws: Workspace, full: Path, wish: Wish, *, copy: bool) -> Source:
    if full.is_file() and tabular.is_table_name(full.name):
        return _table(full, _stored(ws, full.parent), wish)
    kind = guesses.kind_of(full, wish)
    if full.is_dir():
        source = in_place(full, _stored(ws, full), wish)
    else:
        source = _unpacked(ws, full, kind or "image")
    if not source.found:
        return _lone_table(ws, source, full, wish, kind)
    return _copied(ws, full, kind) if copy and full.is_dir() else source


def in_place(folder: Path, root: str = "", wish: Wish = GUESS) -> Source:
    """Find the files of a folder that is used where it is."""
    kind = guesses.kind_of(folder, wish) or "image"
    return _sorted(folder, root or str(folder), kind, list(files.scan_folder(folder)), [])


def _stored(ws: Workspace, folder: Path) -> str:
    """Return a root that still holds when the whole workspace is moved."""
    home = ws.folder.resolve()
    if folder.is_relative_to(home):
        return f"{INSIDE}{folder.relative_to(home).as_posix()}"
    return str(folder)


def _unpacked(ws: Workspace, archive: Path, kind: str) -> Source:
    name = f"zip-{files.sha256(archive)[:16]}"
    folder = ws.folder / "files" / name
    found, refused = unpacked.unpack(archive, folder)
    return _sorted(folder, f"{INSIDE}files/{name}", kind, found, refused)


def _copied(ws: Workspace, folder: Path, kind: str) -> Source:
    name = f"copy-{hashlib.sha256(str(folder).encode()).hexdigest()[:16]}"
    target = ws.folder / "files" / name
    found = list(files.scan_folder(folder))
    good = [one.path_relative for one in found if not one.problem]
    wanted = [path for path in good if _is_wanted(path, kind)]
    refused = copied.copy_files(folder, target, wanted)
    unread = {one.path for one in refused}
    there = [one for one in found if one.path_relative not in unread]
    return _sorted(target, f"{INSIDE}files/{name}", kind, there, refused)


def _table(file: Path, root: str, wish: Wish) -> Source:
    """Find the rows of a table; the columns' kind wins where none was wished."""
    guesses.check_kind(file, wish.kind or "")
    rows = row_sources.open_rows(file, wish)
    return Source(file.parent, str(file), root, rows.columns.kind, (), (), 0, None, rows)


def _lone_table(ws: Workspace, source: Source, full: Path, wish: Wish, kind: str) -> Source:
    """Find the rows of the one table in a folder or zip that holds nothing else."""
    names = [one.path_relative for one in files.scan_folder(source.folder)]
    lone = guesses.only_table(names) if wish.kind != "image" else None
    if lone is None:
        leftovers.drop(ws, source.folder)
        name = uploads.called(ws, full)
        is_folder = full.is_dir() and not uploads.is_one(ws, full)
        where = f"The folder {name}" if is_folder else name
        raise guesses.nothing_for(where, kind, _others(source))
    file = source.folder / lone
    below = PurePosixPath(lone).parent.as_posix()
    return _table(file, source.root if below == "." else f"{source.root}/{below}", wish)


def _is_wanted(path: str, kind: str) -> bool:
    return _is_item(path, kind) or PurePosixPath(path).name == TABLE_NAME


def _is_item(path: str, kind: str) -> bool:
    """Tell whether a name promises an item of a kind; rows have no file of their own."""
    if kind == "image":
        return files.is_image_name(path)
    return kind == "text" and files.is_text_name(path)


def _sorted(
    folder: Path, root: str, kind: str, found: list[Found], refused: list[Refused]
) -> Source:
    good = [one for one in found if not one.problem and _is_item(one.path_relative, kind)]
    bad = [Refused(one.path_relative, one.problem) for one in found if one.problem]
    beside = folder / TABLE_NAME
    table = beside if beside.is_file() else _table_below(folder, good)
    return Source(
        folder=folder,
        called=str(folder),
        root=root,
        kind=kind,
        found=tuple(good),
        refused=(*refused, *bad),
        ignored=len(found) - len(good) - len(bad) - (table is not None),
        table=table,
    )


def _table_below(folder: Path, good: Sequence[Found]) -> Path | None:
    """Return a labels.csv in the one folder around all items, if there is one."""
    wrapper = files.wrapper_folder([one.path_relative for one in good])
    table = folder / wrapper / TABLE_NAME
    return table if wrapper and table.is_file() else None


def _others(source: Source) -> int:
    """Count the files that are no items."""
    return source.ignored + len(source.refused) + (source.table is not None)
