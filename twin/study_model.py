"""From a study to the GST and parameters that the twin runs: the same engine as for a real GST."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import chain
from typing import Any

from hospital.base import HOURS_PER_WEEK
from hospital.gst import Gst, GstIdentity, UnitCosts
from hospital.places import Unit, UnitKind
from hospital.theatre import AgeGroup, Sex
from twin.hypotheses import profile_of_weights
from twin.laws import Fixed, Law
from twin.parameters import (
    ArrivalStream,
    Census,
    HospitalParameters,
    Inpatient,
    PersonGroup,
    TriageParameters,
    TwinParameters,
    UnitParameters,
    UnitShare,
)
from twin.run_plan import RunPlan, Start
from twin.simulation import Prepared, prepare
from twin.study import (
    A_MONDAY,
    Study,
    StudyEmergency,
    StudyPresent,
    StudyStream,
    StudyTriage,
    StudyUnit,
)
from twin.study_places import opening_hours, study_beds
from twin.study_territory import HOSPITAL

SOMEBODY = PersonGroup(province="Study", sex=Sex.FEMALE, age_group=AgeGroup.ADULT, weight=1)
NOWHERE_TO_GO: Law = Fixed(mean_hours=0.0)


@dataclass(frozen=True, slots=True)
class StudyModel:
    """What ``twin.simulation.simulate`` takes."""

    gst: Gst
    parameters: TwinParameters
    plan: RunPlan

    def prepared(self) -> Prepared:
        """The study resolved, to be replayed replication by replication."""
        return prepare(self.gst, self.parameters, self.plan)


def study_model(study: Study) -> StudyModel:
    """The study as a GST of one hospital, or of those that it states."""
    plan = study.run.plan(Start.CENSUS if study.present else Start.EMPTY)
    gst = _gst(study)
    return StudyModel(gst, study.on_top(_parameters(study), gst, plan.first_day), plan)


def _gst(study: Study) -> Gst:
    beds = [study_beds(unit.unit, unit.bed_count, unit.bed_kinds) for unit in study.units]
    beds += [study_beds(one.unit, one.cubicles, ()) for one in study.departments]
    return Gst(
        identity=_identity(study),
        hospitals=study.places(study.study),
        units=(*map(_unit, study.units), *map(_emergency_unit, study.departments)),
        beds=tuple(chain.from_iterable(beds)),
        links=study.roads(),
    )


def _identity(study: Study) -> GstIdentity:
    costs = UnitCosts(
        nurse_hour_mad=0,
        agency_nurse_hour_mad=0,
        physician_hour_mad=0,
        transfer_km_mad=0,
        holding_percent_per_year=0,
        source="a study has no costs",
    )
    return GstIdentity(
        schema_version=1,
        gst=HOSPITAL,
        name=study.study,
        region="Study",
        synthetic=True,
        as_of=A_MONDAY,
        medicine_budget_mad=0,
        costs=costs,
    )


def _unit(unit: StudyUnit) -> Unit:
    return Unit(
        unit=unit.unit,
        hospital=unit.hospital or HOSPITAL,
        kind=unit.kind,
        specialty=unit.specialty,
        name=unit.unit,
        physicians=0,
        beds_per_nurse=1,
        mean_stay_hours=1,
        stay_cv=1,
        cost_per_bed_day_mad=0,
    )


def _emergency_unit(one: StudyEmergency) -> Unit:
    place = StudyUnit(
        unit=one.unit, hospital=one.hospital, beds=one.cubicles, kind=UnitKind.EMERGENCY
    )
    return _unit(place).but(physicians=one.physicians)


def _parameters(study: Study) -> TwinParameters:
    units = {unit.unit: _care(unit) for unit in study.units}
    return TwinParameters(
        hospitals=tuple(_hospital(study, code, units) for code in study.codes),
        units=tuple(units.values()),
        census=_census(study.present),
        transfer_after_hours=study.transfer_after_hours,
        intensive_care_limit_hours=study.intensive_care_limit_hours,
        transfer_policy=study.transfer_policy,
        ambulances=study.ambulances,
        diversions=study.diversions,
        waiting_deaths=tuple(one.rule() for one in study.waiting_deaths),
        **_opening(study),
    )


def _hospital(study: Study, code: str, units: dict[str, UnitParameters]) -> HospitalParameters:
    """Demand of one hospital; a stream belongs to the hospital of its first unit."""
    own = [one for one in study.departments if (one.hospital or HOSPITAL) == code]
    emergency = own[0] if own else None
    place = {unit.unit: unit.hospital or HOSPITAL for unit in study.units}
    people = _people(study)
    return HospitalParameters(
        hospital=code,
        hourly_visits=_visits(emergency),
        triage=() if emergency is None else tuple(map(_triage, emergency.triage)),
        ward_mix=() if emergency is None else _shares(emergency.wards),
        intensive_care_mix=() if emergency is None else _shares(emergency.intensive_care),
        streams=tuple(
            _stream(one, units, mixed=len(people) > 1)
            for one in study.arrivals
            if place[one.to] == code
        ),
        elective_hours=(1.0,) * 24,
        discharge_hours=study.discharge_hours,
        people=people,
    )


def _people(study: Study) -> tuple[PersonGroup, ...]:
    """Women only, or the four groups among which the streams have their shares."""
    if all(stream.women == 1 and not stream.children for stream in study.arrivals):
        return (SOMEBODY,)
    return tuple(
        SOMEBODY.but(sex=sex, age_group=age_group, weight=float(sex is Sex.FEMALE))
        for age_group in (AgeGroup.ADULT, AgeGroup.CHILD)
        for sex in (Sex.FEMALE, Sex.MALE)
    )


def _shares_of_people(stream: StudyStream) -> tuple[float, ...]:
    """Weights in the order of the four groups."""
    return tuple(
        age_share * sex_share
        for age_share in (1 - stream.children, stream.children)
        for sex_share in (stream.women, 1 - stream.women)
    )


def _opening(study: Study) -> dict[str, Any]:
    """When the places of the study are open."""
    first_day = study.run.plan().first_day
    staffed = [opening_hours(unit.unit, unit.staffed) for unit in study.units]
    staffed += [opening_hours(one.unit, one.staffed_cubicles) for one in study.departments]
    physicians = [opening_hours(one.unit, one.physicians_by_hour) for one in study.departments]
    return {
        "staffed_beds": tuple(chain.from_iterable(staffed)),
        "physician_hours": tuple(chain.from_iterable(physicians)),
        "closures": tuple(
            closure.closure(unit.unit, first_day)
            for unit in study.units
            for closure in unit.closures
        ),
    }


def _census(present: tuple[StudyPresent, ...]) -> Census | None:
    """Who lies in bed at the start, numbered in the order of the study."""
    midnight = datetime.combine(A_MONDAY, time())
    stays = [(one.unit, hours) for one in present for hours in one.hours]
    inpatients = tuple(
        Inpatient(
            patient=f"present-{number:04d}",
            unit=unit,
            admitted_at=midnight - timedelta(hours=hours),
            sex=SOMEBODY.sex,
            age_group=SOMEBODY.age_group,
            province=SOMEBODY.province,
        )
        for number, (unit, hours) in enumerate(stays)
    )
    return Census(day=A_MONDAY, inpatients=inpatients) if inpatients else None


def _visits(emergency: StudyEmergency | None) -> tuple[float, ...]:
    if emergency is None:
        return (0.0,) * HOURS_PER_WEEK
    return profile_of_weights(emergency.visits_per_day, emergency.clock_hours) * 7


def _triage(level: StudyTriage) -> TriageParameters:
    return TriageParameters(
        triage=level.level,
        share=level.share,
        admission_probability=level.admitted,
        intensive_care_probability=level.intensive_care,
        consult=level.consult.law,
        tests=level.tests_law,
        patience=level.patience_law,
    )


def _shares(weights: dict[str, float]) -> tuple[UnitShare, ...]:
    return tuple(UnitShare(unit=unit, weight=weight) for unit, weight in weights.items())


def _care(unit: StudyUnit) -> UnitParameters:
    return UnitParameters(
        unit=unit.unit,
        stay=NOWHERE_TO_GO if unit.stay is None else unit.stay.law,
        death_share=unit.deaths,
        move_share=sum(unit.then.values()),
        onward=_shares(unit.then),
        waits_for_clock=unit.discharge == "by_clock",
        waits_outside=unit.waits_for_next_unit == "outside",
        when_full=unit.when_full,
        outliers_return=unit.outliers_return,
        reserved_beds=unit.reserved_for_emergencies,
        cleaning_hours=unit.cleaning_hours,
        separates_beds=bool(unit.bed_kinds),
        isolation_share=unit.isolation_share,
        moves_inside=unit.moves_inside,
        surge=unit.surge,
        calling_off=unit.calling_off,
        discharge_delay=unit.discharge_delay,
    )


def _stream(stream: StudyStream, units: dict[str, UnitParameters], *, mixed: bool) -> ArrivalStream:
    own = {*stream.stays, *stream.then, *stream.deaths}
    return ArrivalStream(
        stream=stream.stream,
        unit=stream.to,
        rates=stream.rates(),
        gap=stream.gap_law,
        priority=stream.priority,
        is_elective=stream.kind == "elective",
        patience=stream.patience_law,
        care=tuple(_own_care(stream, units[unit]) for unit in sorted(own)),
        people=_shares_of_people(stream) if mixed else (),
    )


def _own_care(stream: StudyStream, usual: UnitParameters) -> UnitParameters:
    unit = usual.unit
    then = stream.then.get(unit)
    changes: dict[str, object] = {}
    if unit in stream.stays:
        changes["stay"] = stream.stays[unit].law
    if unit in stream.deaths:
        changes["death_share"] = stream.deaths[unit]
    if then is not None:
        changes |= {"onward": _shares(then), "move_share": sum(then.values())}
    return usual.but(**changes)
