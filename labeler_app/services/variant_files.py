"""Files of variants: below the workspace, written before their rows, and none without a row."""

import contextlib
import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from tempfile import NamedTemporaryFile

from labeler_app.services.workspace import Workspace
from labeler_app.store import disk, variants

FOLDER = "variants"


def path_of(project: int, content: bytes, suffix: str) -> tuple[str, str]:
    """Return where a variant is kept, below the workspace, and its sha256."""
    digest = hashlib.sha256(content).hexdigest()
    return f"{FOLDER}/{project}/{digest[:2]}/{digest}{suffix}", digest


def write(ws: Workspace, path: str, content: bytes) -> bool:
    """Write a file whole or not at all; False if it is there already.

    Raises
    ------
    StoreError
        If the disk is full or fails.
    """
    full = ws.folder / path
    if full.is_file() and full.stat().st_size == len(content):
        with contextlib.suppress(OSError):
            os.utime(full)  # It is wanted again, so its age begins anew.
        return False
    with disk.writing(ws.folder / FOLDER):
        full.parent.mkdir(parents=True, exist_ok=True)
        made = None
        try:
            with NamedTemporaryFile(dir=full.parent, suffix=".tmp", delete=False) as out:
                made = Path(out.name)
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
            made.replace(full)
        finally:
            if made is not None:
                made.unlink(missing_ok=True)
    return True


def remove(ws: Workspace, paths: Iterable[str]) -> None:
    """Remove files that no row came to need."""
    for one in paths:
        (ws.folder / one).unlink(missing_ok=True)


def clear(ws: Workspace, project: int, *, before: float = float("inf")) -> int:
    """Remove the files of a project that no row names, and return how many.

    Parameters
    ----------
    before
        Only files that were written before; anybody may call then, else who has the claim.
    """
    home = ws.folder / FOLDER / str(project)
    if home.is_symlink() or not home.is_dir():
        return 0
    found = [one for one in home.rglob("*") if one.is_file() and one.lstat().st_mtime < before]
    if not found:
        return 0
    with ws.store.read() as tx:
        kept = variants.files(tx, project)
    gone = [one for one in found if one.relative_to(ws.folder).as_posix() not in kept]
    for one in gone:
        one.unlink(missing_ok=True)
    return len(gone)


def clear_all(ws: Workspace, *, before: float) -> int:
    """Remove old files without a row, of all projects, and return how many."""
    home = ws.folder / FOLDER
    if home.is_symlink() or not home.is_dir():
        return 0
    numbers = [int(one.name) for one in home.iterdir() if one.is_dir() and one.name.isdecimal()]
    return sum(clear(ws, one, before=before) for one in numbers)
