"""A real server in its own process, for tests that speak to it over HTTP or through a browser."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from typing import Any

START_SECONDS = 60.0


def free_port() -> int:
    """Return a port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def labeler(
    *arguments: str, workspace: Path, database: str | None = None
) -> "subprocess.CompletedProcess[str]":
    """Run one command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "labeler_app", "--workspace", str(workspace), *arguments],
        capture_output=True,
        text=True,
        env=_environment(database),
        timeout=300,
        check=False,
    )


@dataclass
class Server:
    """`labeler run` (or another command that serves) for one workspace."""

    workspace: Path
    command: tuple[str, ...] = ("run",)
    database: str | None = None
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> "Server":
        """Start the process and wait until it answers."""
        arguments = ["--workspace", str(self.workspace), *self.command]
        self.log = self.workspace / "server.log"
        self.workspace.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "labeler_app",
                    *arguments,
                    "--no-browser",
                    "--port",
                    str(self.port),
                ],
                stdout=out,
                stderr=out,
                stdin=subprocess.DEVNULL,
                env=_environment(self.database),
            )
        wait_for(self.answers, START_SECONDS, lambda: self.log.read_text())
        return self

    def answers(self) -> bool:
        """Say whether the server is up."""
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()
        with suppress(OSError, HTTPException):
            return self.ask("GET", "/api/health")[0] == 200
        return False

    def kill(self) -> None:
        """End the process at once, as a crash would."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(30)

    def stop(self) -> None:
        """End the process in order, if it runs."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()

    @property
    def token(self) -> str:
        """The start token."""
        path = self.workspace / "token.secret"
        return path.read_text().strip() if path.is_file() else ""

    @property
    def url(self) -> str:
        """The address without a page."""
        return f"http://127.0.0.1:{self.port}"

    def page(self, path: str) -> str:
        """The address of a page, with the token that lets a browser in."""
        return f"{self.url}{path}{'&' if '?' in path else '?'}token={self.token}"

    def ask(
        self, method: str, path: str, body: Any = None, *, person: int | None = None, **headers: str
    ) -> tuple[int, Any]:
        """Send a request as a program would; return status and parsed answer."""
        sent = {"Authorization": f"Bearer {self.token}"}
        if person is not None:
            sent["X-Labeler-Person"] = str(person)
        answer, content = self.raw(method, path, body, **{**sent, **headers})
        with suppress(ValueError):
            return answer.status, json.loads(content)
        return answer.status, content

    def raw(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> tuple[HTTPResponse, bytes]:
        """Send a request with these headers and no others."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        content = body if isinstance(body, str | bytes | None) else json.dumps(body)
        kind = {"Content-Type": "application/json"} if content is not None else {}
        try:
            connection.request(method, path, content, {**kind, **headers})
            answer = connection.getresponse()
            return answer, answer.read()
        finally:
            connection.close()

    def join(self, name: str) -> int:
        """Give a name on the first page and return the annotator's number."""
        answer, _ = self.raw(
            "POST",
            "/welcome",
            f"name={name}&next=%2F",
            **{
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/x-www-form-urlencoded",
            },
        )
        assert answer.status == 303
        cookie = answer.getheader("set-cookie") or ""
        found = re.search(r"labeler_person_\w+=(\d+)", cookie)
        assert found is not None, cookie
        return int(found.group(1))


def wait_for(ready: Any, seconds: float, said: Any = lambda: "") -> None:
    """Ask again and again until something is so."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if ready():
            return
        time.sleep(0.05)
    raise AssertionError(f"Not so after {seconds} s. {said()}")


def _environment(database: str | None) -> dict[str, str]:
    chosen = {key: value for key, value in os.environ.items() if not key.startswith("LABELER_")}
    if database is not None:
        chosen["LABELER_DATABASE"] = database
    return {"LABELER_IDLE": "3", **chosen}  # A person would wait longer for the last model.
