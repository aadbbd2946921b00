"""An explanation compares with an ordinary day, and its parts add up to the departure."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.calendar_design import CalendarDesign
from forecasting.explanation import Explanation, explain
from forecasting.series import Series
from hospital.calendar import MoroccanCalendar, UserEvent
from hospital.forecast import QUANTILE_LEVELS, DemandForecast, Period, SeriesKey, SeriesKind

pytestmark = pytest.mark.unit

FIRST = date(2025, 3, 24)  # a Monday
WEEKS = 50
KEY = SeriesKey(SeriesKind.VISITS, "CHR-01")
TOMORROW = FIRST + timedelta(weeks=WEEKS)  # Monday 9 March 2026: Ramadan since 19 February


def visits(monday: float = 120.0, *, holidays: float = 100.0) -> Series:
    """100 a day, Mondays more; holidays and Ramadan of the year otherwise than ordinary days."""
    calendar = MoroccanCalendar.load()
    days = [FIRST + timedelta(days=n) for n in range(7 * WEEKS)]
    counts = [monday if day.weekday() == 0 else 100.0 for day in days]
    named = {day.date for day in calendar.holidays(days[0], days[-1])}
    odd = [day in named or calendar.ramadan(day) is not None for day in days]
    return Series(KEY, FIRST, np.where(odd, holidays, counts))


def forecast(days: int = 14, **parts: float) -> DemandForecast:
    """The same expected figure every day, of these parts."""
    components = {name: np.full(days, part) for name, part in parts.items()}
    mean = np.sum(list(components.values()), axis=0)
    return DemandForecast(
        key=KEY,
        first_day=TOMORROW,
        period=Period.DAY,
        mean=mean,
        quantiles=np.tile(mean, (len(QUANTILE_LEVELS), 1)).T,
        sample_paths=mean[None],
        model="prophet",
        components=components,
    )


def design(*events: UserEvent) -> CalendarDesign:
    calendar = MoroccanCalendar.load(user_events=events)
    return CalendarDesign.of(calendar, FIRST, TOMORROW + timedelta(days=30))


def test_a_day_is_compared_with_its_own_weekday() -> None:
    monday, tuesday, *_ = explain(visits(), forecast(trend=100.0, weekly=20.0), design())
    assert (monday.ordinary, tuesday.ordinary) == (120, 100)
    assert monday.percents == {"trend": 0}
    assert tuesday.percents == {"trend": 20}


def test_the_issue_s_own_example() -> None:
    """+12 %: end of Ramadan +9, trend +3."""
    found = explain(visits(), forecast(trend=103.0, weekly=0.0, ramadan=9.0), design())
    tuesday = found[8]  # 17 March 2026, one of the last ten days
    assert tuesday.percent == 12
    assert tuesday.percents == {"ramadan": 9, "trend": 3}
    assert tuesday.is_end_of_ramadan
    assert not found[0].is_end_of_ramadan  # the 19th day of fasting


def test_holidays_and_ramadan_are_no_ordinary_days() -> None:
    """Were they, an ordinary day would lie below what one sees on it."""
    odd = explain(visits(holidays=40.0), forecast(trend=100.0, weekly=0.0), design())
    assert odd[1].ordinary == 100


def test_an_event_of_the_hospital_names_its_day() -> None:
    moussem = UserEvent(name="Moussem", first_day=TOMORROW, last_day=TOMORROW)
    first, second, *_ = explain(visits(), forecast(trend=100.0), design(moussem))
    assert first.names == ("event Moussem",)
    assert second.names == ()


def test_a_forecast_without_parts_is_all_trend() -> None:
    plain = forecast(trend=130.0)
    bare = DemandForecast(
        **{
            name: getattr(plain, name)
            for name in ("key", "first_day", "period", "mean", "quantiles", "sample_paths")
        },
        model="tsb",
    )
    assert explain(visits(), bare, design())[1].percents == {"trend": 30}


def test_nothing_ordinary_gives_no_percentage() -> None:
    """A medicine that was never used cannot be so many percent above itself."""
    never = Series(KEY, FIRST, np.zeros(7 * WEEKS))
    explained = explain(never, forecast(trend=1.0), design())[0]
    assert (explained.percent, explained.percents) == (0, {})


@given(
    ordinary=st.floats(0.5, 1e4),
    parts=st.dictionaries(st.sampled_from("abcdef"), st.floats(-1e4, 1e4), min_size=1),
)
def test_whole_percentages_add_up_and_none_is_off_by_one(
    ordinary: float, parts: dict[str, float]
) -> None:
    mean = ordinary + sum(parts.values())
    explained = Explanation(FIRST, TOMORROW, mean, mean, mean, ordinary, parts)
    exact = {name: 100 * part / ordinary for name, part in parts.items()}
    assert explained.percent == round(sum(exact.values()))
    for name, percent in explained.percents.items():
        assert abs(percent - exact[name]) < 1 + 1e-6
