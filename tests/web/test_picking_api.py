"""The route of items to pick by hand, over a real server."""

import uuid
from typing import Any

import pytest
import sqlalchemy as sa

from labeler_app.store import schema
from tests.live import Server
from tests.records import opened


@pytest.fixture
def ada(server: Server) -> int:
    """An annotator nobody else uses."""
    return server.join(f"Ada {uuid.uuid4().hex[:8]}")


def tiles(server: Server, project: int, person: int, **wish: Any) -> list[dict[str, Any]]:
    body = {"project": project, **wish}
    status, found = server.ask("POST", "/api/picking", body, person=person)
    assert status == 200, found
    assert found["most"] > 500
    items: list[dict[str, Any]] = found["items"]
    return items


def reserved(server: Server, project: int) -> set[int]:
    with opened(server.workspace) as ws, ws.store.read() as tx:
        query = sa.select(schema.audit.c.item).where(schema.audit.c.project == project)
        return set(tx.execute(query).scalars())


def picked(item: int, class_id: int, **more: Any) -> dict[str, Any]:
    told = {"event_id": str(uuid.uuid4()), "item": item, "kind": "label", "class_id": class_id}
    return {**told, "picked": True, **more}


def test_the_grid_holds_every_item_that_is_not_audited_and_tells_no_more_than_its_picture(
    server: Server, project: int, ada: int
):
    audited = reserved(server, project)

    grid = tiles(server, project, ada, want=48)

    assert len(audited) == 12
    assert len(grid) == 48
    assert not {one["id"] for one in grid} & audited
    assert {name for one in grid for name in one} == {"id", "url", "thumb", "width", "height"}
    assert server.ask("GET", grid[0]["thumb"], person=ada)[0] == 200


def test_more_is_what_was_not_seen(server: Server, project: int, ada: int):
    first = [one["id"] for one in tiles(server, project, ada, want=40)]
    rest = [one["id"] for one in tiles(server, project, ada, want=48, seen=first)]

    assert len(rest) == 8
    assert not set(first) & set(rest)


def test_a_pick_is_acknowledged_once_durable_and_an_audit_item_is_refused(
    server: Server, project: int, ada: int
):
    desk = server.ask("GET", f"/api/desk?project={project}", person=ada)[1]
    blue = desk["classes"][1]["id"]
    good = picked(tiles(server, project, ada)[0]["id"], blue)
    bad = picked(min(reserved(server, project)), blue)
    body = {"project": project, "events": [bad, good]}

    status, receipt = server.ask("POST", "/api/labels", body, person=ada)

    assert status == 200
    assert receipt["acknowledged"] == [good["event_id"]]
    assert receipt["why"] == {good["event_id"]: "You picked it by hand."}
    assert [one["event_id"] for one in receipt["refused"]] == [bad["event_id"]]
    assert receipt["counts"][str(blue)] == receipt["progress"]["labeled"] == 1
    assert good["item"] not in [one["id"] for one in tiles(server, project, ada)]


@pytest.mark.parametrize(
    "wish", [{"want": 0}, {"want": 1000}, {"seen": list(range(1, 2000))}, {"desk": "a"}, {"x": 1}]
)
def test_a_wish_that_is_not_right_is_refused_with_a_sentence(
    server: Server, ada: int, wish: dict[str, Any]
):
    status, found = server.ask("POST", "/api/picking", {"project": 1, **wish}, person=ada)

    assert status == 422
    assert found["problem"].startswith("The field ")


def test_a_grid_for_another_person_or_no_project_is_refused(server: Server, ada: int):
    stranger = {"X-Labeler-Desk": f"elsewhere/{ada + 1}"}

    assert server.ask("POST", "/api/picking", {"project": 1}, person=ada, **stranger)[0] == 409
    assert server.ask("POST", "/api/picking", {"project": 9876}, person=ada)[0] == 400
    assert server.ask("POST", "/api/picking", {"project": 1})[0] == 403
