"""The routes of the rail, over a real server: examples of classes, and what looks alike."""

import uuid
from typing import Any

import pytest

from tests.live import Server
from tests.web.test_picking_api import reserved


@pytest.fixture
def ada(server: Server) -> int:
    """An annotator nobody else uses."""
    return server.join(f"Ada {uuid.uuid4().hex[:8]}")


def labeled(server: Server, project: int, person: int, item: int, class_id: int) -> None:
    """Give an item a class, as the desk would."""
    told = {"event_id": str(uuid.uuid4()), "item": item, "kind": "label", "class_id": class_id}
    status, found = server.ask(
        "POST", "/api/labels", {"project": project, "events": [told]}, person=person
    )
    assert (status, found["refused"]) == (200, [])


def test_an_example_is_chosen_shown_and_taken_away_and_an_audit_item_is_refused(
    server: Server, project: int, ada: int
):
    classes = server.ask("GET", f"/api/desk?project={project}", person=ada)[1]["classes"]
    blue = classes[1]["id"]
    audited = min(reserved(server, project))
    picked, unanswered = (
        tile["id"]
        for tile in server.ask("POST", "/api/picking", {"project": project, "want": 2}, person=ada)[
            1
        ]["items"]
    )
    told = {"project": project, "class_id": blue}

    before = [
        server.ask("POST", "/api/examples", told | {"item": item}, person=ada)
        for item in (audited, unanswered)
    ]
    labeled(server, project, ada, audited, blue)
    labeled(server, project, ada, picked, blue)
    after = server.ask("POST", "/api/examples", told | {"item": audited}, person=ada)
    status, chosen = server.ask("POST", "/api/examples", told | {"item": picked}, person=ada)

    # Before the answer, an audit item is like any other.
    assert before[0] == before[1]
    assert before[0][0] == after[0] == 400
    assert "Label it blue first" in before[0][1]["problem"]
    assert "An audit item" in after[1]["problem"]
    assert status == 200
    assert [one["class_id"] for one in chosen["classes"]] == [one["id"] for one in classes]
    shown = chosen["classes"][1]
    assert shown["chosen"]
    assert [(one["item"], one["words"]) for one in shown["shown"]] == [(picked, "")]
    assert server.ask("GET", shown["shown"][0]["thumb"], person=ada)[0] == 200
    assert server.ask("GET", f"/api/examples?project={project}", person=ada) == (200, chosen)
    gone = server.ask("POST", "/api/examples/away", told | {"item": picked}, person=ada)[1]
    assert not gone["classes"][1]["chosen"]
    assert [shown["item"] for shown in gone["classes"][1]["shown"]] == [picked]  # Labeled so.


def test_what_looks_alike_is_told_of_an_answered_item_only(server: Server, project: int, ada: int):
    desk = server.ask("GET", f"/api/desk?project={project}", person=ada)[1]
    one = min(reserved(server, project))
    path = f"/api/similar?item={one}"

    peeked = server.ask("GET", path, person=ada)
    labeled(server, project, ada, one, desk["classes"][0]["id"])
    status, found = server.ask("GET", path, person=ada)

    assert peeked[0] == 409
    assert peeked[1]["problem"] == "What looks like this item is shown after your answer."
    assert status == 200
    assert (found["item"], found["found"]) == (one, [])
    assert found["why_none"]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/api/examples?project=9876", None, 400),
        ("/api/examples?project=0", None, 422),
        ("/api/similar?item=987654", None, 400),
        ("/api/similar?item=one", None, 422),
        ("/api/examples", {"project": 1, "class_id": 1, "item": 987654}, 400),
        ("/api/examples", {"project": 1, "class_id": 1, "item": -1}, 422),
        ("/api/examples/away", {"project": 1, "class_id": 98765, "item": 1}, 400),
    ],
)
def test_what_is_not_there_is_refused_with_a_sentence(
    server: Server, ada: int, path: str, body: Any, status: int
):
    found = server.ask("GET" if body is None else "POST", path, body, person=ada)

    assert found[0] == status
    assert found[1]["problem"].endswith(".")


def test_examples_of_another_persons_page_are_refused(server: Server, ada: int):
    stranger = {"X-Labeler-Desk": f"elsewhere/{ada + 1}"}
    body = {"project": 1, "class_id": 1, "item": 1}

    assert server.ask("POST", "/api/examples", body, person=ada, **stranger)[0] == 409
    assert server.ask("POST", "/api/examples/away", body)[0] == 403
    assert server.ask("GET", "/api/similar?item=1")[0] == 403
