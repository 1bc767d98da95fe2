"""Import: every image checked, counted once and reported; nothing half-made."""

import json
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

import numpy as np
from sqlalchemy import Connection

from labeler_app.adapters import files
from labeler_app.adapters.files import Found
from labeler_app.adapters.items import image as loader
from labeler_app.core import audit as sample
from labeler_app.errors import InputError, LabelerError, StateError
from labeler_app.log import line, logger
from labeler_app.services import images, people, sources
from labeler_app.services.names import checked_name
from labeler_app.services.sources import FoundLabels, Source
from labeler_app.services.workspace import Workspace
from labeler_app.store import audit, events, imports, items, projects, trail
from labeler_app.store import people as people_rows
from labeler_app.store.events import LabelEvent
from labeler_app.store.items import NewItem

Progress = Callable[[int, int], None]
CHUNK = 64
READERS = 2
_T = TypeVar("_T")

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


def run_import(ws: Workspace, run: int, progress: Progress | None = None) -> ImportRow:
    """Do an import that was asked for; one that was interrupted goes on where it stopped.

    Raises
    ------
    LabelerError
        If nothing could be imported; the import is then marked as refused.
    """
    with ws.store.write() as tx:
        row = imports.get(tx, run)
        if row is None:
            raise InputError(f"There is no import number {run}.")
        if row.state not in ("requested", "reading"):
            raise StateError(f"Import {run} is {row.state} already.")
        fresh = dict.fromkeys(("done", "new", "duplicates", "known", "refused", "labels"), 0)
        imports.change(tx, run, state="reading", **fresh)
        imports.clear_problems(tx, run)
    options = ImportOptions(**json.loads(row.options))
    begun = time.monotonic()
    try:
        source = sources.open_source(ws, Path(row.source), copy=options.copy)
        labels = _labels(source, options)
        work = _Import(ws, run, row.project, source, labels, options)
        work.read_all(progress)
        work.finish()
    except LabelerError as error:
        with ws.store.write() as tx:
            imports.change(tx, run, state="refused", problem=str(error), finished_at=ws.clock())
        raise
    done = next(one for one in import_rows(ws, row.project) if one.id == run)
    log.info(line("imported", project=row.project, new=done.new, seconds=time.monotonic() - begun))
    return done


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


@dataclass(frozen=True, slots=True)
class _Read:
    """One file that was read."""

    path: str
    sha256: str = ""
    width: int = 0
    height: int = 0
    notes: str = ""
    item: int | None = None
    problem: str = ""


@dataclass(slots=True)
class _Import:
    """One import at work; it keeps what grows while files are read."""

    ws: Workspace
    run: int
    project: int
    source: Source
    labels: FoundLabels
    options: ImportOptions

    def read_all(self, progress: Progress | None) -> None:
        """Read every file and add its item, a chunk a transaction."""
        total = len(self.source.found)
        with self.ws.store.write() as tx:
            refused = [(one.path, one.reason) for one in self.source.refused]
            imports.add_problems(tx, self.run, refused)
            ignored = self.source.ignored
            imports.change(tx, self.run, total=total, ignored=ignored, refused=len(refused))
            known = items.known_paths(tx, self.project, self.source.root)
        done = 0
        with ThreadPoolExecutor(READERS) as readers:
            for chunk in _chunks(self.source.found):
                read = list(readers.map(lambda one: self._read(one, known), chunk))
                done += len(chunk)
                if not self._store(read, done):
                    return
                if progress is not None:
                    progress(done, total)

    def _read(self, found: Found, known: Mapping[str, tuple[int, str]]) -> _Read:
        path = self.source.folder / found.path_relative
        try:
            digest = files.sha256(path)
            before = known.get(found.path_relative)
            if before is not None and before[1] == digest:
                return _Read(found.path_relative, digest, item=before[0])
            loaded = loader.load_image(path, root=self.source.folder)
            images.make_copies(self.ws, digest, loaded.image)
        except LabelerError as error:
            return _Read(found.path_relative, problem=error.problem)
        notes = "; ".join(loaded.notes)
        return _Read(found.path_relative, digest, loaded.width, loaded.height, notes)

    def _store(self, read: Sequence[_Read], done: int) -> bool:
        """Add one chunk; False when a person stopped the import."""
        bad = [(one.path, one.problem) for one in read if one.problem]
        fresh = [one for one in read if not one.problem and one.item is None]
        with self.ws.store.write() as tx:
            row = imports.get(tx, self.run)
            if row is None or row.problem:
                return False
            before = items.by_sha(tx, self.project, [one.sha256 for one in fresh])
            made = items.add(
                tx,
                self.project,
                [self._item(one) for one in fresh],
                import_run=self.run,
                at=self.ws.clock(),
            )
            paths = [(self.source.root, one.path, made[one.sha256]) for one in fresh]
            items.add_paths(tx, self.project, paths)
            imports.add_problems(tx, self.run, bad)
            new = len(made.keys() - before.keys())
            imports.change(
                tx,
                self.run,
                done=done,
                new=row.new + new,
                duplicates=row.duplicates + len(fresh) - new,
                known=row.known + sum(one.item is not None for one in read),
                refused=row.refused + len(bad),
            )
        return True

    def _item(self, one: _Read) -> NewItem:
        return NewItem(
            "image", self.source.root, one.path, one.sha256, one.width, one.height, one.notes
        )

    def finish(self) -> None:
        """Draw the audit sample, take over labels, and let the items be labeled."""
        classes = self._add_classes()
        count = self._import_labels(classes) if self.options.labels == "trust" else 0
        with self.ws.store.write() as tx:
            arrived = items.arrive(tx, self.run)
            self._draw_audit(tx, [item for _, item in arrived])
            imports.change(
                tx,
                self.run,
                state="done",
                labels=count,
                new=len(arrived),
                finished_at=self.ws.clock(),
            )
            trail.note(tx, "imported", at=self.ws.clock(), project=self.project, new=len(arrived))
        sources.close_source(self.source, nothing_new=not arrived)

    def _draw_audit(self, tx: Connection, arrived: Sequence[int]) -> None:
        row = projects.get(tx, self.project)
        if row is None or not arrived:
            return
        config, reserved = row.config, audit.size(tx, self.project)
        before = items.count(tx, self.project) - len(arrived)
        fraction = min(config.audit_reserve, config.audit_cap / len(arrived))
        if before:
            fraction = reserved / before  # In proportion, so that the sample stays uniform.
        rng = np.random.default_rng([config.seed, self.run])
        drawn = sample.draw(len(arrived), fraction=fraction, rng=rng)
        chosen = [
            (arrived[int(position)], reserved + place, sample.part(reserved + place))
            for place, position in enumerate(drawn)
        ]
        audit.reserve(tx, self.project, chosen)

    def _add_classes(self) -> dict[str, int]:
        found: dict[str, int] = {}
        if self.options.labels == "ignore":
            return found
        with self.ws.store.write() as tx:
            for name in self.labels.counts():
                clean = checked_name(name, what="class name")
                made = projects.add_class(tx, self.project, clean)
                number = made or projects.class_named(tx, self.project, clean)
                if number is not None:
                    found[name] = number
        return found

    def _import_labels(self, classes: Mapping[str, int]) -> int:
        with self.ws.store.write() as tx:
            who = people_rows.ensure(tx, people.IMPORTED, "import", at=self.ws.clock())
            known = items.known_paths(tx, self.project, self.source.root)
        count = 0
        labeled = ((path, self.labels.by_path.get(path)) for path in known)
        pairs = [(known[path][0], label) for path, label in labeled if label in classes]
        for chunk in _chunks(pairs):
            with self.ws.store.write() as tx:
                for item, label in chunk:
                    count += self._import_label(tx, item, classes[str(label)], who.id)
        return count

    def _import_label(self, tx: Connection, item: int, class_id: int, who: int) -> bool:
        # The same label of the same item has the same id, so that importing again adds nothing.
        name = f"labeler_app/imported/{self.project}/{item}/{class_id}"
        event = LabelEvent(
            event_id=str(uuid.uuid5(uuid.NAMESPACE_URL, name)),
            project=self.project,
            item=item,
            annotator=who,
            kind="label",
            origin="imported",
            stored_at=self.ws.clock(),
            class_id=class_id,
            selected_as="imported",
        )
        if not events.append(tx, event):
            return False
        events.settle(tx, self.project, item, who)
        return True


def _labels(source: Source, options: ImportOptions) -> FoundLabels:
    if options.labels == "ignore" and options.labels_from is None:
        return FoundLabels()
    return sources.labels_in(source, options.labels_from)


def _chunks(rows: Iterable[_T]) -> Iterator[list[_T]]:
    # itertools.batched came with Python 3.12.
    waiting = iter(rows)
    while chunk := list(islice(waiting, CHUNK)):
        yield chunk


def _left(state: str, done: int, total: int, spent: float) -> float | None:
    if state != "reading" or done == 0 or total == 0:
        return None
    return spent / done * (total - done)
