"""A test works in a home of its own, whatever the environment of the machine says."""

from __future__ import annotations

from pathlib import Path

import pytest


def work_in(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings are those of this home, on one process, until the test is over."""
    monkeypatch.setenv("TADBIR_HOME", str(home))
    monkeypatch.setenv("TADBIR_PROCESSES", "1")
    monkeypatch.delenv("TADBIR_DATABASE_URL", raising=False)
    monkeypatch.delenv("TADBIR_LANG", raising=False)
