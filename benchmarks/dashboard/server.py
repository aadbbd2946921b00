"""The dashboard on a home, served as people run it, and the memory it takes."""

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
from dataclasses import dataclass
from pathlib import Path

HOST, START_SECONDS = "127.0.0.1", 180
KILOBYTES_PER_MB = 1_000


@dataclass(frozen=True)
class Served:
    """A server: where it answers and its process."""

    port: int
    process: int

    @property
    def address(self) -> str:
        """Where pages begin."""
        return f"http://{HOST}:{self.port}"

    def resident_mb(self) -> float:
        """Memory of the server that is in use now [MB]."""
        status = Path(f"/proc/{self.process}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) * 1024 / (KILOBYTES_PER_MB * KILOBYTES_PER_MB)


@contextmanager
def serving(home: Path) -> Iterator[Served]:
    """A server of this home; it ends with the block."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "dashboard", "--port", str(port), "--headless"]
    environment = {**os.environ, "TADBIR_HOME": str(home), "TADBIR_PROCESSES": "1"}
    log = (home / "benchmark-server.log").open("w")
    with log, subprocess.Popen(command, env=environment, stdout=log, stderr=log) as server:
        try:
            found = Served(port, server.pid)
            _wait_until_healthy(found)
            yield found
        finally:
            server.terminate()
            server.wait(timeout=30)


def _wait_until_healthy(served: Served) -> None:
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up:
        try:
            with urllib.request.urlopen(f"{served.address}/_stcore/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise TimeoutError(f"nothing answers at {served.address}")
