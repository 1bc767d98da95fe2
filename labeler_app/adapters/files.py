"""Folders and files on this computer: walk, open and fingerprint them, nothing outside a folder.

Paths inside a folder are text with forward slashes on every system.
"""

import hashlib
import io
import os
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from labeler_app.errors import FormatError, InputError

# Names that a person means as a picture, also kinds that are then refused with a reason.
_IMAGE_SUFFIX = re.compile(
    r"\.(jpe?g|jpe|jfif|png|gif|tiff?|bmp|dib|webp"
    r"|heic|heif|avif|jp2|jxl|svg|eps|psd|ico|dng|cr2|cr3|nef|arw|orf|rw2)$",
    re.IGNORECASE,
)

# A pipe or a device must not make the program wait, and a link must not lead it elsewhere.
# Windows has neither flag; there the checks before and after the opening stand alone.
_OPEN_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


@dataclass(frozen=True, slots=True)
class Found:
    """A file in a folder."""

    path_relative: str
    size: int
    """Bytes."""
    problem: str = ""
    """Why it cannot be used; empty when nothing speaks against it yet."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that was left out, and why, in a few words for a table."""

    path: str
    reason: str


def scan_folder(root: Path) -> Iterator[Found]:
    """Walk a folder and everything below it, in the order of the names.

    Hidden files and folders (a leading dot, ``__MACOSX``) are passed over. Links are not followed:
    they come with their problem, as do special files, folders that cannot be read, and names that
    are not text (shown with escapes).

    Raises
    ------
    InputError
        If ``root`` is not a folder that can be read.
    """
    try:
        waiting = _entries(root)
    except OSError as error:
        raise InputError(f"{root} is not a folder that can be read.") from error
    while waiting:
        entry = waiting.pop()
        relative = Path(entry.path).relative_to(root).as_posix()
        problem = _entry_problem(entry)
        if problem or not entry.is_dir(follow_symlinks=False):
            yield Found(as_text(relative), _size(entry), problem)
            continue
        try:
            waiting.extend(_entries(Path(entry.path)))
        except OSError:
            yield Found(relative, 0, "a folder that cannot be read")


def is_hidden(name: str) -> bool:
    """Tell whether a file or folder of that name is passed over."""
    return name.startswith(".") or name == "__MACOSX"


def is_image_name(path: str) -> bool:
    """Tell whether a name promises a picture; what it holds is for the loader to say."""
    return _IMAGE_SUFFIX.search(path) is not None


def is_text_name(path: str) -> bool:
    """Tell whether a name promises one plain text."""
    return path.lower().endswith(".txt")


def wrapper_folder(paths: Iterable[str]) -> str:
    """Return the one outermost folder that holds every path, as zips often have; else ``""``."""
    firsts = {path.partition("/")[0] if "/" in path else "" for path in paths}
    return firsts.pop() if len(firsts) == 1 else ""


def class_folder(path_relative: str, *, wrapper: str = "") -> str | None:
    """Return the first folder of a path, which names its class; None if it lies in no folder.

    Parameters
    ----------
    path_relative
        Such as ``glass/glass12.jpg``.
    wrapper
        A folder around all of them that names no class, from ``wrapper_folder``.
    """
    inner = path_relative.removeprefix(f"{wrapper}/") if wrapper else path_relative
    first, slash, _ = inner.partition("/")
    return first if slash else None


def as_text(name: str) -> str:
    """Return a name or a path as text: bytes in it that are none become escapes."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def sha256(path: Path) -> str:
    """Return the fingerprint of a file's bytes, 64 hexadecimal digits.

    Raises
    ------
    FormatError
        If it is a link, not a regular file, or cannot be read.
    """
    with open_regular(path) as file, reading():
        return hashlib.file_digest(file, "sha256").hexdigest()


def inside(path: Path, root: Path) -> Path:
    """Return where a path really lies, if that is inside a folder.

    Parameters
    ----------
    path
        Relative to ``root``, or absolute.
    root
        The folder; links above it are fine, links below it must not lead out.

    Raises
    ------
    FormatError
        If it lies outside, or its folder is gone.
    """
    whole = root / path
    try:
        folder = whole.parent.resolve(strict=True)
        within = folder.is_relative_to(root.resolve(strict=True))
    except (OSError, RuntimeError, ValueError) as error:
        # pathlib reports a circle of links as RuntimeError, a NUL character as ValueError.
        raise FormatError("no longer there") from error
    if not within:
        raise FormatError("outside the folder")
    return folder / whole.name


def open_regular(path: Path) -> io.BufferedReader:
    """Open a regular file for reading; never waits on a pipe or a device, never follows a link.

    Raises
    ------
    FormatError
        With a reason in a few words.
    """
    try:
        _require_regular(path.lstat().st_mode)
        descriptor = os.open(path, _OPEN_FLAGS)
    except (OSError, ValueError) as error:
        raise FormatError(_open_problem(error)) from error
    try:
        # The file may have been exchanged between the look and the opening.
        _require_regular(os.fstat(descriptor).st_mode)
        return io.BufferedReader(io.FileIO(descriptor))
    except FormatError:
        os.close(descriptor)
        raise


@contextmanager
def reading() -> Iterator[None]:
    """Turn an error of the disk, met while an open file is read, into a reason in a few words.

    Raises
    ------
    FormatError
        Instead of an OSError.
    """
    try:
        yield
    except OSError as error:
        raise FormatError(f"cannot be read: {error.strerror}") from error


def _require_regular(mode: int) -> None:
    if problem := _mode_problem(mode):
        raise FormatError(problem)


def _mode_problem(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "a symbolic link"
    return "" if stat.S_ISREG(mode) else "not a regular file"


def _open_problem(error: Exception) -> str:
    match error:
        case FileNotFoundError():
            return "no longer there"
        case PermissionError():
            return "no permission to read it"
        case OSError():
            return f"cannot be opened: {error.strerror}"
        case _:
            return "a NUL character in its name"


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """List a folder, last name first, so that a stack gives the first name first."""
    with os.scandir(folder) as found:
        seen = [entry for entry in found if not is_hidden(entry.name)]
    return sorted(seen, key=lambda entry: entry.name, reverse=True)


def _entry_problem(entry: os.DirEntry[str]) -> str:
    if as_text(entry.name) != entry.name:
        return "its name is not valid text"
    if entry.is_dir(follow_symlinks=False):
        return ""
    try:
        return _mode_problem(entry.stat(follow_symlinks=False).st_mode)
    except OSError:
        return "no longer there"


def _size(entry: os.DirEntry[str]) -> int:
    try:
        mode = entry.stat(follow_symlinks=False)
    except OSError:
        return 0
    return mode.st_size if stat.S_ISREG(mode.st_mode) else 0
