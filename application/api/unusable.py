"""Turns what FastAPI and Starlette refuse into our problems."""

from __future__ import annotations

import logging

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from application.api.problems import ProblemPlace, refusal
from application.faults import our_fault
from hospital.errors import GstError, say

LOG = logging.getLogger(__name__)
LONGEST_FOUND = 80
MOST_PLACES = 50
METHODS = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
METHOD_NOT_ALLOWED, BAD_REQUEST = 405, 400


def refusal_of(request: Request, error: Exception) -> Response:
    """The answer to any refusal."""
    if isinstance(error, GstError):
        return refusal(request, error)
    if isinstance(error, RequestValidationError):
        return _unusable(request, error)
    if isinstance(error, HTTPException):
        return _of_the_framework(request, error)
    return our_refusal(request, error)


def our_refusal(request: Request, fault: Exception) -> Response:
    """A fault of ours: the log has all of it, who asked gets a sentence and a code."""
    LOG.error("A request failed.", exc_info=fault)
    return refusal(request, our_fault())


def _unusable(request: Request, error: RequestValidationError) -> Response:
    found = error.errors()
    places = [
        ProblemPlace(
            code=str(one["type"]),
            place="/" + "/".join(str(part) for part in one["loc"]),
            found=str(one.get("input"))[:LONGEST_FOUND],
            expected=str(one["msg"]),
        )
        for one in found[:MOST_PLACES]
    ]
    told = say("{count} values of the request cannot be used; each is named.", count=len(found))
    return refusal(request, GstError("invalid_request", told), places)


def _methods_here(request: Request) -> list[str]:
    """Every method that some route offers at this address."""
    return [
        method
        for method in METHODS
        if any(
            route.matches({**request.scope, "method": method})[0] is Match.FULL
            for route in request.app.routes
        )
    ]


def _of_the_framework(request: Request, error: HTTPException) -> Response:
    if error.status_code == METHOD_NOT_ALLOWED:
        allow = ", ".join(_methods_here(request))
        told = say("Here only these methods are offered: {methods}.", methods=allow)
        return refusal(request, GstError("method_not_offered", told, allow=allow))
    if error.status_code == BAD_REQUEST:
        return refusal(request, GstError("unreadable_request", say("The body cannot be read.")))
    return refusal(request, GstError("nothing_here", say("The API has nothing at this address.")))
