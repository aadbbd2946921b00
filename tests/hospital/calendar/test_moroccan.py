"""What the shipped calendar says about days that everybody in Morocco remembers."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hospital.calendar import (
    DateStatus,
    Holiday,
    Language,
    MoroccanCalendar,
    SchoolBreak,
    UserEvent,
)
from hospital.errors import GstError

pytestmark = pytest.mark.unit

FIRST_DAY = date(2020, 1, 1)
LAST_DAY = date(2035, 12, 31)
CALENDAR = MoroccanCalendar.load()
covered_days = st.dates(FIRST_DAY, LAST_DAY)

OFFICIAL_HOLIDAYS = [
    ("aid_al_fitr", date(2021, 5, 13)),
    ("aid_al_fitr", date(2022, 5, 2)),
    ("aid_al_fitr", date(2023, 4, 22)),
    ("aid_al_fitr", date(2024, 4, 10)),
    ("aid_al_fitr", date(2025, 3, 31)),
    ("aid_al_adha", date(2020, 7, 31)),
    ("aid_al_adha", date(2021, 7, 21)),
    ("aid_al_adha", date(2023, 6, 29)),
    ("aid_al_adha", date(2024, 6, 17)),
    ("aid_al_adha", date(2025, 6, 7)),
    ("first_muharram", date(2024, 7, 7)),
    ("first_muharram", date(2025, 6, 27)),
    ("mawlid", date(2021, 10, 19)),
    ("mawlid", date(2023, 9, 28)),
    ("mawlid", date(2024, 9, 16)),
    ("mawlid", date(2025, 9, 5)),
    ("exceptional_day_off", date(2025, 6, 9)),
]


def keys_of(calendar: MoroccanCalendar, first: date, last: date) -> list[str]:
    return [holiday.key for holiday in calendar.holidays(first, last)]


@pytest.mark.parametrize(("key", "day"), OFFICIAL_HOLIDAYS)
def test_announced_holiday_is_official_on_its_day(
    calendar: MoroccanCalendar, key: str, day: date
) -> None:
    (holiday,) = [found for found in calendar.holidays(day, day) if found.key == key]
    assert holiday.status is DateStatus.OFFICIAL
    assert holiday.source
    same_year = keys_of(calendar, date(day.year, 1, 1), date(day.year, 12, 31))
    assert same_year.count(key) == 1


@pytest.mark.parametrize(
    "first_day",
    [
        date(2021, 4, 14),
        date(2023, 3, 23),
        date(2024, 3, 12),
        date(2025, 3, 2),
        date(2026, 2, 19),
    ],
)
def test_announced_ramadan_starts_on_its_day(calendar: MoroccanCalendar, first_day: date) -> None:
    (start,) = calendar.observances(first_day, first_day)
    assert (start.key, start.status) == ("ramadan_start", DateStatus.OFFICIAL)
    found = calendar.ramadan(first_day)
    assert found is not None
    assert found.number == 1
    assert calendar.ramadan(first_day - timedelta(days=1)) is None


def test_every_ramadan_has_29_or_30_days_and_ends_on_the_eve_of_the_aid(
    calendar: MoroccanCalendar,
) -> None:
    months = calendar.ramadans(FIRST_DAY, LAST_DAY)
    assert len(months) == 17  # sixteen years, two months in 2030
    for month in months:
        assert month.length_days in {29, 30}
        aid = month.last_day + timedelta(days=1)
        assert "aid_al_fitr" in keys_of(calendar, aid, aid)
        assert calendar.ramadan(aid) is None


def test_two_ramadans_start_in_2030(calendar: MoroccanCalendar) -> None:
    """Umm al-Qura has 5 January and 26 December; our prior is the day after."""
    starts = [
        day.date
        for day in calendar.observances(date(2030, 1, 1), date(2030, 12, 31))
        if day.key == "ramadan_start"
    ]
    assert starts == [date(2030, 1, 6), date(2030, 12, 27)]
    assert len(calendar.ramadans(date(2030, 1, 1), date(2030, 12, 31))) == 2


def test_ramadan_day_knows_the_last_ten_and_its_progress(calendar: MoroccanCalendar) -> None:
    days = [calendar.ramadan(date(2025, 3, 2) + timedelta(days=n)) for n in range(29)]
    numbers = [day.number for day in days if day is not None]
    assert numbers == list(range(1, 30))
    assert [day.number for day in days if day is not None and day.last_ten] == list(range(21, 30))
    assert days[0] is not None
    assert days[-1] is not None
    assert (days[0].progress, days[-1].progress) == (0, 1)


def test_public_servants_have_two_days_for_each_aid(calendar: MoroccanCalendar) -> None:
    for key in ("aid_al_fitr", "aid_al_adha", "mawlid"):
        firsts = [day for day in calendar.holidays(FIRST_DAY, LAST_DAY) if day.key == key]
        assert len(firsts) >= 16
        for first in firsts:
            second = first.date + timedelta(days=1)
            assert f"{key}_day_2" in keys_of(calendar, second, second)
            assert calendar.is_public_holiday(second)


@pytest.mark.parametrize(
    ("key", "month", "day", "first_year"),
    [("amazigh_new_year", 1, 14, 2024), ("unity_day", 10, 31, 2026)],
)
def test_new_holiday_is_kept_from_its_first_year_on(
    calendar: MoroccanCalendar, key: str, month: int, day: int, first_year: int
) -> None:
    """Aïd Al Wahda was decreed on 4 November 2025, after that year's 31 October had been worked."""
    kept = [day.date.year for day in calendar.holidays(FIRST_DAY, LAST_DAY) if day.key == key]
    assert kept == list(range(first_year, 2036))
    assert not calendar.is_public_holiday(date(first_year - 1, month, day))
    assert calendar.is_public_holiday(date(first_year, month, day))


def test_2026_has_eighteen_holidays(calendar: MoroccanCalendar) -> None:
    """As the library holidays 0.109 counts them (domain facts, B7)."""
    assert len(calendar.holidays(date(2026, 1, 1), date(2026, 12, 31))) == 18


def test_a_working_day_is_no_holiday_and_a_weekend_is_not_one_either(
    calendar: MoroccanCalendar,
) -> None:
    assert not calendar.is_public_holiday(date(2026, 11, 23))
    assert not calendar.is_public_holiday(date(2026, 11, 22))
    assert calendar.is_weekend(date(2026, 11, 21))
    assert calendar.is_weekend(date(2026, 11, 22))
    assert not calendar.is_weekend(date(2026, 11, 20))


def test_ashura_is_named_but_worked(calendar: MoroccanCalendar) -> None:
    ashura = date(2025, 7, 6)  # 10 Muharram, nine days after the announced first
    assert [day.key for day in calendar.observances(ashura, ashura)] == ["ashura"]
    assert not calendar.is_public_holiday(ashura)


def test_every_day_has_a_name_in_three_languages(calendar: MoroccanCalendar) -> None:
    days: list[Holiday | SchoolBreak] = [
        *calendar.holidays(FIRST_DAY, LAST_DAY),
        *calendar.observances(FIRST_DAY, LAST_DAY),
        *calendar.school_breaks,
    ]
    for day in days:
        names = [day.label(language) for language in Language]
        assert all(names)
        assert len(set(names)) == 3
        assert any("\u0600" <= letter <= "\u06ff" for letter in day.label("ar"))


def test_an_unknown_language_is_refused(calendar: MoroccanCalendar) -> None:
    with pytest.raises(ValueError, match="de"):
        calendar.school_breaks[0].label("de")


def test_school_break_is_found_by_its_days(calendar: MoroccanCalendar) -> None:
    pause = calendar.school_break(date(2026, 1, 25))
    assert pause is not None
    assert (pause.key, pause.status) == ("mid_year_break", DateStatus.OFFICIAL)
    assert calendar.school_break(date(2026, 2, 1)) == pause
    assert calendar.school_break(date(2026, 2, 2)) is None


def test_unconfirmed_school_breaks_say_so(calendar: MoroccanCalendar) -> None:
    for pause in calendar.school_breaks:
        is_hypothesis = pause.status is DateStatus.HYPOTHESIS
        assert is_hypothesis == ("to be confirmed" in pause.source)


def test_school_breaks_do_not_overlap(calendar: MoroccanCalendar) -> None:
    for day in (FIRST_DAY + timedelta(days=n) for n in range((LAST_DAY - FIRST_DAY).days)):
        assert sum(day in pause for pause in calendar.school_breaks) <= 1


def test_user_event_is_found_and_leaves_the_original_alone(calendar: MoroccanCalendar) -> None:
    moussem = UserEvent(name="Moussem", first_day=date(2026, 8, 7), last_day=date(2026, 8, 14))
    richer = calendar.with_events(moussem)
    assert richer.events(date(2026, 8, 14)) == (moussem,)
    assert richer.events(date(2026, 8, 15)) == ()
    assert calendar.events(date(2026, 8, 14)) == ()
    assert MoroccanCalendar.load(user_events=[moussem]) == richer


def test_user_event_cannot_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="write the earlier day first"):
        UserEvent(name="grève", first_day=date(2026, 5, 2), last_day=date(2026, 5, 1))


@pytest.mark.parametrize("day", [date(2019, 12, 31), date(2036, 1, 1)])
def test_a_year_without_lunar_dates_is_refused_not_guessed(
    calendar: MoroccanCalendar, day: date
) -> None:
    for question in (calendar.ramadan, calendar.is_public_holiday):
        with pytest.raises(GstError, match="from 2020 to 2035") as refusal:
            question(day)
        assert refusal.value.code == "calendar_not_covered"


@given(st.lists(covered_days, min_size=3, max_size=3))
def test_holidays_of_two_spans_are_those_of_the_whole(days: list[date]) -> None:
    first, middle, last = sorted(days)
    before = CALENDAR.holidays(first, middle)
    after = CALENDAR.holidays(middle + timedelta(days=1), last) if middle < last else ()
    assert before + after == CALENDAR.holidays(first, last)


@given(covered_days)
def test_a_public_holiday_is_a_day_with_a_holiday(day: date) -> None:
    assert CALENDAR.is_public_holiday(day) == bool(CALENDAR.holidays(day, day))


@given(covered_days)
def test_a_day_of_ramadan_lies_in_a_month_of_ramadan(day: date) -> None:
    found = CALENDAR.ramadan(day)
    months = CALENDAR.ramadans(day, day)
    assert (found is not None) == bool(months)
    if found is not None:
        assert months[0].first_day + timedelta(days=found.number - 1) == day
        assert 1 <= found.number <= months[0].length_days
