"""A test works in a home of its own, on a GST that is no larger than what it asks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

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
