"""The automatic annotator of the demonstration: a client like any other, marked as an oracle."""

import contextlib
import json
import re
import threading
import time
import uuid
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any

from labeler_app.services import demonstration, people, projects
from labeler_app.services.workspace import Workspace

SECONDS_EACH = 0.5
READY_SECONDS = 60.0
_VERSION = re.compile(r"[?&]v=([0-9a-f]{12})")


def label_in_background(ws: Workspace, project: int) -> None:
    """Start labeling in a thread; it goes on until the budget is spent or the server ends."""
    client = Client(ws, people.automatic(ws).id)
    answers = demonstration.answers(ws)
    classes = {one.name: one.id for one in projects.classes(ws, project)}

    def work() -> None:
        while wait_until_ready(ws):
            # A connection may break; what was leased comes back at the next wish for items.
            with contextlib.suppress(OSError, HTTPException):
                _label_all(client, project, answers, classes)
                return

    threading.Thread(target=work, daemon=True).start()


def wait_until_ready(ws: Workspace) -> bool:
    """Wait until the server answers; False if it does not within a minute."""
    client = Client(ws, 0)
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        with contextlib.suppress(OSError, HTTPException):
            if client.ask("GET", "/api/health")[0] == 200:
                return True
        time.sleep(0.1)
    return False


@dataclass(frozen=True, slots=True)
class Client:
    """Talks to our own server over HTTP."""

    ws: Workspace
    person: int

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
        """Send one request; return status and parsed answer."""
        settings = self.ws.settings
        connection = HTTPConnection(settings.host, settings.port, timeout=10)
        headers = {
            "Authorization": f"Bearer {self.ws.secret('token')}",
            "X-Labeler-Person": str(self.person),
            "Content-Type": "application/json",
        }
        try:
            connection.request(method, path, json.dumps(body) if body else None, headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or b"null")
        finally:
            connection.close()


def _label_all(
    client: Client, project: int, answers: dict[str, str], classes: dict[str, int]
) -> None:
    while True:
        status, found = client.ask("POST", "/api/queue", {"project": project, "want": 10})
        if status != 200:
            time.sleep(SECONDS_EACH)
            continue
        if found["end"] is not None:
            return
        for item in found["items"]:
            begun = time.monotonic()
            time.sleep(SECONDS_EACH)
            event = _event(item, answers, classes, time.monotonic() - begun)
            client.ask("POST", "/api/labels", {"project": project, "events": [event]})
        if not found["items"]:
            time.sleep(SECONDS_EACH)


def _event(
    item: dict[str, Any], answers: dict[str, str], classes: dict[str, int], seconds: float
) -> dict[str, Any]:
    named = _VERSION.search(item["url"])
    label = answers.get(named.group(1), "") if named else ""
    event = {"event_id": str(uuid.uuid4()), "item": item["id"], "ms": round(1000 * seconds)}
    if label not in classes:
        return {**event, "kind": "skip"}
    return {**event, "kind": "label", "class_id": classes[label]}
