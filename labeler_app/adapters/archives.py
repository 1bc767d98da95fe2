"""Unpack a zip from a stranger: every entry checked, every byte counted, nothing lands outside."""

import errno
import glob
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import IO

from labeler_app.adapters.entries import (
    entry_name,
    entry_parts,
    entry_problem,
    is_passed_over,
    shown,
)
from labeler_app.adapters.files import Found, Refused, open_regular, scan_folder
from labeler_app.errors import FormatError, InputError

_BLOCK = 1 << 20
_PART = ".part"
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    ValueError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
)
"""What zipfile raises on damaged or unknown content, beside the errors of the disk."""


@dataclass(frozen=True, slots=True)
class ZipLimits:
    """What a zip may cost; sizes in bytes after unpacking."""

    entries: int = 1_000_000
    total: int = 50 * 10**9
    """All entries together, refused ones too."""
    entry: int = 2 * 10**9
    ratio: int = 200
    """Bytes out per byte in, once an entry has given more than a megabyte."""


LIMITS = ZipLimits()


def unpack_zip(
    archive: Path, into: Path, *, limits: ZipLimits = LIMITS
) -> tuple[list[Found], list[Refused]]:
    """Unpack a zip into a folder that then holds its files and nothing else.

    It is unpacked beside the folder and put in place at the end, so that a crash leaves no half of
    it; what the folder held before is replaced. Hidden entries are passed over. Who may not be
    alone holds a lock, under which `clear_rests` may also remove what a crash left.

    Parameters
    ----------
    archive
        The zip file.
    into
        The folder; its parent must exist.
    limits
        Beyond these, entries are refused.

    Returns
    -------
    list of Found, list of Refused
        The files as ``scan_folder`` gives them; the entries left out, in the order of the zip.

    Raises
    ------
    InputError
        If the disk is full; as ``FormatError`` if it is no zip, is damaged as a whole, or has too
        many entries.
    """
    beside = Path(mkdtemp(prefix=f".{into.name}.", suffix=_PART, dir=into.parent))
    try:
        refused = _unpack_beside(archive, beside, limits)
        _put_in_place(beside, into)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return list(scan_folder(into)), refused


def clear_rests(into: Path) -> None:
    """Remove what unpackings into a folder left beside it when they were killed."""
    for rest in into.parent.glob(f".{glob.escape(into.name)}.*{_PART}"):
        shutil.rmtree(rest, ignore_errors=True)


def _put_in_place(beside: Path, into: Path) -> None:
    old = beside.with_suffix(f".old{_PART}")
    if into.exists():
        into.rename(old)
    beside.rename(into)
    shutil.rmtree(old, ignore_errors=True)


def _unpack_beside(archive: Path, beside: Path, limits: ZipLimits) -> list[Refused]:
    try:
        with open_regular(archive) as file, zipfile.ZipFile(file) as opened:
            count = len(opened.infolist())
            if count > limits.entries:
                raise FormatError(
                    f"{archive.name} has {count:,} entries: above the limit of {limits.entries:,}.",
                    hint="Split it into several zips.",
                )
            return list(_Unpacking(opened, beside, limits).refusals())
    except DAMAGE as error:
        raise FormatError(
            f"{archive.name} is not a zip file, or it is damaged.",
            hint="Pack or download it again.",
        ) from error


class _Unpacking:
    """One run over the entries: what was taken so far decides what may still come."""

    def __init__(self, opened: zipfile.ZipFile, beside: Path, limits: ZipLimits) -> None:
        self._opened = opened
        self._beside = beside
        self._limits = limits
        self._left = limits.total
        self._files: set[str] = set()
        self._folders: set[str] = set()

    def refusals(self) -> Iterator[Refused]:
        """Write every entry that may be written; yield the others."""
        for info in self._opened.infolist():
            name = entry_name(info)
            if is_passed_over(name):
                continue
            reason = entry_problem(info, name) or self._clash(name) or self._write(info, name)
            if reason:
                yield Refused(shown(name), reason)

    def _clash(self, name: str) -> str:
        """Remember a name; return why it cannot stand beside the earlier ones."""
        parts = [part.casefold() for part in entry_parts(name)]
        above = {"/".join(parts[:depth]) for depth in range(1, len(parts))}
        key = "/".join(parts)
        if key in self._files:
            return "the same name as another entry, upper and lower case apart"
        if key in self._folders or above & self._files:
            return "the same name for a file and a folder"
        self._files.add(key)
        self._folders |= above
        return ""

    def _write(self, info: zipfile.ZipInfo, name: str) -> str:
        if self._left < 0:
            return self._too_much()
        target = self._beside.joinpath(*entry_parts(name))
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with self._opened.open(info) as source, target.open("xb") as out:
                reason = self._copy(source, out, info.compress_size)
        except DAMAGE:
            reason = "damaged inside the zip"
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise InputError("The disk is full.", hint="Make room, then try again.") from error
            reason = f"cannot be unpacked: {error.strerror}"
        if reason:
            target.unlink(missing_ok=True)
        return reason

    def _copy(self, source: IO[bytes], out: IO[bytes], packed: int) -> str:
        """Copy an entry in blocks; what its header promises about its size is not believed."""
        given = 0
        while block := source.read(_BLOCK):
            given += len(block)
            self._left -= len(block)
            if self._left < 0:
                return self._too_much()
            if given > self._limits.entry:
                return f"unpacks to more than {self._limits.entry:,} bytes"
            if given > _BLOCK and given > packed * self._limits.ratio:
                return f"unpacks to more than {self._limits.ratio} times its size"
            out.write(block)
        return ""

    def _too_much(self) -> str:
        return f"the zip unpacks to more than {self._limits.total:,} bytes"
