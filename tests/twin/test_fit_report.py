"""The twin against days that it has not seen."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from hospital.errors import NotEnoughHistory
from hospital.gst import Gst
from hospital.history import History
from scenarios.demo import DemoSize, generate
from twin.calibration import calibrate
from twin.fit_report import WAITS, before, fit_report, known_visits, last_weeks, observed_census

pytestmark = pytest.mark.unit

TOTAL_TOLERANCE = 8.0
"""Percent of the occupied beds of a GST, over four held-back weeks."""

UNIT_TOLERANCE_BEDS = 2.5
UNIT_TOLERANCE_PERCENT = 25.0


@pytest.fixture(scope="module")
def demo() -> tuple[Gst, History]:
    return generate(DemoSize.SMALL, 1)


@pytest.fixture(scope="module")
def report(demo: tuple[Gst, History]) -> pd.DataFrame:
    gst, history = demo
    return fit_report(gst, history, last_weeks(gst.identity.as_of).but(replications=10))


def test_occupied_beds_of_held_back_weeks_are_reproduced(report: pd.DataFrame) -> None:
    """The GST within 8 %, each unit within 2.5 beds or a quarter, and most inside their band."""
    means = report[report["measure"] == "mean"]
    total = means["simulated"].sum() / means["observed"].sum() - 1
    assert abs(100 * total) < TOTAL_TOLERANCE
    gap = (means["simulated"] - means["observed"]).abs()
    close = (gap <= UNIT_TOLERANCE_BEDS) | (
        means["difference_percent"].abs() <= UNIT_TOLERANCE_PERCENT
    )
    assert close.all()


def test_hours_and_weekdays_average_to_the_mean(report: pd.DataFrame) -> None:
    wide = report.pivot_table(index="place", columns="measure", values="observed")
    for shape in ("hour:", "weekday:"):
        cells = [name for name in wide.columns if name.startswith(shape)]
        assert wide[cells].mean(axis=1).to_numpy() == pytest.approx(wide["mean"].to_numpy())


def test_admissions_and_stays_of_held_back_weeks_are_reproduced(
    demo: tuple[Gst, History], report: pd.DataFrame
) -> None:
    """Observed values are those of the stays; the twin's are within 10 % and 15 % together."""
    gst, history = demo
    opening = pd.Timestamp(gst.identity.as_of) - pd.Timedelta(days=28)
    stays = history.stays.astype({"unit": str})
    wide = report.set_index(["measure", "place"])
    admitted = wide.loc["admissions_per_day"]
    units = [str(unit) for unit in admitted.index]
    came = stays[(stays["admitted_at"] >= opening) & stays["unit"].isin(units)]
    assert admitted["observed"].sum() == pytest.approx(len(came) / 28)
    assert admitted["simulated"].sum() == pytest.approx(admitted["observed"].sum(), rel=0.1)
    length = wide.loc["length_of_stay_days"]
    over = stays[(stays["unit"] == units[0]) & (stays["left_at"] >= opening)]
    days = (over["left_at"] - over["admitted_at"]).dt.total_seconds().mean() / 86400
    assert length.loc[units[0], "observed"] == pytest.approx(days)
    weight = admitted["observed"]
    means = {name: np.average(length[name], weights=weight) for name in ("observed", "simulated")}
    assert means["simulated"] == pytest.approx(means["observed"], rel=0.15)


def test_waits_that_no_history_records_are_shown_without_an_observation(
    demo: tuple[Gst, History], report: pd.DataFrame
) -> None:
    hospitals = {one.hospital for one in demo[0].hospitals}
    waits = report[report["place"].isin(hospitals)]
    assert set(waits["measure"]) <= set(WAITS)
    assert "cubicle_wait_median_minutes" in set(waits["measure"])
    assert waits["observed"].isna().all()
    assert waits["simulated"].ge(0).all()


def test_a_twin_of_another_gst_fits_worse(demo: tuple[Gst, History], report: pd.DataFrame) -> None:
    """Stays twice as long before the held-back weeks: the report shows it."""
    gst, history = demo
    stays = history.stays.copy()
    plan = last_weeks(gst.identity.as_of).but(replications=4)
    admitted, left = (pd.to_datetime(stays[name]) for name in ("admitted_at", "left_at"))
    held_back = (left > pd.Timestamp(plan.first_day)).fillna(True)
    stays["left_at"] = left.where(held_back, admitted + (left - admitted) / 2)
    wrong = fit_report(gst, replace(history, stays=stays), plan)
    fit, worse = (
        (one.loc[one["measure"] == "mean", "difference_percent"]).abs().mean()
        for one in (report, wrong)
    )
    assert worse > 1.5 * fit


def test_nothing_later_is_known_before_a_day(demo: tuple[Gst, History]) -> None:
    gst, history = demo
    day = gst.identity.as_of - timedelta(days=28)
    past = before(history, day)
    midnight = pd.Timestamp(day)
    assert (past.stays["admitted_at"] < midnight).all()
    assert (past.stays["left_at"].dropna() <= midnight).all()
    open_ends = past.stays["left_at"].isna()
    assert (past.stays.loc[open_ends, "outcome"].astype(str) == "present").all()
    assert (pd.to_datetime(past.visits["hour"]) < midnight).all()
    then = gst.but(identity=gst.identity.but(as_of=day))
    lying = calibrate(then, past).census
    assert lying is not None
    plan = last_weeks(gst.identity.as_of)
    for unit, count in lying.by_unit().items():
        assert observed_census(history.stays, unit, plan)[0] == count


def test_known_visits_are_those_that_came(demo: tuple[Gst, History]) -> None:
    gst, history = demo
    plan = last_weeks(gst.identity.as_of)
    known = known_visits(gst, history, plan)
    hours = pd.to_datetime(history.visits["hour"])
    inside = hours >= pd.Timestamp(plan.first_day)
    total = sum(forecast.mean.sum() for forecast in known.values())
    assert total == history.visits.loc[inside, "visits"].sum()
    assert all(np.array_equal(one.sample_paths[0], one.mean) for one in known.values())


def test_a_history_without_earlier_stays_is_refused(demo: tuple[Gst, History]) -> None:
    gst, history = demo
    with pytest.raises(NotEnoughHistory):
        fit_report(gst, history, last_weeks(date(2000, 1, 1)))
