"""A theatre plan: the week's question, the placed cases, and the check of the plan."""

from __future__ import annotations

from datetime import date

from hospital.base import Frozen
from hospital.places import Code
from hospital.theatre import Procedure, Surgeon, TheatreSession, WaitingPatient
from hospital.violation import Violation


class TheatreProblem(Frozen):
    """One week of theatre sessions of one hospital, its waiting list and the beds behind.

    ``free_beds`` maps a day and a kind of bed (``ward`` or ``intensive_care``) to the beds that
    inpatients and forecast emergencies are expected to leave [beds].
    """

    hospital: Code
    first_day: date
    days: int
    sessions: tuple[TheatreSession, ...]
    waiting_list: tuple[WaitingPatient, ...]
    procedures: tuple[Procedure, ...]
    surgeons: tuple[Surgeon, ...]
    ward_free_beds: tuple[float, ...]
    intensive_care_free_beds: tuple[float, ...]
    overtime_risk: float = 0.2


class PlannedCase(Frozen):
    """One patient in one session, with the expected start and length."""

    patient: Code
    session: Code
    day: date
    surgeon: Code
    start_minute: int
    expected_minutes: int


class UnplannedPatient(Frozen):
    """A patient left on the list, and the resource that stood in the way."""

    patient: Code
    reason: str


class TheatrePlan(Frozen):
    """The cases of a week, who was left and why, the objective and its bound."""

    problem: TheatreProblem
    cases: tuple[PlannedCase, ...]
    unplanned: tuple[UnplannedPatient, ...]
    value: float
    bound: float

    def violations(self) -> tuple[Violation, ...]:
        """Every hard rule that this plan breaks, checked without the solver's code."""
        raise NotImplementedError
