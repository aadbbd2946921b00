"""The shipped calendar, and a table as a person would edit it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from hospital.calendar import MoroccanCalendar


@pytest.fixture(scope="session")
def calendar() -> MoroccanCalendar:
    return MoroccanCalendar.load()


@pytest.fixture
def edited(tmp_path: Path) -> Callable[..., Path]:
    """Writes a table of dates with these rows below the header."""

    def write(*rows: str, header: str = "key,date,status,source") -> Path:
        table = tmp_path / "edited_dates.csv"
        table.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        return table

    return write
