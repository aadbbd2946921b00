"""Morocco turns its clock twice around Ramadan."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hospital.calendar import ClockChange, MoroccanCalendar, clock, day_hours, shift_hours
from hospital.errors import GstError

pytestmark = pytest.mark.unit

MIDNIGHTS = st.dates(date(2020, 1, 1), date(2030, 12, 31)).map(
    lambda day: datetime.combine(day, time())
)


def at(text: str) -> datetime:
    """Moroccan wall time."""
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("back_to_gmt", "forward_again"),
    [
        (date(2025, 2, 23), date(2025, 4, 6)),
        (date(2026, 2, 15), date(2026, 3, 22)),
        (date(2027, 2, 7), date(2027, 3, 14)),
        (date(2028, 1, 23), date(2028, 3, 5)),
    ],
)
def test_the_clock_changes_twice_a_year(
    calendar: MoroccanCalendar, back_to_gmt: date, forward_again: date
) -> None:
    """Dates of tzdata 2026.6 (forecasting evidence, 4; domain facts, B4)."""
    year = back_to_gmt.year
    assert calendar.clock_changes(date(year, 1, 1), date(year, 12, 31)) == (
        ClockChange(back_to_gmt, 25),
        ClockChange(forward_again, 23),
    )
    assert calendar.day_hours(back_to_gmt) == 25
    assert calendar.day_hours(forward_again) == 23
    assert calendar.day_hours(forward_again + timedelta(days=1)) == 24


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-02-13T20:00", "2026-02-14T08:00", 12),
        ("2026-02-14T20:00", "2026-02-15T08:00", 13),
        ("2026-03-21T20:00", "2026-03-22T08:00", 11),
        ("2026-02-15T02:00", "2026-02-15T02:00", 0),
        ("2026-11-23T08:30", "2026-11-23T16:30", 8),
    ],
)
def test_a_night_shift_lasts_longer_or_shorter_when_the_clock_changes(
    calendar: MoroccanCalendar, start: str, end: str, hours: float
) -> None:
    assert calendar.shift_hours(at(start), at(end)) == hours


def test_the_repeated_hour_is_one_hour_away_from_itself() -> None:
    first = at("2026-02-15T02:30")
    assert shift_hours(first, first.replace(fold=1)) == 1


def test_a_moment_with_a_time_zone_keeps_it() -> None:
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert shift_hours(at("2026-11-23T12:00"), noon) == 1


def test_a_shift_cannot_end_before_it_starts() -> None:
    with pytest.raises(GstError, match="a night shift ends on the next date"):
        shift_hours(at("2026-11-23T20:00"), at("2026-11-23T08:00"))


def test_a_missing_time_zone_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ZoneInfoNotFoundError(name)

    clock.casablanca.cache_clear()
    monkeypatch.setattr(clock, "ZoneInfo", missing)
    with pytest.raises(GstError, match="Install the package tzdata"):
        clock.casablanca()


@given(midnight=MIDNIGHTS, days=st.integers(0, 60))
def test_days_add_up_to_the_time_that_passed(midnight: datetime, days: int) -> None:
    first = midnight.date()
    lengths = [day_hours(first + timedelta(days=n)) for n in range(days)]
    assert shift_hours(midnight, midnight + timedelta(days=days)) == sum(lengths)


@given(midnight=MIDNIGHTS, first=st.integers(0, 48), second=st.integers(0, 48))
def test_two_shifts_in_a_row_last_as_long_as_one(
    midnight: datetime, first: int, second: int
) -> None:
    handover = midnight + timedelta(hours=first)
    end = handover + timedelta(hours=second)
    together = shift_hours(midnight, handover) + shift_hours(handover, end)
    assert together == shift_hours(midnight, end)
