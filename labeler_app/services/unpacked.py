"""Zips unpacked into the workspace: each once, whoever asks; what was refused is kept beside."""

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from filelock import FileLock

from labeler_app.adapters import archives, files
from labeler_app.adapters.files import Found, Refused
from labeler_app.store import disk


def unpack(archive: Path, into: Path) -> tuple[list[Found], list[Refused]]:
    """Unpack a zip, unless an earlier call did: the server looks into it, the worker imports it.

    Parameters
    ----------
    archive
        The zip file.
    into
        A folder named by the zip's content, used for nothing else.

    Returns
    -------
    list of Found, list of Refused
        The files; the entries left out.

    Raises
    ------
    InputError
        If the zip cannot be used, or the disk is full.
    StoreError
        If the workspace cannot be written to.
    """
    with disk.writing(into.parent):
        into.parent.mkdir(exist_ok=True)
        with FileLock(into.with_name(f".{into.name}.lock")):
            known = _known(into)
            if known is not None:
                os.utime(into)  # It is wanted again, so its age begins anew.
                return known
            archives.clear_rests(into)
            found, refused = archives.unpack_zip(archive, into)
            _note(into, found, refused)
    return found, refused


def remove(folder: Path) -> None:
    """Remove an unpacked zip, or another folder made for an import."""
    _list_of(folder).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def _known(folder: Path) -> tuple[list[Found], list[Refused]] | None:
    """Return what a folder holds if it is still as it was unpacked."""
    path = _list_of(folder)
    if not path.is_file() or not folder.is_dir():
        return None
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:  # A crash of the computer may leave it empty.
        return None
    found = list(files.scan_folder(folder))
    if told["files"] != len(found) or told["bytes"] != _bytes(found):
        return None
    return found, [Refused(**one) for one in told["refused"]]


def _note(folder: Path, found: Sequence[Found], refused: Sequence[Refused]) -> None:
    told = {
        "files": len(found),
        "bytes": _bytes(found),
        "refused": [asdict(one) for one in refused],
    }
    path = _list_of(folder)
    beside = path.with_suffix(".tmp")
    beside.write_text(json.dumps(told), encoding="utf-8")
    beside.replace(path)


def _list_of(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.json")


def _bytes(found: Sequence[Found]) -> int:
    return sum(one.size for one in found)
