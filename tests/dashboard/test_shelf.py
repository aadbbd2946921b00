"""What never changes is made once; what may change is always asked for."""

import asyncio
from dataclasses import dataclass, field

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from dashboard.shelf import Shelf

pytestmark = pytest.mark.unit

FILE, OTHER = "/static/js/a.js", "/static/js/b.js"
NEVER, MAY = b"public, immutable, max-age=31536000", b"no-cache"


@dataclass
class Counting:
    """A server that tells how often it was asked, and whose answers tell what was asked."""

    cache_control: bytes
    status: int = 200
    asked: list[str] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked.append(scope["path"])
        text = f"{scope['path']} {dict(scope['headers']).get(b'accept-encoding')!r}"
        headers = {"Cache-Control": self.cache_control.decode()}
        await PlainTextResponse(text, self.status, headers)(scope, receive, send)


def get(app: Shelf, path: str, method: str = "GET", **headers: str) -> list[Message]:
    """The messages of one answer."""
    sent: list[Message] = []
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "headers": raw}
    asyncio.run(app(scope, receive, send))
    return sent


def test_a_file_that_never_changes_is_made_once() -> None:
    server = Counting(NEVER)
    app = Shelf(server)
    assert get(app, FILE) == get(app, FILE) == get(app, FILE)
    assert server.asked == [FILE]


def test_each_file_and_each_encoding_has_its_own_answer() -> None:
    server = Counting(NEVER)
    app = Shelf(server)
    for _ in range(2):
        for path in (FILE, OTHER):
            for encoding in ("gzip", "identity"):
                body = get(app, path, accept_encoding=encoding)[-1]["body"].decode()
                assert body == f"{path} {encoding.encode()!r}"
    assert len(server.asked) == 4


@pytest.mark.parametrize(
    ("server", "headers"),
    [
        (Counting(MAY), {}),
        (Counting(NEVER, 404), {}),
        (Counting(NEVER), {"range": "bytes=0-1"}),
        (Counting(NEVER), {"if_none_match": '"x"'}),
    ],
)
def test_what_may_change_is_asked_for_each_time(server: Counting, headers: dict[str, str]) -> None:
    app = Shelf(server)
    for _ in range(2):
        assert get(app, FILE, **headers)[0]["status"] == server.status
    assert len(server.asked) == 2


def test_however_a_browser_words_its_encodings_two_answers_are_kept() -> None:
    """Else anybody could fill the memory of the server, a spelling at a time."""
    app = Shelf(Counting(NEVER))
    for number in range(100):
        get(app, FILE, accept_encoding=f"gzip, x{number}")
        get(app, FILE, accept_encoding=f"x{number}")
    assert len(app.kept) == 2


def test_what_is_no_file_of_the_page_is_asked_for_each_time() -> None:
    server = Counting(NEVER)
    app = Shelf(server)
    for _ in range(2):
        get(app, "/api/v1/decisions")
    assert len(server.asked) == 2


def test_only_reading_is_answered_from_the_shelf() -> None:
    server = Counting(NEVER)
    app = Shelf(server)
    get(app, FILE)
    get(app, FILE, method="POST")
    assert len(server.asked) == 2
