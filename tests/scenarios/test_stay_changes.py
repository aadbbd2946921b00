"""Stays that change by a factor, and discharges that are better prepared."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from hospital.errors import GstError, UnknownPlace
from hospital.places import UnitKind
from tests.scenarios.changing import Demo, with_changes
from twin.laws import Empirical, Endless, Exponential, Fixed, Gamma, Law, LogNormal, Weibull
from twin.parameters import TwinParameters
from twin.run_plan import RunPlan, Start
from twin.simulation import prepare
from twin.stay_factor import scaled
from twin.stays import CLOCK_DELAY_MEAN_HOURS

pytestmark = pytest.mark.integration

WARD = "CHR-KEN-PNEU"


def mean_in_bed(parameters: TwinParameters, unit: str) -> float:
    """Mean time in bed [hours]: the need, and the wait for the discharge hour."""
    own = next(one for one in parameters.units if one.unit == unit)
    return own.stay.mean_hours + (CLOCK_DELAY_MEAN_HOURS if own.waits_for_clock else 0)


@pytest.mark.parametrize(
    "law",
    [
        LogNormal(mean_hours=80, cv=1.2),
        Exponential(mean_hours=80),
        Gamma(mean_hours=80, cv=0.7),
        Weibull(mean_hours=80, shape=0.8),
        Empirical(observed_hours=(10.0, 30.0, 200.0)),
        Fixed(mean_hours=80),
    ],
    ids=lambda law: law.kind,
)
def test_a_scaled_law_multiplies_every_duration(law: Law) -> None:
    uniform = np.linspace(0.01, 0.99, 50)
    assert scaled(law, 0.8).hours(uniform) == pytest.approx(0.8 * law.hours(uniform))


def test_who_never_leaves_never_leaves_sooner() -> None:
    assert np.isinf(scaled(Endless(), 0.5).hours(np.array([0.5]))).all()


def test_the_mean_time_in_bed_changes_by_the_factor_and_nowhere_else(demo: Demo) -> None:
    _, after = with_changes(demo, {"kind": "length_of_stay", "unit": WARD, "factor": 0.8})
    for unit in (one.unit for one in demo[1].units):
        ratio = mean_in_bed(after, unit) / mean_in_bed(demo[1], unit)
        assert ratio == pytest.approx(0.8 if unit == WARD else 1)
    assert after.hospitals == demo[1].hospitals


def test_a_kind_of_unit_is_every_unit_of_it(demo: Demo) -> None:
    _, after = with_changes(
        demo, {"kind": "length_of_stay", "unit_kind": "intensive_care", "factor": 1.3}
    )
    kinds = {one.unit: one.kind for one in demo[0].units}
    moved = {
        now.unit
        for before, now in zip(demo[1].units, after.units, strict=True)
        if now.stay != before.stay
    }
    assert {kinds[unit] for unit in moved} == {UnitKind.INTENSIVE_CARE}


def test_each_new_patient_keeps_the_place_in_the_law(demo: Demo) -> None:
    shorter = with_changes(demo, {"kind": "length_of_stay", "unit": WARD, "factor": 0.8})
    plan = RunPlan(first_day=demo[0].identity.as_of, horizon_days=14, start=Start.CENSUS)
    before, after = prepare(*demo, plan).patients(0), prepare(*shorter, plan).patients(0)
    assert np.array_equal(before.arrive, after.arrive)
    assert np.array_equal(before.units, after.units)
    at = [unit.unit for unit in prepare(*demo, plan).network.units].index(WARD)
    here = (before.units == at) & ~before.present[:, None]
    ratios = after.hours[here] / before.hours[here]
    assert ratios.min() == pytest.approx(ratios.max())
    assert (after.hours[before.units != at] == before.hours[before.units != at]).all()


def test_coordination_shortens_stays_by_the_share_of_delays_it_spares(demo: Demo) -> None:
    change = {"kind": "discharge_coordination", "reduction_percent": 12, "delayed_percent": 25}
    _, after = with_changes(demo, change)
    kinds = {one.unit: one.kind for one in demo[0].units}
    for unit in (one.unit for one in demo[1].units):
        ratio = mean_in_bed(after, unit) / mean_in_bed(demo[1], unit)
        is_ward = kinds[unit] is UnitKind.WARD
        assert ratio == pytest.approx(1 - 0.12 * 0.25 if is_ward else 1)


def test_coordination_shortens_stated_delays_instead_where_there_are_some(demo: Demo) -> None:
    delays = {"kind": "discharge_delay", "unit": WARD, "share": 0.3, "mean_days": 2}
    _, before = with_changes(demo, delays)
    _, after = with_changes(demo, delays, {"kind": "discharge_coordination", "unit": WARD})
    old, new = (
        next(one for one in parameters.units if one.unit == WARD) for parameters in (before, after)
    )
    assert old.discharge_delay is not None
    assert new.discharge_delay is not None
    assert new.discharge_delay.share == old.discharge_delay.share
    assert new.discharge_delay.delay.mean_hours == pytest.approx(0.88 * 48)
    assert new.stay == old.stay


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "length_of_stay", "factor": 0},
        {"kind": "length_of_stay", "factor": 0.9, "unit": WARD, "hospital": "CHR-KEN"},
        {"kind": "length_of_stay", "factor": 0.9, "unit_kind": "emergency"},
        {"kind": "discharge_coordination", "reduction_percent": 0},
        {"kind": "discharge_coordination", "delayed_percent": 95},
    ],
    ids=str,
)
def test_what_cannot_be_is_refused(demo: Demo, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        with_changes(demo, wrong)


def test_places_that_do_not_fit_are_refused(demo: Demo) -> None:
    with pytest.raises(GstError, match="not_inpatient"):
        with_changes(demo, {"kind": "length_of_stay", "factor": 0.9, "unit": "CHR-KEN-URG"})
    with pytest.raises(GstError, match="changes_nothing"):
        with_changes(demo, {"kind": "length_of_stay", "factor": 1})
    intensive = {"hospital": "HP-SEA", "unit_kind": "intensive_care"}
    with pytest.raises(GstError, match="changes_nothing"):
        with_changes(demo, {"kind": "length_of_stay", "factor": 0.9} | intensive)
    with pytest.raises(UnknownPlace, match="NOWHERE"):
        with_changes(demo, {"kind": "discharge_coordination", "hospital": "NOWHERE"})
