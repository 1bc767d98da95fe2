"""The door: host, origin, token and name are checked before anything else answers.

Streamlit's own checks do not cover our routes, and accept any local page as origin; so this
stands in front of both, for HTTP and for the WebSocket.
"""

import re
import secrets
from dataclasses import dataclass
from html import escape
from urllib.parse import parse_qs, quote, urlencode

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from labeler_app import __version__
from labeler_app.services.workspace import Workspace
from labeler_app.web import links, plain

WELCOME = "/welcome"
YEAR_SECONDS = 365 * 24 * 3600
# Streamlit's own code, the same for everybody; a browser fetches some of it without cookies.
_OPEN = ("/static/", "/favicon")
_NOT_PAGES = ("/api/", "/_stcore/", "/media/", "/component/", "/static/", WELCOME)
_PAGES = {links.href(name).rstrip("/") for name in links.PAGES}
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    # An open desk notices when the program behind it was replaced.
    (b"x-labeler-version", __version__.encode()),
)


def token_cookie(ws: Workspace) -> str:
    """Return the name of the cookie that carries the start token of this workspace."""
    return f"labeler_token_{_short(ws)}"


def person_cookie(ws: Workspace) -> str:
    """Return the name of the cookie that says who labels in this workspace."""
    return f"labeler_person_{_short(ws)}"


def start_url(ws: Workspace, page: str = "/") -> str:
    """Return the address that opens the door: it carries the token."""
    joint = "&" if "?" in page else "?"
    settings = ws.settings
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}{page}{joint}token={ws.secret('token')}"


@dataclass(frozen=True, slots=True)
class Guard:
    """ASGI middleware that lets in who knows the token, from where we are served."""

    app: ASGIApp
    ws: Workspace

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a refusal, or pass the request on."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is None:
            await self.app(scope, receive, _with_headers(send))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 4403})
        else:
            await refusal(scope, receive, _with_headers(send))

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        path: str = scope["path"]
        host = headers.get("host", "")
        if _name(host) not in _allowed(self.ws.settings.host):
            return _no(
                scope,
                400,
                f"This program does not answer at the address {host!r}.",
                "Open the address that it printed when it started.",
            )
        origin = headers.get("origin")
        if origin is not None and origin not in (f"http://{host}", f"https://{host}"):
            return _no(
                scope,
                403,
                f"A page from {origin!r} may not use this program.",
                "Open the address that it printed when it started.",
            )
        # Not SimpleCookie: it stops at the first cookie it cannot read, and ours come after those
        # of every other program at this host.
        cookies = cookie_parser(headers.get("cookie", ""))
        if path.startswith(_OPEN) or self._knows_token(headers, cookies):
            return self._ask_name(scope, cookies)
        return self._first_visit(scope)

    def _knows_token(self, headers: Headers, cookies: dict[str, str]) -> bool:
        kept = cookies.get(token_cookie(self.ws), "")
        given = headers.get("authorization", "").removeprefix("Bearer ")
        token = self.ws.secret("token")
        return any(secrets.compare_digest(one.encode(), token.encode()) for one in (kept, given))

    def _let_in(self, scope: Scope) -> Response | None:
        """Set the cookie if a page is asked for with the right token in its address."""
        given, token = _query(scope).get("token", [""])[0], self.ws.secret("token")
        is_page = scope["type"] == "http" and scope["method"] == "GET"
        if not (is_page and secrets.compare_digest(given.encode(), token.encode())):
            return None
        answer = _without_token(scope)
        remember(answer, token_cookie(self.ws), token)
        return answer

    def _first_visit(self, scope: Scope) -> Response:
        return self._let_in(scope) or _no(
            scope,
            401,
            "This browser has not been let in yet.",
            "Open the address with the token: the shell that runs `labeler run` or `labeler demo` "
            "printed it. If it is gone there, stop that command with Ctrl+C and start it again: "
            "it prints the address once more, and nothing is lost.",
        )

    def _ask_name(self, scope: Scope, cookies: dict[str, str]) -> Response | None:
        path: str = scope["path"]
        if scope["type"] != "http" or scope["method"] != "GET" or path.startswith(_NOT_PAGES):
            return None
        if "text/html" not in Headers(scope=scope).get("accept", ""):
            return None
        if path.rstrip("/") not in _PAGES:
            return RedirectResponse(links.href(links.HOME), 303)
        if "token" in _query(scope):
            # It may be that of an earlier day; who comes here has been let in all the same.
            return self._let_in(scope) or _without_token(scope)
        if person_cookie(self.ws) in cookies:
            return None
        query = scope.get("query_string", b"").decode("latin-1")
        here = f"{path}?{query}" if query else path
        return RedirectResponse(f"{WELCOME}?next={quote(here, safe='')}", 303)


def remember(answer: Response, name: str, value: str) -> None:
    """Set a cookie that scripts cannot read and other sites cannot use."""
    answer.set_cookie(name, value, max_age=YEAR_SECONDS, path="/", httponly=True, samesite="lax")


def _query(scope: Scope) -> dict[str, list[str]]:
    return parse_qs(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)


def _without_token(scope: Scope) -> Response:
    """Have the browser load the same page at an address that does not hold the token."""
    query = {name: told for name, told in _query(scope).items() if name != "token"}
    rest = urlencode(query, doseq=True)
    # One slash at its beginning: two would lead to another host.
    path = f"/{scope['path'].strip('/')}"
    return RedirectResponse(f"{path}{'?' + rest if rest else ''}", 303)


def _allowed(bound: str) -> set[str]:
    return {"127.0.0.1", "localhost", "[::1]", f"[{bound}]" if ":" in bound else bound}


def _name(host: str) -> str:
    """Return the host without its port."""
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0].lower()


def _no(scope: Scope, status: int, problem: str, hint: str) -> Response:
    if scope["type"] == "http" and not scope["path"].startswith(_NOT_PAGES):
        told = re.sub("`(.*?)`", r"<code>\1</code>", escape(hint))
        return plain.page("Closed", f"<h1>{escape(problem)}</h1><p>{told}</p>", status)
    return JSONResponse({"problem": problem, "hint": hint}, status)


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", []), *_HEADERS]
        await send(message)

    return sending


def _short(ws: Workspace) -> str:
    # A browser keeps cookies by host, not by port; this keeps two workspaces apart.
    return "".join(c for c in ws.secret("workspace") if c.isalnum())[:8]
