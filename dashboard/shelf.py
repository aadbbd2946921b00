"""Files of the page that never change are zipped once and then answered from memory.

A first visit asks for more than a hundred small files; to open, zip and stream each of them again
takes the server a second, which every new browser would wait.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

FILES = "/static/"
NEVER_CHANGES = b"immutable"


@dataclass
class Shelf:
    """ASGI middleware: keeps each file that never changes, zipped and not; it is soon full."""

    app: ASGIApp
    kept: dict[tuple[str, bool], list[Message]] = field(default_factory=dict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers from the shelf, or passes on and keeps what may be kept."""
        if not _asks_for_a_file(scope):
            await self.app(scope, receive, send)
            return
        is_zipped = b"gzip" in dict(scope["headers"]).get(b"accept-encoding", b"")
        place = (scope["path"], is_zipped)
        for message in self.kept.get(place, ()):
            await send(message)
        if place not in self.kept:
            await self._pass_on(place, scope, receive, send)

    async def _pass_on(
        self, place: tuple[str, bool], scope: Scope, receive: Receive, send: Send
    ) -> None:
        answer: list[Message] = []
        never_changes = False

        async def copy(message: Message) -> None:
            nonlocal never_changes
            if message["type"] == "http.response.start":
                never_changes = message["status"] == 200 and _never_changes(message)  # noqa: PLR2004
            if never_changes:
                answer.append(message)
            await send(message)

        await self.app(scope, receive, copy)
        if answer and not answer[-1].get("more_body", False):
            self.kept[place] = answer


def _asks_for_a_file(scope: Scope) -> bool:
    """The whole of one of Streamlit's files: no range of it, nor whether it has changed."""
    if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith(FILES):
        return False
    return not any(name in {b"range", b"if-none-match"} for name, _ in scope["headers"])


def _never_changes(message: Message) -> bool:
    return NEVER_CHANGES in dict(message["headers"]).get(b"cache-control", b"")
