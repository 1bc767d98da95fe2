"""Which kind of items a source holds, told by the names of its files."""

import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

from labeler_app.adapters import archives, files, tabular
from labeler_app.errors import FormatError, InputError
from labeler_app.services import columns
from labeler_app.services.columns import Wish

TABLE_NAME = "labels.csv"


def kind_of(path: Path, wish: Wish) -> str:
    """Return the kind of the items of a folder, a zip or a table; a wish comes first.

    Returns
    -------
    str
        "" for a folder or zip in which nothing is named like an image or a text.

    Raises
    ------
    InputError
        If a table is no table of items, or a folder cannot be read.
    """
    if wish.kind is not None:
        return wish.kind
    if path.is_file() and tabular.is_table_name(path.name):
        return columns.find(path, wish).kind
    if path.is_dir():
        return kind_of_names(one.path_relative for one in files.scan_folder(path))
    try:
        with files.open_regular(path) as file, zipfile.ZipFile(file) as opened:
            return kind_of_names(opened.namelist())
    except (OSError, FormatError, *archives.DAMAGE):
        return ""  # Unpacking it will say what is wrong.


def kind_of_names(names: Iterable[str]) -> str:
    """Return image if one is named like an image, text if one is like a text, else ""."""
    texts = False
    for name in names:
        if files.is_image_name(name):
            return "image"
        texts = texts or files.is_text_name(name)
    return "text" if texts else ""


def only_table(names: Iterable[str]) -> str | None:
    """Return the one table among files that could hold items; None if there is not just one."""
    tables = [one for one in names if tabular.is_table_name(one)]
    items = [one for one in tables if PurePosixPath(one).name != TABLE_NAME]
    return items[0] if len(items) == 1 else None


def nothing_for(where: str, kind: str, others: int) -> InputError:
    """Return the error that says that a source holds no items of a kind, and what else.

    Parameters
    ----------
    where
        What a person calls the source.
    kind
        "" if any would do.
    others
        How many files it holds instead.
    """
    noun, read = _READ[kind]
    held = f"{others:,} {'file' if others == 1 else 'files'} of other kinds"
    return InputError(f"{where} holds no {noun}: {held if others else 'it is empty'}.", hint=read)


def nothing_new(
    where: str, refused: Sequence[tuple[str, str]], count: int, kind: str
) -> InputError:
    """Return the error that says why an import brought nothing.

    Parameters
    ----------
    where
        What a person calls the source.
    refused
        The first that could not be read, as (path, reason).
    count
        How many could not be read.
    """
    noun = _NOUN[kind]
    if not count:
        return InputError(
            f"{where} holds no {noun}: nothing is below its header.",
            hint="Each line after the first is an item.",
        )
    first = f" The first: {refused[0][0]}, {refused[0][1]}." if refused else ""
    return InputError(
        f"{where} holds no {noun} that can be read: {count:,} refused.{first}",
        hint=_READ[kind][1] if kind == "image" else "",
    )


def check_kind(path: Path, kind: str) -> None:
    """Make sure that a path can bring items of a kind.

    Raises
    ------
    InputError
        If a table is to bring images.
    """
    if kind == "image" and path.is_file() and tabular.is_table_name(path.name):
        raise InputError(
            f"{path.name} is a table, which holds no images.",
            hint="Make a project of texts or rows from it: labeler new NAME --from FILE.",
        )


_NOUN = {"image": "image", "text": "text", "table": "row"}
_READ = {
    "": (
        "images, texts or table",
        "One .csv, .tsv or .jsonl is read, or .txt files, or JPEG, PNG, GIF, TIFF, BMP and WebP.",
    ),
    "image": ("images", "JPEG, PNG, GIF, TIFF, BMP and WebP are read."),
    "text": ("texts", "Files named .txt are read, or one table: .csv, .tsv or .jsonl."),
    "table": ("table", "One .csv, .tsv or .jsonl is read, packed with gzip or not."),
}
