"""The door: nothing answers without the token, from a foreign host or for a foreign page."""

import pytest

from labeler_app.web.guard import person_cookie
from tests.live import Server
from tests.records import opened

CLOSED = [
    ("GET", "/api/health"),
    ("GET", "/api/openapi.json"),
    ("GET", "/api/desk?project=1"),
    ("POST", "/api/labels"),
    ("GET", "/api/images/1"),
    ("GET", "/api/contents/1"),
    ("GET", "/api/variants?project=1"),
    ("GET", "/api/variants/1/picture"),
    ("POST", "/api/reviews"),
    ("GET", "/_stcore/health"),
    ("GET", "/_stcore/stream"),
    ("GET", "/welcome"),
    ("GET", "/"),
]


@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_nothing_answers_without_the_token(server: Server, method: str, path: str):
    answer, content = server.raw(method, path, "{}" if method == "POST" else None)

    assert answer.status == 401
    assert b"not been let in" in content


@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_a_foreign_host_is_refused_even_with_the_token(server: Server, method: str, path: str):
    headers = {"Authorization": f"Bearer {server.token}", "Host": "labels.example"}

    answer, content = server.raw(method, path, "{}" if method == "POST" else None, **headers)

    assert answer.status == 400
    assert b"labels.example" in content


@pytest.mark.parametrize("origin", ["http://labels.example", "http://127.0.0.1:1", "null"])
def test_a_page_from_another_origin_is_refused_even_with_the_token(server: Server, origin: str):
    status, body = server.ask("POST", "/api/queue", {"project": 1}, person=1, Origin=origin)

    assert status == 403
    assert origin in body["problem"]


def test_our_own_origin_is_let_in(server: Server):
    status, _ = server.ask("GET", "/api/health", Origin=server.url)

    assert status == 200


@pytest.mark.parametrize("token", ["", "x", "Bearer", "ü"])
def test_a_wrong_token_is_refused(server: Server, token: str):
    answer, _ = server.raw("GET", f"/?token={token.encode('utf-8').hex()}", Accept="text/html")

    assert answer.status == 401


def test_the_start_address_sets_a_cookie_and_hides_the_token_from_the_address_bar(server: Server):
    answer, _ = server.raw("GET", f"/label?project=1&token={server.token}", Accept="text/html")

    assert answer.status == 303
    assert answer.getheader("location") == "/label?project=1"
    cookie = answer.getheader("set-cookie") or ""
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()


@pytest.mark.parametrize(
    ("address", "led_to"),
    [
        ("/label?project=1&token=of-yesterday", "/label?project=1"),
        ("/?token=", "/"),
        ("/?token=a&token=b&x=", "/?x="),
        ("//?token=a", "/"),
        ("//labels.example?token=a", "/"),
        ("/%5Clabels.example?token=a", "/"),
    ],
)
def test_who_was_let_in_loses_an_old_token_of_the_address_and_nothing_else(
    server: Server, address: str, led_to: str
):
    headers = {"Cookie": ours(server), "Accept": "text/html"}

    answer, _ = server.raw("GET", address, **headers)

    assert (answer.status, answer.getheader("location")) == (303, led_to)
    assert answer.getheader("set-cookie") is None


def test_another_part_of_the_address_may_end_like_the_token(server: Server):
    headers = {"Cookie": f"{ours(server)}; {person(server)}=1", "Accept": "text/html"}

    answer, _ = server.raw("GET", "/label?project=1&broken=1&mytoken=2", **headers)

    assert answer.status == 200


def test_an_old_token_lets_nobody_in_whose_cookie_is_of_another_day(server: Server):
    headers = {"Cookie": f"{ours(server)}x", "Accept": "text/html"}

    answer, content = server.raw("GET", "/?token=of-yesterday", **headers)

    assert answer.status == 401
    assert b"not been let in" in content


@pytest.mark.parametrize("foreign", ['foo={"a":1}', "a[b]=1", "lonely", 'x="open', "=1"])
def test_a_foreign_cookie_locks_nobody_out(server: Server, foreign: str):
    answer, content = server.raw("GET", "/api/health", Cookie=f"{foreign}; {ours(server)}")

    assert answer.status == 200, content


def test_who_has_no_token_is_told_where_the_address_is_found_again(server: Server):
    _, content = server.raw("GET", "/", Accept="text/html")

    assert b"labeler run" in content
    assert b"--paper:" in content  # The tokens: it looks like the first page.


@pytest.mark.parametrize("path", ["/projects", "/home", "/label/1", "/monitor/x?project=1"])
def test_an_address_without_a_page_leads_to_projects(server: Server, path: str):
    headers = {"Authorization": f"Bearer {server.token}", "Accept": "text/html"}

    answer, _ = server.raw("GET", path, **headers)

    assert (answer.status, answer.getheader("location")) == (303, "/")


@pytest.mark.parametrize("path", ["/", "/new", "/label", "/monitor", "/data", "/settings"])
def test_a_page_says_that_it_opens_before_any_script_runs(server: Server, path: str):
    headers = {
        "Authorization": f"Bearer {server.token}",
        "Accept": "text/html",
        "Cookie": f"{person(server)}=1",
    }

    answer, content = server.raw("GET", path, **headers)

    assert answer.status == 200
    assert b"<title>labeler_app</title>" in content
    assert "Opening…".encode() in content


def test_who_has_the_token_but_no_name_is_asked_for_it_first(server: Server):
    headers = {"Authorization": f"Bearer {server.token}", "Accept": "text/html"}

    answer, _ = server.raw("GET", "/label?project=1", **headers)

    assert answer.status == 303
    assert answer.getheader("location") == "/welcome?next=%2Flabel%3Fproject%3D1"


def test_the_first_page_leads_nowhere_outside(server: Server):
    headers = {
        "Authorization": f"Bearer {server.token}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    for outside in ("//labels.example", "http://labels.example", "/%5Clabels.example", "x:y"):
        answer, _ = server.raw("POST", "/welcome", f"name=Ada&next={outside}", **headers)

        assert answer.status == 303
        assert answer.getheader("location") == "/"


def test_a_hostile_name_is_shown_as_text_only(server: Server):
    headers = {
        "Authorization": f"Bearer {server.token}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    body = "name=" + "%3Cscript%3E" * 20 + '&next="><script>alert(1)</script>'

    answer, content = server.raw("POST", "/welcome", body, **headers)

    assert answer.status == 400
    assert b"<script>" not in content
    assert b"at most 60" in content


def test_streamlits_agent_door_is_shut(server: Server):
    for path in ("/_stcore/agent/interact", "/_stcore/agent/mcp"):
        status, body = server.ask("POST", path, {})

        assert status in (400, 403)
        assert "does not serve the agent API" in str(body)


def test_streamlit_serves_no_static_files_of_ours(server: Server):
    _, content = server.ask("GET", "/app/static/app.py")

    assert b"labeler_app" not in content


def test_the_token_file_is_readable_by_its_owner_only(server: Server):
    mode = (server.workspace / "token.secret").stat().st_mode

    assert mode & 0o077 == 0


def ours(server: Server) -> str:
    """Return the cookie that the start address sets."""
    answer, _ = server.raw("GET", f"/?token={server.token}", Accept="text/html")
    return (answer.getheader("set-cookie") or "").partition(";")[0]


def person(server: Server) -> str:
    """Return the name of the cookie that says who labels."""
    with opened(server.workspace) as ws:
        return person_cookie(ws)
