"""One process at a time works on a project: the claim, its signs of life, and who may take over."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil
from sqlalchemy import Connection

from labeler_app.errors import LabelerError, StateError
from labeler_app.log import line, logger
from labeler_app.services.workspace import Workspace
from labeler_app.store import workers
from labeler_app.store.workers import Fence

# A process that gave no sign of life for so long has lost its projects.
TTL_SECONDS = 30.0
PULSE_SECONDS = 2.0
_TAKEN_OVER = "Another worker has taken over this project."

log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Claim:
    """A project that is this process's until the claim ends."""

    ws: Workspace
    project: int
    fence: Fence

    def report(self, phase: str, share: float) -> None:
        """Say what is being done, and how much of it is.

        Raises
        ------
        StateError
            If another process has taken over the project.
        """
        now = self.ws.clock()
        with self.ws.store.write() as tx:
            mine = workers.report(tx, self.project, self.fence, now=now, phase=phase, done=share)
        if not mine:
            raise StateError(_TAKEN_OVER)

    def require(self, tx: Connection) -> None:
        """Make sure, inside a transaction that publishes, that the project is still ours.

        Raises
        ------
        StateError
            If another process has taken over the project.
        """
        if not workers.holds(tx, self.project, self.fence):
            raise StateError(_TAKEN_OVER)

    def is_held(self) -> bool:
        """Tell whether the project is still ours."""
        with self.ws.store.write() as tx:
            return workers.holds(tx, self.project, self.fence)

    def counter(self, phase: str) -> Callable[[int, int], None]:
        """Return a function of (done, all) that reports, though not more than twice a second."""
        told = [0.0]

        def count(done: int, total: int) -> None:
            now = self.ws.clock()
            if now - told[0] >= 0.5 or done == total:
                self.report(phase, done / max(total, 1))
                told[0] = now

        return count

    def _alive(self) -> None:
        with self.ws.store.write() as tx:
            workers.alive(tx, self.project, self.fence, now=self.ws.clock())

    def _release(self, error: str) -> None:
        with self.ws.store.write() as tx:
            workers.release(tx, self.project, self.fence, error=error)


@contextmanager
def hold(ws: Workspace, project: int, owner: str) -> Iterator[Claim | None]:
    """Claim a project while the block runs; None if another live process is at it.

    An error that ends the block is noted with the project.
    """
    fence = _take(ws, project, owner)
    if fence is None:
        yield None
        return
    claim = Claim(ws, project, fence)
    error = ""
    try:
        with pulse(claim._alive):
            yield claim
    except LabelerError as problem:
        error = str(problem)
        raise
    except Exception:
        error = "The worker met an error of its own; see the log."
        raise
    finally:
        claim._release(error)


@contextmanager
def writing(ws: Workspace, claim: Claim | None) -> Iterator[Connection]:
    """Open a writing transaction that ends in nothing if the project is another's by now.

    Parameters
    ----------
    claim
        On the project; None where nobody else can be at it.

    Raises
    ------
    StateError
        If another process has taken over the project.
    """
    with ws.store.write() as tx:
        if claim is not None:
            claim.require(tx)
        yield tx


@contextmanager
def pulse(beat: Callable[[], None]) -> Iterator[None]:
    """Call `beat` every two seconds from a thread, so that long steps do not look like death."""
    ended = threading.Event()

    def work() -> None:
        while not ended.wait(PULSE_SECONDS):
            try:
                beat()
            except LabelerError as problem:
                log.warning(line("pulse-missed", reason=problem.problem))

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def owner_name() -> str:
    """Return a name for this process that no other has."""
    return f"{socket.gethostname()}:{os.getpid()}:{os.urandom(4).hex()}"


def _take(ws: Workspace, project: int, owner: str) -> Fence | None:
    with ws.store.write() as tx:
        row = workers.of_project(tx, project)
        ttl = 0.0 if row is not None and _is_dead(row.owner) else TTL_SECONDS
        return workers.claim(tx, project, owner, now=ws.clock(), ttl=ttl)


def _is_dead(owner: str) -> bool:
    """Tell whether a process of this computer has ended; of others only time can tell."""
    host, _, rest = owner.partition(":")
    number = rest.partition(":")[0]
    return host == socket.gethostname() and number.isdigit() and not psutil.pid_exists(int(number))
