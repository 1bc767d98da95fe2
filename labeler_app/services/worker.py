"""The background process: import, embed, train, for every project, one step at a time."""

import contextlib
import os
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from labeler_app.errors import LabelerError, StateError, StoreError
from labeler_app.log import line, logger
from labeler_app.services import (
    claims,
    clustered,
    exchange,
    features,
    leftovers,
    making,
    measuring,
    near_copies,
    projects,
    proving,
    training,
)
from labeler_app.services.claims import Claim
from labeler_app.services.near_copies import Making
from labeler_app.services.workspace import Workspace
from labeler_app.store import workers

PAUSE_SECONDS = 0.3
# Beside the look itself, nobody waits longer than this for work to begin.
LONGEST_PAUSE_SECONDS = 5.0
# Between two foldings of SQLite's log while there is nothing to do.
FOLD_SECONDS = 60.0
# After an error the same step is tried again, but not at once.
RETRY_SECONDS = 15.0

log = logger(__name__)


@dataclass(slots=True)
class Worker:
    """One worker process."""

    ws: Workspace
    owner: str = field(default_factory=claims.owner_name)
    retry_at: dict[int, float] = field(default_factory=dict)
    grouping: dict[int, Making] = field(default_factory=dict)
    """Groups of copies in the making, which take longer than a training may wait."""

    def beat(self) -> None:
        """Note that this worker lives."""
        with self.ws.store.write() as tx:
            now = self.ws.clock()
            workers.beat(tx, self.owner, socket.gethostname(), os.getpid(), now=now)

    def round(self) -> int:
        """Do one step in every project that needs one; return how many steps were done.

        A database that cannot be reached for a while is waited for.
        """
        try:
            known = projects.every(self.ws)
        except StoreError as error:
            log.warning(line("database-away", reason=str(error)))
            return 0
        return sum(self._try(project.id) for project in known)

    def fold(self) -> None:
        """Fold SQLite's log, which signs of life make longer, into the database file."""
        try:
            self.ws.store.checkpoint()
        except StoreError as error:
            log.warning(line("checkpoint-refused", reason=str(error)))

    def _try(self, project: int) -> bool:
        if self.ws.clock() < self.retry_at.get(project, 0.0):
            return False
        try:
            return self._step(project)
        except StateError as error:
            log.info(line("fenced", project=project, reason=error.problem))
            return False
        except LabelerError as error:
            log.warning(line("step-refused", project=project, reason=str(error)))
        except Exception:
            log.exception(line("step-failed", project=project))
        self.retry_at[project] = self.ws.clock() + RETRY_SECONDS
        return False

    def _step(self, project: int) -> bool:
        if not _is_wanted(self.ws, project):
            return False
        with claims.hold(self.ws, project, self.owner) as claim:
            if claim is None:
                return False
            _work(claim)
            self._group(claim)
        return True

    def _group(self, claim: Claim) -> None:
        """Look for copies for about a second; what is left comes after the next training."""
        before = self.grouping.pop(claim.project, None)
        if not near_copies.is_due(self.ws, claim.project):
            return
        claim.report("looking for copies", 0.0)
        grouping = near_copies.go_on(self.ws, claim.project, before)
        if grouping is not None:
            self.grouping[claim.project] = grouping


def train_now(ws: Workspace, project: int) -> int:
    """Train once, whether or not it is due, and return the new version.

    Raises
    ------
    StateError
        If another worker is at it, or there are too few labels.
    """
    with claims.hold(ws, project, claims.owner_name()) as claim:
        if claim is None:
            raise StateError(
                "Another worker is training this project right now.", hint="Wait for it."
            )
        features.embed(ws, project, claim=claim)
        version = training.run(ws, project, claim.fence, claim.report)
    if version is None:
        raise StateError(
            "There are too few labels for a model.",
            hint="It needs 2 labels of every class that do not belong to the audit sample.",
        )
    return version


def loop(ws: Workspace, *, alive: Callable[[], bool], once: bool = False) -> None:
    """Work until `alive` says no.

    Parameters
    ----------
    alive
        Asked between steps; False ends the loop (the parent has gone, or a signal came).
    once
        Work until nothing is left to do, then return.
    """
    worker = Worker(ws)
    log.info(line("worker-started", owner=worker.owner))
    with contextlib.suppress(StoreError):  # The pulse goes on beating.
        worker.beat()
        leftovers.clear(ws)
    with claims.pulse(worker.beat):
        folded = None
        while alive():
            begun = time.monotonic()
            steps = worker.round()
            if once and not steps:
                return
            if steps:
                folded = None
            elif folded is None or begun - folded >= FOLD_SECONDS:
                worker.fold()
                folded = begun
            if not steps:
                _sleep(rest(time.monotonic() - begun), alive)


def _sleep(seconds: float, alive: Callable[[], bool]) -> None:
    """Wait, but hear within a pause that it is to end."""
    until = time.monotonic() + seconds
    while alive() and (left := until - time.monotonic()) > 0.0:
        time.sleep(min(PAUSE_SECONDS, left))


def rest(looked: float) -> float:
    """Return for how many seconds to rest after a look at all projects that found nothing to do.

    To look takes a fifth of the time at most, however many projects there are.
    """
    return min(LONGEST_PAUSE_SECONDS, max(PAUSE_SECONDS, 4.0 * looked))


def _is_wanted(ws: Workspace, project: int) -> bool:
    waits = bool(exchange.pending(ws, project)) or features.missing(ws, project) > 0
    waits = waits or training.is_due(ws, project) is not None
    waits = waits or clustered.is_due(ws, project) or near_copies.is_due(ws, project)
    waits = waits or measuring.is_due(ws, project) or making.is_due(ws, project)
    return waits or proving.due(ws, project) is not None


def _work(claim: Claim) -> None:
    """Do what a project needs, looked up again now that nobody else is at it."""
    ws, project = claim.ws, claim.project
    for run in exchange.pending(ws, project):
        claim.report("importing", 0.0)
        exchange.run_import(ws, run, claim.counter("importing"), claim)
    if features.missing(ws, project) > 0:
        claim.report("computing features", 0.0)
        features.embed(ws, project, claim.counter("computing features"), claim)
        measuring.look_again(ws, project, claim)
    if training.is_due(ws, project) is not None:
        training.run(ws, project, claim.fence, claim.report)
    if clustered.is_due(ws, project):
        claim.report("looking for what is alike", 0.0)
        clustered.keep(ws, project)
    if measuring.is_due(ws, project):
        measuring.go_on(ws, project, claim, claim.counter(measuring.what(ws, project)))
    elif making.is_due(ws, project):
        making.go_on(ws, project, claim, claim.counter("making variants"))
    elif proving.due(ws, project) is not None:
        proving.go_on(ws, project, claim, claim.counter("proving what variants change"))
