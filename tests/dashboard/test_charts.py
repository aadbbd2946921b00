"""Charts show what the numbers say, in the language of the visit."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from application.language import Language, Translator
from application.summaries import DifferenceRow
from application.terms import Comparison
from dashboard.charts.band import band, band_frame, occupancy_frame
from dashboard.charts.differences import differences, differences_frame, drawable
from dashboard.charts.fan import BAND, HIGH, LOW, fan
from dashboard.charts.fan import band_frame as fan_bands
from dashboard.charts.gantt import cases_frame, gantt, sessions_frame
from dashboard.charts.hours import hours, hours_frame
from dashboard.charts.provinces import province_frame, provinces
from dashboard.charts.style import chart_locale
from dashboard.findings import findings_of
from forecasting.hourly import real_hours
from hospital.calendar.clock import casablanca
from hospital.errors import say
from hospital.forecast import QUANTILE_LEVELS, DemandForecast, Period, SeriesKey, SeriesKind
from hospital.hourly_forecast import HourlyForecast
from hospital.tables import Col
from hospital.theatre import (
    AgeGroup,
    Priority,
    Procedure,
    Sex,
    Surgeon,
    TheatreSession,
    WaitingPatient,
)
from hospital.theatre_plan import PlannedCase, TheatrePlan, TheatreProblem
from hospital.twin_result import Indicator, TwinResult

pytestmark = pytest.mark.unit

MONDAY = date(2026, 11, 23)
ENGLISH = Translator(Language.ENGLISH)


def forecast(days: int = 14) -> DemandForecast:
    paths = np.random.default_rng(1).poisson(50, size=(200, days)).astype(float)
    return DemandForecast(
        key=SeriesKey(SeriesKind.VISITS, "H1"),
        first_day=MONDAY,
        period=Period.DAY,
        mean=paths.mean(axis=0),
        quantiles=np.quantile(paths, QUANTILE_LEVELS, axis=0).T,
        sample_paths=paths,
        model="prophet",
    )


def history() -> pd.DataFrame:
    days = pd.date_range("2026-10-01", periods=53, freq="D")
    return pd.DataFrame({"day": days, "value": 50.0})


def spec(chart: Any) -> dict[str, Any]:
    """What the browser is given; Altair checks it against the schema of Vega-Lite."""
    given: dict[str, Any] = chart.to_dict()
    return given


@pytest.mark.parametrize("language", Language)
def test_a_fan_is_valid_in_every_language(language: Language) -> None:
    given = spec(
        fan(history(), fan_bands(forecast(), Translator(language)), "per day", Translator(language))
    )
    assert len(given["layer"]) == 4
    assert ("locale" in given["config"]) is (language is not Language.ENGLISH)


def test_the_bands_of_a_fan_lie_inside_one_another() -> None:
    bands = fan_bands(forecast(), ENGLISH)
    names = list(dict.fromkeys(bands[BAND]))
    wide, middle, narrow = (bands[bands[BAND] == name].reset_index() for name in names)
    assert (wide[LOW] <= middle[LOW]).all()
    assert (middle[LOW] <= narrow[LOW]).all()
    assert (narrow[HIGH] <= middle[HIGH]).all()
    assert (middle[HIGH] <= wide[HIGH]).all()


def by_hour(first_day: date, days: int) -> HourlyForecast:
    """Twelve visits an hour on every real hour of these days of Casablanca."""
    zone = casablanca()
    starts = [
        hour for day in range(days) for hour in real_hours(first_day + timedelta(days=day), zone)
    ]
    paths = np.full((10, len(starts)), 12.0)
    quantiles = np.tile(np.arange(8.0, 15.0), (len(starts), 1))
    key = SeriesKey(SeriesKind.VISITS, "H1")
    return HourlyForecast(key, tuple(starts), paths[0], quantiles, paths, "prophet, hour-of-week")


@pytest.mark.parametrize("language", Language)
def test_seven_days_of_hours_are_drawn_with_their_interval(language: Language) -> None:
    frame = hours_frame(by_hour(MONDAY, 28), 7)
    assert len(frame) == 7 * 24
    assert frame[["low", "mean", "high"]].iloc[0].tolist() == [9.0, 12.0, 13.0]
    assert len(spec(hours(frame, "visits", Translator(language)))["layer"]) == 2


def test_a_forecast_of_three_days_has_the_hours_of_three_days() -> None:
    assert len(hours_frame(by_hour(MONDAY, 3), 7)) == 3 * 24


def test_the_day_on_which_the_clock_goes_back_shows_an_hour_twice() -> None:
    """Morocco leaves GMT+1 before Ramadan: Sunday 7 February 2027 has 25 hours."""
    frame = hours_frame(by_hour(date(2027, 2, 7), 1), 1)
    assert len(frame) == 25
    assert frame["hour"].duplicated().sum() == 1


def test_arabic_charts_have_moroccan_months_and_latin_digits() -> None:
    locale = chart_locale(Language.ARABIC)
    assert locale is not None
    given = locale.to_dict()
    assert given["time"]["months"][10] == "نونبر"
    assert given["number"]["decimal"] == ","


def test_french_charts_begin_the_week_of_vega_on_sunday() -> None:
    locale = chart_locale(Language.FRENCH)
    assert locale is not None
    assert locale.to_dict()["time"]["days"][0] == "dimanche"


def difference(baseline: float, change: float, half_width: float) -> DifferenceRow:
    return DifferenceRow(
        Indicator.BOARDING,
        "",
        say("Boarding: admitted, waiting for a bed [h]"),
        baseline,
        baseline + change,
        change,
        change - half_width,
        change + half_width,
    )


def test_a_difference_is_drawn_in_percent_of_the_baseline() -> None:
    findings = findings_of([difference(8.0, -2.0, 1.0)])
    frame = differences_frame(findings, ENGLISH)
    assert frame[["percent", "low", "high"]].to_numpy().tolist() == [[-25.0, -37.5, -12.5]]
    assert len(spec(differences(findings, ENGLISH))["layer"]) == 3


@pytest.mark.parametrize("baseline", [0.0, 1.4])
def test_what_is_almost_zero_today_is_not_drawn_in_percent(baseline: float) -> None:
    assert drawable(findings_of([difference(baseline, 2.0, 1.0)])) == []


def test_what_doubles_is_still_drawn() -> None:
    assert len(drawable(findings_of([difference(1.5, 2.0, 1.0)]))) == 1


def test_beds_of_two_units_are_added_up_day_by_day() -> None:
    hours = pd.DataFrame({Col.HOUR: np.arange(48)})
    one = hours.assign(unit="A", mean=2.0, p10=1.0, p50=2.0, p90=3.0)
    two = hours.assign(unit="B", mean=5.0, p10=4.0, p50=5.0, p90=6.0)
    other = hours.assign(unit="C", mean=50.0, p10=40.0, p50=50.0, p90=60.0)
    result = TwinResult(3, 2, 0, 1, pd.DataFrame(), pd.concat([one, two, other]))
    frame = occupancy_frame(result, ["A", "B"], MONDAY)
    assert frame["day"].dt.date.tolist() == [MONDAY, date(2026, 11, 24)]
    assert frame[["low", "mean", "high"]].to_numpy().tolist() == [[5.0, 7.0, 9.0]] * 2


def test_a_band_has_a_line_for_its_limit_only_where_there_is_one() -> None:
    frame = band_frame(MONDAY, [1.0, 2.0], [0.5, 1.0], [2.0, 3.0])
    assert len(spec(band(frame, "beds", None, ENGLISH))["layer"]) == 2
    assert len(spec(band(frame, "beds", 3, ENGLISH))["layer"]) == 4


def comparison_by_province() -> Comparison:
    rows = [
        (Indicator.BOARDING, "", "province:Kénitra", 4.0, 2.0),
        (Indicator.BOARDING, "", "province:Sidi Kacem", 6.0, 5.0),
        (Indicator.BOARDING, "", "sex:female", 9.0, 9.0),
        (Indicator.BOARDING, "H1", "province:Kénitra", 1.0, 1.0),
        (Indicator.DEATHS, "", "province:Kénitra", 1.0, 1.0),
    ]
    columns = [Col.INDICATOR, Col.PLACE, Col.GROUP, "baseline", "scenario"]
    frame = pd.DataFrame(rows, columns=columns)
    frame["difference"] = frame["scenario"] - frame["baseline"]
    return Comparison("s", 5, frame.assign(low=-2.5, high=-0.5, share_lower=1.0, share_equal=0.0))


def test_provinces_show_the_boarding_of_the_whole_group_only() -> None:
    frame = province_frame(comparison_by_province(), ENGLISH)
    shown = frame[["province", "which", "hours"]].to_numpy().tolist()
    assert shown == [
        ["Kénitra", "Today", 4.0],
        ["Kénitra", "Scenario", 2.0],
        ["Sidi Kacem", "Today", 6.0],
        ["Sidi Kacem", "Scenario", 5.0],
    ]
    assert len(spec(provinces(frame, ENGLISH))["layer"]) == 2


def plan() -> TheatrePlan:
    patient = WaitingPatient(
        patient="P1", hospital="H1", procedure="HERNIA", surgeon="S1", priority=Priority.URGENT,
        referral_date=date(2026, 11, 1), due_date=date(2026, 11, 27), sex=Sex.MALE,
        age_group=AgeGroup.ADULT, province="Kénitra",
    )  # fmt: skip
    procedure = Procedure(
        procedure="HERNIA", name="Cure de hernie", specialty="surgery", mean_minutes=90,
        minutes_cv=0.4, intensive_care_probability=0, mean_stay_days=1,
    )  # fmt: skip
    sessions = tuple(
        TheatreSession(
            session=f"R1-{weekday}", unit="BLOC", room="R1", weekday=weekday, start_minute=510,
            length_minutes=360, specialty="surgery", turnover_minutes=20,
        )
        for weekday in (0, 1)
    )  # fmt: skip
    surgeon = Surgeon(
        surgeon="S1", name="Dr", hospital="H1", specialty="surgery", daily_minutes=400
    )
    problem = TheatreProblem(
        hospital="H1", first_day=MONDAY, days=7, sessions=sessions, waiting_list=(patient,),
        procedures=(procedure,),
        surgeons=(surgeon,),
        ward_free_beds=(5.0,) * 7, intensive_care_free_beds=(1.0,) * 7,
    )  # fmt: skip
    case = PlannedCase(
        patient="P1",
        session="R1-0",
        day=MONDAY,
        surgeon="S1",
        start_minute=510,
        expected_minutes=90,
    )
    return TheatrePlan(problem=problem, cases=(case,), unplanned=(), value=1, bound=1)


def test_an_operation_lies_inside_its_session_in_the_gantt() -> None:
    cases, sessions = cases_frame(plan(), ENGLISH), sessions_frame(plan(), ENGLISH)
    assert sessions["line"].tolist() == ["Mon 23 Nov · R1", "Tue 24 Nov · R1"]
    assert cases[["line", "start", "end", "priority"]].to_numpy().tolist() == [
        ["Mon 23 Nov · R1", 8.5, 10.0, "Urgent"]
    ]
    assert len(spec(gantt(cases, sessions, ENGLISH))["layer"]) == 2
