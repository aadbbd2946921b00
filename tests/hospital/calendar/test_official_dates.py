"""The shipped tables against independent sources, and a person's table laid over them."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import holidays
import pytest
from hijridate import Hijri
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hospital.calendar import DateStatus, MoroccanCalendar
from hospital.calendar.rows import Findings
from hospital.calendar.tables import (
    OFFICIAL_DATES,
    read_dates,
    read_fixed_holidays,
    read_labels,
    read_movable_days,
)

pytestmark = pytest.mark.unit

YEARS = range(2020, 2036)
HIJRI_YEARS = range(1441, 1460)
ONE_DAY = timedelta(days=1)
MONTH_AND_DAY = {
    "first_muharram": (1, 1),
    "mawlid": (3, 12),
    "ramadan_start": (9, 1),
    "aid_al_fitr": (10, 1),
    "aid_al_adha": (12, 10),
}
REWRITE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)


def umm_al_qura(year: int, month: int, day: int) -> date:
    gregorian = Hijri(year, month, day).to_gregorian()
    return date(gregorian.year, gregorian.month, gregorian.day)


def days_of(calendar: MoroccanCalendar, key: str) -> list[date]:
    return [seen.date for seen in calendar.occurrences if seen.key == key]


@pytest.mark.parametrize("key", MONTH_AND_DAY)
def test_the_computed_dates_are_umm_al_qura_plus_one_day(key: str) -> None:
    """Freshness: hijridate is a development dependency, so the table is shipped."""
    expected = [umm_al_qura(year, *MONTH_AND_DAY[key]) + ONE_DAY for year in HIJRI_YEARS]
    findings = Findings()
    shipped = [
        row.date
        for row in read_dates(OFFICIAL_DATES, [*MONTH_AND_DAY, "exceptional_day_off"], findings)
        if row.key == key and row.status is DateStatus.COMPUTED
    ]
    assert not findings.problems
    assert shipped == [day for day in expected if day.year in YEARS]


def test_the_prior_is_right_for_15_of_21_announced_dates_and_else_a_day_late(
    calendar: MoroccanCalendar,
) -> None:
    official = [
        seen
        for seen in calendar.occurrences
        if seen.status is DateStatus.OFFICIAL and seen.key in MONTH_AND_DAY
    ]
    moons = {
        key: {umm_al_qura(year, *month_and_day) for year in HIJRI_YEARS}
        for key, month_and_day in MONTH_AND_DAY.items()
    }
    late_days = [0 if seen.date - ONE_DAY in moons[seen.key] else 1 for seen in official]
    assert (late_days.count(0), late_days.count(1)) == (15, 6)
    assert all({seen.date, seen.date - ONE_DAY} & moons[seen.key] for seen in official)


def test_fixed_holidays_agree_with_the_library_holidays(calendar: MoroccanCalendar) -> None:
    theirs = holidays.country_holidays("MA", years=YEARS, language="en_US")
    expected = {
        (day, name) for day in theirs for name in theirs.get_list(day) if "estimated" not in name
    }
    fixed = {row.key for row in read_fixed_holidays(Findings())}
    ours = calendar.holidays(date(2020, 1, 1), date(2035, 12, 31))
    days = sorted(day.date for day in ours if day.key in fixed)
    assert days == sorted(day for day, _ in expected)


def test_every_key_has_labels() -> None:
    findings = Findings()
    keys = {row.key for row in read_fixed_holidays(findings)}
    keys |= {row.key for row in read_movable_days(findings)}
    assert keys <= set(read_labels(findings))
    assert not findings.problems


def test_the_default_table_may_be_named(calendar: MoroccanCalendar) -> None:
    assert MoroccanCalendar.load(OFFICIAL_DATES) == calendar


def test_one_row_is_enough_to_override(
    calendar: MoroccanCalendar, edited: Callable[..., Path]
) -> None:
    """14 August 2027 is Oued Ed-Dahab; Mawlid too, if the moon is seen as in Mecca."""
    day = date(2027, 8, 14)
    changed = MoroccanCalendar.load(edited("mawlid,2027-08-14,official,communiqué"))
    assert [found.key for found in changed.holidays(day, day)] == ["mawlid", "oued_ed_dahab"]
    assert [found.key for found in calendar.holidays(day, day)] == ["oued_ed_dahab"]
    assert len(days_of(changed, "mawlid")) == len(days_of(calendar, "mawlid"))


def test_an_edited_copy_of_the_whole_table_changes_only_what_was_edited(
    calendar: MoroccanCalendar, tmp_path: Path
) -> None:
    copy = tmp_path / "dates.csv"
    text = OFFICIAL_DATES.read_text(encoding="utf-8")
    copy.write_text(
        text.replace("aid_al_adha,2026-05-28,computed,Umm", "aid_al_adha,2026-05-27,official,MAP"),
        encoding="utf-8",
    )
    changed = MoroccanCalendar.load(copy)
    moved = set(days_of(changed, "aid_al_adha")) ^ set(days_of(calendar, "aid_al_adha"))
    assert moved == {date(2026, 5, 27), date(2026, 5, 28)}


def test_a_persons_computed_date_does_not_win_over_an_announced_one(
    calendar: MoroccanCalendar, edited: Callable[..., Path]
) -> None:
    changed = MoroccanCalendar.load(edited("aid_al_fitr,2025-03-30,computed,"))
    assert days_of(changed, "aid_al_fitr") == days_of(calendar, "aid_al_fitr")


def test_a_persons_announced_date_corrects_ours(edited: Callable[..., Path]) -> None:
    changed = MoroccanCalendar.load(edited("mawlid,2025-09-04,official,correction"))
    assert date(2025, 9, 4) in days_of(changed, "mawlid")
    assert date(2025, 9, 5) not in days_of(changed, "mawlid")


def test_a_table_saved_by_a_french_spreadsheet_is_read(tmp_path: Path) -> None:
    table = tmp_path / "dates.csv"
    lines = "key;date;status;source\r\nmawlid;2027-08-14;official;communiqué\r\n;;;\r\n"
    table.write_bytes(b"\xef\xbb\xbf" + lines.encode())
    assert date(2027, 8, 14) in days_of(MoroccanCalendar.load(table), "mawlid")


def test_an_exceptional_day_off_is_a_holiday(edited: Callable[..., Path]) -> None:
    """Two in one week are two decisions, not one told twice."""
    rows = [f"exceptional_day_off,2026-03-{day},official,communiqué" for day in (19, 23)]
    changed = MoroccanCalendar.load(edited(*rows))
    assert changed.is_public_holiday(date(2026, 3, 19))
    assert changed.is_public_holiday(date(2026, 3, 23))


def test_a_new_year_extends_what_is_covered(edited: Callable[..., Path]) -> None:
    days = {key: umm_al_qura(1458, *MONTH_AND_DAY[key]) + ONE_DAY for key in MONTH_AND_DAY}
    days["aid_al_adha"] = umm_al_qura(1457, 12, 10) + ONE_DAY
    rows = [f"{key},{day},computed,Umm al-Qura + 1 day" for key, day in days.items()]
    changed = MoroccanCalendar.load(edited(*rows))
    assert {day.year for day in days.values()} == {2036}
    assert max(changed.covered_years) == 2036
    assert changed.ramadan(days["ramadan_start"]) is not None


@REWRITE
@given(year=st.integers(2027, 2035), shift=st.integers(-2, 2), is_start=st.booleans())
def test_ramadan_keeps_29_or_30_days_whatever_is_announced(
    edited: Callable[..., Path],
    calendar: MoroccanCalendar,
    year: int,
    shift: int,
    is_start: bool,
) -> None:
    key = "ramadan_start" if is_start else "aid_al_fitr"
    prior = next(day for day in days_of(calendar, key) if day.year == year)
    announced = prior + timedelta(days=shift)
    changed = MoroccanCalendar.load(edited(f"{key},{announced},official,communiqué"))
    assert announced in days_of(changed, key)
    fitrs = days_of(changed, "aid_al_fitr")
    for month in changed.ramadans(date(2020, 1, 1), date(2035, 12, 31)):
        assert month.length_days in {29, 30}
        assert month.last_day + ONE_DAY in fitrs
