"""Keeps one worker process alive beside the web server."""

import asyncio
import contextlib
import os
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psutil

from labeler_app.log import line, logger
from labeler_app.services.workspace import Workspace
from labeler_app.settings import same_program

# Waits between restarts of a worker that keeps dying.
PAUSES_SECONDS = (0.5, 1.0, 2.0, 5.0, 10.0)
STOP_SECONDS = 5.0

log = logger(__name__)


@asynccontextmanager
async def worker(ws: Workspace) -> AsyncIterator[None]:
    """Run a worker while the block runs; one that dies is started again."""
    watch = asyncio.create_task(_watch(ws))
    try:
        yield
    finally:
        watch.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watch


async def _watch(ws: Workspace) -> None:
    failures = 0
    while True:
        process = _start(ws)
        begun = ws.clock()
        try:
            code = await asyncio.to_thread(_wait, process)
        except asyncio.CancelledError:
            await asyncio.shield(asyncio.to_thread(_stop, process))
            raise
        lived = ws.clock() - begun
        failures = 0 if lived > 60 else failures + 1
        pause = PAUSES_SECONDS[min(failures, len(PAUSES_SECONDS)) - 1] if failures else 0.0
        log.warning(line("worker-ended", code=code, lived=lived, pause=pause))
        await asyncio.sleep(pause)


def _wait(process: "subprocess.Popen[bytes]") -> int:
    return process.wait()


def _start(ws: Workspace) -> "subprocess.Popen[bytes]":
    command, environment = same_program(ws.settings, "worker", "--parent", str(os.getpid()))
    return subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
