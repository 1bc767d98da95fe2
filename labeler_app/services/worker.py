"""The background process: import, embed, train, for every project, one step at a time."""

import os
import platform
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from labeler_app.errors import LabelerError, StateError
from labeler_app.log import line, logger
from labeler_app.services import exchange, features, projects, training
from labeler_app.services.training import Fence
from labeler_app.services.workspace import Workspace
from labeler_app.store import workers

# A worker that does not report for so long has lost its projects. Each report, at least one in
# every shard of work, comes much more often.
TTL_SECONDS = 30.0
BEAT_SECONDS = 2.0
PAUSE_SECONDS = 0.3
# After an error the same step is tried again, but not at once.
RETRY_SECONDS = 15.0

log = logger(__name__)


@dataclass(slots=True)
class Worker:
    """One worker process."""

    ws: Workspace
    owner: str
    beaten_at: float = 0.0
    retry_at: dict[int, float] = field(default_factory=dict)

    def beat(self) -> None:
        """Note that this worker lives, not more often than needed."""
        now = self.ws.clock()
        if now - self.beaten_at >= BEAT_SECONDS:
            with self.ws.store.write() as tx:
                workers.beat(tx, self.owner, socket.gethostname(), os.getpid(), now=now)
            self.beaten_at = now

    def round(self) -> int:
        """Do one step in every project that needs one; return how many steps were done."""
        done = 0
        for project in projects.every(self.ws):
            if self.ws.clock() < self.retry_at.get(project.id, 0.0):
                continue
            try:
                done += self._step(project.id)
            except StateError as error:
                log.info(line("fenced", project=project.id, reason=error.problem))
            except LabelerError as error:
                self._failed(project.id, str(error))
            except Exception:
                log.exception(line("step-failed", project=project.id))
                self._failed(project.id, "The worker met an error of its own; see the log.")
        return done

    def _step(self, project: int) -> int:
        waiting = exchange.pending(self.ws, project)
        embed = features.missing(self.ws, project) > 0
        due = None if embed else training.is_due(self.ws, project)
        if not waiting and not embed and due is None:
            return 0
        fence = self.claim(project)
        if fence is None:
            return 0
        report = self._reporter(project)
        for run in waiting:
            report("importing", 0.0)
            exchange.run_import(self.ws, run, self._counter(report, "importing"))
        if embed or waiting:
            report("computing features", 0.0)
            features.embed(self.ws, project, self._counter(report, "computing features"))
            due = training.is_due(self.ws, project)
        if due is not None:
            training.run(self.ws, project, fence, report)
        self.release(project)
        return 1

    def claim(self, project: int) -> Fence | None:
        """Take a project, unless another worker is at it."""
        with self.ws.store.write() as tx:
            token = workers.claim(tx, project, self.owner, now=self.ws.clock(), ttl=TTL_SECONDS)
        return None if token is None else Fence(self.owner, token)

    def release(self, project: int, error: str = "") -> None:
        """Give a project back, with the error it met, if any."""
        # An old sign of life lets the next worker in at once.
        with self.ws.store.write() as tx:
            workers.report(tx, project, now=0.0, phase="waiting", error=error)

    def _reporter(self, project: int) -> Callable[[str, float], None]:
        def report(phase: str, share: float) -> None:
            self._say(project, phase, share)
            self.beat()

        return report

    def _counter(
        self, report: Callable[[str, float], None], phase: str
    ) -> Callable[[int, int], None]:
        told = [0.0]

        def count(done: int, total: int) -> None:
            now = self.ws.clock()
            if now - told[0] >= 0.5 or done == total:
                report(phase, done / max(total, 1))
                told[0] = now

        return count

    def _say(self, project: int, phase: str, share: float, error: str = "") -> None:
        with self.ws.store.write() as tx:
            workers.report(tx, project, now=self.ws.clock(), phase=phase, done=share, error=error)

    def _failed(self, project: int, reason: str) -> None:
        log.warning(line("step-refused", project=project, reason=reason))
        self.retry_at[project] = self.ws.clock() + RETRY_SECONDS
        self.release(project, reason)


def train_now(ws: Workspace, project: int) -> int:
    """Train once, whether or not it is due, and return the new version.

    Raises
    ------
    StateError
        If another worker is at it, or there are too few labels.
    """
    worker = Worker(ws, name())
    fence = worker.claim(project)
    if fence is None:
        raise StateError("Another worker is training this project right now.", hint="Wait for it.")
    try:
        features.embed(ws, project)
        version = training.run(ws, project, fence)
    finally:
        worker.release(project)
    if version is None:
        raise StateError(
            "There are too few labels for a model.",
            hint="It needs 2 labels of every class that do not belong to the audit sample.",
        )
    return version


def name() -> str:
    """Return a name for this process that no other has."""
    return f"{platform.node()}:{os.getpid()}:{os.urandom(4).hex()}"


def loop(ws: Workspace, *, alive: Callable[[], bool], once: bool = False) -> None:
    """Work until `alive` says no.

    Parameters
    ----------
    alive
        Asked between steps; False ends the loop (the parent has gone, or a signal came).
    once
        Work until nothing is left to do, then return.
    """
    worker = Worker(ws, name())
    quiet = 0
    log.info(line("worker-started", owner=worker.owner))
    while alive():
        worker.beat()
        steps = worker.round()
        quiet = 0 if steps else quiet + 1
        if once and not steps:
            return
        if quiet == 1:
            ws.store.checkpoint()
        if not steps:
            time.sleep(PAUSE_SECONDS)
