"""What the API answers when it cannot do as asked: always a problem and a hint."""

import secrets

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from labeler_app.errors import AccessError, InputError, LabelerError, StateError, StoreError
from labeler_app.log import line, logger

_STATUS: tuple[tuple[type[LabelerError], int], ...] = (
    (InputError, 400),
    (AccessError, 403),
    (StateError, 409),
    (StoreError, 503),
)
_SENTENCES = {
    400: "The body of the request is no JSON in UTF-8.",
    404: "There is nothing at this address.",
    405: "Nothing like that can be asked of this address.",
}

log = logger(__name__)


def answer_in_sentences(api: FastAPI) -> None:
    """Let an API answer every error with a problem and a hint."""
    api.add_exception_handler(LabelerError, _refused)
    api.add_exception_handler(RequestValidationError, _malformed)
    api.add_exception_handler(HTTPException, _unanswered)
    api.add_exception_handler(Exception, _broken)


def problem(error: LabelerError, status: int) -> JSONResponse:
    """Answer with an error of ours."""
    return JSONResponse({"problem": error.problem, "hint": error.hint}, status)


def _refused(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, LabelerError):
        raise TypeError(error)
    status = next((code for kind, code in _STATUS if isinstance(error, kind)), 400)
    return problem(error, status)


def _malformed(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):
        raise TypeError(error)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"] if part != "body")
    told = f"The field {where or 'body'} of the request is not right: {first['msg']}."
    return JSONResponse({"problem": told, "hint": "See /api/openapi.json."}, 422)


def _unanswered(_request: Request, error: Exception) -> JSONResponse:
    """Answer what the framework refuses itself: no such address, a body that is no JSON."""
    if not isinstance(error, HTTPException):
        raise TypeError(error)
    told = _SENTENCES.get(error.status_code, f"{error.detail}.")
    answer = {"problem": told, "hint": "See /api/openapi.json."}
    return JSONResponse(answer, error.status_code, headers=error.headers)


def _broken(_request: Request, error: Exception) -> JSONResponse:
    number = secrets.token_hex(4)
    log.error(line("request-failed", log_id=number), exc_info=error)
    told = "The server met an error of its own."
    return JSONResponse({"problem": told, "hint": f"Its log names it {number}."}, 500)
