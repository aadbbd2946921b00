"""What the overview says of the newest results."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from application.use_cases.forecast_demand import ForecastSet
from application.use_cases.overview import medicines_at_risk, week_of_visits
from hospital.forecast import QUANTILE_LEVELS, DemandForecast, Period, SeriesKey, SeriesKind
from hospital.stock_plan import OrderLine, StockPlan

pytestmark = pytest.mark.unit


def visits(hospital: str, seed: int) -> DemandForecast:
    paths = np.random.default_rng(seed).poisson(100, size=(2000, 28)).astype(float)
    return DemandForecast(
        key=SeriesKey(SeriesKind.VISITS, hospital),
        first_day=date(2026, 11, 23),
        period=Period.DAY,
        mean=paths.mean(axis=0),
        quantiles=np.quantile(paths, QUANTILE_LEVELS, axis=0).T,
        sample_paths=paths,
        model="prophet",
    )


def test_the_week_of_the_group_adds_hospitals_path_by_path() -> None:
    """Two hospitals of Poisson(100) a day: 1,400 in a week, 80 % within 1.28 sqrt(1400)."""
    week = week_of_visits(ForecastSet("r", (visits("A", 1), visits("B", 2))))
    assert week is not None
    assert week.expected == pytest.approx(1400, abs=5)
    assert week.high - week.low == pytest.approx(2 * 1.2816 * np.sqrt(1400), rel=0.08)
    assert len(week.daily) == len(week.daily_low) == len(week.daily_high) == 14


def test_there_is_no_week_without_a_forecast_of_visits() -> None:
    assert week_of_visits(ForecastSet("r", ())) is None


def line(medicine: str, before_arrival: float) -> OrderLine:
    return OrderLine(
        hospital="H1", medicine=medicine, supplier="S", packs=0, units=0, cost_mad=0,
        stockout_probability_before=1, stockout_probability_after=before_arrival, terms=(),
        stockout_probability_before_arrival=before_arrival,
    )  # fmt: skip


def test_a_medicine_is_at_risk_where_no_order_can_save_it() -> None:
    plan = StockPlan(
        as_of=date(2026, 11, 23),
        budget_mad=0,
        lines=(line("SAFE", 0.09), line("RISKY", 0.1)),
        unordered=(line("WORST", 0.9),),
    )
    assert [row.medicine for row in medicines_at_risk(plan)] == ["WORST", "RISKY"]
