"""The demonstration: scikit-learn's 1,797 handwritten digits, nothing downloaded."""

import json
from pathlib import Path

from labeler_app.adapters import files
from labeler_app.adapters.digits import write_digits
from labeler_app.errors import StateError
from labeler_app.services import projects
from labeler_app.services.projects import Project
from labeler_app.services.workspace import Workspace
from labeler_app.settings import ProjectConfig
from labeler_app.store import imports
from labeler_app.store import projects as project_rows

NAME = "Handwritten digits"
# In this order the key of each class is its digit.
CLASSES = tuple("1234567890")
BUDGET = 300
_ANSWERS = "digits-answers.json"


def start(ws: Workspace) -> Project:
    """Return the demonstration project; if it is new, the worker imports its pictures."""
    with ws.store.read() as tx:
        row = project_rows.find(tx, NAME)
    if row is not None:
        return projects.get(ws, row.id)
    made = projects.create(ws, NAME, classes=CLASSES, config=ProjectConfig(budget=BUDGET))
    with ws.store.write() as tx:
        imports.request(tx, made.id, str(folder(ws)), {}, None, at=ws.clock())
    return made


def folder(ws: Workspace) -> Path:
    """Return the folder of the pictures; `make` fills it."""
    return ws.folder / "files" / "digits"


def make(ws: Workspace) -> None:
    """Write the pictures, and their true classes for the automatic annotator, if not done yet."""
    path = ws.folder / _ANSWERS
    if path.is_file():
        return
    written = write_digits(folder(ws))
    answers = {files.sha256(folder(ws) / path)[:12]: label for path, label in written}
    # Renamed into place at the end: whoever is interrupted before starts anew.
    beside = path.with_suffix(".part")
    beside.write_text(json.dumps(answers), encoding="utf-8")
    beside.replace(path)


def answers(ws: Workspace) -> dict[str, str]:
    """Return the true class of each digit by the beginning of its picture's sha256.

    Raises
    ------
    StateError
        If the pictures were not made in this workspace.
    """
    path = ws.folder / _ANSWERS
    if not path.is_file():
        raise StateError("The demonstration was not made here.", hint="Start `labeler demo`.")
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return found
