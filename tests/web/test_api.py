"""The HTTP API over a real server: leases, labels, images, downloads, and what it refuses."""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from labeler_app.services import class_surgery, projects
from labeler_app.web.guard import person_cookie
from tests.live import Server
from tests.records import opened, paths


@pytest.fixture
def ada(server: Server) -> Iterator[int]:
    """An annotator nobody else uses; what is leased at the end goes back."""
    person = server.join(f"Ada {uuid.uuid4().hex[:8]}")
    yield person
    leased(server, person, 0)


def leased(server: Server, person: int, want: int = 3) -> list[dict[str, Any]]:
    status, found = server.ask("POST", "/api/queue", {"project": 1, "want": want}, person=person)
    assert status == 200, found
    items: list[dict[str, Any]] = found["items"]
    return items


def event(item: int, **values: Any) -> dict[str, Any]:
    return {"event_id": str(uuid.uuid4()), "item": item, "kind": "label", "class_id": 1, **values}


def test_the_desk_opens_with_classes_their_keys_and_no_labels(server: Server, ada: int):
    status, desk = server.ask("GET", "/api/desk?project=1", person=ada)

    assert status == 200
    assert [(one["name"], one["key"], one["colour"]) for one in desk["classes"]] == [
        ("amber", "1", 1),
        ("blue", "2", 2),
        ("green", "3", 3),
    ]
    assert desk["last"] == []
    assert desk["progress"]["goal"] == 60


def test_an_offer_tells_nothing_of_the_audit(server: Server, ada: int):
    items = leased(server, ada, 10)

    assert len({one["id"] for one in items}) == 10
    assert {name for one in items for name in one} == {
        "id",
        "url",
        "thumb",
        "width",
        "height",
        "version",
        "p",
    }


def test_two_annotators_never_hold_the_same_item(server: Server, ada: int):
    grace = server.join("Grace")

    hers = {one["id"] for one in leased(server, ada, 10)}
    others = {one["id"] for one in leased(server, grace, 10)}
    leased(server, grace, 0)

    assert len(hers) == len(others) == 10
    assert not hers & others


def test_one_annotator_never_holds_more_than_half_of_what_is_left(server: Server, ada: int):
    desk = server.ask("GET", "/api/desk?project=1", person=ada)[1]

    items = leased(server, ada, 120)

    assert 12 <= len(items) <= max(12, (60 - desk["progress"]["labeled"]) // 2)


def test_the_same_event_sent_twice_is_stored_once_and_acknowledged_twice(server: Server, ada: int):
    sent = {"project": 1, "events": [event(leased(server, ada)[0]["id"])]}

    first = server.ask("POST", "/api/labels", sent, person=ada)[1]
    second = server.ask("POST", "/api/labels", sent, person=ada)[1]

    name = sent["events"][0]["event_id"]
    assert first["acknowledged"] == second["acknowledged"] == [name]
    assert first["progress"] == second["progress"]
    assert first["why"][name] == second["why"][name] != ""


def test_one_impossible_answer_does_not_hold_up_the_others(server: Server, ada: int):
    item = leased(server, ada)[0]["id"]
    good, bad = event(item), event(987654)

    status, receipt = server.ask(
        "POST", "/api/labels", {"project": 1, "events": [bad, good]}, person=ada
    )

    assert status == 200
    assert receipt["acknowledged"] == [good["event_id"]]
    assert [one["event_id"] for one in receipt["refused"]] == [bad["event_id"]]
    assert "987654" in receipt["refused"][0]["problem"]


def test_a_label_of_a_merged_class_is_taken_as_the_other_and_of_a_retired_one_refused(
    server: Server, ada: int, project: int
):
    with opened(server.workspace) as ws:
        amber, blue, green = projects.classes(ws, project)
        class_surgery.merge(ws, blue.id, amber.id)
        class_surgery.retire(ws, green.id)
        items = list(paths(ws, project))
    sent = [event(items[0], class_id=blue.id), event(items[1], class_id=green.id)]

    told = {"project": project, "events": sent}
    status, receipt = server.ask("POST", "/api/labels", told, person=ada)
    _, desk = server.ask("GET", f"/api/desk?project={project}", person=ada)

    assert status == 200
    assert receipt["acknowledged"] == [sent[0]["event_id"]]
    assert receipt["counts"] == {str(amber.id): 1}
    (refused,) = receipt["refused"]
    assert refused["problem"] == "The class 'green' was retired: it cannot be given any more."
    assert [one["name"] for one in desk["classes"]] == ["amber"]
    assert desk["class_version"] == receipt["class_version"] > 0


def test_undo_takes_the_label_back(server: Server, ada: int):
    item = leased(server, ada)[0]["id"]
    label = event(item)
    before = server.ask("GET", "/api/desk?project=1", person=ada)[1]["progress"]["labeled"]
    server.ask("POST", "/api/labels", {"project": 1, "events": [label]}, person=ada)
    undo = event(item, kind="undo", class_id=None, reverts=label["event_id"])

    receipt = server.ask("POST", "/api/labels", {"project": 1, "events": [undo]}, person=ada)[1]

    assert receipt["acknowledged"] == [undo["event_id"]]
    assert receipt["progress"]["labeled"] == before


def test_nobody_undoes_what_another_person_labeled(server: Server, ada: int):
    item = leased(server, ada)[0]["id"]
    label = event(item)
    server.ask("POST", "/api/labels", {"project": 1, "events": [label]}, person=ada)
    mallory = server.join("Mallory")
    undo = event(item, kind="undo", class_id=None, reverts=label["event_id"])

    receipt = server.ask("POST", "/api/labels", {"project": 1, "events": [undo]}, person=mallory)[1]

    assert receipt["acknowledged"] == []
    assert "not one of yours" in receipt["refused"][0]["problem"]


@pytest.mark.parametrize("foreign", ["{here}/{other}", "elsewhere/{me}", "{me}", ""])
@pytest.mark.parametrize("route", ["labels", "queue", "classes", "budget"])
def test_what_a_desk_of_another_person_or_workspace_sends_is_not_taken_under_this_name(
    server: Server, ada: int, route: str, foreign: str
):
    with opened(server.workspace) as ws:
        told = foreign.format(here=person_cookie(ws), other=ada + 1, me=ada)
    more: dict[str, Any] = {
        "labels": {"events": [event(leased(server, ada)[0]["id"])]},
        "queue": {},
        "classes": {"name": "stray"},
        "budget": {"more": 5},
    }[route]
    before = server.ask("GET", "/api/desk?project=1", person=ada)[1]

    status, body = server.ask(
        "POST", f"/api/{route}", {"project": 1, **more}, person=ada, **{"X-Labeler-Desk": told}
    )

    after = server.ask("GET", "/api/desk?project=1", person=ada)[1]
    assert status == 409
    assert "another" in body["problem"]
    assert body["hint"]
    for name in ("last", "classes", "progress"):
        assert after[name] == before[name]


def test_what_the_desk_of_this_person_and_workspace_sends_is_taken(server: Server, ada: int):
    with opened(server.workspace) as ws:
        told = f"{person_cookie(ws)}/{ada}"
    sent = {"project": 1, "events": [event(leased(server, ada)[0]["id"])]}

    status, receipt = server.ask(
        "POST", "/api/labels", sent, person=ada, **{"X-Labeler-Desk": told}
    )

    assert status == 200
    assert len(receipt["acknowledged"]) == 1


def test_two_desks_of_one_person_hold_different_items(server: Server, ada: int):
    def ask(desk: str, want: int = 12) -> set[int]:
        wish = {"project": 1, "want": want, "desk": desk}
        status, found = server.ask("POST", "/api/queue", wish, person=ada)
        assert status == 200, found
        return {one["id"] for one in found["items"]}

    first, second = str(uuid.uuid4()), str(uuid.uuid4())
    hers = ask(first)
    others = ask(second)
    again = ask(first)
    for desk in (first, second):
        ask(desk, 0)

    assert len(hers) == len(others) == 12
    assert hers == again
    assert not hers & others


@pytest.mark.parametrize("person", ["\u00b2", "99999999999999999999", "-1", "1.0", "0x1"])
def test_a_person_that_is_no_number_is_nobody(server: Server, person: str):
    answer, content = server.raw(
        "POST",
        "/api/queue",
        {"project": 1},
        **{"Authorization": f"Bearer {server.token}", "X-Labeler-Person": person},
    )

    assert answer.status == 403, content


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"project": "one", "events": []}, "project"),
        ({"project": 1, "events": [{"event_id": "short", "item": 1, "kind": "label"}]}, "event_id"),
        ({"project": 1, "events": [event(1, kind="love")]}, "kind"),
        ({"project": 1, "events": [event(1, surprise=1)]}, "surprise"),
        ({"project": 1, "events": [event(1, version=2**63)]}, "version"),
        ({"project": 1, "events": [event(1, version=2**31)]}, "version"),
        ({"project": 1, "events": [event(1, version=-1)]}, "version"),
        ({"project": 1, "events": [event(1, shown_at="yesterday")]}, "shown_at"),
        ({"project": 1, "events": [event(1, decided_at=1e300)]}, "decided_at"),
        ({"project": 1, "events": [event(1)] * 201}, "events"),
        ("{", ""),
    ],
)
def test_a_malformed_request_names_the_field_in_one_sentence(
    server: Server, ada: int, body: Any, field: str
):
    status, answer = server.ask("POST", "/api/labels", body, person=ada)

    assert status == 422
    assert field in answer["problem"]
    assert "Traceback" not in str(answer)


@pytest.mark.parametrize(
    "when", ["2000-01-01T00:00:00+14:00", "2199-12-31T23:59:59.999999-12:00", "2026-05-06T07:08:09"]
)
def test_an_answer_of_this_time_is_taken_and_exported(server: Server, ada: int, when: str):
    item = leased(server, ada)[0]["id"]
    told = event(item, shown_at=when, decided_at=when)

    status, receipt = server.ask(
        "POST", "/api/labels", {"project": 1, "events": [told]}, person=ada
    )

    assert (status, receipt["acknowledged"]) == (200, [told["event_id"]])
    assert server.ask("GET", "/api/export?project=1&format=csv", person=ada)[0] == 200


@pytest.mark.parametrize(
    "when",
    [
        "0001-01-01T00:00:00Z",
        "1970-01-01T00:00:07Z",
        "1999-12-31T23:59:59Z",
        "2200-01-01T00:00:00",
        "9999-12-31T23:59:59.999999Z",
    ],
)
def test_an_answer_from_a_clock_gone_wrong_is_taken_without_its_time(
    server: Server, ada: int, when: str
):
    item = leased(server, ada)[0]["id"]
    told = event(item, shown_at=when, decided_at=when)

    status, receipt = server.ask(
        "POST", "/api/labels", {"project": 1, "events": [told]}, person=ada
    )

    assert (status, receipt["acknowledged"]) == (200, [told["event_id"]])
    status, exported = server.ask("GET", "/api/export?project=1&format=csv", person=ada)
    assert status == 200
    assert when[:19] not in str(exported)


@pytest.mark.parametrize("body", [b"\xff\xfe{", b'{"project": "\xff"}', "[" * 100_000])
def test_a_body_that_is_no_text_or_no_json_is_answered_with_a_problem_and_a_hint(
    server: Server, ada: int, body: str | bytes
):
    status, answer = server.ask("POST", "/api/labels", body, person=ada)

    assert status in (400, 422)
    assert set(answer) == {"problem", "hint"}
    assert "JSON" in answer["problem"]


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/api/nothing", 404), ("DELETE", "/api/labels", 405)]
)
def test_an_address_that_is_not_there_is_answered_with_a_problem_and_a_hint(
    server: Server, ada: int, method: str, path: str, status: int
):
    found, answer = server.ask(method, path, person=ada)

    assert found == status
    assert set(answer) == {"problem", "hint"}


def test_images_are_re_encoded_and_may_be_kept_for_ever(server: Server, ada: int):
    item = leased(server, ada)[0]

    answer, content = server.raw("GET", item["url"], Authorization=f"Bearer {server.token}")

    assert answer.status == 200
    assert answer.getheader("content-type") == "image/png"
    assert "immutable" in (answer.getheader("cache-control") or "")
    assert answer.getheader("x-content-type-options") == "nosniff"
    assert content.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/images/999999", 404),
        ("/api/images/99999999999999999999", 422),
        ("/api/imports/99999999999999999999/problems.csv", 422),
        ("/api/images/1?size=../../etc/passwd", 422),
        ("/api/images/..%2f..%2fetc%2fpasswd", 400),
        ("/api/images/x", 422),
        ("/api/contents/999999", 404),
        ("/api/contents/99999999999999999999", 422),
        ("/api/contents/..%2f..%2fetc%2fpasswd", 400),
        ("/api/contents/x", 422),
        ("/api/contents/1", 404),
        ("/api/desk?project=999", 400),
        ("/api/export?project=1&format=exe", 400),
        ("/api/export?project=1&origins=robots", 400),
    ],
)
def test_what_is_not_there_is_refused_with_a_sentence(
    server: Server, ada: int, path: str, status: int
):
    found, body = server.ask("GET", path, person=ada)

    assert found == status
    assert str(server.workspace) not in str(body)
    assert "Traceback" not in str(body)


def test_the_export_downloads_what_was_labeled(server: Server, ada: int):
    item = leased(server, ada)[0]["id"]
    label = event(item, class_id=2)
    server.ask("POST", "/api/labels", {"project": 1, "events": [label]}, person=ada)

    status, text = server.ask("GET", "/api/export?project=1&format=csv&origins=human", person=ada)

    row = next(line for line in text.decode().splitlines() if label["event_id"] in line)
    assert status == 200
    assert ",blue,label,human," in row


def test_the_api_describes_itself_and_loads_nothing_from_elsewhere(server: Server, ada: int):
    status, described = server.ask("GET", "/api/openapi.json", person=ada)

    assert status == 200
    assert {"/desk", "/queue", "/labels", "/images/{item}", "/contents/{item}"} <= described[
        "paths"
    ].keys()
    for page in ("/api/docs", "/api/redoc"):
        assert server.ask("GET", page, person=ada)[0] == 404


def test_a_request_of_nobody_is_refused(server: Server):
    status, body = server.ask("POST", "/api/queue", {"project": 1})

    assert status == 403
    assert "who sends it" in body["problem"]


def test_a_second_server_of_the_workspace_is_refused_and_says_where_the_first_is(
    server: Server, tmp_path: Path
):
    from tests.live import labeler

    second = labeler("run", "--no-browser", "--port", "1", workspace=server.workspace)

    assert second.returncode == 3
    assert f"http://127.0.0.1:{server.port}" in second.stderr
    assert server.answers()


def test_keys_are_chosen_by_a_person_for_themselves_and_refused_in_sentences(
    server: Server, ada: int
):
    wish = {"project": 1, "action": "skip", "key": "W"}

    status, told = server.ask("POST", "/api/keys", wish, person=ada)
    taken = server.ask("POST", "/api/keys", {**wish, "key": "U"}, person=ada)
    stranger = server.ask("POST", "/api/keys", wish, **{"X-Labeler-Desk": "0/0"}, person=ada)
    nobody = server.ask("POST", "/api/keys", wish)
    odd = server.ask("POST", "/api/keys", {**wish, "keys": "W"}, person=ada)
    desk = server.ask("GET", "/api/desk?project=1", person=ada)[1]
    back = server.ask("POST", "/api/keys", {"project": 1}, person=ada)[1]

    assert (status, told["keys"]) == (200, {"skip": "W"})
    assert [one["key"] for one in told["classes"]] == ["1", "2", "3"]
    assert desk["keys"] == {"skip": "W"}
    assert back["keys"] == {}
    problem = {"problem": "U is “Not sure” already.", "hint": "Give that another first."}
    assert taken == (400, problem)
    assert [status for status, _ in (stranger, nobody, odd)] == [409, 403, 422]
