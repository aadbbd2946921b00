"""Operations of a plan in the twin: nobody is called off where beds are free, all where none is."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from hospital.base import DAYS_PER_WEEK
from hospital.gst import Gst
from hospital.places import UnitKind
from hospital.theatre_plan import FreeBeds, TheatrePlan
from scenarios.demo import DemoSize, generate
from scheduling.theatres.plan import plan_theatre
from scheduling.theatres.problem import theatre_problem
from twin.calibration import calibrate
from twin.parameters import TwinParameters
from twin.place_rules import CallingOff
from twin.planned_outcome import PlannedOutcome, planned_outcome
from twin.run_plan import RunPlan, Start
from twin.simulation import prepare
from twin.theatre_electives import with_theatre_plans

pytestmark = pytest.mark.integration

REPLICATIONS = 4


@pytest.fixture(scope="module")
def known() -> tuple[Gst, TwinParameters, TheatrePlan]:
    """The small demo and a week of surgery planned as if beds were without end."""
    gst, history = generate(DemoSize.SMALL, 1)
    waiting = [row.hospital for row in gst.waiting_list]
    hospital = max(sorted(set(waiting)), key=waiting.count)
    today = gst.identity.as_of
    monday = today + timedelta(days=-today.weekday() % DAYS_PER_WEEK or DAYS_PER_WEEK)
    beds = FreeBeds(ward=(1e4,) * 20, intensive_care=(1e4,) * 20)
    problem = theatre_problem(gst, hospital, monday, DAYS_PER_WEEK, beds)
    return gst, calibrate(gst, history), plan_theatre(problem, 1, 0.0)


def _outcome(
    known: tuple[Gst, TwinParameters, TheatrePlan], rule: CallingOff | None
) -> PlannedOutcome:
    gst, parameters, plan = known
    hospital = plan.problem.hospital
    kinds = (UnitKind.WARD, UnitKind.INTENSIVE_CARE)
    wards = {unit.unit for kind in kinds for unit in gst.units_of(hospital, kind)}
    believed = with_theatre_plans(gst, parameters, [plan])
    units = tuple(
        unit.but(calling_off=rule) if unit.unit in wards else unit for unit in believed.units
    )
    days = (plan.problem.calendar()[-1] - gst.identity.as_of).days + 1
    run = RunPlan(
        first_day=gst.identity.as_of,
        horizon_days=days,
        replications=REPLICATIONS,
        start=Start.CENSUS,
    )
    return planned_outcome(prepare(gst, believed.but(units=units), run), hospital)


def test_everybody_of_the_plan_who_needs_a_bed_is_followed(
    known: tuple[Gst, TwinParameters, TheatrePlan],
) -> None:
    plan = known[2]
    stays = {row.procedure for row in plan.problem.procedures if row.mean_stay_days}
    procedure = {row.patient: row.procedure for row in plan.problem.waiting_list}
    needed = {case.patient for case in plan.cases if procedure[case.patient] in stays}
    outcome = _outcome(known, CallingOff(wait_hours=0.0))
    assert set(outcome.patients) == needed
    assert outcome.called_off.shape == (REPLICATIONS, len(needed))
    assert (outcome.called_off.sum(axis=1) <= outcome.everybody).all()


def test_without_a_rule_nobody_is_called_off(
    known: tuple[Gst, TwinParameters, TheatrePlan],
) -> None:
    outcome = _outcome(known, None)
    assert outcome.mean == 0
    assert not outcome.everybody.any()


def test_a_ward_that_always_counts_as_full_calls_everybody_off(
    known: tuple[Gst, TwinParameters, TheatrePlan],
) -> None:
    """The worst case: a rule that any occupied bed sets off."""
    outcome = _outcome(known, CallingOff(at_percent=1e-6))
    assert outcome.mean == len(outcome.patients)


def test_the_same_run_gives_the_same_answer(
    known: tuple[Gst, TwinParameters, TheatrePlan],
) -> None:
    rule = CallingOff(wait_hours=0.0)
    first, second = _outcome(known, rule), _outcome(known, rule)
    assert np.array_equal(first.called_off, second.called_off)
    assert first.patients == second.patients


def test_a_plan_of_nobody_calls_nobody_off(
    known: tuple[Gst, TwinParameters, TheatrePlan],
) -> None:
    gst, parameters, plan = known
    outcome = _outcome((gst, parameters, plan.but(cases=())), CallingOff(wait_hours=0.0))
    assert outcome.patients == ()
    assert outcome.mean == 0
    assert len(outcome.everybody) == REPLICATIONS
