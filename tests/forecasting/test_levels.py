"""Admissions by service and by origin: sums in every path, and nothing else is changed by them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from forecasting.gst import forecast_gst, refusals
from forecasting.levels import part_series, young_parts
from forecasting.plan import ForecastPlan
from hospital.calendar import MoroccanCalendar
from hospital.compute import serially
from hospital.forecast import REST, DemandForecast, Level, SeriesKey, SeriesKind
from hospital.gst import Gst
from hospital.history import History
from hospital.places import Hospital, Unit
from hospital.tables import Col

pytestmark = pytest.mark.integration

AS_OF = date(2026, 11, 23)
DAYS = 500
WEEKS_OPEN = 3
PLAN = ForecastPlan(AS_OF, horizon_days=14)
BOTH = replace(PLAN, levels=frozenset(Level))
PER_DAY = {"A-MED": 12.0, "A-PED": 6.0, "A-RARE": 0.3, "A-NEW": 4.0, "B-MED": 5.0}
NOTHING = pd.DataFrame()

Forecasts = tuple[DemandForecast, ...]
Make = Callable[[History, ForecastPlan], Forecasts]


def admissions(hospital: str, item: str = "") -> SeriesKey:
    return SeriesKey(SeriesKind.ADMISSIONS, hospital, item)


@pytest.fixture(scope="module")
def gst() -> Gst:
    hospitals = tuple(
        Hospital(hospital=code, name=code, level="chp", province="X", population=1)
        for code in ("A", "B")
    )
    units = tuple(
        Unit(
            unit=code,
            hospital=code[0],
            kind="ward",
            specialty="x",
            name="x",
            physicians=1,
            beds_per_nurse=5,
            mean_stay_hours=72,
            stay_cv=1,
            cost_per_bed_day_mad=1,
        )
        for code in PER_DAY
    )
    return Gst.model_construct(hospitals=hospitals, units=units, medicines=())


def stays_of(unit: str, days: int, rng: np.random.Generator) -> pd.DataFrame:
    """Admissions of the last days before ``AS_OF``, of whom a quarter come from province Y."""
    counts = rng.poisson(PER_DAY[unit], days)
    ages = np.repeat(np.arange(days, 0, -1), counts)
    origins = np.where(rng.random(len(ages)) < 0.25, "Y", "X")
    return pd.DataFrame(
        {
            Col.UNIT: unit,
            Col.ADMITTED_AT: pd.Timestamp(AS_OF) - pd.to_timedelta(ages, unit="D"),
            Col.PROVINCE: origins,
            Col.OUTCOME: "home",
        }
    )


def admitted(stays: pd.DataFrame) -> History:
    """A past of which only the stays are told."""
    return History(NOTHING, stays, NOTHING, NOTHING)


@pytest.fixture(scope="module")
def history() -> History:
    """A unit opened three weeks ago; a hospital has a single unit; a rare unit ends in silence."""
    rng = np.random.default_rng(8)
    young = {"A-NEW": 7 * WEEKS_OPEN}
    stays = pd.concat(
        [stays_of(unit, young.get(unit, DAYS), rng) for unit in PER_DAY], ignore_index=True
    )
    quiet = (stays[Col.UNIT] == "A-RARE") & (
        stays[Col.ADMITTED_AT] >= pd.Timestamp(AS_OF - timedelta(days=9))
    )
    stays = stays[~quiet].reset_index(drop=True)
    patients = [f"p{number}" for number in range(len(stays))]
    return admitted(stays.assign(**{Col.PATIENT: patients}))


@pytest.fixture(scope="module")
def made(gst: Gst, calendar: MoroccanCalendar) -> Make:
    return lambda history, plan: forecast_gst(gst, history, plan, calendar, serially)


@pytest.fixture(scope="module")
def whole(made: Make, history: History) -> Forecasts:
    return made(history, PLAN)


@pytest.fixture(scope="module")
def found(made: Make, history: History) -> Forecasts:
    return made(history, BOTH)


def test_a_whole_is_the_same_to_the_byte_with_and_without_its_parts(
    whole: Forecasts, found: Forecasts
) -> None:
    assert [str(one.key) for one in whole] == ["admissions:A", "admissions:B", "admissions:GST"]
    for one, other in zip(whole, found, strict=False):
        assert one.key == other.key
        for what in ("mean", "quantiles", "sample_paths"):
            assert getattr(one, what).tobytes() == getattr(other, what).tobytes()
        assert (one.model, one.warnings) == (other.model, other.warnings)


def test_services_add_up_to_hospitals_and_hospitals_and_origins_to_the_gst(
    found: Forecasts,
) -> None:
    by_key = {one.key: one for one in found}
    services = [one for one in found if one.key.level is Level.SERVICES]
    origins = [one for one in found if one.key.level is Level.ORIGINS]
    sums = {
        admissions("A"): services,
        admissions(""): origins,
        admissions("", "hospitals"): [by_key[admissions("A")], by_key[admissions("B")]],
    }
    for key, parts in sums.items():
        total = by_key[key.of_the_gst if not key.hospital else key]
        for what in ("mean", "sample_paths"):
            together = np.sum([getattr(one, what) for one in parts], axis=0)
            assert together == pytest.approx(getattr(total, what), rel=1e-12)
    assert len(origins) == 2


def test_a_hospital_of_one_service_is_that_service_and_is_not_told_twice(
    found: Forecasts,
) -> None:
    assert [str(one.key) for one in found if one.key.hospital == "B"] == ["admissions:B"]


def test_a_unit_opened_three_weeks_ago_is_named_and_taken_as_the_rest(
    gst: Gst, history: History, found: Forecasts
) -> None:
    """Twenty-one known days say four a day; the others are not refused for it."""
    services = {one.key.item: one for one in found if one.key.level is Level.SERVICES}
    assert list(services) == ["A-MED", "A-PED", "A-RARE", REST]
    assert services[REST].mean.mean() == pytest.approx(PER_DAY["A-NEW"], rel=0.25)
    assert "parts_too_young" in services[REST].warnings
    (refused,) = refusals(young_parts(gst, history.stays, AS_OF, list(Level)), AS_OF)
    assert str(refused.key) == "admissions:A:A-NEW"
    assert "21 known days" in refused.hint


def test_services_have_the_shares_that_they_had(found: Forecasts) -> None:
    """How many come to the hospital is its own matter: a new unit is news to it too."""
    services = {one.key.item: one.mean.mean() for one in found if one.key.hospital == "A"}
    assert services["A-PED"] / services["A-MED"] == pytest.approx(0.5, rel=0.12)
    assert services["A-RARE"] == pytest.approx(PER_DAY["A-RARE"], abs=0.15)


def test_a_rare_service_takes_the_count_route(found: Forecasts) -> None:
    models = {one.key.item: one.model for one in found if one.key.hospital == "A"}
    assert models["A-RARE"].startswith("tsb-learnt")
    assert models["A-MED"] == models[""]


def test_only_the_levels_that_are_asked_for_are_forecast(
    made: Make, history: History, found: Forecasts
) -> None:
    """And an origin says the same whether services are asked for too or not."""
    alone = made(history, replace(PLAN, levels=frozenset({Level.ORIGINS})))
    origins = [one for one in alone if one.key.level is not None]
    together = [one for one in found if one.key.level is Level.ORIGINS]
    assert [str(one.key) for one in origins] == ["admissions:GST:X", "admissions:GST:Y"]
    for one, other in zip(origins, together, strict=True):
        assert one.sample_paths.tobytes() == other.sample_paths.tobytes()


def test_the_future_of_a_service_is_never_read(
    made: Make, history: History, found: Forecasts
) -> None:
    """Admissions from the first day on, to a unit or from a province never seen, change nothing."""
    later = pd.Timestamp(AS_OF + timedelta(days=1))
    crowd = history.stays.tail(900).assign(
        **{Col.ADMITTED_AT: later, Col.UNIT: "A-RARE", Col.PROVINCE: "Z"}
    )
    seen = admitted(pd.concat([history.stays, crowd], ignore_index=True))
    for one, other in zip(made(seen, BOTH), found, strict=True):
        assert one.key == other.key
        assert one.sample_paths.tobytes() == other.sample_paths.tobytes()


def test_a_gst_of_one_hospital_is_divided_by_origin_too(made: Make, history: History) -> None:
    only = history.stays[history.stays[Col.UNIT].str.startswith("A")]
    found = made(admitted(only), BOTH)
    names = [str(one.key) for one in found]
    assert names[0] == "admissions:A"
    assert names[-2:] == ["admissions:GST:X", "admissions:GST:Y"]
    origins = np.sum([one.sample_paths for one in found[-2:]], axis=0)
    assert origins == pytest.approx(found[0].sample_paths, rel=1e-12)


def test_parts_of_a_gst_without_a_total_are_not_said(made: Make, history: History) -> None:
    """A hospital opened three weeks ago: there is nothing to divide by origin, yet by service."""
    stays = history.stays
    young = stays[Col.ADMITTED_AT] >= pd.Timestamp(AS_OF - timedelta(weeks=WEEKS_OPEN))
    opened = stays[(stays[Col.UNIT] != "B-MED") | young]
    found = made(admitted(opened), BOTH)
    assert not any(one.key.level is Level.ORIGINS for one in found)
    assert sum(one.key.level is Level.SERVICES for one in found) == 4


def test_units_that_are_all_young_divide_nothing(gst: Gst, history: History) -> None:
    """New codes for every unit of a hospital: it is forecast whole, and each is named."""
    stays = history.stays
    young = stays[Col.ADMITTED_AT] >= pd.Timestamp(AS_OF - timedelta(weeks=WEEKS_OPEN))
    assert part_series(gst, stays[young], AS_OF, list(Level)) == []
    named = {str(one.key) for one in young_parts(gst, stays[young], AS_OF, [Level.SERVICES])}
    assert named == {f"admissions:A:{unit}" for unit in ("A-MED", "A-PED", "A-RARE", "A-NEW")}
