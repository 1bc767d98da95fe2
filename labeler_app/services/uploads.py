"""Files that came through a browser: kept in the workspace, and called as they were there."""

import hashlib
import os
import shutil
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from tempfile import mkdtemp
from typing import BinaryIO

from labeler_app.adapters import tabular
from labeler_app.errors import InputError
from labeler_app.services.names import checked_name
from labeler_app.services.workspace import Workspace
from labeler_app.store import disk

MOST_UPLOAD = 4 * 10**9
INBOX = "inbox"
# What several files are called that were sent at once.
SEVERAL = "Your upload"


def receive(ws: Workspace, uploads: Sequence[tuple[str, BinaryIO]]) -> Path:
    """Keep uploaded files in the workspace; return what to import: a zip, a table or a folder.

    The folder is named by its content, so that the same upload again is the same folder.

    Raises
    ------
    InputError
        If nothing was given, a name is not one, or a file is too large.
    """
    if not uploads:
        raise InputError("No file was chosen.", hint="Choose a zip, a table or some images.")
    inbox = ws.folder / INBOX
    with disk.writing(inbox):
        inbox.mkdir(exist_ok=True)
        folder = _received(inbox, uploads)
    kept = list(folder.iterdir())
    whole = [one for one in kept if one.suffix.lower() == ".zip" or tabular.is_table_name(one.name)]
    return whole[0] if len(uploads) == 1 and whole else folder


def called(ws: Workspace, path: Path) -> str:
    """Return what a person calls a source: an upload by its name, a path as it was given."""
    below = _below_inbox(ws, path)
    if not below:
        return str(path)
    return below[-1] if len(below) > 1 else SEVERAL


def is_one(ws: Workspace, path: Path) -> bool:
    """Tell whether a path is that of an upload, which nobody has typed."""
    return bool(_below_inbox(ws, path))


def _below_inbox(ws: Workspace, path: Path) -> tuple[str, ...]:
    full, inbox = path.expanduser().resolve(), (ws.folder / INBOX).resolve()
    return full.relative_to(inbox).parts if full.is_relative_to(inbox) else ()


def _received(inbox: Path, uploads: Sequence[tuple[str, BinaryIO]]) -> Path:
    digest = hashlib.sha256()
    beside = Path(mkdtemp(prefix=".", suffix=".part", dir=inbox))
    try:
        for number, (name, stream) in enumerate(uploads):
            _keep(beside, name, number, stream, digest)
        folder = inbox / digest.hexdigest()[:16]
        if folder.exists():
            shutil.rmtree(beside)
            os.utime(folder)  # It is wanted again, so its age begins anew.
        else:
            beside.rename(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return folder


def _keep(folder: Path, name: str, number: int, stream: BinaryIO, digest: "hashlib._Hash") -> None:
    plain = checked_name(PurePosixPath(name.replace("\\", "/")).name, what="file name", longest=200)
    target = folder / plain.lstrip(".")
    if target.exists() or not plain.lstrip("."):
        target = folder / f"{number}-{plain.lstrip('.')}"
    size = 0
    digest.update(plain.encode())
    with target.open("wb") as out:
        while block := stream.read(1 << 20):
            size += len(block)
            if size > MOST_UPLOAD:
                raise InputError(f"{plain} is larger than {MOST_UPLOAD // 10**9} GB.")
            digest.update(block)
            out.write(block)
