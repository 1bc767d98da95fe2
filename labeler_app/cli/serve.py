"""``demo``, ``run``, ``worker``: the commands that stay."""

import contextlib
import logging
import os
import signal
import subprocess
import threading
import webbrowser
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from labeler_app.cli import main
from labeler_app.settings import DEFAULT_PORT

if TYPE_CHECKING:
    from labeler_app.services.workspace import Workspace

NICENESS = 10
# Numeric libraries read these when they are first imported.
_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def _address(command: main.Command) -> main.Command:
    command = click.option("--port", type=int, default=DEFAULT_PORT, show_default=True)(command)
    command = click.option("--host", default="127.0.0.1", show_default=True)(command)
    return click.option("--no-browser", is_flag=True, help="Only print the address.")(command)


@click.command()
@_address
@click.option("--auto", is_flag=True, help="An automatic annotator labels two items a second.")
@main.place
def demo(host: str, port: int, no_browser: bool, auto: bool) -> None:
    """Label 1,797 handwritten digits in the browser."""

    def prepare(ws: "Workspace") -> str:
        from labeler_app.services import demonstration, features

        project = demonstration.start(ws)
        if not project.items or features.missing(ws, project.id):
            _prepare_digits(ws, project.id)
        if auto:
            from labeler_app.cli.automatic import label_in_background

            label_in_background(ws, project.id)
            main.tell("An automatic annotator labels about two items a second (origin: oracle).")
        return f"/monitor?project={project.id}" if auto else f"/label?project={project.id}"

    _serve(host, port, no_browser, prepare)


@click.command()
@_address
@main.place
def run(host: str, port: int, no_browser: bool) -> None:
    """Start the web server and its worker."""
    _serve(host, port, no_browser, lambda _ws: "/")


@click.command()
@click.option("--parent", type=int, hidden=True, help="End when this process ends.")
@click.option("--once", is_flag=True, help="End when nothing is left to do.")
@main.place
def worker(parent: int | None, once: bool) -> None:
    """Work in the background: import, embed, train, for all projects of the workspace."""
    threads = str(max(1, (os.cpu_count() or 2) - 1))
    for variable in _THREAD_VARIABLES:
        os.environ.setdefault(variable, threads)
    if not once:  # Somebody waits for a worker that is started to finish something.
        _be_nice()
    from labeler_app import log
    from labeler_app.services import projects
    from labeler_app.services import worker as service

    # Beside a server only what a person should know; by itself also what it does.
    log.to_stderr(logging.WARNING if parent else logging.INFO)
    ws = main.workspace()
    if not projects.every(ws) and parent is None:
        from labeler_app.errors import StateError

        raise StateError(
            f"The workspace {ws.folder} has no project to work on.",
            hint="Make one with `labeler new`, then start the worker again.",
        )
    stopping = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopping.set())
    service.loop(ws, alive=_alive(stopping, parent), once=once)


def _prepare_digits(ws: "Workspace", project: int) -> None:
    from labeler_app.errors import StateError
    from labeler_app.services import projects
    from labeler_app.settings import same_program

    main.tell("Preparing 1,797 handwritten digits ...")
    # In a process of its own: what this imports would stay in the server's memory.
    command, environment = same_program(ws.settings, "worker", "--once")
    done = subprocess.run(command, env=environment, check=False, stderr=subprocess.PIPE, text=True)
    if done.returncode or not projects.get(ws, project).items:
        raise StateError(
            "The handwritten digits could not be prepared.",
            hint=(done.stderr.strip().splitlines() or ["See `labeler worker --once`."])[-1],
        )


def _serve(host: str, port: int, no_browser: bool, prepare: "Callable[[Workspace], str]") -> None:
    from labeler_app import log
    from labeler_app.web import server

    ws = main.workspace(host=host, port=port)
    server.require_loopback(host)
    with server.alone(ws):
        server.require_free_port(host, port)
        page = prepare(ws)
        log.to_stderr(logging.WARNING)
        url = server.address(ws, page)
        main.tell(f"\n  Open {url}\n  Stop with Ctrl+C.\n")
        if not no_browser:
            _open_when_ready(ws, url)
        # The server ends itself in order, and then raises what it was ended with.
        with contextlib.suppress(KeyboardInterrupt):
            server.run(ws)
    main.tell("Stopped. Every label that was acknowledged is saved.")


def _open_when_ready(ws: "Workspace", url: str) -> None:
    from labeler_app.cli.automatic import wait_until_ready
    from labeler_app.web import server

    def open_it() -> None:
        if wait_until_ready(ws):
            webbrowser.open(server.open_file(ws, url).as_uri())

    threading.Thread(target=open_it, daemon=True).start()


def _alive(stopping: threading.Event, parent: int | None) -> "Callable[[], bool]":
    def alive() -> bool:
        if stopping.is_set():
            return False
        # A worker whose server was killed must not go on alone beside the next one.
        return parent is None or os.getppid() == parent or os.name == "nt"

    return alive


def _be_nice() -> None:
    import psutil

    process: Any = psutil.Process()
    if hasattr(psutil, "BELOW_NORMAL_PRIORITY_CLASS"):
        process.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
    else:
        process.nice(NICENESS)
