"""From a GST to a theatre week: what is wrong is named, everything at once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from hospital.errors import InvalidInput, UnknownPlace
from hospital.gst import Gst, GstIdentity, UnitCosts
from hospital.places import Bed, Hospital, HospitalLevel, Unit, UnitKind
from hospital.theatre import (
    AgeGroup,
    Priority,
    Procedure,
    Sex,
    Surgeon,
    TheatreSession,
    WaitingPatient,
)
from hospital.theatre_plan import FreeBeds, Moment
from scheduling.theatres.plan import plan_theatre
from scheduling.theatres.problem import theatre_problem
from scheduling.theatres.replan import DayNews, replan

pytestmark = pytest.mark.unit

MONDAY = date(2026, 11, 23)
FREE = FreeBeds(ward=(5.0,) * 10, intensive_care=(2.0,) * 10)


def _unit(code: str, kind: UnitKind) -> Unit:
    return Unit(
        unit=code,
        hospital="CHR",
        kind=kind,
        specialty="surgery",
        name=code,
        physicians=1,
        beds_per_nurse=8,
        mean_stay_hours=96,
        stay_cv=0.8,
        cost_per_bed_day_mad=500,
    )


def _procedure(code: str, specialty: str, mean_minutes: float) -> Procedure:
    return Procedure(
        procedure=code,
        name=code,
        specialty=specialty,
        mean_minutes=mean_minutes,
        minutes_cv=0.4,
        intensive_care_probability=0.02,
        mean_stay_days=2,
    )


def _surgeon(code: str, hospital: str, specialty: str) -> Surgeon:
    return Surgeon(
        surgeon=code, name=code, hospital=hospital, specialty=specialty, daily_minutes=420
    )


PATIENT = WaitingPatient(
    patient="P1",
    hospital="CHR",
    procedure="HIP",
    surgeon="S1",
    priority=Priority.ROUTINE,
    referral_date=MONDAY - timedelta(days=30),
    due_date=MONDAY + timedelta(days=60),
    sex=Sex.MALE,
    age_group=AgeGroup.OLDER,
    province="Kénitra",
)

GST = Gst(
    identity=GstIdentity(
        schema_version=1,
        gst="GST",
        name="GST",
        region="RSK",
        synthetic=True,
        as_of=MONDAY,
        medicine_budget_mad=0,
        costs=UnitCosts(
            nurse_hour_mad=1,
            agency_nurse_hour_mad=1,
            physician_hour_mad=1,
            transfer_km_mad=1,
            holding_percent_per_year=1,
            source="test",
        ),
    ),
    hospitals=tuple(
        Hospital(
            hospital=code,
            name=code,
            level=HospitalLevel.REGIONAL,
            province="Kénitra",
            population=100_000,
        )
        for code in ("CHR", "HP")
    ),
    units=(
        _unit("BLOC", UnitKind.THEATRE),
        _unit("WARD", UnitKind.WARD),
        _unit("ICU", UnitKind.INTENSIVE_CARE),
    ),
    beds=(Bed(bed="W1", unit="WARD"), Bed(bed="I1", unit="ICU")),
    procedures=(_procedure("HIP", "orthopaedics", 100), _procedure("EYE", "eye", 30)),
    surgeons=(
        _surgeon("S1", "CHR", "orthopaedics"),
        _surgeon("S2", "CHR", "eye"),
        _surgeon("S3", "HP", "orthopaedics"),
    ),
    sessions=(
        TheatreSession(
            session="V1",
            unit="BLOC",
            room="R1",
            weekday=0,
            start_minute=480,
            length_minutes=240,
            specialty="orthopaedics",
            turnover_minutes=20,
        ),
    ),
    waiting_list=(PATIENT,),
)


def _codes(gst: Gst, free: FreeBeds = FREE, days: int = 7) -> list[str]:
    with pytest.raises(InvalidInput) as refused:
        theatre_problem(gst, "CHR", MONDAY, days, free)
    return [problem.code for problem in refused.value.problems]


def test_a_sound_gst_gives_a_week_that_can_be_planned() -> None:
    problem = theatre_problem(GST, "CHR", MONDAY, 7, FREE)
    assert [row.procedure for row in problem.procedures] == ["HIP"]
    assert problem.ward_stay_cv == 0.8
    assert problem.intensive_care_stay.mean_days == 4
    plan = plan_theatre(problem, seed=1, work_limit=0.1)
    assert [case.patient for case in plan.cases] == ["P1"]
    assert plan.violations() == ()


def test_a_hospital_that_does_not_exist_is_named() -> None:
    with pytest.raises(UnknownPlace):
        theatre_problem(GST, "CHU", MONDAY, 7, FREE)


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("unknown_surgeon", {"surgeon": "S9"}),
        ("surgeon_of_another_specialty", {"surgeon": "S2"}),
        ("surgeon_of_another_hospital", {"surgeon": "S3"}),
        ("unknown_procedure", {"procedure": "KNEE"}),
    ],
)
def test_a_wrong_waiting_patient_is_named_with_the_row(code: str, changes: dict[str, str]) -> None:
    gst = GST.but(waiting_list=(PATIENT, PATIENT.but(patient="P2", **changes)))
    with pytest.raises(InvalidInput) as refused:
        theatre_problem(gst, "CHR", MONDAY, 7, FREE)
    (problem,) = refused.value.problems
    assert (problem.code, problem.file, problem.row) == (code, "waiting_list", 3)


def test_a_due_date_before_referral_is_named_even_if_the_row_was_not_validated() -> None:
    wrong = WaitingPatient.model_construct(
        **{**PATIENT.__dict__, "due_date": MONDAY - timedelta(days=99)}
    )
    gst = Gst.model_construct(**{**GST.__dict__, "waiting_list": (wrong,)})
    assert _codes(gst) == ["due_before_referral"]


def test_a_case_longer_than_any_session_is_named() -> None:
    long = _procedure("HIP", "orthopaedics", 241)
    assert _codes(GST.but(procedures=(long,))) == ["case_longer_than_any_session"]
    theatre_problem(GST.but(procedures=(long.but(mean_minutes=240),)), "CHR", MONDAY, 7, FREE)


def test_a_week_without_sessions_is_named() -> None:
    assert _codes(GST.but(sessions=())) == ["no_session_in_the_week"]
    tuesday = (GST.sessions[0].but(weekday=1),)
    assert _codes(GST.but(sessions=tuesday), days=1) == ["no_session_in_the_week"]


def test_two_sessions_in_one_room_at_once_are_named() -> None:
    first = GST.sessions[0]
    overlapping = first.but(session="V2", start_minute=first.start_minute + 239)
    assert _codes(GST.but(sessions=(first, overlapping))) == ["sessions_overlap"]
    next_one = first.but(session="V2", start_minute=first.start_minute + 240)
    theatre_problem(GST.but(sessions=(first, next_one)), "CHR", MONDAY, 7, FREE)


def test_a_ward_without_beds_is_named() -> None:
    assert _codes(GST.but(beds=GST.beds[1:])) == ["ward_without_beds"]
    assert _codes(GST.but(units=GST.units[:1], beds=())) == ["ward_without_beds"]


def test_beds_known_for_too_few_days_are_named() -> None:
    short = FreeBeds(ward=(5.0,) * 6, intensive_care=(2.0,) * 7)
    assert _codes(GST, short) == ["free_beds_too_short"]


def test_everything_wrong_is_said_at_once() -> None:
    worst = GST.but(
        sessions=(), beds=(), waiting_list=(PATIENT.but(surgeon="S9", procedure="KNEE"),)
    )
    assert set(_codes(worst, FreeBeds(ward=(), intensive_care=()))) == {
        "no_session_in_the_week",
        "unknown_procedure",
        "unknown_surgeon",
        "ward_without_beds",
        "free_beds_too_short",
    }


def test_without_intensive_care_a_rare_need_is_met_by_transfer_and_a_frequent_one_is_not() -> None:
    none = FreeBeds(ward=(5.0,) * 7, intensive_care=(0.0,) * 7)
    gst = GST.but(units=GST.units[:2], beds=GST.beds[:1])
    rare = plan_theatre(theatre_problem(gst, "CHR", MONDAY, 7, none), 1, 0.1)
    assert [case.patient for case in rare.cases] == ["P1"]
    hip = gst.procedures[0].but(intensive_care_probability=0.3)
    often = theatre_problem(gst.but(procedures=(hip,)), "CHR", MONDAY, 7, none)
    assert [row.reason.value for row in plan_theatre(often, 1, 0.1).unplanned] == [
        "intensive_care_beds"
    ]


def test_minutes_that_the_surgeon_knows_better_replace_those_of_the_procedure() -> None:
    """For this patient alone: the others keep the minutes of the procedure."""
    own = PATIENT.but(patient="P2", minutes=130.0, minutes_reason="second operation")
    problem = theatre_problem(GST.but(waiting_list=(PATIENT, own)), "CHR", MONDAY, 7, FREE)
    procedures = {row.procedure: row.mean_minutes for row in problem.procedures}
    asked = {row.patient: procedures[row.procedure] for row in problem.waiting_list}
    assert asked == {"P1": 100.0, "P2": 130.0}


def test_minutes_of_a_patient_longer_than_any_session_are_named() -> None:
    own = PATIENT.but(minutes=241.0, minutes_reason="second operation")
    assert _codes(GST.but(waiting_list=(own,))) == ["case_longer_than_any_session"]
    fits = own.but(minutes=240.0)
    theatre_problem(GST.but(waiting_list=(fits,)), "CHR", MONDAY, 7, FREE)


def test_a_reserve_for_emergencies_is_not_planned_before_the_day() -> None:
    """Two hips of 100 and a turnover need 220 of 240 minutes: a reserve leaves room for one."""
    two = (PATIENT, PATIENT.but(patient="P2"))
    free = theatre_problem(GST.but(waiting_list=two), "CHR", MONDAY, 7, FREE)
    kept = GST.sessions[0].but(reserve_minutes=100)
    held = theatre_problem(GST.but(waiting_list=two, sessions=(kept,)), "CHR", MONDAY, 7, FREE)
    risky = 0.5
    plans = [plan_theatre(one.but(overtime_risk=risky), 1, 0.1) for one in (free, held)]
    assert [len(plan.cases) for plan in plans] == [2, 1]
    now = Moment(day=MONDAY, minute=400)
    emergency = PATIENT.but(
        patient="P9", priority=Priority.URGENT, referral_date=MONDAY, due_date=MONDAY
    )
    again = replan(plans[1], DayNews(now, (emergency,)), 1)
    assert sorted(case.patient for case in again.cases) == ["P1", "P9"]
    assert again.violations() == ()


def test_a_reserve_as_long_as_the_session_is_named() -> None:
    kept = GST.sessions[0].but(reserve_minutes=240)
    assert "reserve_fills_session" in _codes(GST.but(sessions=(kept,)))
    theatre_problem(GST.but(sessions=(kept.but(reserve_minutes=120),)), "CHR", MONDAY, 7, FREE)
