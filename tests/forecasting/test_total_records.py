"""The record of a total: what its hospitals said on past days, added up and held against sums."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from forecasting.backtest import OriginScore, origins, score_origin
from forecasting.calendar_design import CalendarDesign
from forecasting.gst import forecast_family
from forecasting.metrics import naive_scale
from forecasting.plan import ForecastPlan
from forecasting.preparation import design_for
from forecasting.series import Series
from forecasting.total_records import total_scores
from forecasting.totals import total_series
from hospital.calendar import MoroccanCalendar
from hospital.compute import serially
from hospital.forecast import SeriesKey, SeriesKind

pytestmark = pytest.mark.unit

DAY = date(2025, 6, 2)
PLAN = ForecastPlan(DAY, horizon_days=14, backtest_origins=3)
TOTAL = SeriesKey(SeriesKind.VISITS, "")
Scores = dict[SeriesKey, list[OriginScore]]


@pytest.fixture(scope="module")
def series(daily: Callable[..., Series]) -> list[Series]:
    """Three hospitals with a shock of their own and one that all share."""
    return [
        replace(
            daily(seed, days=600, level=40.0 * (1 + seed)),
            key=SeriesKey(SeriesKind.VISITS, name),
        )
        for seed, name in enumerate("ABC")
    ]


@pytest.fixture(scope="module")
def design(series: list[Series], calendar: MoroccanCalendar) -> CalendarDesign:
    return design_for(series, PLAN, calendar)


@pytest.fixture(scope="module")
def scores(series: list[Series], design: CalendarDesign) -> Scores:
    found = {
        one.key: [score_origin(one, PLAN, day, design) for day in origins(one, PLAN)]
        for one in series
    }
    return {key: [score for score in own if score is not None] for key, own in found.items()}


def test_each_past_day_is_the_sum_of_what_hospitals_said_on_it(
    series: list[Series], scores: Scores
) -> None:
    found = total_scores(scores, series, PLAN)[TOTAL]
    assert tuple(found) == origins(series[0], PLAN)
    for at, score in enumerate(found.values()):
        parts = [scores[one.key][at].forecast for one in series]
        assert score.forecast is not None
        assert score.forecast.mean == pytest.approx(np.sum([one.mean for one in parts if one], 0))


def test_its_error_is_that_of_the_sums_against_the_sums(
    series: list[Series], scores: Scores
) -> None:
    (whole,) = total_series(series)
    for day, score in total_scores(scores, series, PLAN)[TOTAL].items():
        start = whole.period_of(day)
        actual = whole.counts[start : start + PLAN.horizon_days]
        assert score.forecast is not None
        error = np.abs(actual - score.forecast.quantile(0.5)).mean()
        assert score.mase == pytest.approx(error / naive_scale(whole.counts[:start], 7))
        total, single = score.wape_percent, [scores[one.key] for one in series]
        assert total < max(own[0].wape_percent for own in single)


def named(score: OriginScore, key: SeriesKey) -> OriginScore:
    assert score.forecast is not None
    return replace(score, forecast=replace(score.forecast, key=key))


def test_hospitals_that_err_apart_make_a_total_that_errs_less(
    series: list[Series], scores: Scores
) -> None:
    """Relative errors of three independent hospitals shrink in the sum; alike ones do not."""
    apart = total_scores(scores, series, PLAN)[TOTAL]
    key = series[0].key
    twins = [replace(series[0], key=SeriesKey(SeriesKind.VISITS, name)) for name in "AB"]
    told = {one.key: [named(score, one.key) for score in scores[key]] for one in twins}
    alike = total_scores(told, twins, PLAN)[TOTAL]
    mean = np.mean([[one.wape_percent for one in scores[each.key]] for each in series])
    assert np.mean([score.wape_percent for score in apart.values()]) < 0.9 * mean
    for score, own in zip(alike.values(), scores[key], strict=True):
        assert score.wape_percent == pytest.approx(own.wape_percent)


def test_a_day_that_one_hospital_does_not_know_has_no_score_for_the_total(
    series: list[Series], scores: Scores
) -> None:
    fewer = {**scores, series[1].key: scores[series[1].key][1:]}
    days = tuple(total_scores(fewer, series, PLAN)[TOTAL])
    assert days == origins(series[0], PLAN)[1:]
    without = {key: own for key, own in scores.items() if key != series[1].key}
    assert total_scores(without, series, PLAN) == {}


def test_a_past_day_knows_nothing_of_what_came(
    series: list[Series], design: CalendarDesign
) -> None:
    """What comes after an origin moves the error, not what was said."""
    day = origins(series[0], PLAN)[0]
    later = series[0].period_of(day + timedelta(days=1))
    found = []
    for factor in (1.0, 3.0):
        changed = [
            one.but_counts(np.concatenate([one.counts[:later], factor * one.counts[later:]]))
            for one in series
        ]
        own = {one.key: [score_origin(one, PLAN, day, design)] for one in changed}
        known = {key: [one for one in each if one] for key, each in own.items()}
        found.append(total_scores(known, changed, PLAN)[TOTAL][day])
    quiet, loud = found
    assert quiet.forecast is not None
    assert loud.forecast is not None
    assert quiet.forecast.sample_paths.tobytes() == loud.forecast.sample_paths.tobytes()
    assert loud.mase > 2 * quiet.mase


def test_the_forecast_of_the_total_carries_the_record(
    series: list[Series], scores: Scores, calendar: MoroccanCalendar
) -> None:
    *_, total = forecast_family(series, PLAN, calendar, serially)
    assert total.key == TOTAL
    assert total.backtest is not None
    expected = [score.mase for score in total_scores(scores, series, PLAN)[TOTAL].values()]
    assert total.backtest.origins == 3
    assert total.backtest.mase == pytest.approx(np.mean(expected))
    untested = replace(PLAN, backtest_origins=0)
    assert forecast_family(series, untested, calendar, serially)[-1].backtest is None
