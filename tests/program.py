"""A program that labels: it speaks HTTP as the desk does, and knows every answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import uuid4

from tests.live import Server, wait_for
from tests.pictures import truth


@dataclass
class Program:
    """An annotator without a browser."""

    server: Server
    project: int
    paths: Mapping[int, str]
    name: str = "Program"
    person: int = field(init=False)
    classes: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.person = self.server.join(self.name)
        self.classes = {one["name"]: one["id"] for one in self.desk()["classes"]}

    def desk(self) -> dict:
        """Return what the desk is told when it opens."""
        return self._asked("GET", f"/api/desk?project={self.project}")

    def items(self, want: int) -> list[int]:
        """Lease items."""
        wish = {"project": self.project, "keep": [], "want": want}
        return [one["id"] for one in self._asked("POST", "/api/queue", wish)["items"]]

    def label(self, count: int, answer: Callable[[str], str] = truth) -> list[str]:
        """Label as many items, 20 at a time, and return the event ids in order."""
        sent: list[str] = []
        while len(sent) < count:
            events = [self.event(one, answer) for one in self.items(min(20, count - len(sent)))]
            assert events, f"The queue ended after {len(sent)} labels."
            told = {"project": self.project, "events": events}
            answered = self._asked("POST", "/api/labels", told)
            assert answered["acknowledged"] == [one["event_id"] for one in events]
            sent += answered["acknowledged"]
        return sent

    def event(self, item: int, answer: Callable[[str], str] = truth) -> dict:
        """Return a label for an item, ready to be sent."""
        chosen = self.classes[answer(self.paths[item])]
        return {
            "event_id": str(uuid4()),
            "item": item,
            "kind": "label",
            "class_id": chosen,
            "ms": 900,
        }

    def wait_for_model(self, version: int = 1, seconds: float = 60.0) -> None:
        """Wait until the worker has published this model, or a newer one."""
        wait_for(lambda: (self.desk()["queue"]["version"] or 0) >= version, seconds)

    def _asked(self, method: str, path: str, body: object = None) -> dict:
        status, answer = self.server.ask(method, path, body, person=self.person)
        assert status == 200, answer
        return answer
