"""What changed on a day: a planted change is found, none is invented, and intervals hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from hospital.gst import Gst
from hospital.history import History
from hospital.tables import Col
from scenarios.demo import DemoSize, generate
from scenarios.impact.interrupted import LEAST_WEEKS, Change, impact_of
from scenarios.impact.weekly import ImpactIndicator, WeeklySeries, weekly_series

pytestmark = pytest.mark.integration

DAY = date(2026, 1, 5)
"""A Monday, with whole weeks of the demo on both sides."""

RUNS = 200


def series_of(
    values: np.ndarray, indicator: ImpactIndicator = ImpactIndicator.LENGTH_OF_STAY
) -> WeeklySeries:
    weeks = pd.date_range("2025-01-06", periods=len(values), freq="W-MON")
    return WeeklySeries(indicator, "", tuple(weeks), tuple(float(value) for value in values))


def noise(seed: int, alike: float = 0.3, weeks: int = 104) -> np.ndarray:
    """Weeks that resemble the week before by this correlation."""
    rng = np.random.default_rng([8, seed])
    found = np.zeros(weeks)
    for week, shock in enumerate(rng.normal(0, 0.2, weeks)):
        found[week] = (alike * found[week - 1] if week else 0) + shock
    return found


@pytest.fixture(scope="module")
def demo() -> tuple[Gst, History]:
    return generate(DemoSize.SMALL, 1)[:2]


def test_a_line_that_jumps_is_measured_exactly() -> None:
    week = np.arange(104.0)
    after = (week >= 52).astype(float)
    found = impact_of(series_of(5 + 0.01 * week - 0.7 * after + noise(1) * 1e-6), DAY)
    assert found.level.value == pytest.approx(-0.7, abs=1e-4)
    assert found.effect.value == pytest.approx(-0.7, abs=1e-4)
    assert found.slope.value == pytest.approx(0, abs=1e-4)
    assert found.change is Change.BETTER
    assert (found.weeks_before, found.weeks_after) == (52, 52)


def test_the_interval_holds_what_is_true_as_often_as_it_says() -> None:
    """An interval that took weeks for independent would hold it in about four of five runs."""
    after = (np.arange(104) >= 52).astype(float)
    found = [
        impact_of(series_of(6 - 0.5 * after + noise(seed)), DAY).effect for seed in range(RUNS)
    ]
    held = np.mean([one.low <= -0.5 <= one.high for one in found])
    assert held >= 0.95 - 3.3 * np.sqrt(0.95 * 0.05 / RUNS)


def test_nothing_is_found_where_nothing_was_done() -> None:
    found = [impact_of(series_of(6 + noise(seed)), DAY).change for seed in range(RUNS)]
    assert np.mean([one is Change.UNCLEAR for one in found]) >= 0.9


def test_more_planned_care_is_better_and_longer_stays_are_worse() -> None:
    jump = np.where(np.arange(104) >= 52, 3.0, 0.0) + noise(2)
    assert impact_of(series_of(jump), DAY).change is Change.WORSE
    planned = series_of(jump, ImpactIndicator.PLANNED_CARE)
    assert impact_of(planned, DAY).change is Change.BETTER


def test_the_week_that_holds_the_day_belongs_to_neither_side() -> None:
    found = impact_of(series_of(noise(3)), date(2026, 1, 7))
    assert (found.weeks_before, found.weeks_after) == (52, 51)


def test_too_few_weeks_say_so_and_a_flat_line_is_no_fault() -> None:
    """Worst cases: seven weeks on one side, weeks that never differ, none at all after the day."""
    short = impact_of(series_of(noise(4)[: 52 + LEAST_WEEKS - 1]), DAY)
    assert short.change is Change.TOO_FEW_WEEKS
    flat = impact_of(series_of(np.full(104, 2.0)), DAY)
    assert (flat.effect.value, flat.change) == (0.0, Change.UNCLEAR)
    assert impact_of(series_of(noise(5)[:20]), DAY).weeks_after == 0


def test_every_indicator_of_every_hospital_is_told_from_the_demo(
    demo: tuple[Gst, History],
) -> None:
    found = {(one.indicator, one.place): one for one in weekly_series(*demo)}
    for place in ("", "CHR-KEN", "HP-SEA"):
        stay = found[ImpactIndicator.LENGTH_OF_STAY, place]
        assert all(week.day_of_week == 0 for week in stay.weeks)
        assert 1 < np.mean(stay.values) < 15
        assert 0 < np.mean(found[ImpactIndicator.MORTALITY, place].values) < 15
        assert 0 <= np.mean(found[ImpactIndicator.READMISSIONS, place].values) < 40
        assert np.mean(found[ImpactIndicator.COST, place].values) > 1000
    alone = {ImpactIndicator.GAP_PROVINCES}  # both hospitals lie in one province
    assert {one for one, _ in found} == set(ImpactIndicator) - alone


def test_shorter_stays_planted_in_the_folder_are_found_and_deaths_stay_unclear(
    demo: tuple[Gst, History],
) -> None:
    gst, history = demo
    stays = history.stays.copy()
    since = pd.Timestamp("2025-11-24")
    is_after = pd.to_datetime(stays[Col.ADMITTED_AT]) >= since
    admitted, left = (pd.to_datetime(stays[name]) for name in (Col.ADMITTED_AT, Col.LEFT_AT))
    last = ~stays[Col.OUTCOME].astype(str).isin(["moved", "transferred", "present"])
    shorter = admitted + 0.8 * (left - admitted)
    stays[Col.LEFT_AT] = left.where(~(is_after & last), shorter.dt.floor("min"))
    changed = replace(history, stays=stays)
    rows = {
        one.series.indicator: one
        for one in (impact_of(series, since.date()) for series in weekly_series(gst, changed))
        if not one.series.place
    }
    stay = rows[ImpactIndicator.LENGTH_OF_STAY]
    assert stay.change is Change.BETTER
    assert stay.effect.low < -0.15 * stay.before < stay.effect.high
    assert rows[ImpactIndicator.COST].change is Change.BETTER
    assert rows[ImpactIndicator.MORTALITY].change is Change.UNCLEAR


@pytest.mark.parametrize(
    ("days", "kind", "is_back"),
    [
        (10, "emergency", True),
        (30, "emergency", True),
        (31, "emergency", False),
        (10, "elective", False),
    ],
)
def test_who_comes_back_as_an_emergency_within_thirty_days_is_readmitted(
    demo: tuple[Gst, History], days: int, kind: str, is_back: bool
) -> None:
    gst, history = demo
    home = pd.Timestamp("2026-02-04 10:00")
    again = home + pd.Timedelta(days=days)
    row = history.stays.iloc[0].to_dict() | {Col.UNIT: "CHR-KEN-MED", Col.BED: None}
    rows = [
        row | {Col.ADMITTED_AT: start, Col.LEFT_AT: end, Col.OUTCOME: "home", Col.KIND: how}
        for start, end, how in (
            (home - pd.Timedelta(days=3), home, "emergency"),
            (again, again + pd.Timedelta(days=2), kind),
            (home + pd.Timedelta(days=200), home + pd.Timedelta(days=203), "elective"),
        )
    ]
    early = row | {
        Col.PATIENT: "EARLY",
        Col.ADMITTED_AT: home - pd.Timedelta(days=90),
        Col.LEFT_AT: home - pd.Timedelta(days=89),
        Col.OUTCOME: "home",
    }
    stays = pd.DataFrame([early, *rows])
    found = {
        one.indicator: dict(zip(one.weeks, one.values, strict=True))
        for one in weekly_series(gst, replace(history, stays=stays))
        if not one.place
    }
    week = pd.Timestamp("2026-02-02")
    assert found[ImpactIndicator.READMISSIONS][week] == (100.0 if is_back else 0.0)
    assert found[ImpactIndicator.LENGTH_OF_STAY][week] == pytest.approx(3)


def test_a_gst_without_stays_tells_nothing(demo: tuple[Gst, History]) -> None:
    gst, history = demo
    assert weekly_series(gst, replace(history, stays=history.stays.iloc[:0])) == ()
