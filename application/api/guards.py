"""Before anything is read: is this server meant, is it asked too often, is it asked too much?"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from application.api.problems import refusal
from hospital.errors import GstError, say

THIS_MACHINE = frozenset({"127.0.0.1", "localhost", "[::1]"})
SECONDS_PER_MINUTE = 60
MOST_ADDRESSES = 10_000
MOST_DRAINED_BYTES = 64_000_000


@dataclass(frozen=True)
class Limits:
    """How often one address may ask, how often it may try a password, and how much it may send.

    Only ``POST /models`` takes more than ``largest_bytes``: it brings the artefact of a model.
    """

    requests_per_minute: int = 600
    sign_ins_per_minute: int = 10
    largest_bytes: int = 1_000_000
    largest_artefact_bytes: int = 30_000_000


@dataclass
class Bucket:
    """Lets so many through a minute, at most a minute's worth at once, for each name."""

    per_minute: int
    clock: Callable[[], float] = time.monotonic
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)

    def lets(self, name: str) -> bool:
        """Whether one more is let through now."""
        now = self.clock()
        if len(self._left) > MOST_ADDRESSES:
            self._forget(now)
        left, seen = self._left.get(name, (float(self.per_minute), now))
        left = min(self.per_minute, left + (now - seen) * self.per_minute / SECONDS_PER_MINUTE)
        self._left[name] = (max(0.0, left - 1), now)
        return left >= 1

    def _forget(self, now: float) -> None:
        """Whoever has not asked for a minute has all again, and need not be remembered."""
        self._left = {
            name: (left, seen)
            for name, (left, seen) in self._left.items()
            if now - seen < SECONDS_PER_MINUTE
        }


def load_limits(values: Mapping[str, str]) -> Limits:
    """The limits, with ``TADBIR_API_REQUESTS_PER_MINUTE`` where it is given.

    Raises:
        GstError: ``wrong_limit``: it is not a whole number from 1.
    """
    asked = values.get("TADBIR_API_REQUESTS_PER_MINUTE", "")
    if not asked:
        return Limits()
    if not (asked.isascii() and asked.isdigit()) or int(asked) == 0:
        raise GstError(
            "wrong_limit",
            say(
                "TADBIR_API_REQUESTS_PER_MINUTE is {found}; give a whole number from 1.",
                found=asked,
            ),
        )
    return Limits(requests_per_minute=int(asked))


class Guard:
    """Refuses what is not for this server, comes too often or is too large."""

    def __init__(self, app: ASGIApp, limits: Limits, hosts: frozenset[str]) -> None:
        self._app = app
        self._limits = limits
        self._hosts = hosts | THIS_MACHINE
        self._requests = Bucket(limits.requests_per_minute)
        self._sign_ins = Bucket(limits.sign_ins_per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, or answers why not."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        most = self._most_bytes(request)
        error = self._refused(request, most)
        if error is not None:
            await _drained(request, receive)
            await refusal(request, error)(scope, receive, send)
            return
        await self._app(scope, _counted(receive, most), send)

    def _refused(self, request: Request, most: int) -> GstError | None:
        if _name_of(request.headers.get("host", "")) not in self._hosts:
            return GstError("wrong_host", say("Ask under a name of this server (--name adds one)."))
        address = request.client.host if request.client else ""
        if not self._requests.lets(address) or (
            _is_sign_in(request) and not self._sign_ins.lets(address)
        ):
            return GstError(
                "too_many_requests", say("Too many requests came from your address. Wait a little.")
            )
        told = request.headers.get("content-length", "0")
        if not (told.isascii() and told.isdigit()) or int(told) > most:
            return too_large(most)
        return None

    def _most_bytes(self, request: Request) -> int:
        brings_model = request.method == "POST" and request.url.path.endswith("/models")
        return self._limits.largest_artefact_bytes if brings_model else self._limits.largest_bytes


def _is_sign_in(request: Request) -> bool:
    return request.method == "POST" and request.url.path.endswith("/sign-ins")


def _name_of(host: str) -> str:
    """The name in a Host header, without its port."""
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0].lower()


async def _drained(request: Request, receive: Receive) -> None:
    """Reads what a client is still sending, within bounds: otherwise it never hears the answer."""
    told = request.headers.get("content-length", "")
    left = int(told) if told.isascii() and told.isdigit() else 0
    while 0 < left <= MOST_DRAINED_BYTES:
        message = await receive()
        left -= len(message.get("body", b""))
        if not message.get("more_body"):
            return


def too_large(most: int) -> GstError:
    """The refusal of a body."""
    return GstError(
        "request_too_large", say("A request of this kind has at most {count} bytes.", count=most)
    )


def _counted(receive: Receive, most: int) -> Receive:
    """The same body, refused as soon as it is too large, whatever its header said."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise too_large(most)
        return message

    return counted
