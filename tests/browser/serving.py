"""The dashboard as a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

HOST = "127.0.0.1"
START_SECONDS, STOP_SECONDS = 300, 60


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(home: Path, port: int | None = None) -> Iterator[str]:
    """The dashboard on this home as ``tadbir dashboard`` serves it; its address."""
    with server_on(home, port or free_port()) as (_, address):
        yield address


@contextmanager
def server_on(home: Path, port: int) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The same with its process, which a test may end before its time."""
    command = [sys.executable, "-m", "dashboard", "--port", str(port), "--headless"]
    environment = {**os.environ, "TADBIR_HOME": str(home), "TADBIR_PROCESSES": "1"}
    with (
        (home / "server.log").open("a") as log,
        subprocess.Popen(command, env=environment, stdout=log, stderr=log) as server,
    ):
        try:
            wait_until_healthy(f"http://{HOST}:{port}")
            yield server, f"http://{HOST}:{port}"
        finally:
            server.terminate()
            server.wait(timeout=STOP_SECONDS)


def wait_until_healthy(address: str) -> None:
    """Returns when the server answers; fails the test if it does not start."""
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail("the dashboard did not start")
