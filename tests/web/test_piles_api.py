"""The route of the batch grid, over a real server with a model."""

import uuid
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from tests.live import Server, wait_for
from tests.program import Program
from tests.records import make_project, opened, paths
from tests.web.conftest import CLASSES


@pytest.fixture(scope="module")
def taught(server: Server, photos: Path) -> tuple[int, Program]:
    """A project with a model, and the program that labeled for it."""
    with opened(server.workspace) as ws:
        project = make_project(
            ws, f"Piles {uuid.uuid4().hex[:6]}", photos, classes=CLASSES, retrain_every=6
        )
        program = Program(server, project, paths(ws, project))
    program.label(20)
    program.wait_for_model()
    return project, program


def look(server: Server, taught: tuple[int, Program], **wish: Any) -> dict[str, Any]:
    body = {"project": taught[0], "least": 0.0, **wish}
    status, found = server.ask("POST", "/api/piles", body, person=taught[1].person)
    assert status == 200, found
    told: dict[str, Any] = found
    return told


def test_a_pile_is_looked_at_labeled_at_once_and_taken_back(
    server: Server, taught: tuple[int, Program]
):
    project, program = taught
    found = look(server, taught, want=5)
    assert found["version"] >= 1
    (spans,) = found["expected"].values()
    assert len(found["tiles"]) == len(spans) - 1 == 5
    assert server.ask("GET", found["tiles"][0]["thumb"], person=program.person)[0] == 200
    bulk = str(uuid.uuid4())
    events = [
        {
            "event_id": str(uuid.uuid4()),
            "item": one["id"],
            "kind": "label",
            "class_id": found["pile"],
            "bulk": bulk,
        }
        for one in found["tiles"]
    ]

    sent = {"project": project, "events": events}
    _, saved = server.ask("POST", "/api/labels", sent, person=program.person)

    assert saved["acknowledged"] == [one["event_id"] for one in events]
    _, desk = server.ask("GET", f"/api/desk?project={project}", person=program.person)
    together = [(one["event_id"], one["item"]) for one in desk["last"][-1]["together"]]
    assert together == [(one["event_id"], one["item"]) for one in events]
    gone = look(server, taught, pile=found["pile"])["tiles"]
    assert not {one["id"] for one in gone} & {one["id"] for one in found["tiles"]}


def test_tiles_bring_their_pictures_but_for_those_that_lie_on_the_desk(
    server: Server, taught: tuple[int, Program]
):
    first = look(server, taught, want=4)["tiles"]
    here = [one["id"] for one in first[:2]]

    again = look(server, taught, want=4, here=here)["tiles"]

    assert [one["id"] for one in again] == [one["id"] for one in first]
    assert [one["picture"] is None for one in again] == [True, True, False, False]
    for one in first:
        status, alone = server.ask("GET", one["thumb"], person=taught[1].person)
        kind, inline = one["picture"].split(";base64,")
        assert (status, kind[:11]) == (200, "data:image/")
        assert b64decode(inline) == alone


def test_a_project_without_copies_says_so_once_the_worker_has_looked(
    server: Server, taught: tuple[int, Program]
):
    wait_for(lambda: not look(server, taught, by="copies")["pending"], 60)
    found = look(server, taught, by="copies", ahead=[1])
    one = look(server, taught, want=1)
    event = {"event_id": str(uuid.uuid4()), "kind": "label", "class_id": one["pile"]}
    sent = {"project": taught[0], "events": [event | {"item": one["tiles"][0]["id"]}]}

    _, saved = server.ask("POST", "/api/labels", sent, person=taught[1].person)

    assert (found["piles"], found["tiles"], found["pile"]) == ([], [], None)
    assert saved["acknowledged"]
    assert saved["copies"] is None


@pytest.mark.parametrize(
    "wish",
    [{"least": 1.5}, {"want": 61}, {"want": 0}, {"pile": 0}, {"by": "chance"}, {"ahead": [0]}],
)
def test_what_is_no_wish_is_refused(
    server: Server, taught: tuple[int, Program], wish: dict[str, Any]
):
    body = {"project": taught[0], **wish}

    status, found = server.ask("POST", "/api/piles", body, person=taught[1].person)

    assert status == 422
    assert found["problem"]
