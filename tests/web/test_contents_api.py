"""The route of what texts and rows say, over a real server."""

import uuid
from pathlib import Path
from typing import Any

import pytest

from labeler_app.services import setup
from labeler_app.services.exchange import ImportOptions
from tests.live import Server
from tests.records import opened
from tests.tables import people, written

HOSTILE = '<script>alert("1")</script>\u202e\x07 </text> & \\ "'


@pytest.fixture
def ada(server: Server) -> int:
    """An annotator nobody else uses."""
    return server.join(f"Ada {uuid.uuid4().hex[:8]}")


def project_of(server: Server, file: Path, text_column: str | None = None) -> int:
    with opened(server.workspace) as ws:
        name = f"{file.stem} {uuid.uuid4().hex[:8]}"
        options = ImportOptions(text_column=text_column)
        made = setup.new_project(ws, name, file, options, classes=("one", "two"))
        return made.project.id


def offers(server: Server, project: int, person: int) -> list[dict[str, Any]]:
    wish = {"project": project, "want": 12}
    status, found = server.ask("POST", "/api/queue", wish, person=person)
    assert status == 200, found
    items: list[dict[str, Any]] = found["items"]
    return items


def test_hostile_text_arrives_as_data_and_may_be_kept_for_ever(
    server: Server, ada: int, tmp_path: Path
):
    texts = written(tmp_path / "texts.jsonl", [{"text": HOSTILE}, {"text": "plain words here"}])
    project = project_of(server, texts, "text")
    addresses = [one["url"] for one in offers(server, project, ada)]

    answers = [server.raw("GET", one, Authorization=f"Bearer {server.token}") for one in addresses]
    told = [server.ask("GET", one, person=ada)[1] for one in addresses]

    assert {one["text"] for one in told} == {HOSTILE, "plain words here"}
    for answer, _ in answers:
        assert answer.getheader("content-type") == "application/json"
        assert answer.getheader("x-content-type-options") == "nosniff"
        assert "immutable" in (answer.getheader("cache-control") or "")


def test_a_row_is_told_with_what_is_missing_and_where_its_numbers_lie(
    server: Server, ada: int, tmp_path: Path
):
    project = project_of(server, written(tmp_path / "people.csv", people(40)))
    first = offers(server, project, ada)[0]

    status, told = server.ask("GET", first["url"], person=ada)

    values = {one["name"]: one for one in told["values"]}
    assert status == 200
    assert list(values) == ["age", "job", "hours", "since", "pay"]
    assert len(values["age"]["standing"]["marks"]) == 5
    assert values["hours"]["missing"] == (values["hours"]["written"] == "?")
    assert first["url"].endswith("-40")
    assert first["width"] is None


def test_the_last_answers_name_the_address_of_what_they_say(
    server: Server, ada: int, tmp_path: Path
):
    project = project_of(server, written(tmp_path / "people.csv", people(40)))
    item = offers(server, project, ada)[0]
    answer = {"event_id": str(uuid.uuid4()), "item": item["id"], "kind": "skip"}
    server.ask("POST", "/api/labels", {"project": project, "events": [answer]}, person=ada)

    last = server.ask("GET", f"/api/desk?project={project}", person=ada)[1]["last"]

    assert [one["url"] for one in last] == [item["url"]]


def test_words_of_a_model_that_is_none_are_refused_with_a_sentence(
    server: Server, ada: int, tmp_path: Path
):
    texts = written(tmp_path / "few.jsonl", [{"text": HOSTILE}, {"text": "plain words here"}])
    project = project_of(server, texts, "text")
    item = offers(server, project, ada)[0]["id"]

    for address, status, sentence in (
        (f"/api/words/{item}?v=1&of=1", 404, "no model version 1"),
        ("/api/words/999999999?v=1&of=1", 404, "no item number"),
        (f"/api/words/{item}?v=x&of=1", 422, "query.v"),
    ):
        got, told = server.ask("GET", address, person=ada)
        assert got == status
        assert sentence in told["problem"]
