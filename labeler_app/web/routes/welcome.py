"""The first page: who labels? A plain form, so that it is there at once."""

from collections.abc import Awaitable, Callable
from html import escape
from urllib.parse import parse_qs, quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from labeler_app.errors import LabelerError
from labeler_app.services import people
from labeler_app.services.workspace import Workspace
from labeler_app.web import plain
from labeler_app.web.guard import person_cookie, remember

LONGEST_FORM = 4096


def page(ws: Workspace) -> Callable[[Request], Awaitable[Response]]:
    """Return the route's function for a workspace."""

    async def welcome(request: Request) -> Response:
        return await _welcome(ws, request)

    return welcome


async def _welcome(ws: Workspace, request: Request) -> Response:
    """Show the form, or take the name and go on to the page that was asked for."""
    if request.method == "GET":
        return _form(_inside(request.query_params.get("next", "/")), "")
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LONGEST_FORM:
            return _form("/", "That is too long for a name.")
    fields = parse_qs(body.decode("utf-8", "replace"))
    after = _inside(fields.get("next", ["/"])[0])
    try:
        person = await run_in_threadpool(people.join, ws, fields.get("name", [""])[0])
    except LabelerError as error:
        return _form(after, str(error))
    answer = RedirectResponse(after, 303)
    remember(answer, person_cookie(ws), str(person.id))
    return answer


def _inside(address: str) -> str:
    """Return the address if it is a page of ours; anything else leads to Projects."""
    inside = address.startswith("/") and not address.startswith(("//", "/\\"))
    return quote(address, safe="/?=&%-_.~") if inside else "/"


def _form(after: str, problem: str) -> HTMLResponse:
    shown = f'<p class="problem" role="alert">{escape(problem)}</p>' if problem else ""
    form = _FORM.replace("$PROBLEM", shown).replace("$NEXT", escape(after, quote=True))
    return plain.page("Welcome", form, 400 if problem else 200)


_FORM = """<h1>Who is labeling?</h1>
<p>Your name stands beside your labels. This browser remembers it; there is no password.</p>
<form method="post" action="/welcome">
<label for="name">Name</label>
<input id="name" name="name" maxlength="60" autocomplete="name" autofocus required>
$PROBLEM
<input type="hidden" name="next" value="$NEXT">
<button>Start</button>
<small>Nothing leaves this computer.</small>
</form>"""
