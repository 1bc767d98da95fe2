"""Imports: asked for, done, stopped, and reported."""

import json
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from labeler_app.errors import InputError, StateError
from labeler_app.log import line, logger
from labeler_app.services import (
    claims,
    found_labels,
    imported,
    label_classes,
    leftovers,
    reading,
    set_apart,
    sources,
    tables,
    uploads,
)
from labeler_app.services import intake as intakes
from labeler_app.services import projects as project_services
from labeler_app.services.claims import Claim
from labeler_app.services.columns import Wish
from labeler_app.services.found_labels import FoundLabels
from labeler_app.services.intake import Intake, Progress
from labeler_app.services.label_classes import Named
from labeler_app.services.sources import Source
from labeler_app.services.workspace import Workspace
from labeler_app.store import imports
from labeler_app.store import people as people_rows

log = logger(__name__)


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What to do with labels and files.

    Attributes
    ----------
    labels_from
        ``folders``, ``table``, ``column`` or None: where labels are looked for.
    labels
        ``trust`` stores them as imported labels, ``classes`` takes the class names only,
        ``ignore`` takes nothing.
    copy
        Copy a folder's files into the workspace instead of using them in place.
    text_column, label_column, leave_out
        Of a table: the column of the texts, the one that names the classes, and those that are no
        part of an item. What is not told is guessed, and said in `taken`.
    taken
        What was guessed, a few words each; set when the import is asked for.
    probe
        Name of the probe set that the items are to be; "" adds them to the pool.
    """

    labels_from: str | None = None
    labels: str = "ignore"
    copy: bool = False
    text_column: str | None = None
    label_column: str | None = None
    leave_out: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()
    probe: str = ""

    def check(self) -> None:
        """Make sure that each is one of those there are.

        Raises
        ------
        InputError
            If one is not.
        """
        if self.labels_from not in (None, "folders", "table", "column"):
            raise InputError(
                f"Labels cannot come from {self.labels_from!r}.",
                hint="Use folders, table or column.",
            )
        if self.labels not in ("trust", "classes", "ignore"):
            raise InputError(f"{self.labels!r} is not a way to treat labels.")

    def wish(self, kind: str | None) -> Wish:
        """Return what is said of a table."""
        return Wish(kind, self.text_column, self.label_column, self.leave_out)


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One import and how it went, or goes."""

    id: int
    source: str
    """As a person calls it: an upload by its name, a path as it was given."""
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
    strangers: int = 0
    """How many paths a labels.csv names where no item is."""
    taken: tuple[str, ...] = ()
    """What was guessed of a table, a few words each."""
    unusable: int = 0
    """How many labels that came with the files can be no class."""
    notes: tuple[str, ...] = ()
    """What is to be said of the labels, whole sentences."""
    probe: str = ""
    """Name of the probe set that it brought; "" for items of the pool."""

    @property
    def unlisted(self) -> int:
        """How many were refused, are strangers or no labels, of which only the number is known.

        Not told by how long the list of problems is: labels that clash are in it, too.
        """
        strangers = max(0, self.strangers - found_labels.STRANGERS_TOLD)
        unusable = max(0, self.unusable - found_labels.UNUSABLE_TOLD)
        return max(0, self.refused - reading.PROBLEMS_KEPT) + strangers + unusable


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
        If the path is no folder, zip or table, or a table lacks a column that is needed.
    """
    options.check()
    full = sources.checked(ws, path)
    told = asdict(_settled(ws, project, full, options))
    with ws.store.write() as tx:
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
        kind = project_services.get(ws, project).kind
        source = sources.open_source(ws, path, copy=options.copy, wish=options.wish(kind))
        intake = Intake(ws, project, run, source, claim, options.probe)
        new = _take_in(intake, options, progress)
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
            source=uploads.called(ws, Path(row.source)),
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
            taken=_options(row.options).taken,
            strangers=row.strangers,
            unusable=row.unusable,
            notes=tuple(row.notes.splitlines()),
            probe=_options(row.options).probe,
        )
        for row in rows
    ]


def problems(ws: Workspace, run: int) -> list[tuple[str, str]]:
    """Return what an import left out, each with its reason: what was refused comes first.

    It is files, and labels: such as clash, or are of nothing that is there. Of many the first.
    """
    with ws.store.read() as tx:
        return imports.problems(tx, run)


def refusals(ws: Workspace, run: int) -> list[tuple[str, str]]:
    """Return what an import could not read, each with its reason. Of many the first."""
    with ws.store.read() as tx:
        return imports.problems(tx, run, ["refused"])


def pending(ws: Workspace, project: int) -> list[int]:
    """Return the imports of a project that wait for somebody to do them."""
    with ws.store.read() as tx:
        return imports.pending(tx, project)


def _settled(ws: Workspace, project: int, full: Path, options: ImportOptions) -> ImportOptions:
    """Return the options with the columns of a table named, so that the worker need not guess."""
    found = tables.settle(ws, project, full, options.wish(None))
    if found is None:
        return options
    return replace(
        options,
        text_column=found.text,
        label_column=found.label,
        leave_out=found.left_out,
        taken=found.guessed,
    )


def _begin(ws: Workspace, run: int, claim: Claim | None) -> tuple[int, Path, ImportOptions]:
    """Mark an import as being read; counting starts anew."""
    with claims.writing(ws, claim) as tx:
        row = imports.get(tx, run)
        if row is None:
            raise InputError(f"There is no import number {run}.")
        if row.state not in ("requested", "reading"):
            raise StateError(f"Import {run} is {row.state} already.")
        fresh = dict.fromkeys(_COUNTED, 0)
        imports.change(tx, run, state="reading", notes="", **fresh)
        imports.clear_problems(tx, run)
    return row.project, Path(row.source), _options(row.options)


def _options(stored: str) -> ImportOptions:
    told = json.loads(stored)
    lists = {name: tuple(told[name]) for name in ("leave_out", "taken") if name in told}
    return ImportOptions(**(told | lists))


def _take_in(intake: Intake, options: ImportOptions, progress: Progress | None) -> int:
    """Read the files and their labels into the project; return how many items are new."""
    found = _labels(intake.source, options)
    labels = FoundLabels() if options.labels == "ignore" else found
    if intake.probe:
        named = set_apart.named(intake, labels)
        read = set_apart.taken(intake, intake.read_all(progress))
    else:
        named = label_classes.checked(intake.ws, intake.project, labels)
        read = intake.read_all(progress)
    _tell(intake, named)
    classes = imported.add_classes(intake, named.names)
    trusted = named.labels.by_path if options.labels == "trust" else {}
    count = imported.store_labels(intake, read, trusted, classes) if trusted else 0
    new = intake.arrive(state="done", labels=count)
    if intake.probe:
        set_apart.shadow(intake)
    return new


def _tell(intake: Intake, named: Named) -> None:
    """Report the labels of nothing that is here, those that can be no class, and spellings."""
    labels, run = named.labels, intake.run
    if not (labels.strangers or labels.unusable or named.notes):
        return
    with claims.writing(intake.ws, intake.claim) as tx:
        imports.add_problems(tx, run, labels.first_unusable, "clash")
        imports.add_problems(tx, run, labels.first_strangers, "stranger")
        counts = {"unusable": labels.unusable, "strangers": labels.strangers}
        row = imports.get(tx, run)
        before = row.notes.splitlines() if row is not None else []
        imports.change(tx, run, notes="\n".join([*before, *named.notes]), **counts)


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


_COUNTED = ("done", "new", "duplicates", "known", "refused", "labels", "strangers", "unusable")
