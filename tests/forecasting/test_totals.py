"""The totals of a GST: sums in every path, of all hospitals or of none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from forecasting.forecast import forecast_series
from forecasting.plan import ForecastPlan
from forecasting.series import Series
from forecasting.totals import added_up_again, total_series, totals_of, with_totals
from hospital.calendar import MoroccanCalendar
from hospital.forecast import DemandForecast, SeriesKey, SeriesKind

pytestmark = pytest.mark.unit

DAY = date(2025, 6, 2)
PLAN = ForecastPlan(DAY, horizon_days=14)
TOTAL = SeriesKey(SeriesKind.VISITS, "")


@pytest.fixture(scope="module")
def series(daily: Callable[..., Series]) -> list[Series]:
    return [
        replace(
            daily(seed, days=600, level=40.0 * (1 + seed)),
            key=SeriesKey(SeriesKind.VISITS, name),
        )
        for seed, name in enumerate("ABC")
    ]


@pytest.fixture(scope="module")
def alone(series: list[Series], calendar: MoroccanCalendar) -> list[DemandForecast]:
    return [forecast_series(one, PLAN, calendar) for one in series]


@pytest.fixture(scope="module")
def together(alone: list[DemandForecast], series: list[Series]) -> tuple[DemandForecast, ...]:
    return with_totals(alone, series, PLAN)


def test_every_path_of_the_total_is_the_sum_of_its_hospitals(
    together: tuple[DemandForecast, ...],
) -> None:
    *hospitals, total = together
    assert total.key == TOTAL
    assert str(total.key) == "visits:GST"
    for what in ("mean", "sample_paths"):
        summed = np.sum([getattr(one, what) for one in hospitals], axis=0)
        assert (getattr(total, what) == summed).all()
    assert np.sum([*total.components.values()], axis=0) == pytest.approx(total.mean)


def test_a_hospital_keeps_its_values_and_its_memory(
    alone: list[DemandForecast], together: tuple[DemandForecast, ...]
) -> None:
    """Only the rows are handed round: what a fortnight may bring stays nearly as wide."""
    for before, after in zip(alone, together, strict=False):
        assert (np.sort(after.sample_paths, axis=0) == np.sort(before.sample_paths, axis=0)).all()
        assert (after.mean == before.mean).all()
        spread = after.sample_paths.sum(axis=1).std() / before.sample_paths.sum(axis=1).std()
        assert 0.8 < spread < 1.2


def test_the_order_of_the_hospitals_changes_nothing_but_the_order(
    alone: list[DemandForecast], series: list[Series], together: tuple[DemandForecast, ...]
) -> None:
    turned = with_totals(alone[::-1], series[::-1], PLAN)
    assert turned[-1].mean == pytest.approx(together[-1].mean)
    assert [one.key.hospital for one in turned] == ["C", "B", "A", ""]


def test_a_total_of_which_a_hospital_is_missing_is_not_said(
    alone: list[DemandForecast], series: list[Series]
) -> None:
    assert [one.key.hospital for one in with_totals(alone[:2], series, PLAN)] == ["A", "B"]
    assert [one.key.hospital for one in with_totals(alone[:1], series[:1], PLAN)] == ["A"]


def test_only_series_of_one_thing_are_added(series: list[Series]) -> None:
    boxes = [SeriesKey(SeriesKind.CONSUMPTION, name, "PARA500") for name in "AB"]
    other = SeriesKey(SeriesKind.CONSUMPTION, "A", "AMOX")
    found = totals_of([*(one.key for one in series), *boxes, other])
    assert {str(total): len(parts) for total, parts in found.items()} == {
        "visits:GST": 3,
        "consumption:GST:PARA500": 2,
    }


def test_the_past_of_a_total_begins_when_all_are_known(series: list[Series]) -> None:
    late = replace(
        series[1],
        first_day=series[1].first_day + timedelta(days=100),
        counts=series[1].counts[100:].copy(),
    )
    late.counts[5] = np.nan
    (total,) = total_series([series[0], late, series[2]])
    assert total.first_day == late.first_day
    assert total.end_day == series[0].end_day
    assert np.flatnonzero(~total.known).tolist() == [5]
    parts = series[0].counts[100:], late.counts, series[2].counts[100:]
    assert total.counts[6:] == pytest.approx(np.sum(parts, axis=0)[6:])


def test_a_total_follows_a_hospital_that_a_scenario_changes(
    together: tuple[DemandForecast, ...],
) -> None:
    first, *others = together
    doubled = replace(first, mean=2 * first.mean, sample_paths=2 * first.sample_paths)
    changed = added_up_again((doubled, *others), {TOTAL})
    assert changed[-1].mean == pytest.approx(together[-1].mean + first.mean)
    assert added_up_again(together, set()) == together
