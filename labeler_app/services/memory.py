"""What a strategy computed last time, kept beside the embeddings it was computed from.

It only spares work: a strategy picks the same without it. So it is written outside transactions,
and a file that is missing or damaged is no problem.
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import cast

from labeler_app.core.arrays import Array
from labeler_app.errors import StoreError
from labeler_app.log import line, logger
from labeler_app.services.workspace import Workspace

FOLDER = "memory"

log = logger(__name__)


def recall(ws: Workspace, project: int, revision: str) -> Callable[[str], Mapping[str, Array]]:
    """Return what looks up the state a strategy saved for a revision of the embeddings.

    Parameters
    ----------
    revision
        Of the embedder and what it learned; the state of another revision is not found.
    """

    def saved(name: str) -> Mapping[str, Array]:
        path = path_of(project, revision, name)
        if not (ws.arrays.folder / path).is_file():
            return {}
        try:
            return cast(Mapping[str, Array], ws.arrays.read_named(path))
        except StoreError as error:
            log.warning(line("not-recalled", project=project, strategy=name, reason=str(error)))
            return {}

    return saved


def keep(
    ws: Workspace, project: int, revision: str, states: Mapping[str, Mapping[str, Array]]
) -> None:
    """Keep states by the name of what saved them; those of other revisions are thrown away."""
    kept = _folder(project, revision)
    for old in ws.arrays.folders(f"{project}/{FOLDER}"):
        if f"{project}/{FOLDER}/{old}" != kept:
            ws.arrays.remove(f"{project}/{FOLDER}/{old}")
    for name, state in states.items():
        if state:
            ws.arrays.write_named(path_of(project, revision, name), dict(state))


def holds(ws: Workspace, project: int, revision: str, name: str) -> bool:
    """Tell whether there is a state of that name."""
    return (ws.arrays.folder / path_of(project, revision, name)).is_file()


def forget(ws: Workspace, project: int) -> None:
    """Throw all states of a project away: embeddings they were computed from are written anew."""
    ws.arrays.remove(f"{project}/{FOLDER}")


def path_of(project: int, revision: str, name: str) -> str:
    """Return where a state of that name is kept, in the workspace's arrays."""
    return f"{_folder(project, revision)}/{_short(name)}.npz"


def _folder(project: int, revision: str) -> str:
    return f"{project}/{FOLDER}/{_short(revision)}"


def _short(name: str) -> str:
    # A revision or a strategy may hold characters that no file name may.
    return hashlib.sha256(name.encode()).hexdigest()[:12]
