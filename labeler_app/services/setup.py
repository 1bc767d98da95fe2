"""Make a project and fill it, all or nothing."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from labeler_app.errors import InputError, StateError, together
from labeler_app.services import (
    claims,
    exchange,
    features,
    guesses,
    kinds,
    new_names,
    projects,
    sources,
    uploads,
)
from labeler_app.services.claims import Claim
from labeler_app.services.columns import Wish
from labeler_app.services.exchange import ImportOptions, ImportRow
from labeler_app.services.intake import Progress
from labeler_app.services.projects import Project
from labeler_app.services.workspace import Workspace
from labeler_app.settings import ProjectConfig

WATCH_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Made:
    """A new project and how its first import went."""

    project: Project
    report: ImportRow
    problems: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Started:
    """A new project, and its first import that the worker does."""

    project: int
    run: int


def new_project(
    ws: Workspace,
    name: str,
    source: Path,
    options: ImportOptions,
    *,
    classes: Sequence[str] = (),
    kind: str | None = None,
    embedder: str | None = None,
    multi_label: bool = False,
    progress: Callable[[str], Progress] | None = None,
) -> Made:
    """Make a project, import its files and embed them.

    A failure before the files are all in leaves nothing behind; after it, the worker goes on.

    Parameters
    ----------
    kind
        Of its items: ``image``, ``text``, ``table``, or None for what the source seems to hold.
    embedder
        What turns its items into features; None takes the one usual for their kind.
    multi_label
        Whether an item may have several classes, or none.
    progress
        Gives a function of (done, total) for a step by its name.

    Raises
    ------
    InputError
        If the name is taken, the path or the embedder is not usable, or nothing there is an item.
    StoreError
        If the disk is full or fails.
    """
    found = _checked(ws, name, classes, source, options.wish(kind))
    show = progress or (lambda _label: lambda _done, _total: None)
    usual = kinds.of(found).config()
    config = replace(usual, embedder=embedder or usual.embedder, multi_label=multi_label)
    with _created(ws, name, classes, found, config) as project:
        run = exchange.request_import(ws, project.id, source, options)
        report, problems = _fill(ws, project.id, run, show)
        if not report.new:
            refused = exchange.refusals(ws, run)
            where = uploads.called(ws, source)
            raise guesses.nothing_new(where, refused, report.refused, found)
    return Made(projects.get(ws, project.id), report, tuple(problems))


def add_files(
    ws: Workspace,
    project: int,
    source: Path,
    options: ImportOptions,
    *,
    progress: Callable[[str], Progress] | None = None,
) -> tuple[ImportRow, list[tuple[str, str]]]:
    """Import more files into a project and embed them; return the report and what was left out."""
    show = progress or (lambda _label: lambda _done, _total: None)
    run = exchange.request_import(ws, project, source, options)
    return _fill(ws, project, run, show)


def start_project(
    ws: Workspace,
    name: str,
    source: Path,
    options: ImportOptions,
    *,
    classes: Sequence[str] = (),
    multi_label: bool = False,
    person: int | None = None,
) -> Started:
    """Make a project and leave its import to the worker, so that a page need not wait.

    Raises
    ------
    InputError
        If the name is taken, or the path is not usable; nothing is left behind then.
    """
    found = _checked(ws, name, classes, source, options.wish(None))
    config = replace(kinds.of(found).config(), multi_label=multi_label)
    with _created(ws, name, classes, found, config) as project:
        run = exchange.request_import(ws, project.id, source, options, person=person)
    return Started(project.id, run)


def _checked(ws: Workspace, name: str, classes: Sequence[str], source: Path, wish: Wish) -> str:
    """Return the kind of what a source holds, or tell all that is wrong at once."""
    found, wrong = list[str](), list[InputError]()
    checks: list[Callable[[], object]] = [
        partial(new_names.check_project, ws, name),
        partial(new_names.checked_classes, classes),
        lambda: found.append(sources.kind_of(ws, source, wish)),
    ]
    for check in checks:
        try:
            check()
        except InputError as error:
            wrong.append(error)
    if wrong:
        raise together(wrong)
    return found[0]


@contextmanager
def _created(
    ws: Workspace, name: str, classes: Sequence[str], kind: str, config: ProjectConfig
) -> Iterator[Project]:
    """Make a project that is gone again if what follows fails before anything is in it."""
    project = projects.create(ws, name, classes=classes, kind=kind, config=config)
    try:
        yield project
    except BaseException:
        projects.discard_if_empty(ws, project.id)
        raise


def _fill(
    ws: Workspace, project: int, run: int, show: Callable[[str], Progress]
) -> tuple[ImportRow, list[tuple[str, str]]]:
    """Import and embed here, or watch a worker do it that was faster."""
    owner, reading = claims.owner_name(), show("Reading")
    while True:
        with claims.hold(ws, project, owner) as claim:
            if claim is not None and _done(claim, run, reading, show("Computing features")):
                break
        row = _row(ws, project, run)
        reading(row.done, row.total)
        time.sleep(WATCH_SECONDS)
    row = _row(ws, project, run)
    if row.state == "refused":
        raise InputError(row.problem)
    return row, exchange.problems(ws, run)


def _done(claim: Claim, run: int, reading: Progress, embedding: Progress) -> bool:
    """Import and embed; False if another process took over, which is then watched."""
    tell = claim.counter("computing features")

    def told(done: int, total: int) -> None:
        tell(done, total)
        embedding(done, total)

    try:
        _import_pending(claim, run, reading)
        _embed(claim, told)
    except StateError:
        if claim.is_held():
            raise
        return False
    return True


def _embed(claim: Claim, told: Progress) -> None:
    try:
        features.embed(claim.ws, claim.project, told, claim=claim)
    except InputError as refused:
        kept = "The items are in: mend that, or choose other features under Settings, and train."
        raise InputError(refused.problem, hint=f"{refused.hint} {kept}".strip()) from refused


def _import_pending(claim: Claim, run: int, reading: Progress) -> None:
    """Do this import, and before it those that were interrupted."""
    for one in exchange.pending(claim.ws, claim.project):
        try:
            exchange.run_import(claim.ws, one, reading, claim=claim)
        except InputError:
            if one == run:
                raise


def _row(ws: Workspace, project: int, run: int) -> ImportRow:
    return next(one for one in exchange.import_rows(ws, project) if one.id == run)
