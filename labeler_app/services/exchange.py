"""Imports: asked for, done, stopped, and reported."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from labeler_app.errors import InputError, StateError
from labeler_app.log import line, logger
from labeler_app.services import claims, found_labels, imported, leftovers, sources
from labeler_app.services import intake as intakes
from labeler_app.services.claims import Claim
from labeler_app.services.found_labels import FoundLabels
from labeler_app.services.intake import Intake, Progress
from labeler_app.services.sources import Source
from labeler_app.services.workspace import Workspace
from labeler_app.store import imports, projects
from labeler_app.store import people as people_rows

log = logger(__name__)


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What to do with labels and files.

    Attributes
    ----------
    labels_from
        ``folders``, ``table`` or None: where labels are looked for.
    labels
        ``trust`` stores them as imported labels, ``classes`` takes the class names only,
        ``ignore`` takes nothing.
    copy
        Copy a folder's files into the workspace instead of using them in place.
    """

    labels_from: str | None = None
    labels: str = "ignore"
    copy: bool = False


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One import and how it went, or goes."""

    id: int
    source: str
    state: str
    done: int
    total: int
    new: int
    duplicates: int
    known: int
    refused: int
    ignored: int
    labels: int
    problem: str
    started_at: float
    seconds: float
    seconds_left: float | None
    person: str


def request_import(
    ws: Workspace,
    project: int,
    path: Path,
    options: ImportOptions,
    *,
    person: int | None = None,
) -> int:
    """Ask for an import and return its number; the worker does it, or `run_import`.

    Raises
    ------
    InputError
        If the path is not a folder or zip, or the options are unknown.
    """
    if options.labels_from not in (None, "folders", "table"):
        raise InputError(
            f"Labels cannot come from {options.labels_from!r}.", hint="Use folders or table."
        )
    if options.labels not in ("trust", "classes", "ignore"):
        raise InputError(f"{options.labels!r} is not a way to treat labels.")
    full = sources.checked(path)
    told = {"labels_from": options.labels_from, "labels": options.labels, "copy": options.copy}
    with ws.store.write() as tx:
        if projects.get(tx, project) is None:
            raise InputError(f"There is no project number {project}.")
        return imports.request(tx, project, str(full), told, person, at=ws.clock())


def cancel(ws: Workspace, run: int) -> None:
    """Stop an import; what was read so far is used."""
    with ws.store.write() as tx:
        row = imports.get(tx, run)
        if row is not None and row.state in ("requested", "reading"):
            imports.change(tx, run, problem="Stopped by a person.")


def run_import(
    ws: Workspace, run: int, progress: Progress | None = None, claim: Claim | None = None
) -> ImportRow:
    """Do an import that was asked for; one that was interrupted goes on where it stopped.

    Parameters
    ----------
    progress
        Called with (done, all).
    claim
        On the project; nothing more is stored when it is lost.

    Raises
    ------
    InputError
        If nothing could be imported; the import is then marked as refused.
    StoreError
        If the disk is full or fails; the import goes on where it stopped when tried again.
    StateError
        If the import is done already, or the project went to another process meanwhile.
    """
    project, path, options = _begin(ws, run, claim)
    begun = time.monotonic()
    try:
        source = sources.open_source(ws, path, copy=options.copy)
        new = _take_in(Intake(ws, project, run, source, claim), options, progress)
    except InputError as error:
        _refuse(ws, project, run, str(error), claim)
        raise
    leftovers.drop(ws, source.folder, path)
    log.info(line("imported", project=project, new=new, seconds=time.monotonic() - begun))
    return next(one for one in import_rows(ws, project) if one.id == run)


def import_rows(ws: Workspace, project: int) -> list[ImportRow]:
    """Return a project's imports, oldest first."""
    now = ws.clock()
    with ws.store.read() as tx:
        rows = imports.of_project(tx, project)
        who = people_rows.names(tx)
    return [
        ImportRow(
            id=row.id,
            source=row.source,
            state=row.state,
            done=row.done,
            total=row.total,
            new=row.new,
            duplicates=row.duplicates,
            known=row.known,
            refused=row.refused,
            ignored=row.ignored,
            labels=row.labels,
            problem=row.problem,
            started_at=row.started_at,
            seconds=(row.finished_at or now) - row.started_at,
            seconds_left=_left(row.state, row.done, row.total, now - row.started_at),
            person=who.get(row.person, ""),
        )
        for row in rows
    ]


def problems(ws: Workspace, run: int) -> list[tuple[str, str]]:
    """Return the files an import refused, each with its reason."""
    with ws.store.read() as tx:
        return imports.problems(tx, run)


def pending(ws: Workspace, project: int) -> list[int]:
    """Return the imports of a project that wait for somebody to do them."""
    with ws.store.read() as tx:
        return imports.pending(tx, project)


def nothing_new(source: Path, refused: Sequence[tuple[str, str]]) -> InputError:
    """Return the error that says why an import brought nothing."""
    first = f" The first: {refused[0][0]}, {refused[0][1]}." if refused else ""
    return InputError(
        f"{source} holds no image that can be read: {len(refused):,} refused.{first}",
        hint="JPEG, PNG, GIF, TIFF, BMP and WebP are read.",
    )


def _begin(ws: Workspace, run: int, claim: Claim | None) -> tuple[int, Path, ImportOptions]:
    """Mark an import as being read; counting starts anew."""
    with claims.writing(ws, claim) as tx:
        row = imports.get(tx, run)
        if row is None:
            raise InputError(f"There is no import number {run}.")
        if row.state not in ("requested", "reading"):
            raise StateError(f"Import {run} is {row.state} already.")
        fresh = dict.fromkeys(("done", "new", "duplicates", "known", "refused", "labels"), 0)
        imports.change(tx, run, state="reading", **fresh)
        imports.clear_problems(tx, run)
    return row.project, Path(row.source), ImportOptions(**json.loads(row.options))


def _take_in(intake: Intake, options: ImportOptions, progress: Progress | None) -> int:
    """Read the files and their labels into the project; return how many items are new."""
    labels = _labels(intake.source, options)
    wanted = FoundLabels() if options.labels == "ignore" else labels
    names = imported.checked_classes(intake.ws, intake.project, wanted)
    intake.read_all(progress)
    classes = imported.add_classes(intake, names)
    trusted = labels.by_path if options.labels == "trust" else {}
    count = imported.store_labels(intake, trusted, classes) if trusted else 0
    return intake.arrive(state="done", labels=count)


def _refuse(ws: Workspace, project: int, run: int, problem: str, claim: Claim | None) -> None:
    """Mark an import as refused; what it read before it was interrupted can be labeled."""
    with claims.writing(ws, claim) as tx:
        intakes.arrive(tx, project, run)
        imports.change(tx, run, state="refused", problem=problem, finished_at=ws.clock())


def _labels(source: Source, options: ImportOptions) -> FoundLabels:
    if options.labels == "ignore" and options.labels_from is None:
        return FoundLabels()
    return found_labels.labels_in(source, options.labels_from)


def _left(state: str, done: int, total: int, spent: float) -> float | None:
    if state != "reading" or done == 0 or total == 0:
        return None
    return spent / done * (total - done)
