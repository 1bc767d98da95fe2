"""Arrays beside the database: sharded .npy files and fitted heads, written whole or not at all."""

import hashlib
import os
import shutil
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from tokenize import TokenError
from typing import IO, Protocol
from zipfile import BadZipFile

import numpy as np
from numpy.lib.format import dtype_to_descr, write_array_header_1_0
from numpy.typing import NDArray

from labeler_app.errors import StoreError
from labeler_app.store import disk
from labeler_app.store.models import ShardRow

Array = NDArray[np.generic]

_JOINED = "joined-"
_HINT = "Restore the workspace from a backup, or delete the project and import again."
# What numpy and zipfile raise for files that were cut off, or of which a few bytes changed.
_DAMAGE = (
    BadZipFile,
    zlib.error,
    TokenError,
    OSError,
    EOFError,
    ValueError,
    KeyError,
    RuntimeError,
)


@dataclass(frozen=True, slots=True)
class Arrays:
    """Files below one folder of the workspace; paths given and returned are relative to it."""

    folder: Path

    def write_shard(self, path: str, rows: Array) -> str:
        """Write rows as .npy (fsync, then rename) and return the sha256 of the file."""
        return self._write(path, lambda out: np.save(out, rows, allow_pickle=False))

    def write_named(self, path: str, arrays: Mapping[str, Array]) -> str:
        """Write named arrays as .npz (fsync, then rename) and return the sha256 of the file."""
        return self._write(path, lambda out: np.savez(out, allow_pickle=False, **dict(arrays)))

    def read_named(self, path: str, only: Sequence[str] = ()) -> dict[str, Array]:
        """Read what `write_named` wrote; if some names are given, those of them that are there.

        Raises
        ------
        StoreError
            If the file is missing or damaged.
        """
        full = self._existing(path)
        # Opened here: numpy leaves a file open that turns out to be none of its own.
        with _undamaged(path), full.open("rb") as file:
            found = np.load(file, allow_pickle=False)
            return {name: found[name] for name in found.files if not only or name in only}

    def open_shard(self, path: str) -> Array:
        """Return a shard as a read-only memory map."""
        full = self._existing(path)
        with _undamaged(path):
            rows: Array = np.load(full, mmap_mode="r", allow_pickle=False)
        return rows

    def open_all(self, shards: Sequence[ShardRow]) -> Array:
        """Return consecutive shards as one array: mapped when there is one, joined otherwise."""
        parts = [self.open_shard(one.path) for one in shards]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def open_joined(self, shards: Sequence[ShardRow]) -> Array:
        """Return consecutive shards as one read-only memory map.

        Several are joined in a file, once, so that what is not looked at is never copied.
        """
        if len(shards) == 1:
            return self.open_shard(shards[0].path)
        folder = Path(shards[0].path).parent
        told = hashlib.sha256("".join(one.sha256 for one in shards).encode())
        name = f"{_JOINED}{told.hexdigest()[:16]}.npy"
        if not (self.folder / folder / name).is_file():
            parts = [self.open_shard(one.path) for one in shards]
            with disk.writing(self.folder):
                _put(self.folder / folder / name, lambda out: _join(out, parts))
            self._forget_joined(folder, name)
        return self.open_shard(f"{folder.as_posix()}/{name}")

    def take(self, shards: Sequence[ShardRow], positions: Sequence[int] | Array) -> Array:
        """Return the rows at positions of consecutive shards, in that order; only they are read."""
        wanted = np.asarray(positions, np.int64)
        if not shards:
            raise StoreError("There are no rows to take from.", hint="Compute the features first.")
        parts = [self.open_shard(one.path) for one in shards]
        out = np.empty((len(wanted), *parts[0].shape[1:]), parts[0].dtype)
        for one, rows in zip(shards, parts, strict=True):
            inside = (wanted >= one.first) & (wanted < one.first + one.count)
            out[inside] = rows[wanted[inside] - one.first]
        return out

    def pick(self, shards: Sequence[ShardRow], positions: Sequence[int]) -> dict[int, Array]:
        """Return single rows by position; positions without a row are left out."""
        found: dict[int, Array] = {}
        for one in shards:
            inside = [p for p in positions if one.first <= p < one.first + one.count]
            if inside:
                rows = self.open_shard(one.path)
                found.update({p: np.array(rows[p - one.first]) for p in inside})
        return found

    def folders(self, path: str) -> list[str]:
        """Return the names of the folders in a folder; none if it does not exist."""
        full = self.folder / path
        return [one.name for one in full.iterdir() if one.is_dir()] if full.is_dir() else []

    def remove(self, path: str) -> None:
        """Remove a file, or a folder and what is in it."""
        full = self.folder / path
        if full.is_dir():
            shutil.rmtree(full, ignore_errors=True)
        else:
            full.unlink(missing_ok=True)

    def _forget_joined(self, folder: Path, kept: str) -> None:
        for old in (self.folder / folder).glob(f"{_JOINED}*.npy"):
            # Windows keeps a file that somebody reads; the next one to join removes it.
            with suppress(PermissionError):
                if old.name != kept:
                    old.unlink(missing_ok=True)

    def _existing(self, path: str) -> Path:
        full = self.folder / path
        if not full.is_file():
            raise StoreError(
                f"The file {path} of the workspace is missing.",
                hint=_HINT,
            )
        return full

    def _write(self, path: str, save: "_Save") -> str:
        full = self.folder / path
        with disk.writing(self.folder):
            return _written(full, save)


class _Save(Protocol):
    """Type of a function that writes into an open file."""

    def __call__(self, out: IO[bytes]) -> None: ...


@contextmanager
def _undamaged(path: str) -> Iterator[None]:
    """Say in a sentence what is wrong when a file cannot be read."""
    try:
        yield
    except _DAMAGE as error:
        raise StoreError(f"The file {path} of the workspace is damaged.", hint=_HINT) from error


def _written(full: Path, save: _Save) -> str:
    """Write a file whole or not at all, and return its sha256."""
    digest = ""

    def seen(made: Path) -> None:
        nonlocal digest
        digest = _digest(made)

    _put(full, save, seen)
    return digest


def _put(full: Path, save: _Save, look: Callable[[Path], None] = lambda _: None) -> None:
    """Write a file whole or not at all; `look` sees it before it takes its place."""
    full.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=full.parent, suffix=".tmp", delete=False) as out:
        made = Path(out.name)
        try:
            save(out)
            out.flush()
            os.fsync(out.fileno())
        except BaseException:
            made.unlink(missing_ok=True)
            raise
    look(made)
    made.replace(full)
    _sync_folder(full.parent)


def _join(out: IO[bytes], parts: Sequence[Array]) -> None:
    """Write arrays one below the other, as one .npy file."""
    shape = (sum(len(one) for one in parts), *parts[0].shape[1:])
    told = {"descr": dtype_to_descr(parts[0].dtype), "fortran_order": False, "shape": shape}
    write_array_header_1_0(out, told)
    for one in parts:
        out.write(np.ascontiguousarray(one).data)


def _digest(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _sync_folder(folder: Path) -> None:
    # Windows cannot open a folder; there the rename itself is what we have.
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
