"""What never changes is made once; what may change is always asked for."""

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from dashboard.shelf import Shelf

pytestmark = pytest.mark.unit

NEVER, MAY = "public, immutable, max-age=31536000", "no-cache"


def served(cache_control: str, status: int = 200) -> tuple[TestClient, list[str]]:
    """A server that tells how often it was asked."""
    asked: list[str] = []

    def answer(request: Request) -> PlainTextResponse:
        asked.append(request.url.path)
        text = f"{request.url.path} in {request.headers.get('accept-encoding')}"
        return PlainTextResponse(text, status, {"Cache-Control": cache_control})

    app = Starlette(
        routes=[Route("/{name}", answer, methods=["GET", "POST"])], middleware=[Middleware(Shelf)]
    )
    return TestClient(app), asked


def test_a_file_that_never_changes_is_made_once() -> None:
    client, asked = served(NEVER)
    first, second = client.get("/a.js"), client.get("/a.js")
    assert asked == ["/a.js"]
    assert (second.text, second.headers) == (first.text, first.headers)


def test_each_file_and_each_encoding_has_its_own_answer() -> None:
    client, asked = served(NEVER)
    for path in ("/a.js", "/b.js"):
        for encoding in ("gzip", "identity"):
            for _ in range(2):
                found = client.get(path, headers={"Accept-Encoding": encoding})
                assert found.text == f"{path} in {encoding}"
    assert len(asked) == 4


@pytest.mark.parametrize(
    ("cache_control", "status", "headers"),
    [
        (MAY, 200, {}),
        (NEVER, 404, {}),
        (NEVER, 200, {"Range": "bytes=0-1"}),
        (NEVER, 200, {"If-None-Match": '"x"'}),
    ],
)
def test_what_may_change_is_asked_for_each_time(
    cache_control: str, status: int, headers: dict[str, str]
) -> None:
    client, asked = served(cache_control, status)
    for _ in range(2):
        assert client.get("/a.js", headers=headers).status_code == status
    assert len(asked) == 2


def test_only_reading_is_answered_from_the_shelf() -> None:
    client, asked = served(NEVER)
    client.get("/a.js")
    client.post("/a.js")
    assert len(asked) == 2
