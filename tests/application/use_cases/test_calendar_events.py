"""Events that the hospitals told are kept in a file that a person may also write."""

from datetime import date
from pathlib import Path

import pytest

from application.settings import Settings, load_settings
from application.use_cases.calendar_events import (
    EVENTS_FILE,
    add_event,
    known_events,
    remove_event,
)
from application.use_cases.session import open_session
from hospital.calendar import UserEvent
from hospital.errors import GstError, InvalidInput

pytestmark = pytest.mark.unit

MOUSSEM = UserEvent(name="Moussem", first_day=date(2026, 8, 14), last_day=date(2026, 8, 20))
STRIKE = UserEvent(name="إضراب", first_day=date(2026, 3, 2), last_day=date(2026, 3, 2))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({"TADBIR_HOME": str(tmp_path), "TADBIR_PROCESSES": "1"})


def test_without_a_file_nothing_was_told(settings: Settings) -> None:
    assert known_events(settings) == ()


def test_what_is_told_is_known_by_day_in_any_script(settings: Settings) -> None:
    add_event(settings, MOUSSEM)
    add_event(settings, STRIKE)
    assert add_event(settings, STRIKE) == known_events(settings) == (STRIKE, MOUSSEM)
    assert [file.name for file in settings.folder.iterdir()] == [EVENTS_FILE]


def test_what_is_removed_is_forgotten_and_nothing_else(settings: Settings) -> None:
    add_event(settings, MOUSSEM)
    add_event(settings, STRIKE)
    assert remove_event(settings, MOUSSEM) == known_events(settings) == (STRIKE,)
    with pytest.raises(GstError, match="no_event"):
        remove_event(settings, MOUSSEM)


def test_the_calendar_of_a_session_knows_an_event_at_once(settings: Settings) -> None:
    with open_session(settings) as session:
        assert session.calendar.events(date(2026, 8, 15)) == ()
        add_event(settings, MOUSSEM)
        assert session.calendar.events(date(2026, 8, 15)) == (MOUSSEM,)


@pytest.mark.parametrize(
    ("line", "row"),
    [
        ("  - {name: A, first_day: 2026-08-20, last_day: 2026-08-14}", 2),
        ("  - {name: A, first_day: 14 août, last_day: 2026-08-14}", 2),
        ("  - {name: A, first_day: 2026-08-14}", 2),
        ("  - {name: A, first_day: 2026-08-14, last_day: 2026-08-14, factor: 2}", 2),
    ],
)
def test_a_wrong_line_is_named(settings: Settings, line: str, row: int) -> None:
    settings.folder.mkdir(exist_ok=True)
    (settings.folder / EVENTS_FILE).write_text(f"events:\n{line}\n", encoding="utf-8")
    with pytest.raises(InvalidInput) as refusal:
        known_events(settings)
    (problem,) = refusal.value.problems
    assert (problem.file, problem.row) == (EVENTS_FILE, row)
