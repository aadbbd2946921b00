"""Every request passes a door: its body is clean, who asks is known, a key is done once.

``Open`` doors read the body only; ``Guarded`` ones ask for a bearer token before anything else.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime
from hashlib import sha256
from http import HTTPStatus
from typing import Any, NoReturn

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from application.api.office import Office
from application.api.unusable import refusal_of
from application.store.api_answers import Answer, Key, keep, release, reserve
from application.store.database import Database
from application.use_cases.tokens import person_of
from governance.access import Person
from hospital.errors import GstError, say

KEY_HEADER = "idempotency-key"
REPLAYED_HEADER = "Idempotent-Replayed"
LONGEST_KEY = 128
NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
"""As JSON writes it: an odd number of backslashes, so that none of them is a word itself."""
LONGEST_TOKEN = 8_192
KEPT_HEADERS = ("content-type", "content-language", "location")

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class Open(APIRoute):
    """Whoever asks; the body has to be clean."""

    def get_route_handler(self) -> Handler:
        """Reads the body before FastAPI does."""
        answer = super().get_route_handler()

        async def read_first(request: Request) -> Response:
            require_clean(await request.body())
            return await answer(request)

        return read_first


class Guarded(Open):
    """Only with a token; a POST with a key is done once."""

    def get_route_handler(self) -> Handler:
        """Asks for the token, then reads the body."""
        answer = super().get_route_handler()

        async def ask_first(request: Request) -> Response:
            person = await run_in_threadpool(who_asks, request)
            request.state.person = person
            if request.method == "POST" and KEY_HEADER in request.headers:
                return await _once(request, person, answer)
            return await answer(request)

        return ask_first


def token_in(request: Request) -> str:
    """The bearer token of a request.

    Raises:
        GstError: ``token_missing`` where there is none.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token or len(token) > LONGEST_TOKEN:
        raise GstError(
            "token_missing",
            say(
                "Send a bearer token: POST /api/v1/sign-ins gives one to an account "
                "(tadbir account put NAME makes one)."
            ),
        )
    return token


def who_asks(request: Request) -> Person:
    """Whose token came with the request: an account's of this site, or the issuer's.

    Raises:
        GstError: there is none, or it opens nothing.
    """
    office: Office = request.app.state.office
    token = token_in(request)
    if office.issuer is not None and token.count(".") == JWT_DOTS:
        return office.issuer.person_of(token)
    return person_of(office.session(None), token)


JWT_DOTS = 2


def require_clean(body: bytes) -> None:
    """That a body is JSON which any store can keep.

    Raises:
        GstError: ``unreadable_request``: it is no JSON, is nested too deeply, or holds half a
            character, a NUL or a figure that is not finite.
    """
    if not body:
        return
    try:
        content = json.loads(body, parse_constant=_not_finite)
        text = json.dumps(content, ensure_ascii=False, allow_nan=False)
        text.encode()
    except (ValueError, RecursionError):
        raise GstError(
            "unreadable_request",
            say("The body is not JSON as RFC 8259 has it, or holds what is no text or figure."),
        ) from None
    if NUL.search(text):
        raise GstError("unreadable_request", say("The body holds a NUL character."))


def _not_finite(name: str) -> NoReturn:
    raise ValueError(f"{name} is {math.nan}")


async def _once(
    request: Request, person: Person, answer: Callable[[Request], Awaitable[Response]]
) -> Response:
    """The answer that was given before, or the work and its answer, kept for a day."""
    office: Office = request.app.state.office
    key = await _key(request, person)
    given = await run_in_threadpool(reserve, office.database, key, datetime.now(UTC))
    if given is not None:
        return Response(given.content, given.status, {**given.headers, REPLAYED_HEADER: "true"})
    try:
        response = await answer(request)
    except (GstError, RequestValidationError, HTTPException) as error:
        response = refusal_of(request, error)
    await run_in_threadpool(_remember, office.database, key, response)
    return response


def _remember(database: Database, key: Key, response: Response) -> None:
    """Keeps an answer; who came too often may come again, and of a fault nobody knows the end."""
    if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        release(database, key)
    elif response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
        headers = {
            name: response.headers[name] for name in KEPT_HEADERS if name in response.headers
        }
        keep(database, key, Answer(response.status_code, headers, bytes(response.body)))


async def _key(request: Request, person: Person) -> Key:
    key = request.headers[KEY_HEADER]
    if not 0 < len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise GstError(
            "wrong_key",
            say(
                "An Idempotency-Key has 1 to {count} printable ASCII characters.", count=LONGEST_KEY
            ),
        )
    asked = f"{request.method}\n{request.url.path}?{request.url.query}\n".encode()
    return Key(person.name, key, sha256(asked + await request.body()).hexdigest())
