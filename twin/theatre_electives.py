"""From theatre plans to the patients who come for them, in place of the usual elective streams."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta

from hospital.base import HOURS_PER_DAY
from hospital.gst import Gst
from hospital.places import UnitKind
from hospital.theatre import Procedure, WaitingPatient
from hospital.theatre_plan import PlannedCase, StayLaw, TheatrePlan
from twin.laws import Law, LogNormal
from twin.parameters import (
    ElectiveStream,
    HospitalParameters,
    PersonGroup,
    PlannedAdmission,
    TwinParameters,
    UnitShare,
)
from twin.stays import CLOCK_DELAY_MEAN_HOURS, SHORTEST_CLOCK_STAY_HOURS, need_before_clock

LEAD_HOURS = 2.0
"""From admission to the ward until the operation: called in for the morning. A hypothesis."""

SHORTEST_NEED_HOURS = 1.0


def with_theatre_plans(
    gst: Gst, parameters: TwinParameters, plans: Iterable[TheatrePlan]
) -> TwinParameters:
    """The twin whose elective surgery is that of these plans, on the days that they plan.

    Each case takes a bed of a ward of its specialty (by beds; of any ward where there is none)
    ``LEAD_HOURS`` before it starts, or of intensive care with the probability of its procedure.
    Streams of those specialties and of intensive care are silent on these days. A procedure
    without a stay and without intensive care takes no bed, and nobody comes for it.

    Raises:
        UnknownPlace: a plan of a hospital that this GST does not have.
    """
    hospitals = {one.hospital: one for one in parameters.hospitals}
    for plan in plans:
        code = gst.hospital(plan.problem.hospital).hospital
        hospitals[code] = _Suite(gst, hospitals[code], parameters, plan).hospital_with_plan()
    return parameters.but(hospitals=tuple(hospitals.values()))


class _Suite:
    """One plan of one hospital."""

    def __init__(
        self, gst: Gst, usual: HospitalParameters, parameters: TwinParameters, plan: TheatrePlan
    ) -> None:
        self.gst = gst
        self.usual = usual
        self.plan = plan
        self.by_clock = {one.unit for one in parameters.units if one.waits_for_clock}
        self.procedures = {one.procedure: one for one in plan.problem.procedures}
        self.patients = {one.patient: one for one in plan.problem.waiting_list}

    def hospital_with_plan(self) -> HospitalParameters:
        """The hospital with the patients of the plan."""
        planned = tuple(self._admissions())
        days = set(self.plan.problem.calendar())
        kept = (one for one in self.usual.planned if one.arrives_at.date() not in days)
        known = _with_groups_of(self.usual, planned)
        return known.but(
            planned=(*kept, *planned),
            electives=tuple(self._silenced(stream) for stream in self.usual.electives),
        )

    def _admissions(self) -> Iterator[PlannedAdmission]:
        for case in self.plan.cases:
            patient = self.patients[case.patient]
            procedure = self.procedures[patient.procedure]
            if procedure.mean_stay_days or procedure.intensive_care_probability:
                yield self._admission(case, patient, procedure)

    def _admission(
        self, case: PlannedCase, patient: WaitingPatient, procedure: Procedure
    ) -> PlannedAdmission:
        wards = self._wards(procedure.specialty)
        start = datetime.combine(case.day, time()) + timedelta(minutes=case.start_minute)
        critical = self.plan.problem.intensive_care_stay
        return PlannedAdmission(
            patient=case.patient,
            arrives_at=start - timedelta(hours=LEAD_HOURS),
            wards=wards,
            stay=self._need(procedure, wards),
            intensive_care=self._of_kind(UnitKind.INTENSIVE_CARE),
            intensive_care_probability=procedure.intensive_care_probability,
            intensive_care_stay=_law(critical),
            sex=patient.sex,
            age_group=patient.age_group,
            province=patient.province,
        )

    def _need(self, procedure: Procedure, wards: tuple[UnitShare, ...]) -> Law:
        """The need whose time in bed has the mean stay of the procedure."""
        law = _law(StayLaw(mean_days=procedure.mean_stay_days, cv=self.plan.problem.ward_stay_cv))
        if wards[0].unit not in self.by_clock:
            return law
        if law.mean_hours >= SHORTEST_CLOCK_STAY_HOURS:
            return need_before_clock(law)
        return law.but(mean_hours=max(law.mean_hours - CLOCK_DELAY_MEAN_HOURS, SHORTEST_NEED_HOURS))

    def _wards(self, specialty: str) -> tuple[UnitShare, ...]:
        own = self._of_kind(UnitKind.WARD)
        named = tuple(one for one in own if self.gst.unit(one.unit).specialty == specialty)
        return named or self.usual.ward_mix or own

    def _of_kind(self, kind: UnitKind) -> tuple[UnitShare, ...]:
        beds = self.gst.beds_by_unit()
        return tuple(
            UnitShare(unit=unit.unit, weight=beds[unit.unit])
            for unit in self.gst.units_of(self.usual.hospital, kind)
        )

    def _silenced(self, stream: ElectiveStream) -> ElectiveStream:
        unit = self.gst.unit(stream.unit)
        specialties = {one.specialty for one in self.plan.problem.sessions}
        if unit.specialty not in specialties and unit.kind is not UnitKind.INTENSIVE_CARE:
            return stream
        days = sorted({*stream.except_days, *self.plan.problem.calendar()})
        return stream.but(except_days=tuple(days))


def _law(stay: StayLaw) -> LogNormal:
    return LogNormal(
        mean_hours=max(HOURS_PER_DAY * stay.mean_days, SHORTEST_NEED_HOURS), cv=stay.cv
    )


def _with_groups_of(
    hospital: HospitalParameters, planned: tuple[PlannedAdmission, ...]
) -> HospitalParameters:
    """The hospital that knows the groups of these patients; strangers weigh nothing elsewhere."""
    known = {(one.province, one.sex, one.age_group) for one in hospital.people}
    new = sorted({(one.province, one.sex, one.age_group) for one in planned} - known)
    strangers = tuple(
        PersonGroup(province=province, sex=sex, age_group=age, weight=0.0)
        for province, sex, age in new
    )
    nothing = (0.0,) * len(strangers)
    return hospital.but(
        people=(*hospital.people, *strangers),
        people_by_unit=tuple(
            one.but(weights=(*one.weights, *nothing)) for one in hospital.people_by_unit
        ),
        streams=tuple(
            one.but(people=(*one.people, *nothing)) if one.people else one
            for one in hospital.streams
        ),
    )
