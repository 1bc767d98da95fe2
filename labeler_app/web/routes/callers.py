"""Who calls, and in which workspace: what every route asks first."""

from typing import Annotated

from fastapi import Depends, Request

from labeler_app.errors import AccessError, StateError
from labeler_app.services import people
from labeler_app.services.people import Person
from labeler_app.services.workspace import Workspace
from labeler_app.web import links
from labeler_app.web.guard import person_cookie

PERSON_HEADER = "X-Labeler-Person"
DESK_HEADER = "X-Labeler-Desk"


async def workspace(request: Request) -> Workspace:
    """Return the workspace of this process; not a plain function, which would cost a thread."""
    return workspace_of(request)


def workspace_of(request: Request) -> Workspace:
    """Return the workspace of this process."""
    found: Workspace = request.app.state.workspace
    return found


def annotator(request: Request) -> Person:
    """Return who sent the request: by cookie, or by header for programs."""
    ws = workspace_of(request)
    named = request.headers.get(PERSON_HEADER) or request.cookies.get(person_cookie(ws), "")
    number = links.number(named)
    if number is None:
        raise AccessError("The request does not say who sends it.", hint="Open the first page.")
    return people.get(ws, number)


def writer(request: Request) -> Person:
    """Return who sent the request, which may come from a desk that was opened for them only.

    The desk names the workspace and the person it was opened for. When another workspace is served
    at its address by now, or the browser has changed hands in another tab, what it sends does not
    belong here. The status is one that lets the desk keep its answers.
    """
    person = annotator(request)
    opened_for = request.headers.get(DESK_HEADER)
    if opened_for not in (None, f"{person_cookie(workspace_of(request))}/{person.id}"):
        raise StateError(
            "This page was opened for another person or another workspace.",
            hint="Answers that are not saved wait in this browser until those are back.",
        )
    return person


Ws = Annotated[Workspace, Depends(workspace)]
Who = Annotated[Person, Depends(annotator)]
Writer = Annotated[Person, Depends(writer)]
