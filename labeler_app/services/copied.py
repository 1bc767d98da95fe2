"""Files copied into the workspace, so that the folder they came from may be deleted."""

import shutil
from collections.abc import Sequence
from io import BufferedReader
from pathlib import Path

from labeler_app.adapters import files
from labeler_app.adapters.files import Refused
from labeler_app.errors import FormatError
from labeler_app.store import disk

_BLOCK = 1 << 20


def copy_files(folder: Path, into: Path, paths: Sequence[str]) -> list[Refused]:
    """Copy files of a folder into another; return those that could not be read, and why.

    Raises
    ------
    StoreError
        If the disk is full or fails; what a first copy wrote is removed again.
    """
    first = not into.exists()
    refused: list[Refused] = []
    try:
        for path in paths:
            try:
                _copy(folder / path, into / path)
            except FormatError as error:
                refused.append(Refused(path, error.problem))
    except BaseException:
        if first:
            shutil.rmtree(into, ignore_errors=True)
        raise
    return refused


def _copy(source: Path, target: Path) -> None:
    # Renamed into place, so that a file that breaks off spoils no earlier copy.
    beside = target.with_name(f".{target.name}.part")
    with disk.writing(target.parent), files.open_regular(source) as opened:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with beside.open("wb") as out:
                while block := _block(opened):
                    out.write(block)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)


def _block(opened: BufferedReader) -> bytes:
    with files.reading():
        return opened.read(_BLOCK)
