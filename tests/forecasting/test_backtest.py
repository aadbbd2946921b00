"""The record of a method on its own past."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from forecasting.backtest import OriginScore, card, origins, score_origin
from forecasting.forecast import design_for
from forecasting.plan import ForecastPlan
from forecasting.series import Series
from hospital.calendar import MoroccanCalendar

pytestmark = pytest.mark.unit

Build = Callable[..., Series]
PLAN = ForecastPlan(date(2026, 11, 23))
LEAST_ORIGINS = 6


def test_a_daily_series_is_judged_at_six_origins_that_do_not_overlap(daily: Build) -> None:
    days = origins(daily(), PLAN)
    assert len(days) >= LEAST_ORIGINS
    assert set(np.diff(np.array(days))) == {timedelta(days=PLAN.horizon_days)}
    assert days[-1] == PLAN.first_day - timedelta(days=PLAN.horizon_days)


def test_the_score_of_an_origin_reads_nothing_after_its_horizon(
    daily: Build, calendar: MoroccanCalendar
) -> None:
    """What came later changes no score; what came within the horizon does."""
    series = daily()
    origin = origins(series, PLAN)[0]
    design = design_for([series], PLAN, calendar)

    def score(changed: slice) -> OriginScore | None:
        counts = series.counts.copy()
        counts[changed] += 50
        return score_origin(replace(series, counts=counts), PLAN, origin, design)

    start = series.period_of(origin)
    end = start + PLAN.horizon_days
    assert score(slice(end, None)) == score(slice(0, 0))
    assert score(slice(start, end)) != score(slice(0, 0))


def test_ours_beats_last_week_on_both_scores(daily: Build, calendar: MoroccanCalendar) -> None:
    series = daily(level=60.0)
    design = design_for([series], PLAN, calendar)
    record = card([score_origin(series, PLAN, day, design) for day in origins(series, PLAN)[-2:]])
    assert record is not None
    assert record.mase < record.naive_mase
    assert record.crps is not None
    assert record.naive_crps is not None
    assert record.crps < record.naive_crps
    assert record.crps < record.mase  # a median with its intervals says more than a median


def test_the_card_is_the_mean_over_the_origins_that_could_be_judged() -> None:
    one = OriginScore(0.6, 0.9, 4.0, 0.7, 0.3, 0.5, np.ones(3))
    other = OriginScore(0.8, 1.1, 6.0, 0.9, 0.5, 0.7, np.ones(3))
    record = card([one, None, other])
    assert record is not None
    assert record.origins == 2
    assert (record.mase, record.naive_mase) == pytest.approx((0.7, 1.0))
    assert (record.wape_percent, record.coverage_80) == pytest.approx((5.0, 0.8))
    assert (record.crps, record.naive_crps) == pytest.approx((0.4, 0.6))
    assert card([None]) is None
