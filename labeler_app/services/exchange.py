"""Imports: asked for, done, stopped, and reported."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from labeler_app.errors import InputError, StateError
from labeler_app.log import line, logger
from labeler_app.services import imported, sources
from labeler_app.services import intake as intakes
from labeler_app.services.claims import Claim
from labeler_app.services.intake import Intake, Progress
from labeler_app.services.projects import MOST_CLASSES
from labeler_app.services.sources import FoundLabels, Source
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
        intake = Intake(ws, project, run, source, claim)
        labels = _labels(source, options)
        names = {} if options.labels == "ignore" else _class_names(ws, project, labels)
        intake.read_all(progress)
        count = _store_labels(intake, labels, names, options)
        new = intake.arrive(state="done", labels=count)
    except InputError as error:
        _refuse(ws, project, run, str(error))
        raise
    log.info(line("imported", project=project, new=new, seconds=time.monotonic() - begun))
    row = next(one for one in import_rows(ws, project) if one.id == run)
    # Files known from before may have been brought back by this very folder.
    sources.close_source(source, nothing_new=not (new or row.known))
    return row


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
    with ws.store.write() as tx:
        if claim is not None:
            claim.require(tx)
        row = imports.get(tx, run)
        if row is None:
            raise InputError(f"There is no import number {run}.")
        if row.state not in ("requested", "reading"):
            raise StateError(f"Import {run} is {row.state} already.")
        fresh = dict.fromkeys(("done", "new", "duplicates", "known", "refused", "labels"), 0)
        imports.change(tx, run, state="reading", **fresh)
        imports.clear_problems(tx, run)
    return row.project, Path(row.source), ImportOptions(**json.loads(row.options))


def _refuse(ws: Workspace, project: int, run: int, problem: str) -> None:
    """Mark an import as refused; what it read before it was interrupted can be labeled."""
    with ws.store.write() as tx:
        intakes.arrive(tx, project, run)
        imports.change(tx, run, state="refused", problem=problem, finished_at=ws.clock())


def _store_labels(
    intake: Intake, labels: FoundLabels, names: Mapping[str, str], options: ImportOptions
) -> int:
    if not names:
        return 0
    classes = imported.add_classes(intake.ws, intake.project, names)
    if options.labels != "trust":
        return 0
    store = imported.Labels.of(intake.ws, intake.project, intake.run, classes)
    return store.store(intake.source.root, labels.by_path)


def _class_names(ws: Workspace, project: int, labels: FoundLabels) -> dict[str, str]:
    """Return the class name for every label, if all these classes fit into the project."""
    names = imported.checked_classes(labels)
    with ws.store.read() as tx:
        known = {projects.name_key(one.name) for one in projects.classes(tx, project)}
    wanted = {projects.name_key(name) for name in names.values()}
    if len(known | wanted) > MOST_CLASSES:
        raise InputError(
            f"With the {len(wanted):,} labels found there would be {len(known | wanted):,} classes;"
            f" {MOST_CLASSES:,} is the most there can be.",
            hint="Check that the folders, or the column label, really name classes.",
        )
    return names


def _labels(source: Source, options: ImportOptions) -> FoundLabels:
    if options.labels == "ignore" and options.labels_from is None:
        return FoundLabels()
    return sources.labels_in(source, options.labels_from)


def _left(state: str, done: int, total: int, spent: float) -> float | None:
    if state != "reading" or done == 0 or total == 0:
        return None
    return spent / done * (total - done)
