"""Whether a home has a worker: the system holds the lock of a file while the worker lives.

No clock and no sign of life is needed: with the process, however it dies, goes its lock.
"""

from __future__ import annotations

import fcntl
import os
import socket

from application.settings import Settings

LOCK_FILE = "jobs.lock"


def lock_of(settings: Settings) -> int | None:
    """The locked file, open; None where a worker of this home has it."""
    settings.folder.mkdir(parents=True, exist_ok=True)
    file = os.open(settings.folder / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return None
    return file


def place_of(settings: Settings) -> str:
    """What tells this home from others that share a database."""
    return f"{socket.gethostname()}:{settings.folder}"
