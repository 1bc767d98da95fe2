"""Arrays beside the database: sharded .npy files and fitted heads, written whole or not at all."""

import hashlib
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Protocol

import numpy as np
from numpy.typing import NDArray

from labeler_app.errors import StoreError
from labeler_app.store import disk
from labeler_app.store.models import ShardRow

Array = NDArray[np.generic]


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

    def read_named(self, path: str) -> dict[str, Array]:
        """Read what `write_named` wrote."""
        with np.load(self._existing(path), allow_pickle=False) as found:
            return {name: found[name] for name in found.files}

    def open_shard(self, path: str) -> Array:
        """Return a shard as a read-only memory map."""
        rows: Array = np.load(self._existing(path), mmap_mode="r", allow_pickle=False)
        return rows

    def open_all(self, shards: Sequence[ShardRow]) -> Array:
        """Return consecutive shards as one array: mapped when there is one, joined otherwise."""
        parts = [self.open_shard(one.path) for one in shards]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

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

    def _existing(self, path: str) -> Path:
        full = self.folder / path
        if not full.is_file():
            raise StoreError(
                f"The file {path} of the workspace is missing.",
                hint="Restore the workspace from a backup, or delete the project and import again.",
            )
        return full

    def _write(self, path: str, save: "_Save") -> str:
        full = self.folder / path
        with disk.writing(self.folder):
            return _written(full, save)


class _Save(Protocol):
    """Type of a function that writes into an open file."""

    def __call__(self, out: IO[bytes]) -> None: ...


def _written(full: Path, save: _Save) -> str:
    """Write a file whole or not at all, and return its sha256."""
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
    digest = _digest(made)
    made.replace(full)
    _sync_folder(full.parent)
    return digest


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
