"""A theatre plan: the week's question, the placed cases, and the check of the plan."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from math import erfc, log, sqrt

from pydantic import Field

from hospital.base import Frozen
from hospital.places import Code
from hospital.theatre import Priority, Procedure, Surgeon, TheatreSession, WaitingPatient
from hospital.theatre_rules import broken_rules, expected_beds
from hospital.violation import Violation


class LeftOut(StrEnum):
    """Why a patient is not in the plan: the resource that stood in the way."""

    NO_SESSION = "no_session"
    NEEDS_LONGER_SESSION = "needs_longer_session"
    SURGEON_FULL = "surgeon_full"
    SESSION_FULL = "session_full"
    WARD_BEDS = "ward_beds"
    INTENSIVE_CARE_BEDS = "intensive_care_beds"
    LOWER_PRIORITY = "lower_priority"
    DEFERRED = "deferred"


class TheatreWeights(Frozen):
    """What a plan is worth, in points. A person may change every one.

    A planned patient brings ``class weight x expected minutes x (1 + waited_share x w)`` points,
    where w is the share of the allowed wait (referral to due date) that is used, at most 2;
    a day later costs ``earlier_day`` of it over the whole period. Expected overtime and the peak
    of beds above ``target_share`` of the free beds are taken off.
    """

    urgent: float = Field(default=8.0, ge=0, description="points per minute")
    semi_urgent: float = Field(default=3.0, ge=0, description="points per minute")
    routine: float = Field(default=1.0, ge=0, description="points per minute")
    waited_share: float = Field(default=1.0, ge=0)
    earlier_day: float = Field(default=0.1, ge=0, le=1)
    by_due_date: float = Field(default=20_000.0, ge=0, description="points per urgent patient")
    overtime_minute: float = Field(default=2.0, ge=0, description="points per expected minute")
    peak_bed: float = Field(default=50.0, ge=0, description="points per bed above the target")
    target_share: float = Field(default=0.85, ge=0, le=1)
    bed_short: float = Field(
        default=510.0, ge=0, description="points per bed expected to be missing"
    )
    keep_place: float = Field(default=500.0, ge=0, description="points per published case kept")

    def of(self, priority: Priority) -> float:
        """Points of one expected minute of this class."""
        classes = {Priority.URGENT: self.urgent, Priority.SEMI_URGENT: self.semi_urgent}
        return classes.get(priority, self.routine)


class SpecialtyBeds(Frozen):
    """Beds left free in the wards of a specialty, day by day as in ``FreeBeds`` [beds]."""

    specialty: Code
    free: tuple[float, ...]


class WardBeds(Frozen):
    """One ward at the hours of admission: beds expected to be free, and how surely [beds].

    ``free`` and ``spread`` (standard deviation) go day by day as in ``FreeBeds``. Patients of
    ``specialty`` are spread over its wards, and patients of a specialty without wards over all of
    them, in proportion to ``beds``.
    """

    ward: Code
    specialty: Code | None = None
    beds: int = Field(ge=0)
    free: tuple[float, ...]
    spread: tuple[float, ...]


class FreeBeds(Frozen):
    """Beds that inpatients and forecast emergencies are expected to leave, day by day [beds].

    The first entry is the first day of the plan; days after its last day may follow, so that
    the stays that outlast the week are counted too.
    """

    ward: tuple[float, ...]
    intensive_care: tuple[float, ...]
    by_specialty: tuple[SpecialtyBeds, ...] = ()
    by_ward: tuple[WardBeds, ...] = ()


class SessionSlack(Frozen):
    """Minutes that a session keeps free against long cases: the linear tangent of the spread.

    ``factor x (spread / 2 + V / (2 x spread))`` where V is the variance of its cases: never less
    than factor x sqrt(V), equal at V = spread^2 (theatre evidence, section 3.2). A case that has
    the session to itself needs none: nothing could make it surer.
    """

    session: Code
    factor: float = Field(ge=0, le=10)
    spread_minutes: float = Field(gt=0, le=1440, description="usual sd of a full session")

    def minutes(self, variance: float) -> float:
        """Minutes kept free for cases whose total has this variance [minutes^2]."""
        return self.factor * (self.spread_minutes / 2 + variance / (2 * self.spread_minutes))


class StayLaw(Frozen):
    """A log-normal length of stay [days]."""

    mean_days: float = Field(ge=0, le=365)
    cv: float = Field(gt=0, le=5)

    def survival(self, days: int) -> float:
        """Probability that the stay is longer than this; nobody stays if the mean is 0."""
        if self.mean_days == 0:
            return 0.0
        if days <= 0:
            return 1.0
        variance = log(1 + self.cv**2)
        centre = log(self.mean_days) - variance / 2
        return erfc((log(days) - centre) / sqrt(2 * variance)) / 2


class PlannedCase(Frozen):
    """One patient in one session, with the expected start and length."""

    patient: Code
    session: Code
    day: date
    surgeon: Code
    start_minute: int
    expected_minutes: int

    @property
    def end_minute(self) -> int:
        """Expected end [minutes after midnight]."""
        return self.start_minute + self.expected_minutes


class Moment(Frozen):
    """A day and a minute after its midnight: what began before it cannot be changed."""

    day: date
    minute: int = Field(ge=0, lt=1440)

    @property
    def is_midnight(self) -> bool:
        """Whether the whole day is still to come."""
        return self.minute == 0

    def is_after(self, day: date, minute: int) -> bool:
        """Whether this lies after that day and minute."""
        return (self.day, self.minute) > (day, minute)


class SurgeonAbsence(Frozen):
    """A surgeon who cannot begin any operation on a day."""

    surgeon: Code
    day: date


class TheatreProblem(Frozen):
    """One week of theatre sessions of one hospital, its waiting list and the beds behind.

    ``ward_free_beds`` and ``intensive_care_free_beds`` hold the beds that inpatients and forecast
    emergencies are expected to leave on each day from ``first_day`` on [beds]; ``specialty_beds``
    those of the wards that take a specialty alone, within the beds of all wards. ``slack`` is empty
    until a planner has chosen it for ``overtime_risk``; a session without a row keeps none free.
    An urgent patient has to be operated by the due date, unless it has passed already.

    With ``published`` and ``now`` it is the question of the day: what began before ``now`` stays
    as it was published, and every other published case kept in its session earns ``keep_place``.
    """

    hospital: Code
    first_day: date
    days: int = Field(gt=0, le=28)
    sessions: tuple[TheatreSession, ...]
    waiting_list: tuple[WaitingPatient, ...]
    procedures: tuple[Procedure, ...]
    surgeons: tuple[Surgeon, ...]
    ward_free_beds: tuple[float, ...]
    intensive_care_free_beds: tuple[float, ...]
    specialty_beds: tuple[SpecialtyBeds, ...] = ()
    wards: tuple[WardBeds, ...] = ()
    overtime_risk: float = Field(default=0.2, gt=0, le=0.5)
    ward_stay_cv: float = Field(default=0.7, gt=0, le=5)
    intensive_care_stay: StayLaw = StayLaw(mean_days=3.0, cv=0.9)
    closed_days: tuple[date, ...] = ()
    slack: tuple[SessionSlack, ...] = ()
    weights: TheatreWeights = TheatreWeights()
    published: tuple[PlannedCase, ...] = ()
    now: Moment | None = None
    absences: tuple[SurgeonAbsence, ...] = ()

    def calendar(self) -> tuple[date, ...]:
        """The days of the plan, first to last."""
        return tuple(self.first_day + timedelta(days=day) for day in range(self.days))

    def blocks(self) -> tuple[tuple[TheatreSession, date], ...]:
        """Every session on every day it is held, by day, room and start."""
        held = (
            (session, day)
            for day in self.calendar()
            if day not in self.closed_days
            for session in self.sessions
            if session.weekday == day.weekday()
        )
        return tuple(sorted(held, key=lambda b: (b[1], b[0].room, b[0].start_minute, b[0].session)))

    def begun(self) -> tuple[PlannedCase, ...]:
        """The published cases that began before now."""
        if self.now is None:
            return ()
        now = self.now
        return tuple(row for row in self.published if now.is_after(row.day, row.start_minute))

    def must_be_done(self, patient: WaitingPatient) -> bool:
        """Whether this patient has to be operated within these days.

        Who is deferred beyond the last day on which that is possible does not have to.
        """
        is_urgent = patient.priority is Priority.URGENT
        is_due = is_urgent and patient.due_date <= self.calendar()[-1]
        return is_due and self.earliest_day(patient) <= self.latest_day(patient)

    def earliest_day(self, patient: WaitingPatient) -> date:
        """First day on which this patient may be operated: referred, and no longer deferred."""
        return max(patient.referral_date, patient.deferred_until or patient.referral_date)

    def latest_day(self, patient: WaitingPatient) -> date:
        """Last day on which this patient may be operated; an overdue one as soon as possible."""
        last_day = self.calendar()[-1]
        if patient.priority is Priority.URGENT and patient.due_date >= self.first_day:
            return min(patient.due_date, last_day)
        return last_day

    def ward_beds_after(self, procedure: Procedure) -> tuple[float, ...]:
        """Expected ward beds of one case on the day of surgery and after it [beds].

        A patient who goes to intensive care takes the ward bed on leaving it:
        P(in ward on day j) = (1-p) P(W > j) + p sum_i P(I = i) P(W > j - i), days rounded up.
        """
        ward = StayLaw(mean_days=procedure.mean_stay_days, cv=self.ward_stay_cv).survival
        unit = self.intensive_care_stay.survival
        share = procedure.intensive_care_probability
        return tuple(
            (1 - share) * ward(day)
            + share * sum((unit(i - 1) - unit(i)) * ward(day - i) for i in range(1, day + 1))
            for day in range(len(self.ward_free_beds))
        )

    def intensive_care_beds_after(self, procedure: Procedure) -> tuple[float, ...]:
        """Expected intensive-care beds of one case on the day of surgery and after it [beds]."""
        share = procedure.intensive_care_probability
        days = range(len(self.intensive_care_free_beds))
        return tuple(share * self.intensive_care_stay.survival(day) for day in days)


class UnplannedPatient(Frozen):
    """A patient left on the list, the resource that stood in the way and by how much.

    ``session`` and ``day`` name the place that needs the smallest relaxation; ``short_by`` is what
    is missing there: minutes, beds, or points for ``lower_priority``.
    """

    patient: Code
    reason: LeftOut
    must_be_done: bool = False
    session: Code | None = None
    day: date | None = None
    short_by: float = 0.0


class TheatrePlan(Frozen):
    """The cases of a week, who was left and why, the objective and its bound.

    ``value`` is in points (``TheatreWeights``), more is better; no plan is worth more than
    ``bound``. ``seed`` and ``work_limit`` are what the planner was given.
    """

    problem: TheatreProblem
    cases: tuple[PlannedCase, ...]
    unplanned: tuple[UnplannedPatient, ...]
    value: float
    bound: float
    seed: int = 0
    work_limit: float = 0.0

    @property
    def gap_percent(self) -> float:
        """How far the bound lies above the value, in percent of the value.

        The points for urgent patients placed by their due date, and for published cases kept,
        are so large that they would hide a real gap: they are left out of the value it is
        measured by.
        """
        urgent = {
            row.patient for row in self.problem.waiting_list if self.problem.must_be_done(row)
        }
        weights = self.problem.weights
        bonus = weights.by_due_date * sum(case.patient in urgent for case in self.cases)
        bonus += weights.keep_place * self.kept_cases()
        return 100 * (self.bound - self.value) / max(1.0, abs(self.value - bonus))

    def kept_cases(self) -> int:
        """Published cases that are still in their session."""
        published = {(row.patient, row.session, row.day) for row in self.problem.published}
        return sum((row.patient, row.session, row.day) in published for row in self.cases)

    def weighted_minutes(self) -> float:
        """Expected minutes of the cases by the points of their class [points]."""
        minutes = {row.procedure: row.mean_minutes for row in self.problem.procedures}
        patients = {row.patient: row for row in self.problem.waiting_list}
        return sum(
            self.problem.weights.of(patients[case.patient].priority)
            * minutes[patients[case.patient].procedure]
            for case in self.cases
        )

    def expected_ward_beds(self) -> tuple[float, ...]:
        """Ward beds that the planned cases are expected to take, day by day [beds]."""
        return expected_beds(self, self.problem.ward_beds_after)

    def expected_intensive_care_beds(self) -> tuple[float, ...]:
        """Intensive-care beds that the planned cases are expected to take, by day [beds]."""
        return expected_beds(self, self.problem.intensive_care_beds_after)

    def violations(self) -> tuple[Violation, ...]:
        """Every hard rule that this plan breaks, checked without the solver's code."""
        return broken_rules(self)
