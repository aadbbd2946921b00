"""From a GST and its history to the parameters of its twin.

What the history cannot say comes from the tables of the GST or from ``twin.hypotheses``, and
``TwinParameters.notes`` names every such case by a code.
"""

from __future__ import annotations

from collections import Counter

import pandas as pd

from hospital.base import HOURS_PER_WEEK, MINUTES_PER_HOUR
from hospital.gst import Gst
from hospital.history import AdmissionKind, History, StayOutcome
from hospital.places import Hospital, TriagePath, Unit, UnitKind
from hospital.tables import Col
from hospital.theatre import AgeGroup, Sex
from twin import hypotheses
from twin.admissions import follow_the_stays
from twin.census import read_census
from twin.checks import check_places
from twin.laws import Fixed, Law, LogNormal
from twin.network import INPATIENT, neighbours
from twin.parameters import (
    Census,
    ElectiveStream,
    HospitalParameters,
    Note,
    PersonGroup,
    TriageParameters,
    TwinParameters,
    UnitParameters,
    UnitShare,
)
from twin.stay_fit import MINIMUM_STAYS, sample_of, stay_law
from twin.stay_history import (
    HAS_ENDED,
    NEXT_UNIT,
    UNIT_KIND,
    StayHistory,
    hour_weights,
    read_stays,
    weekday_means,
)
from twin.stays import by_the_clock, hypothesis_of
from twin.visit_rates import hourly_rates, recent_days

ROUNDED_SHARES = 0.005
"""Triage shares that miss 1 by no more were rounded by hand, and are scaled."""


def calibrate(gst: Gst, history: History) -> TwinParameters:
    """What the twin believes about demand, routes and stays of this GST.

    Visits come from the last 52 weeks of hourly counts; triage and times in the emergency
    department from ``gst.triage``, with admission probabilities shifted until the expected
    admissions are those of the stays; mixes, electives, routes, deaths and lengths of stay from
    stays. A hospital without visits or stays takes hypotheses, each named in the notes.

    Raises:
        InvalidInput: a unit cannot take a patient (no bed, no physician), or the census of
            ``as_of`` is impossible (``twin.census.read_census``).
    """
    check_places(gst)
    notes: list[Note] = []
    stays = read_stays(gst, history.stays)
    census = read_census(gst, history.stays, gst.identity.as_of)
    hospitals = tuple(
        _Calibration(
            gst, hospital, history.visits, stays.of_hospital(hospital.hospital), notes
        ).parameters(census)
        for hospital in gst.hospitals
    )
    if stays.weeks:
        hospitals = follow_the_stays(gst, hospitals, stays, notes)
    units = tuple(
        calibrate_unit(unit, stays.of_unit(unit.unit), notes)
        for unit in gst.units
        if unit.kind in INPATIENT
    )
    if any(unit.kind is UnitKind.INTENSIVE_CARE for unit in gst.units):
        notes.append(Note(code="intensive_care_limit_is_hypothesis", place=gst.identity.gst))
    return TwinParameters(
        hospitals=hospitals,
        units=units,
        transfer_after_hours=hypotheses.TRANSFER_AFTER_HOURS,
        intensive_care_limit_hours=hypotheses.INTENSIVE_CARE_LIMIT_HOURS,
        census=census,
        notes=tuple(notes),
    )


def calibrate_unit(unit: Unit, stays: pd.DataFrame, notes: list[Note]) -> UnitParameters:
    """Stay and death in one unit, from its stays or from its own row."""
    ended = int(stays[HAS_ENDED].sum())
    if ended < MINIMUM_STAYS:
        notes.append(Note(code="stay_is_hypothesis", place=unit.unit, found=ended))
        return hypothesis_of(unit)
    law = stay_law(sample_of(stays))
    over = stays[stays[HAS_ENDED]]
    died = (over[Col.OUTCOME].astype(str) == StayOutcome.DIED.value).sum()
    onward = over[NEXT_UNIT].dropna().value_counts().sort_index()
    care = UnitParameters(
        unit=unit.unit,
        stay=law,
        death_share=float(died / ended),
        move_share=float(onward.sum() / ended),
        onward=tuple(
            UnitShare(unit=str(target), weight=float(count)) for target, count in onward.items()
        ),
    )
    return by_the_clock(unit, care, law)


class _Calibration:
    """Reads one hospital; ``notes`` collects what had to be assumed."""

    def __init__(
        self,
        gst: Gst,
        hospital: Hospital,
        visits: pd.DataFrame,
        stays: StayHistory,
        notes: list[Note],
    ) -> None:
        self.gst = gst
        self.hospital = hospital
        self.visits = visits
        self.stays = stays
        self.notes = notes

    def parameters(self, census: Census) -> HospitalParameters:
        code = self.hospital.hospital
        self._note_reach()
        return HospitalParameters(
            hospital=code,
            hourly_visits=self._hourly_visits(),
            recent_visits=recent_days(self._own_visits(), self.gst.identity.as_of),
            triage=self._triage(),
            ward_mix=self._mix(UnitKind.WARD),
            intensive_care_mix=self._mix(UnitKind.INTENSIVE_CARE),
            electives=self._electives(),
            elective_hours=self._elective_hours(),
            discharge_hours=self._discharge_hours(),
            people=with_inpatients(self.gst, code, self._people(), census),
        )

    def _note(self, code: str, found: float = 0.0) -> None:
        self.notes.append(Note(code=code, place=self.hospital.hospital, found=found))

    def _has(self, *kinds: UnitKind) -> bool:
        return bool(self.gst.units_of(self.hospital.hospital, *kinds))

    def _hourly_visits(self) -> tuple[float, ...]:
        if not self._has(UnitKind.EMERGENCY):
            return (0.0,) * HOURS_PER_WEEK
        rates = hourly_rates(self._own_visits(), self.gst.identity.as_of)
        if rates is None:
            self._note("visits_are_hypothesis", float(self.hospital.population))
            return hypotheses.hourly_visits(self.hospital)
        return tuple(rates.tolist())

    def _own_visits(self) -> pd.DataFrame:
        return self.visits[self.visits[Col.HOSPITAL].astype(str) == self.hospital.hospital]

    def _triage(self) -> tuple[TriageParameters, ...]:
        if not self._has(UnitKind.EMERGENCY):
            return ()
        code = self.hospital.hospital
        paths = tuple(path for path in self.gst.triage if path.hospital == code)
        if not paths:
            self._note("triage_is_hypothesis")
            paths = hypotheses.triage_paths(code)
        self._note("patience_is_hypothesis")
        total = sum(path.share for path in paths)
        scale = total if abs(total - 1) <= ROUNDED_SHARES else 1.0
        return tuple(_triage_parameters(path, path.share / scale) for path in paths)

    def _mix(self, kind: UnitKind) -> tuple[UnitShare, ...]:
        """Where emergencies are admitted among the hospital's own units of a kind."""
        units = self.gst.units_of(self.hospital.hospital, kind)
        stays = self.stays.first_stays(AdmissionKind.EMERGENCY, kind)
        counts = stays[Col.UNIT].value_counts()
        weights = [float(counts.get(unit.unit, 0)) for unit in units]
        if sum(weights) < MINIMUM_STAYS:
            if len(units) > 1:
                self._note(f"{kind.value}_mix_is_hypothesis", sum(weights))
            return hypotheses.mix(self.gst, self.hospital.hospital, kind)
        return tuple(
            UnitShare(unit=unit.unit, weight=weight)
            for unit, weight in zip(units, weights, strict=True)
        )

    def _electives(self) -> tuple[ElectiveStream, ...]:
        stays = self.stays.first_stays(AdmissionKind.ELECTIVE, *INPATIENT)
        if self.stays.weeks == 0:
            self._note("electives_are_unknown")
            return ()
        return tuple(
            ElectiveStream(
                unit=unit.unit, per_weekday=weekday_means(own[Col.ADMITTED_AT], self.stays.weeks)
            )
            for unit in self.gst.units_of(self.hospital.hospital, *INPATIENT)
            if len(own := stays[stays[Col.UNIT] == unit.unit])
        )

    def _elective_hours(self) -> tuple[float, ...]:
        stays = self.stays.first_stays(AdmissionKind.ELECTIVE, *INPATIENT)
        if len(stays) < MINIMUM_STAYS:
            return hypotheses.ELECTIVE_HOURS
        return hour_weights(stays[Col.ADMITTED_AT])

    def _discharge_hours(self) -> tuple[float, ...]:
        stays = self.stays.stays
        home = stays[
            stays[HAS_ENDED]
            & (stays[Col.OUTCOME].astype(str) == StayOutcome.HOME.value)
            & (stays[UNIT_KIND] == UnitKind.WARD.value)
        ]
        if len(home) < MINIMUM_STAYS:
            self._note("discharge_hours_are_hypothesis", float(len(home)))
            return hypotheses.DISCHARGE_HOURS
        return hour_weights(home[Col.LEFT_AT])

    def _people(self) -> tuple[PersonGroup, ...]:
        columns = [Col.PROVINCE, Col.SEX, Col.AGE_GROUP]
        patients = self.stays.stays.drop_duplicates(Col.PATIENT)[columns].astype(str)
        if len(patients) < MINIMUM_STAYS:
            self._note("people_are_hypothesis", float(len(patients)))
            return hypotheses.people(self.hospital)
        triples = zip(*(patients[column].tolist() for column in columns), strict=True)
        return tuple(
            PersonGroup(province=province, sex=Sex(sex), age_group=AgeGroup(age), weight=count)
            for (province, sex, age), count in sorted(Counter(triples).items())
        )

    def _note_reach(self) -> None:
        """Say where patients go who need a kind of unit that this hospital lacks."""
        others = neighbours(self.gst, self.hospital.hospital)
        for kind in (UnitKind.INTENSIVE_CARE, UnitKind.WARD):
            if self._has(kind) or not self._has(UnitKind.EMERGENCY):
                continue
            reach = any(self.gst.units_of(other, kind) for other in others)
            self._note(f"no_{kind.value}" if reach else f"no_{kind.value}_in_reach")


def with_inpatients(
    gst: Gst, hospital: str, people: tuple[PersonGroup, ...], census: Census
) -> tuple[PersonGroup, ...]:
    """The groups and, with no weight, those of inpatients from elsewhere."""
    own = {unit.unit for unit in gst.units_of(hospital)}
    known = {(one.province, one.sex, one.age_group) for one in people}
    present = {
        (one.province, one.sex, one.age_group) for one in census.inpatients if one.unit in own
    }
    strangers = tuple(
        PersonGroup(province=province, sex=sex, age_group=age, weight=0.0)
        for province, sex, age in sorted(present - known)
    )
    return (*people, *strangers)


def _triage_parameters(path: TriagePath, share: float) -> TriageParameters:
    return TriageParameters(
        triage=path.triage,
        share=share,
        admission_probability=path.admission_probability,
        intensive_care_probability=path.intensive_care_probability,
        consult=_minutes(path.consult_minutes, path.consult_cv),
        tests=_minutes(path.tests_minutes, path.tests_cv),
        patience=hypotheses.patience(path.triage),
        admitted_wait=True,
    )


def _minutes(mean_minutes: float, cv: float) -> Law:
    if mean_minutes == 0:
        return Fixed(mean_hours=0.0)
    return LogNormal(mean_hours=mean_minutes / MINUTES_PER_HOUR, cv=cv)
