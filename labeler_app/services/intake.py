"""One import at work: every file or row checked, counted once, reported; nothing half-made."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from labeler_app.core import audit as sample
from labeler_app.services import claims, people, reading
from labeler_app.services.claims import Claim
from labeler_app.services.reading import Read
from labeler_app.services.sources import Source
from labeler_app.services.workspace import Workspace
from labeler_app.store import (
    audit,
    contents,
    imports,
    items,
    probes,
    projects,
    stand_ins,
    trail,
)
from labeler_app.store import people as people_rows

Progress = Callable[[int, int], None]
# Items from which on the reserved share says what the next ones must have.
ENOUGH_TO_FOLLOW = 100
# Browsers and databases keep whole numbers up to here exactly.
LARGEST_KEY = 2**53


@dataclass(frozen=True, slots=True)
class Intake:
    """The files or rows of one import, on their way into a project."""

    ws: Workspace
    project: int
    run: int
    source: Source
    claim: Claim | None = None
    """The claim on the project under which all is stored; None where nobody else can be at it."""
    probe: str = ""
    """Name of the probe set that the items become part of, from the moment they are added on."""

    def read_all(self, progress: Progress | None) -> dict[str, int]:
        """Read everything and add the items, a chunk a transaction; end early when stopped.

        Returns
        -------
        dict
            The item by the path where it was read just now, in the order of the source. What was
            refused, or not reached, is not in it, whatever lay there at an earlier import.
        """
        total = self.source.size
        with claims.writing(self.ws, self.claim) as tx:
            refused = self.source.refused
            self._note(tx, [(one.path, one.reason) for one in refused], before=0)
            ignored = self.source.ignored
            imports.change(tx, self.run, total=total, ignored=ignored, refused=len(refused))
            known = items.known_paths(tx, self.project, self.source.root)
        done, items_read = 0, dict[str, int]()
        for read in reading.read(self.ws, self.source, known):
            done += len(read)
            stored = self._store(read, done)
            if stored is None:
                break
            items_read |= stored
            if progress is not None:
                progress(done, total)
        return items_read

    def arrive(self, *, state: str, labels: int = 0, problem: str = "") -> int:
        """End the import: draw the audit sample and let the items be labeled; return how many."""
        now = self.ws.clock()
        with claims.writing(self.ws, self.claim) as tx:
            count = arrive(tx, self.project, self.run)
            values = {"problem": problem} if problem else {}
            imports.change(tx, self.run, state=state, labels=labels, finished_at=now, **values)
            trail.note(tx, "imported", at=now, project=self.project, new=count)
        return count

    def _store(self, read: Sequence[Read], done: int) -> dict[str, int] | None:
        """Add one chunk; return the item by path, or None when a person stopped the import."""
        fresh = [one for one in read if not one.problem and one.before is None]
        again = [one.before for one in read if one.before is not None]
        with claims.writing(self.ws, self.claim) as tx:
            row = imports.get(tx, self.run)
            if row is None or row.problem:
                return None
            new = self._add(tx, fresh)
            here = self._welcome_back(tx, [one for one in read if not one.problem])
            if self.probe:
                self._set_apart(tx, list(here.values()), row.person)
            # Before it was interrupted, this import read some of them itself.
            mine = [one for one in again if one.arriving]
            items.adopt(tx, [one.item for one in mine], self.run)
            firsts = sum(one.first for one in mine)
            bad = [(one.path, one.problem) for one in read if one.problem]
            self._note(tx, bad, before=row.refused)
            imports.change(
                tx,
                self.run,
                done=done,
                new=row.new + new + firsts,
                duplicates=row.duplicates + len(fresh) - new + len(mine) - firsts,
                known=row.known + len(again) - len(mine),
                refused=row.refused + len(bad),
            )
        return here

    def _set_apart(self, tx: Connection, found: Sequence[int], person: int | None) -> None:
        """Make items part of the probe set, as far as nobody has answered or drawn them."""
        now = self.ws.clock()
        # Nobody answers one of them in between.
        projects.hold(tx, self.project)
        who = person or people_rows.ensure(tx, people.IMPORTED, "import", at=now).id
        probes.bring(tx, self.project, found, name=self.probe, person=who, at=now)

    def _note(self, tx: Connection, bad: Sequence[tuple[str, str]], *, before: int) -> None:
        """Keep why files or rows were refused, of the first only: millions say nothing more."""
        imports.add_problems(tx, self.run, bad[: max(0, reading.PROBLEMS_KEPT - before)])

    def _add(self, tx: Connection, fresh: Sequence[Read]) -> int:
        """Add items and the paths they were found at; return how many are new."""
        before = items.by_sha(tx, self.project, [one.sha256 for one in fresh])
        root = self.source.root
        new = [one.item(self.source.kind, root) for one in fresh]
        made = items.add(tx, self.project, new, import_run=self.run, at=self.ws.clock())
        items.add_paths(tx, self.project, [(root, one.path, made[one.sha256]) for one in fresh])
        contents.keep(tx, {made[one.sha256]: one.content for one in fresh if one.content})
        return len(made.keys() - before.keys())

    def _welcome_back(self, tx: Connection, read: Sequence[Read]) -> dict[str, int]:
        """Let items be shown and embedded again whose files were lost; return all by path."""
        known = items.by_sha(tx, self.project, [one.sha256 for one in read])
        found = {one.path: known[one.sha256] for one in read}
        items.bring_back(tx, [(self.source.root, path, item) for path, item in found.items()])
        stand_ins.found(tx, list(known.values()))
        return found


def arrive(tx: Connection, project: int, run: int) -> int:
    """Let what an import has read be labeled, the audit sample drawn; return how many items."""
    every = [item for _, item in items.arrive(tx, run)]
    brought = probes.items_of(tx, project)
    # Probe sets are no part of what the sample is drawn from.
    arrived = [item for item in every if item not in brought]
    row = projects.get(tx, project)
    if row is None or not arrived:
        return len(every)
    reserved = audit.size(tx, project)
    before = items.count(tx, project) - probes.count(tx, project) - len(arrived)
    config = row.config
    share = audit_fraction(config.audit_reserve, config.audit_cap, reserved, before, len(arrived))
    rng = np.random.default_rng([config.seed, run])
    drawn = sample.draw(len(arrived), fraction=share, rng=rng)
    keys = np.sort(rng.integers(0, LARGEST_KEY, len(drawn)))
    chosen = [
        (arrived[int(position)], int(key), sample.part(reserved + place))
        for place, (position, key) in enumerate(zip(drawn, keys, strict=True))
    ]
    audit.reserve(tx, project, chosen)
    return len(every)


def audit_fraction(wish: float, cap: int, reserved: int, before: int, new: int) -> float:
    """Return the share of new items to reserve, so that the whole sample stays uniform.

    Parameters
    ----------
    wish, cap
        Share of all items wanted, and the most items.
    reserved, before
        Audit items so far, among how many items.
    new
        Items that arrived now, at least 1.
    """
    if before >= ENOUGH_TO_FOLLOW:
        return reserved / before
    # So few that by chance none may be reserved: the new ones make up for it.
    whole = min(wish, cap / (before + new)) * (before + new)
    return min(1.0, max(0.0, (whole - reserved) / new))
