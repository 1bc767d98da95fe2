"""Pictures as people and models see them: re-encoded copies, made once, found by content hash."""

import os
import threading
from base64 import b64encode
from pathlib import Path

import numpy as np
from PIL import Image

from labeler_app.adapters import files
from labeler_app.adapters.items import image as loader
from labeler_app.core.arrays import FloatArray
from labeler_app.errors import FormatError, InputError
from labeler_app.services import contents
from labeler_app.services.workspace import Workspace
from labeler_app.store import disk, items
from labeler_app.store.items import ItemRow

SIZES = ("screen", "thumb")
MEDIA_TYPES = {".jpg": "image/jpeg", ".png": "image/png", ".svg": "image/svg+xml"}


def make_copies(ws: Workspace, sha256: str, image: Image.Image) -> None:
    """Write the screen-sized and the thumb copy of an image, unless they exist."""
    lacking = [size for size in SIZES if _find(ws, sha256, size) is None]
    small = max(image.size) <= loader.THUMB_SIDE
    encoded: tuple[bytes, str] | None = None
    for size in lacking:
        if encoded is None or not small:  # One copy is both when the image is that small.
            encoded = loader.screen(image) if small or size == "screen" else loader.thumb(image)
        content, suffix = encoded
        stem = _stem(ws, sha256, size)
        _write(stem.with_name(stem.name + suffix), content)


def copy_of(ws: Workspace, item: int, size: str) -> tuple[Path, str]:
    """Return the file to serve for an item, and its media type; made now if it is missing.

    Of a text or a row the beginning is drawn, whatever the size, so that it is seen wherever a
    picture is.

    Raises
    ------
    InputError
        If the item or the size does not exist, or its file cannot be read any more.
    """
    if size not in SIZES:
        raise InputError(f"There is no image size {size!r}.", hint=f"Ask for {' or '.join(SIZES)}.")
    with ws.store.read() as tx:
        row = items.get(tx, item)
    if row is None:
        raise InputError(f"There is no item number {item}.")
    if row.kind != "image":
        size = "thumb"
    found = _find(ws, row.sha256, size)
    if found is None and row.kind != "image":
        found = _drawn(ws, row)
    if found is None:
        make_copies(ws, row.sha256, _load(ws, row))
        found = _find(ws, row.sha256, size)
    if found is None:
        raise InputError(f"Item {item} cannot be shown.")
    return found, MEDIA_TYPES[found.suffix]


def inline(ws: Workspace, kind: str, sha256: str) -> str | None:
    """Return the small copy of a picture as a data address, or None if it has none yet."""
    found = _find(ws, sha256, "thumb") if kind == "image" else None
    if found is None:
        return None
    try:
        content = b64encode(found.read_bytes()).decode()
    except OSError:
        return None
    return f"data:{MEDIA_TYPES[found.suffix]};base64,{content}"


def open_screen(ws: Workspace, row: ItemRow) -> Image.Image:
    """Return the picture the model learns from: the same copy that people see."""
    return _opened(ws, row, "screen") or _made_again(ws, row)


def open_thumb(ws: Workspace, row: ItemRow) -> Image.Image:
    """Return the small copy of a picture, at most 160 pixels a side."""
    found = _opened(ws, row, "thumb")
    if found is None:
        _made_again(ws, row)
        found = _opened(ws, row, "thumb")
    if found is None:
        raise FormatError("its small copy cannot be read")
    return found


def is_gone(ws: Workspace, row: ItemRow) -> bool:
    """Tell whether an item's file is surely lost: not there any more, or another one by now.

    A disk that does not answer, or a whole folder that is away, may come back.
    """
    root = ws.root(row.root)
    path = root / row.path
    if not root.is_dir():
        return False
    try:
        path.lstat()
        return files.sha256(path) != row.sha256
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (FormatError, OSError):
        return False


def luma(image: Image.Image) -> FloatArray:
    """Return 256 z-scored brightness values, to find near-duplicates."""
    return np.asarray(loader.luma16(image), dtype=np.float32)


def _opened(ws: Workspace, row: ItemRow, size: str) -> Image.Image | None:
    found = _find(ws, row.sha256, size)
    try:
        return None if found is None else loader.load_image(found, root=ws.folder).image
    except FormatError:
        if found is not None:
            found.unlink(missing_ok=True)  # A copy can always be made again.
        return None


def _made_again(ws: Workspace, row: ItemRow) -> Image.Image:
    image = _load(ws, row)
    make_copies(ws, row.sha256, image)
    return image


def _drawn(ws: Workspace, row: ItemRow) -> Path:
    stem = _stem(ws, row.sha256, "thumb")
    path = stem.with_name(f"{stem.name}.svg")
    _write(path, contents.draw(contents.of_item(ws, row)))
    return path


def _load(ws: Workspace, row: ItemRow) -> Image.Image:
    root = ws.root(row.root)
    image = loader.load_image(root / row.path, root=root).image
    # A picture that took its place must not be shown, and kept for ever, under its fingerprint.
    if files.sha256(root / row.path) != row.sha256:
        raise FormatError("changed since the import", hint="Import the folder again.")
    return image


def _stem(ws: Workspace, sha256: str, size: str) -> Path:
    return ws.folder / "copies" / sha256[:2] / f"{sha256}-{size}"


def _find(ws: Workspace, sha256: str, size: str) -> Path | None:
    stem = _stem(ws, sha256, size)
    for suffix in MEDIA_TYPES:
        path = stem.with_name(stem.name + suffix)
        if path.is_file():
            return path
    return None


def _write(path: Path, content: bytes) -> None:
    # Renamed into place, so that a reader never sees half a file; it can always be made again.
    made = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.tmp")
    with disk.writing(path.parent.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            made.write_bytes(content)
            made.replace(path)
        finally:
            made.unlink(missing_ok=True)
