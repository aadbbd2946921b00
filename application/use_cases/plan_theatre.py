"""Plans a week of surgery against the beds that the twin expects to be free: a recommendation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from application.identity import run_identity
from application.store.runs import JSON, Result, Run, find_run, load_result, save_run
from application.use_cases.build_roster import next_monday, refuse_if_broken
from application.use_cases.session import Session
from application.use_cases.simulate import TwinDesign, TwinRun, simulate
from governance.decision import RecommendationKind
from hospital.base import DAYS_PER_WEEK, HOURS_PER_DAY
from hospital.errors import GstError, say
from hospital.places import UnitKind
from hospital.tables import Col
from hospital.theatre_plan import FreeBeds, SpecialtyBeds, TheatrePlan

KIND = RecommendationKind.THEATRE_PLAN.value
THEATRE_REPLICATIONS = 10
"""Enough for a mean of occupied beds; the plan does not compare scenarios."""


@dataclass(frozen=True)
class TheatreDraft:
    """A checked theatre plan that waits for a person, and the twin run behind its beds."""

    run: str
    twin_run: str
    plan: TheatrePlan


def plan_theatre(
    session: Session, hospital: str, design: TwinDesign, first_day: date | None = None
) -> TheatreDraft:
    """A week of the theatre suite of one hospital, from ``first_day`` (the next Monday)."""
    from scheduling.theatres import plan, problem  # noqa: PLC0415 - OR-Tools is heavy

    first_day = first_day or next_monday(session.gst.identity.as_of)
    twin = simulate(session, design.but(electives=False, replications=THEATRE_REPLICATIONS))
    inputs = {"hospital": hospital, "first_day": first_day.isoformat(), "twin": twin.run}
    run = run_identity(KIND, session.snapshot.snapshot, design.seed, inputs)
    if find_run(session.database, run):
        content = load_result(session.database, run, "theatre_plan")
        return TheatreDraft(run, twin.run, TheatrePlan.model_validate_json(content))
    free_beds = _free_beds(session, hospital, twin, first_day)
    question = problem.theatre_problem(session.gst, hospital, first_day, DAYS_PER_WEEK, free_beds)
    answer = plan.plan_theatre(question, design.seed)
    refuse_if_broken(answer.violations())
    result = Result("theatre_plan", JSON, answer.model_dump_json().encode())
    save_run(
        session.database,
        Run(run, KIND, session.snapshot.snapshot, design.seed, inputs),
        [result],
    )
    return TheatreDraft(run, twin.run, answer)


def default_hospital(session: Session) -> str:
    """The hospital with most patients on its waiting list."""
    waiting = [patient.hospital for patient in session.gst.waiting_list]
    if not waiting:
        raise GstError(
            "no_waiting_list",
            say("Nobody waits for an operation in this GST. Fill in the waiting_list table."),
        )
    return max(sorted(set(waiting)), key=waiting.count)


def _free_beds(session: Session, hospital: str, twin: TwinRun, first_day: date) -> FreeBeds:
    """Beds that emergencies are expected to leave on each day of the week and after it.

    Mean over the hours of a day of the twin without electives, from ``first_day`` to the end
    of its horizon [beds].
    """
    return FreeBeds(
        ward=_free(session, hospital, (twin, first_day), UnitKind.WARD),
        intensive_care=_free(session, hospital, (twin, first_day), UnitKind.INTENSIVE_CARE),
        by_specialty=tuple(
            SpecialtyBeds(
                specialty=specialty,
                free=_free(session, hospital, (twin, first_day), UnitKind.WARD, specialty),
            )
            for specialty in _with_own_wards(session, hospital)
        ),
    )


def _with_own_wards(session: Session, hospital: str) -> list[str]:
    """Specialties that are operated here and have wards of their own."""
    wards = {unit.specialty for unit in session.gst.units_of(hospital, UnitKind.WARD)}
    waited = {row.procedure for row in session.gst.waiting_list if row.hospital == hospital}
    operated = {row.specialty for row in session.gst.procedures if row.procedure in waited}
    return sorted(specialty for specialty in operated & wards if specialty)


def _free(
    session: Session,
    hospital: str,
    period: tuple[TwinRun, date],
    kind: UnitKind,
    specialty: str | None = None,
) -> tuple[float, ...]:
    twin, first_day = period
    units = {
        unit.unit
        for unit in session.gst.units_of(hospital, kind)
        if specialty is None or unit.specialty == specialty
    }
    beds = sum(count for unit, count in session.gst.beds_by_unit().items() if unit in units)
    frame = twin.result.occupancy
    own = frame[frame[Col.UNIT].isin(units)]
    day = own[Col.HOUR] // HOURS_PER_DAY
    occupied = own[Col.MEAN].groupby(day).sum() / HOURS_PER_DAY
    skipped = (first_day - session.gst.identity.as_of).days
    length = twin.result.horizon_days - skipped
    return tuple(beds - float(occupied.get(day, 0.0)) for day in range(skipped, skipped + length))
