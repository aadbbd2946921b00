"""Patients of a theatre plan in the twin: they come on their day, in their bed, for their stay."""

import math
from datetime import date, timedelta
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.special import ndtr

from hospital.errors import UnknownPlace
from hospital.places import UnitKind
from hospital.theatre import (
    AgeGroup,
    Priority,
    Procedure,
    Sex,
    Surgeon,
    TheatreSession,
    WaitingPatient,
)
from hospital.theatre_plan import PlannedCase, StayLaw, TheatrePlan, TheatreProblem
from twin.event_log import Milestones
from twin.laws import Exponential, Fixed
from twin.parameters import ElectiveStream, TwinParameters, UnitParameters
from twin.run_plan import RunPlan, Start
from twin.simulation import Prepared, prepare
from twin.theatre_electives import LEAD_HOURS, with_theatre_plans

pytestmark = pytest.mark.integration

MONDAY = date(2026, 11, 23)
CASES = 6
WARD, ICU, OTHER = "H-SUR", "H-ICU", "H-EYE"


def plan_of(hospital: str, intensive: float = 0.0, mean_stay_days: float = 3.0) -> TheatrePlan:
    """Six operations, two a day from Monday on, at 8 h and at 10 h."""
    names = [f"P-{number}" for number in range(CASES)]
    procedure = Procedure(
        procedure="HIP",
        name="Hip",
        specialty="general",
        mean_minutes=100,
        minutes_cv=0.3,
        intensive_care_probability=intensive,
        mean_stay_days=mean_stay_days,
    )
    session = TheatreSession(
        session="S",
        unit="BLOC",
        room="R",
        weekday=0,
        start_minute=480,
        length_minutes=300,
        specialty="general",
        turnover_minutes=15,
    )
    problem = TheatreProblem(
        hospital=hospital,
        first_day=MONDAY,
        days=5,
        sessions=(session,),
        waiting_list=tuple(_patient(name, hospital) for name in names),
        procedures=(procedure,),
        surgeons=(
            Surgeon(
                surgeon="D", name="D", hospital=hospital, specialty="general", daily_minutes=480
            ),
        ),
        ward_free_beds=(9.0,) * 5,
        intensive_care_free_beds=(2.0,) * 5,
        ward_stay_cv=0.8,
        intensive_care_stay=StayLaw(mean_days=2.0, cv=0.5),
    )
    cases = tuple(
        PlannedCase(
            patient=name,
            session="S",
            day=MONDAY + timedelta(days=number // 2),
            surgeon="D",
            start_minute=480 + 120 * (number % 2),
            expected_minutes=100,
        )
        for number, name in enumerate(names)
    )
    return TheatrePlan(problem=problem, cases=cases, unplanned=(), value=1.0, bound=1.0)


def _patient(name: str, hospital: str) -> WaitingPatient:
    return WaitingPatient(
        patient=name,
        hospital=hospital,
        procedure="HIP",
        surgeon="D",
        priority=Priority.ROUTINE,
        referral_date=MONDAY - timedelta(days=30),
        due_date=MONDAY + timedelta(days=60),
        sex=Sex.FEMALE,
        age_group=AgeGroup.OLDER,
        province="Elsewhere",
    )


def hospital(build: SimpleNamespace, per_day: float = 3.0) -> tuple[object, TwinParameters]:
    """A surgical ward and an intensive-care unit with usual electives, far from full."""
    gst = build.gst(
        {
            "H": [
                build.Place(WARD, UnitKind.WARD, 90),
                build.Place(ICU, UnitKind.INTENSIVE_CARE, 30),
                build.Place(OTHER, UnitKind.WARD, 90),
            ]
        }
    )
    units = tuple(unit.but(specialty="eye") if unit.unit == OTHER else unit for unit in gst.units)
    streams = (WARD, OTHER)
    own = build.hospital_parameters(
        "H",
        electives=tuple(ElectiveStream(unit=unit, per_weekday=(per_day,) * 7) for unit in streams),
    )
    care = (
        UnitParameters(unit=WARD, stay=Exponential(mean_hours=60)),
        UnitParameters(unit=ICU, stay=Fixed(mean_hours=500)),
        UnitParameters(unit=OTHER, stay=Exponential(mean_hours=30)),
    )
    return gst.but(units=units), TwinParameters(hospitals=(own,), units=care)


def prepared(build: SimpleNamespace, *plans: TheatrePlan, days: int = 12) -> Prepared:
    gst, parameters = hospital(build)
    run = RunPlan(first_day=MONDAY, horizon_days=days, warmup_days=7, replications=1, seed=5)
    return prepare(gst, with_theatre_plans(gst, parameters, plans), run)


def of_plan(case: Prepared, milestones: Milestones) -> np.ndarray:
    """The rows of the plan's patients: nobody else is from elsewhere."""
    people = case.hospitals[0].people
    strangers = [at for at, group in enumerate(people) if group.province == "Elsewhere"]
    return np.flatnonzero(np.isin(milestones.table.person, strangers))


def test_the_patients_of_a_plan_come_before_their_operation(build: SimpleNamespace) -> None:
    case = prepared(build, plan_of("H"))
    milestones = case.replay(0)
    rows = of_plan(case, milestones)
    hours = milestones.table.arrive[rows] - case.run.warmup_hours
    expected = [24 * day + hour - LEAD_HOURS for day in range(3) for hour in (8, 10)]
    assert hours.tolist() == pytest.approx(expected)
    assert (milestones.units[rows, 0] == 0).all()
    assert milestones.table.elective[rows].all()


def test_the_usual_electives_are_silent_on_the_days_of_the_plan_only(
    build: SimpleNamespace,
) -> None:
    usual, planned = prepared(build).replay(0), prepared(build, plan_of("H")).replay(0)
    days = (usual.table.arrive // 24).astype(int) - 7
    in_ward = usual.table.units[:, 0] == 0
    silenced = in_ward & (days >= 0) & (days < 5)
    assert silenced.sum() > 3
    kept = set(usual.table.keys[~silenced].tolist())
    assert set(planned.table.keys.tolist()) & set(usual.table.keys.tolist()) == kept
    assert len(planned.table) == len(kept) + CASES


def test_stays_follow_the_procedure(build: SimpleNamespace) -> None:
    """Share still there after one, three and six days; the stay of the ward's usual patients no."""
    case = prepared(build, plan_of("H"), days=30)
    sigma = math.sqrt(math.log1p(0.8**2))
    found = []
    for replication in range(60):
        milestones = case.replay(replication)
        rows = of_plan(case, milestones)
        stay = milestones.out[rows] - milestones.first_bed[rows]
        found.append([(np.nan_to_num(stay, nan=1e9) > 24 * days).mean() for days in (1, 3, 6)])
    for column, days in zip(np.array(found).T, (1, 3, 6), strict=True):
        exact = float(ndtr((math.log(72) - sigma**2 / 2 - math.log(24 * days)) / sigma))
        error = math.sqrt(exact * (1 - exact) / (60 * CASES))
        assert abs(column.mean() - exact) < 3.3 * error
        usual = math.exp(-24 * days / 60)
        assert days == 3 or abs(column.mean() - usual) > 2 * error


def test_who_needs_intensive_care_lies_there_first_and_then_in_the_ward(
    build: SimpleNamespace,
) -> None:
    case = prepared(build, plan_of("H", intensive=0.4), days=30)
    first, then, stays = [], [], []
    for replication in range(60):
        milestones = case.replay(replication)
        rows = of_plan(case, milestones)
        critical = rows[milestones.units[rows, 0] == 1]
        first.append(critical.size / CASES)
        if not critical.size:
            continue
        then += milestones.units[critical, 1].tolist()
        stays += (milestones.starts[critical, 1] - milestones.starts[critical, 0]).tolist()
    assert abs(np.mean(first) - 0.4) < 3.3 * math.sqrt(0.24 / (60 * CASES))
    assert set(then) == {0}
    assert np.mean(stays) == pytest.approx(48, abs=3.3 * 24 / math.sqrt(len(stays)))


def test_a_plan_with_one_case_less_leaves_the_others_as_they_were(build: SimpleNamespace) -> None:
    plan = plan_of("H", intensive=0.3)
    fewer = plan.model_copy(update={"cases": plan.cases[1:]})
    whole, short = (prepared(build, one).patients(3) for one in (plan, fewer))
    missing = set(whole.keys.tolist()) - set(short.keys.tolist())
    assert len(missing) == 1
    same = ~np.isin(whole.keys, list(missing))
    assert np.array_equal(whole.units[same], short.units)
    assert np.array_equal(whole.hours[same], short.hours)


def test_a_day_case_takes_no_bed(build: SimpleNamespace) -> None:
    case = prepared(build, plan_of("H", mean_stay_days=0.0))
    assert of_plan(case, case.replay(0)).size == 0


def test_a_plan_of_a_hospital_that_is_not_here_is_refused(build: SimpleNamespace) -> None:
    gst, parameters = hospital(build)
    with pytest.raises(UnknownPlace):
        with_theatre_plans(gst, parameters, [plan_of("NOWHERE")])


def test_cases_before_the_run_do_not_come(build: SimpleNamespace) -> None:
    gst, parameters = hospital(build)
    believed = with_theatre_plans(gst, parameters, [plan_of("H")])
    tuesday = MONDAY + timedelta(days=1)
    run = RunPlan(first_day=tuesday, horizon_days=5, warmup_days=0, start=Start.EMPTY)
    case = prepare(gst, believed, run)
    assert of_plan(case, case.replay(0)).size == CASES - 2
