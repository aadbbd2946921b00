"""Twenty people at once, each with a page of the day, clicking and reading.

They speak the protocol of the browser without one: twenty browsers would measure themselves.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from time import perf_counter

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.typing import Origin, Subprotocol

from benchmarks.dashboard.browser import path_of
from benchmarks.dashboard.server import HOST, Served
from dashboard.shell import VIEWS

SESSIONS, CLICKS, READING_SECONDS = 20, 6, 3.0
LARGEST_MESSAGE = 1 << 28
PROTOCOL = Subprotocol("streamlit")


@dataclass
class Crowd:
    """Seconds of each click, what went wrong, and the most memory the server took [MB]."""

    clicks: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    most_mb: float = 0.0


def crowd(served: Served) -> Crowd:
    """All of them at once; each first opens its page, which is not a click."""
    return asyncio.run(_all(served))


async def _all(served: Served) -> Crowd:
    found = Crowd()
    people = [_person(served, at, found) for at in range(SESSIONS)]
    watching = asyncio.create_task(_watch(served, found))
    for outcome in await asyncio.gather(*people, return_exceptions=True):
        if outcome is not None:
            found.errors.append(repr(outcome))
    watching.cancel()
    return found


async def _watch(served: Served, found: Crowd) -> None:
    while True:
        found.most_mb = max(found.most_mb, served.resident_mb())
        await asyncio.sleep(0.5)


async def _person(served: Served, at: int, found: Crowd) -> None:
    page = path_of(VIEWS[at % len(VIEWS)])
    address = f"ws://{HOST}:{served.port}/_stcore/stream"
    async with websockets.connect(
        address, subprotocols=[PROTOCOL], max_size=LARGEST_MESSAGE, origin=Origin(served.address)
    ) as wire:
        await _run(wire, page, found)
        for _ in range(CLICKS):
            await asyncio.sleep(READING_SECONDS)
            start = perf_counter()
            await _run(wire, page, found)
            found.clicks.append(perf_counter() - start)


async def _run(wire: websockets.ClientConnection, page: str, found: Crowd) -> None:
    """Asks for the page and reads until its script is over."""
    asked = BackMsg()
    asked.rerun_script.query_string = "lang=fr"
    asked.rerun_script.page_name = page
    await wire.send(asked.SerializeToString())
    while True:
        told = ForwardMsg()
        told.ParseFromString(bytes(await wire.recv(decode=False)))
        if told.WhichOneof("type") == "delta":
            element = told.delta.new_element.WhichOneof("type")
            if element == "exception":
                found.errors.append(f"{page}: {told.delta.new_element.exception.message}")
        if told.WhichOneof("type") == "script_finished":
            return
