"""Where an import comes from: a folder used in place, a folder copied, or a zip unpacked."""

import hashlib
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import mkdtemp
from typing import BinaryIO

from labeler_app.adapters import files
from labeler_app.adapters.files import Found, Refused
from labeler_app.errors import InputError
from labeler_app.services import copied, demonstration, leftovers, unpacked
from labeler_app.services.names import checked_name
from labeler_app.services.workspace import INSIDE, Workspace
from labeler_app.store import disk

TABLE_NAME = "labels.csv"
MOST_UPLOAD = 4 * 10**9


@dataclass(frozen=True, slots=True)
class Source:
    """Files ready to be read."""

    folder: Path
    root: str
    """As stored with the items: absolute, or inside the workspace."""
    found: tuple[Found, ...]
    """Files whose name says they are images."""
    refused: tuple[Refused, ...]
    ignored: int
    table: Path | None
    """The labels.csv, if there is one."""


def checked(path: Path) -> Path:
    """Return the absolute path of a folder or a zip file.

    Raises
    ------
    InputError
        If there is nothing, or something else, at the path.
    """
    full = path.expanduser().resolve()
    if full.is_dir():
        return full
    if not full.exists():
        raise InputError(f"There is nothing at {full}.", hint="Check the path for a typing error.")
    if full.suffix.lower() != ".zip":
        raise InputError(
            f"{full} is neither a folder nor a zip file.", hint="Give the folder it lies in."
        )
    return full


def open_source(ws: Workspace, path: Path, *, copy: bool = False) -> Source:
    """Find the files of a folder or zip; a zip is unpacked into the workspace.

    Raises
    ------
    InputError
        If the path is not usable, or no file in it has the name of an image.
    """
    if path == demonstration.folder(ws):
        demonstration.make(ws)
    full = checked(path)
    if full.is_dir() and not copy:
        source = in_place(full, _stored(ws, full))
    elif full.is_dir():
        source = _copied(ws, full)
    else:
        source = _unpacked(ws, full)
    if not source.found:
        leftovers.drop(ws, source.folder)
        raise InputError(
            f"{full} holds no images: {_what_else(source)}.",
            hint="JPEG, PNG, GIF, TIFF, BMP and WebP are read.",
        )
    return source


def in_place(folder: Path, root: str = "") -> Source:
    """Find the files of a folder that is used where it is."""
    return _sorted(folder, root or str(folder), list(files.scan_folder(folder)), [])


def receive(ws: Workspace, uploads: Sequence[tuple[str, BinaryIO]]) -> Path:
    """Keep uploaded files in the workspace and return the path to import: one zip, or a folder.

    The folder is named by its content, so that the same upload again is the same folder.

    Raises
    ------
    InputError
        If nothing was given, a name is not one, or a file is too large.
    """
    if not uploads:
        raise InputError("No file was chosen.", hint="Choose a zip or some images.")
    inbox = ws.folder / "inbox"
    with disk.writing(inbox):
        inbox.mkdir(exist_ok=True)
        folder = _received(inbox, uploads)
    zips = [path for path in folder.iterdir() if path.suffix.lower() == ".zip"]
    return zips[0] if len(uploads) == 1 and zips else folder


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


def _stored(ws: Workspace, folder: Path) -> str:
    """Return a root that still holds when the whole workspace is moved."""
    home = ws.folder.resolve()
    if folder.is_relative_to(home):
        return f"{INSIDE}{folder.relative_to(home).as_posix()}"
    return str(folder)


def _unpacked(ws: Workspace, archive: Path) -> Source:
    name = f"zip-{files.sha256(archive)[:16]}"
    folder = ws.folder / "files" / name
    found, refused = unpacked.unpack(archive, folder)
    return _sorted(folder, f"{INSIDE}files/{name}", found, refused)


def _copied(ws: Workspace, folder: Path) -> Source:
    name = f"copy-{hashlib.sha256(str(folder).encode()).hexdigest()[:16]}"
    target = ws.folder / "files" / name
    found = list(files.scan_folder(folder))
    good = [one.path_relative for one in found if not one.problem]
    wanted = [path for path in good if _is_wanted(path)]
    refused = copied.copy_files(folder, target, wanted)
    unread = {one.path for one in refused}
    there = [one for one in found if one.path_relative not in unread]
    return _sorted(target, f"{INSIDE}files/{name}", there, refused)


def _is_wanted(path: str) -> bool:
    return files.is_image_name(path) or PurePosixPath(path).name == TABLE_NAME


def _sorted(folder: Path, root: str, found: list[Found], refused: list[Refused]) -> Source:
    good = [one for one in found if not one.problem and files.is_image_name(one.path_relative)]
    bad = [Refused(one.path_relative, one.problem) for one in found if one.problem]
    table = folder / TABLE_NAME
    return Source(
        folder=folder,
        root=root,
        found=tuple(good),
        refused=(*refused, *bad),
        ignored=len(found) - len(good) - len(bad),
        table=table if table.is_file() else _table_below(folder, good),
    )


def _table_below(folder: Path, good: Sequence[Found]) -> Path | None:
    """Return a labels.csv in the one folder around all images, if there is one."""
    wrapper = files.wrapper_folder([one.path_relative for one in good])
    table = folder / wrapper / TABLE_NAME
    return table if wrapper and table.is_file() else None


def _what_else(source: Source) -> str:
    others = source.ignored + len(source.refused)
    if not others:
        return "it is empty"
    return f"{others:,} {'file' if others == 1 else 'files'} of other kinds"
