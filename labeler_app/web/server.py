"""The web server: Streamlit's app behind our guard, our routes, one worker beside it."""

import contextlib
import json
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from html import escape
from ipaddress import ip_address
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

from labeler_app.errors import InputError, StateError
from labeler_app.services.workspace import Workspace
from labeler_app.web.guard import Guard, start_url

SCRIPT = Path(__file__).with_name("app.py")
# Uploads are held in memory by Streamlit; larger zips are imported by their path.
MOST_UPLOAD_MB = 50


@contextmanager
def alone(ws: Workspace) -> Iterator[None]:
    """Be the only server of this workspace on this machine.

    Raises
    ------
    StateError
        If another server runs; the sentence says where.
    """
    lock = FileLock(ws.folder / "server.lock")
    note = ws.folder / "server.json"
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        where = _running_at(note)
        raise StateError(
            f"A server is already running for the workspace {ws.folder}{where}.",
            hint="Use that one, stop it, or name another folder with --workspace.",
        ) from error
    try:
        told = {"port": ws.settings.port, "host": ws.settings.host, "pid": os.getpid()}
        note.write_text(json.dumps(told), encoding="utf-8")
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def require_loopback(host: str) -> None:
    """Refuse to serve other machines while there are no logins.

    Raises
    ------
    InputError
        If the address is not one of this computer's own.
    """
    try:
        own = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        own = False
    if not own:
        raise InputError(
            f"{host!r} can be reached from other computers, and there are no logins yet.",
            hint="Use 127.0.0.1, and reach it from elsewhere through an SSH tunnel.",
        )


def open_file(ws: Workspace, url: str) -> Path:
    """Write a page that leads to the start address, readable by its owner only, and return it.

    A browser is started with it instead of the address: every user of the machine can read command
    lines, and the address carries the token.
    """
    path = ws.folder / "open.html"
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(f'<!doctype html><meta http-equiv="refresh" content="0;url={escape(url)}">')
    return path


def require_free_port(host: str, port: int) -> None:
    """Refuse a port that somebody else listens on.

    Raises
    ------
    StateError
        If it cannot be bound.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if os.name != "nt":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise StateError(
                f"Port {port} of {host} cannot be used: {error.strerror}.",
                hint=f"Stop what runs there, or choose another with --port {port + 1}.",
            ) from error


def run(ws: Workspace, *, with_worker: bool = True) -> None:
    """Serve until the process is told to stop. Call inside `alone`."""
    import streamlit as st
    from starlette.middleware import Middleware
    from starlette.routing import Mount, Route

    from labeler_app.web import links, state, supervisor
    from labeler_app.web.routes import api, opening, welcome
    from labeler_app.web.theme import THEME

    @asynccontextmanager
    async def lifespan(_app: object) -> AsyncIterator[dict[str, object]]:
        async with contextlib.AsyncExitStack() as stack:
            send_at_once(ws.settings.port)
            if with_worker:
                await stack.enter_async_context(supervisor.worker(ws))
            yield {"workspace": ws}
        ws.store.checkpoint()

    os.environ["STREAMLIT_SERVER_COOKIE_SECRET"] = ws.secret("cookie")
    state.provide(ws)
    app = st.App(
        SCRIPT,
        lifespan=lifespan,
        routes=[
            Mount("/api", app=api.build(ws)),
            Route("/welcome", welcome.page(ws), methods=["GET", "POST"]),
            *(Route(links.href(name), opening.page) for name in links.PAGES),
        ],
        middleware=[Middleware(Guard, ws=ws)],
    )
    app.run(config={**config(ws), **THEME})


def address(ws: Workspace, page: str = "/") -> str:
    """Return the address to open, with the token."""
    return start_url(ws, page)


def config(ws: Workspace) -> dict[str, object]:
    """Return what Streamlit is told of how to serve; its theme is apart."""
    return {
        "server.address": ws.settings.host,
        "server.port": ws.settings.port,
        "server.headless": True,
        "server.allowedHosts": sorted({"127.0.0.1", "localhost", ws.settings.host}),
        "server.enableAgentApi": False,
        "server.enableStaticServing": False,
        "server.enableCORS": True,
        "server.enableXsrfProtection": True,
        "server.maxUploadSize": MOST_UPLOAD_MB,
        "server.fileWatcherType": "none",
        # A full collection after every run of a page holds up the labels of everybody.
        "runner.postScriptGC": False,
        # It reads pages into syntax trees, which fails now and then where other threads run
        # (Python before 3.11.8 and 3.12.2); no page draws by standing alone on a line.
        "runner.magicEnabled": False,
        "browser.gatherUsageStats": False,
        "client.toolbarMode": "minimal",
        "client.showErrorDetails": "none",
        "client.showSidebarNavigation": False,
        "logger.level": "warning",
        # Its address lacks the token; ours is printed instead.
        "logger.hideWelcomeMessage": True,
    }


def send_at_once(port: int) -> None:
    """Let the listening socket hand TCP_NODELAY on to its connections.

    Streamlit binds it itself, in a way in which asyncio does not recognise it as TCP: the body of
    every reply then waits up to 40 ms for the browser's confirmation of the headers.
    """
    for one in psutil.Process().net_connections("tcp"):
        if one.status == psutil.CONN_LISTEN and one.laddr.port == port and one.fd >= 0:
            with socket.socket(fileno=os.dup(one.fd)) as listening:
                listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _running_at(note: Path) -> str:
    try:
        told = json.loads(note.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    return f" at http://{told['host']}:{told['port']} (process {told['pid']})"
