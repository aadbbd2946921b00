"""What was refused, as ``application/problem+json`` (RFC 9457) in the language that was asked for.

The status follows from the code of the error alone, so that a code means the same on every path.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse

from application.api.headers import SAFE_HEADERS
from application.api.speech import speaker
from application.language import Translator
from hospital.errors import GstError, InvalidInput, Problem, Sentence, say

MEDIA_TYPE = "application/problem+json"
UNUSABLE = 422

CODES: dict[int, frozenset[str]] = {
    400: frozenset({"unreadable_request"}),
    401: frozenset({"sign_in_needed", "sign_in_refused", "token_missing", "token_refused"}),
    403: frozenset(
        {
            "account_closed",
            "another_name",
            "not_allowed",
            "other_hospital",
            "role_may_not_decide",
        }
    ),
    404: frozenset({"none_yet", "not_offered", "nothing_here"}),
    405: frozenset({"method_not_offered"}),
    409: frozenset(
        {
            "administrator_first",
            "artefact_changed",
            "edit_does_not_fit",
            "edits_break_it",
            "empty_record",
            "gate_closed",
            "job_is_over",
            "key_reused",
            "key_without_answer",
            "last_administrator",
            "model_exists",
            "negative_packs",
            "not_published",
            "same_stage",
            "second_person_needed",
            "stage_skipped",
        }
    ),
    413: frozenset({"request_too_large"}),
    421: frozenset({"wrong_host"}),
    429: frozenset({"too_many_jobs", "too_many_requests"}),
    500: frozenset({"broken_chain", "damaged_snapshot", "internal_fault", "model_changed"}),
    503: frozenset({"database_failed", "database_newer", "database_unreachable"}),
}
STATUSES = {code: status for status, codes in CODES.items() for code in codes}

TITLES: dict[int, Sentence] = {
    400: say("The request cannot be read"),
    401: say("Sign in first"),
    403: say("This is not allowed"),
    404: say("This is not there"),
    405: say("This method is not offered"),
    409: say("This cannot be done as things stand"),
    413: say("The request is too large"),
    421: say("This server has another name"),
    UNUSABLE: say("The request cannot be used"),
    429: say("Too much was asked"),
    500: say("Something went wrong on our side"),
    503: say("The database does not answer"),
}
RETRY_AFTER_SECONDS = "5"


class ProblemPlace(BaseModel):
    """One thing that is wrong, where, and how to mend it."""

    code: str
    place: str
    found: str
    expected: str
    remedy: str = ""


class ProblemDocument(BaseModel):
    """What was refused and why; ``code`` is stable, ``detail`` is in your language."""

    model_config = ConfigDict(json_schema_extra={"description": "A problem (RFC 9457)."})

    type: str = Field(examples=["urn:tadbir:not_allowed"])
    title: str
    status: int
    detail: str
    code: str
    problems: list[ProblemPlace] = []


def status_of(code: str) -> int:
    """The status under which this refusal is answered."""
    if code in STATUSES:
        return STATUSES[code]
    return 404 if code.startswith(("no_", "unknown_")) else UNUSABLE


def document_of(error: GstError, t: Translator) -> ProblemDocument:
    """The document of a refusal, in words."""
    status = status_of(error.code)
    found = [_place(one, t) for one in error.problems] if isinstance(error, InvalidInput) else []
    return ProblemDocument(
        type=f"urn:tadbir:{error.code}",
        title=t(TITLES[status]),
        status=status,
        detail=t(error.hint) if isinstance(error.hint, Sentence) else str(error.hint),
        code=error.code,
        problems=found,
    )


def _place(problem: Problem, t: Translator) -> ProblemPlace:
    return ProblemPlace(
        code=problem.code,
        place=problem.where(),
        found=_said(problem.found, t),
        expected=_said(problem.expected, t),
        remedy=_said(problem.remedy, t),
    )


def _said(text: str, t: Translator) -> str:
    return t(text) if isinstance(text, Sentence) else str(text)


def refusal(
    request: Request, error: GstError, places: list[ProblemPlace] | None = None
) -> JSONResponse:
    """The answer to a request that is refused."""
    t = speaker(request.headers.get("accept-language", ""))
    document = document_of(error, t)
    if places:
        document.problems = places
    headers = {**SAFE_HEADERS, "Content-Language": t.language.value}
    if document.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="tadbir"'
    if document.status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        headers["Retry-After"] = RETRY_AFTER_SECONDS
    if "allow" in error.details:
        headers["Allow"] = error.details["allow"]
    return JSONResponse(
        document.model_dump(mode="json"), document.status, headers, media_type=MEDIA_TYPE
    )


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The refusals of a path, for the description of the API."""
    schema = {"$ref": f"#/components/schemas/{ProblemDocument.__name__}"}
    return {
        status: {"description": str(TITLES[status]), "content": {MEDIA_TYPE: {"schema": schema}}}
        for status in statuses
    }
