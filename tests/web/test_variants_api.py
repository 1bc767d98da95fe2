"""The routes of made pictures, over a real server."""

import io
import uuid
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image

from labeler_app.store import schema
from labeler_app.web.guard import person_cookie
from tests.live import Server
from tests.records import make_project, opened, paths
from tests.variants import make_variants
from tests.web.conftest import CLASSES

COUNT = 4


@pytest.fixture(scope="module")
def made(server: Server, photos: Path) -> tuple[int, int, list[int]]:
    """A project, a person, and four variants of its pictures."""
    ada = server.join(f"Ada {uuid.uuid4().hex[:8]}")
    with opened(server.workspace) as ws:
        name = f"Made {uuid.uuid4().hex[:6]}"
        project = make_project(ws, name, photos, classes=CLASSES, audit_reserve=0.0)
        with ws.store.write() as tx:  # No picture measures: each may have variants.
            tx.execute(sa.delete(schema.audit).where(schema.audit.c.project == project))
        return project, ada, make_variants(ws, project, ada, list(paths(ws, project))[:COUNT])


def look(server: Server, made: tuple[int, int, list[int]], more: str = "") -> dict[str, Any]:
    status, found = server.ask("GET", f"/api/variants?project={made[0]}{more}", person=made[1])
    assert status == 200, found
    told: dict[str, Any] = found
    return told


def send(server: Server, made: tuple[int, int, list[int]], *events: dict[str, Any], **more: str):
    body = {"project": made[0], "events": list(events)}
    return server.ask("POST", "/api/reviews", body, person=made[1], **more)


def event(variant: int, kind: str = "reject", **more: Any) -> dict[str, Any]:
    return {"event_id": str(uuid.uuid4()), "variant": variant, "kind": kind, **more}


def test_variants_come_with_pictures_classes_and_costs(
    server: Server, made: tuple[int, int, list[int]]
):
    found = look(server, made, "&count=2")

    assert [one["id"] for one in found["variants"]] == made[2][:2]
    assert found["filling"]["key"] == "low light@brightness:0-1"
    assert [(one["name"], one["key"]) for one in found["classes"]] == [
        ("amber", "1"),
        ("blue", "2"),
        ("green", "3"),
    ]
    assert "apart from the label" in found["spent"]
    one = found["variants"][0]
    assert float(one["before"]) > float(one["after"])
    assert server.ask("GET", one["original"], person=made[1])[0] == 200


def test_a_picture_is_served_in_both_sizes_and_kept_by_the_browser(
    server: Server, made: tuple[int, int, list[int]]
):
    address = f"/api/variants/{made[2][0]}/picture"
    allowed = {"Authorization": f"Bearer {server.token}"}

    small, small_bytes = server.raw("GET", f"{address}?size=thumb", **allowed)
    _, whole_bytes = server.raw("GET", address, **allowed)

    assert small.getheader("content-type") in ("image/png", "image/jpeg")
    assert "immutable" in (small.getheader("cache-control") or "")
    for content in (small_bytes, whole_bytes):
        assert Image.open(io.BytesIO(content)).size == (96, 72)


def test_a_picture_has_no_text_to_be_served(server: Server, made: tuple[int, int, list[int]]):
    status, told = server.ask("GET", f"/api/variants/{made[2][0]}/text", person=made[1])

    assert status == 404
    assert told["problem"] == f"Variant {made[2][0]} is a picture."


@pytest.mark.parametrize("number", [0, 2**53 + 1, "..%2f..%2ftoken.secret"])
def test_what_is_no_number_of_a_picture_reads_no_file(server: Server, number: object):
    allowed = {"Authorization": f"Bearer {server.token}"}

    answer, content = server.raw("GET", f"/api/variants/{number}/picture", **allowed)

    assert answer.status in (400, 404, 422)
    assert server.token.encode() not in content


def test_a_path_that_leads_out_of_the_workspace_is_not_followed(
    server: Server, made: tuple[int, int, list[int]], photos: Path
):
    outside = next(photos.rglob("*.png"))
    column, mine = schema.variant.c, made[2][-1]
    with opened(server.workspace) as ws:
        with ws.store.write() as tx:
            was = tx.execute(sa.select(column.path).where(column.id == mine)).scalar_one()
            changed = sa.update(schema.variant).where(column.id == mine)
            tx.execute(changed.values(path=str(outside)))
        status, found = server.ask("GET", f"/api/variants/{mine}/picture")
        with ws.store.write() as tx:
            tx.execute(changed.values(path=was))

    assert status == 404
    assert "outside the folder" in found["problem"]


def test_decisions_are_stored_once_and_the_bad_ones_named(
    server: Server, made: tuple[int, int, list[int]]
):
    amber = look(server, made)["classes"][0]["id"]
    kept = event(made[2][1], "keep", class_id=amber, ms=1234.5)
    stray = event(10**9)

    first = send(server, made, kept, stray)
    again = send(server, made, kept)

    assert first[1]["acknowledged"] == again[1]["acknowledged"] == [kept["event_id"]]
    assert [one["event_id"] for one in first[1]["refused"]] == [stray["event_id"]]
    assert "So far: 1 of 1,000 decisions, 1 kept, 1.2 s each" in again[1]["spent"]
    last = look(server, made)["variants"][-1]
    assert (last["id"], last["decision"], last["kept_as"]) == (made[2][1], "keep", amber)


@pytest.mark.parametrize(
    "wrong", [{"kind": "maybe"}, {"variant": 0}, {"event_id": "x"}, {"ms": -1}, {"note": "?"}]
)
def test_what_is_no_decision_is_refused(
    server: Server, made: tuple[int, int, list[int]], wrong: dict[str, Any]
):
    status, found = send(server, made, {**event(made[2][0]), **wrong})

    assert status == 422
    assert found["problem"]


def test_a_page_opened_for_somebody_else_stores_nothing(
    server: Server, made: tuple[int, int, list[int]]
):
    with opened(server.workspace) as ws:
        place = person_cookie(ws)

    wrong = send(server, made, event(made[2][0]), **{"X-Labeler-Desk": f"{place}/{made[1] + 1}"})
    right = send(server, made, **{"X-Labeler-Desk": f"{place}/{made[1]}"})

    assert (wrong[0], right[0]) == (409, 200)
    assert look(server, made)["variants"][0]["decision"] == ""


def test_the_routes_describe_themselves(server: Server):
    _, described = server.ask("GET", "/api/openapi.json")

    assert {"/variants", "/reviews", "/variants/{variant}/picture"} <= described["paths"].keys()
