"""The wiring, in one place: settings, database, arrays and the folders beside them."""

import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from labeler_app.errors import InputError
from labeler_app.settings import Settings
from labeler_app.store.arrays import Arrays
from labeler_app.store.engine import Store
from labeler_app.store.opening import open_store

# Prefix of an item's root that lies inside the workspace, so that a workspace can be moved.
INSIDE = "workspace:"


@dataclass(frozen=True, slots=True)
class Workspace:
    """What every service gets first.

    Attributes
    ----------
    settings
        Where we work.
    store
        The database.
    arrays
        Embeddings, scores and heads.
    clock
        Seconds since 1970.
    """

    settings: Settings
    store: Store
    arrays: Arrays
    clock: Callable[[], float] = time.time

    @property
    def folder(self) -> Path:
        """The workspace's folder."""
        return self.settings.workspace

    def root(self, stored: str) -> Path:
        """Return the folder an item's stored root means."""
        if stored.startswith(INSIDE):
            return self.folder / stored.removeprefix(INSIDE)
        return Path(stored)

    def secret(self, name: str) -> str:
        """Return a random secret of this workspace, made once, readable by its owner only."""
        path = self.folder / f"{name}.secret"
        if not path.is_file():
            _write_private(path, secrets.token_urlsafe(24))
        return path.read_text(encoding="ascii").strip()


def open_workspace(settings: Settings) -> Workspace:
    """Open a workspace, made now if there was none.

    Raises
    ------
    InputError
        If the path is not a folder, or cannot be made one.
    StoreError
        If the database cannot be opened.
    """
    folder = settings.workspace
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"The workspace {folder} cannot be made: {error.strerror}.",
            hint="Name another folder with --workspace.",
        ) from error
    if not os.access(folder, os.W_OK):
        raise InputError(
            f"The workspace {folder} cannot be written to.",
            hint="Change its permissions, or name another folder with --workspace.",
        )
    store = open_store(settings.database, folder)
    return Workspace(settings, store, Arrays(folder / "arrays"))


def _write_private(path: Path, text: str) -> None:
    # The link makes all that start at once, threads too, agree on one of their secrets.
    made = path.with_suffix(f".{secrets.token_hex(8)}.tmp")
    descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(made, path)
    except FileExistsError:
        pass
    except OSError:  # A file system without hard links.
        made.replace(path)
        return
    made.unlink()
