"""Folders of uploads, previews and imports in the workspace that nothing needs any more."""

from pathlib import Path

from labeler_app.log import line, logger
from labeler_app.services import unpacked, variant_files
from labeler_app.services.uploads import INBOX
from labeler_app.services.workspace import INSIDE, Workspace
from labeler_app.store import imports, items

# Somebody may look at files today and import them tomorrow, but hardly later.
KEPT_SECONDS = 86_400.0
_FILES = "files"
_MADE = ("zip-", "copy-")
_PART = ".part"

log = logger(__name__)


def drop(ws: Workspace, *used: Path) -> None:
    """Remove the folders that an import used, if they are the workspace's own and nobody's now.

    Parameters
    ----------
    used
        Folders or files anywhere; one that is not in a folder made for an import stays.
    """
    home = ws.folder.resolve()
    own = {made for one in used if (made := _made_for_import(home, one.resolve())) is not None}
    for one in own:
        if not _is_needed(ws, one):
            unpacked.remove(one)


def clear(ws: Workspace) -> int:
    """Remove what was left behind for longer than a day; return how many folders.

    Files of variants that have no row go, too.
    """
    home, before = ws.folder.resolve(), ws.clock() - KEPT_SECONDS
    old = [
        one
        for place in (home / INBOX, home / _FILES)
        if place.is_dir() and not place.is_symlink()
        for one in place.iterdir()
        if _is_ours(one) and one.lstat().st_mtime < before
    ]
    gone = [one for one in old if not _is_needed(ws, one)]
    for one in gone:
        unpacked.remove(one)
    lost = variant_files.clear_all(ws, before=before)
    if gone or lost:
        log.info(line("leftovers-removed", folders=len(gone), variants=lost))
    return len(gone)


def _made_for_import(home: Path, path: Path) -> Path | None:
    """Return the folder made for an import that a path is or lies in."""
    if not path.is_relative_to(home):
        return None
    parts = path.relative_to(home).parts
    made = home.joinpath(*parts[:2])
    return made if len(parts) >= 2 and _is_ours(made) else None


def _is_ours(folder: Path) -> bool:
    """Tell whether a folder was made for an upload or an import, by its place and name."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    if folder.parent.name == INBOX:
        return True
    unfinished = folder.name.startswith(".") and folder.name.endswith(_PART)
    return folder.parent.name == _FILES and (folder.name.startswith(_MADE) or unfinished)


def _is_needed(ws: Workspace, folder: Path) -> bool:
    root = f"{INSIDE}{folder.parent.name}/{folder.name}"
    with ws.store.read() as tx:
        # An import that is asked for, or at work, has not stored yet which files it needs.
        return imports.any_pending(tx) or items.any_below(tx, root)
