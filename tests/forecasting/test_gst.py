"""One call forecasts a GST, whoever does the work."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

import joblib
import numpy as np
import pandas as pd
import pytest

from forecasting.gst import forecast_gst, refusals
from forecasting.history_series import series_of
from forecasting.plan import ForecastPlan
from hospital.calendar import MoroccanCalendar
from hospital.compute import serially
from hospital.errors import NotEnoughHistory
from hospital.forecast import DemandForecast, Period, SeriesKind
from hospital.gst import Gst
from hospital.history import History
from hospital.pharmacy import Medicine
from hospital.places import Hospital, Unit

pytestmark = pytest.mark.integration

AS_OF = date(2026, 11, 23)
PLAN = ForecastPlan(AS_OF, seed=3, backtest_origins=2)
NO_ROWS = pd.DataFrame()

T = TypeVar("T")
R = TypeVar("R")


def on_two_processes(function: Callable[[T], R], tasks: Sequence[T], label: str) -> Iterator[R]:
    del label
    with joblib.Parallel(n_jobs=2) as workers:
        return iter(workers(joblib.delayed(function)(task) for task in tasks))


@pytest.fixture(scope="module")
def gst() -> Gst:
    hospitals = tuple(
        Hospital(hospital=code, name=code, level="chp", province="X", population=1)
        for code in ("A", "B")
    )
    wards = tuple(
        Unit(
            unit=f"{code}-ward",
            hospital=code,
            kind="ward",
            specialty="x",
            name="x",
            physicians=1,
            beds_per_nurse=5,
            mean_stay_hours=72,
            stay_cv=1,
            cost_per_bed_day_mad=1,
        )
        for code in ("A", "B")
    )
    medicines = tuple(
        Medicine(
            medicine=code,
            inn=code,
            strength="1",
            form="x",
            ven="V",
            storage="ambient",
            controlled=False,
            shelf_life_days=700,
            units_per_bed_day=1,
        )
        for code in ("NEW", "OFTEN", "RARE")
    )
    return Gst.model_construct(hospitals=hospitals, units=wards, medicines=medicines)


@pytest.fixture(scope="module")
def history() -> History:
    """Two years of two hospitals; hospital B has three weeks of visits only."""
    rng = np.random.default_rng(1)
    hours = pd.date_range("2024-11-23", "2026-11-22 23:00", freq="h")
    visits = pd.DataFrame({"hospital": "A", "hour": hours, "visits": rng.poisson(4, len(hours))})
    young = visits.tail(24 * 21).assign(hospital="B")
    moments = hours[rng.integers(0, len(hours), 6000)]
    stays = pd.DataFrame(
        {
            "patient": [f"p{n}" for n in range(6000)],
            "unit": np.where(rng.random(6000) < 0.5, "A-ward", "B-ward"),
            "admitted_at": moments,
            "outcome": "home",
        }
    )
    weeks = pd.date_range("2024-11-25", "2026-11-16", freq="7D")
    laws = {"OFTEN": (weeks, 50.0), "RARE": (weeks, 0.2), "NEW": (weeks[-5:], 20.0)}
    consumption = pd.concat(
        pd.DataFrame(
            {
                "hospital": "A",
                "medicine": code,
                "week": span,
                "units": rng.poisson(mean, len(span)),
                "stockout_days": 0,
            }
        )
        for code, (span, mean) in laws.items()
    )
    return History(pd.concat([visits, young]), stays, consumption, referrals=NO_ROWS)


@pytest.fixture(scope="module")
def forecasts(gst: Gst, history: History, calendar: MoroccanCalendar) -> tuple[DemandForecast, ...]:
    return forecast_gst(gst, history, PLAN, calendar, serially)


def test_every_series_with_a_history_is_forecast_in_order(
    forecasts: tuple[DemandForecast, ...],
) -> None:
    """Visits of B are refused, so there is no total of visits."""
    assert [str(forecast.key) for forecast in forecasts] == [
        "visits:A",
        "admissions:A",
        "admissions:B",
        "consumption:A:OFTEN",
        "consumption:A:RARE",
        "admissions:GST",
    ]


def test_those_left_out_are_named(gst: Gst, history: History) -> None:
    refused = refusals(series_of(gst, history, AS_OF), AS_OF)
    assert {str(refusal.key) for refusal in refused} == {"visits:B", "consumption:A:NEW"}
    assert {refusal.code for refusal in refused} == {"not_enough_history"}


def test_only_the_kinds_asked_for_are_tested_on_their_past(
    forecasts: tuple[DemandForecast, ...],
) -> None:
    tested = {forecast.key.kind: forecast.backtest for forecast in forecasts}
    card = tested[SeriesKind.VISITS]
    assert card is not None
    assert card.origins == 2
    assert tested[SeriesKind.CONSUMPTION] is None


def test_levels_are_those_of_the_law(forecasts: tuple[DemandForecast, ...]) -> None:
    """96 visits a day, 50 and 0.2 units a week."""
    means = {str(forecast.key): forecast.mean.mean() for forecast in forecasts}
    assert means["visits:A"] == pytest.approx(96, rel=0.03)
    assert means["consumption:A:OFTEN"] == pytest.approx(50, rel=0.05)
    assert means["consumption:A:RARE"] == pytest.approx(0.2, abs=0.15)


def test_one_process_and_two_give_the_same_bytes(
    gst: Gst,
    history: History,
    calendar: MoroccanCalendar,
    forecasts: tuple[DemandForecast, ...],
) -> None:
    others = forecast_gst(gst, history, PLAN, calendar, on_two_processes)
    for one, other in zip(forecasts, others, strict=True):
        assert one.sample_paths.tobytes() == other.sample_paths.tobytes()
        assert one.quantiles.tobytes() == other.quantiles.tobytes()
        assert one.backtest == other.backtest


def test_one_series_does_not_depend_on_the_others(
    gst: Gst,
    history: History,
    calendar: MoroccanCalendar,
    forecasts: tuple[DemandForecast, ...],
) -> None:
    alone = replace(history, stays=NO_ROWS, consumption=NO_ROWS)
    (visits,) = forecast_gst(gst, alone, PLAN, calendar, serially)
    assert visits.sample_paths.tobytes() == forecasts[0].sample_paths.tobytes()


def test_without_any_history_it_refuses(gst: Gst, calendar: MoroccanCalendar) -> None:
    nothing = History(NO_ROWS, NO_ROWS, NO_ROWS, referrals=NO_ROWS)
    with pytest.raises(NotEnoughHistory) as refusal:
        forecast_gst(gst, nothing, PLAN, calendar, serially)
    assert refusal.value.code == "no_series"


def test_requests_for_planned_care_are_forecast_by_the_week_and_add_up(
    gst: Gst, calendar: MoroccanCalendar
) -> None:
    """Three years around 60 and 20 a week: the mean stays there, the total is the sum."""
    rng = np.random.default_rng(3)
    weeks = pd.date_range("2023-11-27", "2026-11-16", freq="7D")
    rows = pd.concat(
        pd.DataFrame({"hospital": code, "week": weeks, "referrals": rng.poisson(mean, len(weeks))})
        for code, mean in (("A", 60.0), ("B", 20.0))
    )
    history = History(NO_ROWS, NO_ROWS, NO_ROWS, referrals=rows)
    one, other, total = forecast_gst(gst, history, PLAN, calendar, serially)
    assert [str(made.key) for made in (one, other, total)] == [
        "referrals:A",
        "referrals:B",
        "referrals:GST",
    ]
    assert one.period is Period.WEEK
    assert one.mean.mean() == pytest.approx(60, rel=0.1)
    assert other.mean.mean() == pytest.approx(20, rel=0.15)
    np.testing.assert_allclose(total.sample_paths, one.sample_paths + other.sample_paths)
