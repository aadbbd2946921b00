"""A test works in a home of its own, on a GST that is no larger than what it asks."""

from __future__ import annotations

import fcntl
import pickle
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from application.folder.reading import GstData
from hospital.gst import Gst

MEDICINES_KEPT = 4


def work_in(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings are those of this home, on one process, until the test is over."""
    monkeypatch.setenv("TADBIR_HOME", str(home))
    monkeypatch.setenv("TADBIR_PROCESSES", "1")
    monkeypatch.delenv("TADBIR_DATABASE_URL", raising=False)
    monkeypatch.delenv("TADBIR_LANG", raising=False)


def copy_database(home: Path, into: Path) -> None:
    """What is stored in a home, stored in another folder too, also while somebody reads it."""
    with (
        closing(sqlite3.connect(home / "tadbir.sqlite")) as source,
        closing(sqlite3.connect(into / "tadbir.sqlite")) as target,
    ):
        source.backup(target)


def made_once(base: Path, worker: str, name: str, make: Callable[[Path], Any]) -> tuple[Path, Any]:
    """A home and what was said as it was made: once for all workers of xdist, never to be changed.

    ``base`` is the temporary folder of this worker.
    """
    root = base if worker == "master" else base.parent
    home, said = root / name, root / f"{name}.pickle"
    with (root / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not said.exists():
            said.write_bytes(pickle.dumps(make(home)))
    return home, pickle.loads(said.read_bytes())


def cut_demo() -> GstData:
    """The small demo with four medicines: every engine still runs, on fewer series."""
    from scenarios.demo import DemoSize, generate  # noqa: PLC0415 - loads pandas

    gst, history = generate(DemoSize.SMALL, 1)
    kept = {row.medicine for row in gst.medicines[:MEDICINES_KEPT]}
    tables = ("medicines", "offers", "lots", "orders")
    cut = {
        name: tuple(row for row in getattr(gst, name) if row.medicine in kept) for name in tables
    }
    consumption = history.consumption[history.consumption["medicine"].isin(kept)]
    smaller = Gst.model_validate({**gst.__dict__, **cut})
    return GstData(smaller, replace(history, consumption=consumption.reset_index(drop=True)))
