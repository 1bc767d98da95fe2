"""Files somebody looks at before they are imported, kept by name so that a page can open them.

A draft lies in the workspace, not in the memory of a browser session: its page has an address, and
is there again after a reload or a restart of the server.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

from labeler_app.services import sources
from labeler_app.services.workspace import Workspace
from labeler_app.store import disk

_NAME = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Draft:
    """Files that may be imported: into a new project, or into the one named."""

    name: str
    path: Path
    project: int | None


def keep(ws: Workspace, path: Path, project: int | None = None) -> Draft:
    """Note which files are looked at; the same files are the same draft.

    Raises
    ------
    InputError
        If there is neither a folder nor a zip at the path.
    """
    full = sources.checked(ws, path)
    told = json.dumps({"path": str(full), "project": project})
    name = hashlib.sha256(told.encode()).hexdigest()[:16]
    target = _file(ws, name)
    with disk.writing(target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
        # Renamed into place, so that nobody reads half of it.
        beside = target.with_suffix(".part")
        beside.write_text(told, encoding="utf-8")
        beside.replace(target)
    return Draft(name, full, project)


def find(ws: Workspace, name: str) -> Draft | None:
    """Return a draft by its name; None if it was started or given up, or its files are gone.

    One that a power cut left half written is gone too.
    """
    if not _NAME.fullmatch(name):
        return None
    try:
        told = json.loads(_file(ws, name).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    draft = Draft(name, Path(told["path"]), told["project"])
    if not draft.path.exists():
        forget(ws, draft)
        return None
    return draft


def forget(ws: Workspace, draft: Draft) -> None:
    """Forget a draft; its files stay."""
    _file(ws, draft.name).unlink(missing_ok=True)


def _file(ws: Workspace, name: str) -> Path:
    return ws.folder / "drafts" / f"{name}.json"
