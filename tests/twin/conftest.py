"""Small GSTs and parameters for the twin's tests."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest

from hospital.gst import Gst, GstIdentity, UnitCosts
from hospital.places import Bed, Hospital, HospitalLevel, TransferLink, TriagePath, Unit, UnitKind
from hospital.theatre import AgeGroup, Sex
from twin.laws import Endless, Exponential, Fixed, Law
from twin.parameters import (
    ElectiveStream,
    HospitalParameters,
    PersonGroup,
    TriageParameters,
    TwinParameters,
    UnitParameters,
    UnitShare,
)

AS_OF = date(2026, 11, 23)
ALWAYS = (1.0,) * 24


@dataclass(frozen=True)
class Place:
    """A unit of a test GST with its beds."""

    unit: str
    kind: UnitKind
    beds: int
    physicians: int = 0
    mean_stay_hours: float = 96.0
    stay_cv: float = 1.0


@dataclass(frozen=True)
class Queue:
    """One hospital with a single emergency unit, in the terms of queueing theory."""

    cubicles: int
    visits_per_hour: float
    consult: Law
    physicians: int = 10_000
    tests: Law = field(default_factory=lambda: Fixed(mean_hours=0.0))
    patience: Law = field(default_factory=Endless)
    shares: tuple[float, ...] = (1.0,)
    admission_probability: float = 0.0
    ward_beds: int = 0
    ward_stay: Law = field(default_factory=lambda: Exponential(mean_hours=24.0))


def identity() -> GstIdentity:
    costs = UnitCosts(
        nurse_hour_mad=80,
        agency_nurse_hour_mad=120,
        physician_hour_mad=200,
        transfer_km_mad=10,
        holding_percent_per_year=15,
        source="test",
    )
    return GstIdentity(
        schema_version=1,
        gst="GST-T",
        name="Test",
        region="Test",
        synthetic=True,
        as_of=AS_OF,
        medicine_budget_mad=0,
        costs=costs,
    )


def beds(unit: str, count: int) -> tuple[Bed, ...]:
    return tuple(Bed(bed=f"{unit}-{number}", unit=unit) for number in range(count))


def build_gst(
    hospitals: dict[str, Sequence[Place]],
    links: Sequence[tuple[str, str, float]] = (),
    triage: Sequence[TriagePath] = (),
) -> Gst:
    """A GST of these places; a link is two hospitals and kilometres, driven at 60 km/h."""
    places = [(code, place) for code, own in hospitals.items() for place in own]
    return Gst(
        identity=identity(),
        hospitals=tuple(
            Hospital(
                hospital=code,
                name=code,
                level=HospitalLevel.PROVINCIAL,
                province=f"Province {code}",
                population=200_000,
            )
            for code in hospitals
        ),
        units=tuple(
            Unit(
                unit=place.unit,
                hospital=code,
                kind=place.kind,
                specialty="general",
                name=place.unit,
                physicians=place.physicians,
                beds_per_nurse=6,
                mean_stay_hours=place.mean_stay_hours,
                stay_cv=place.stay_cv,
                cost_per_bed_day_mad=500,
            )
            for code, place in places
        ),
        beds=tuple(bed for _, place in places for bed in beds(place.unit, place.beds)),
        links=tuple(
            TransferLink(origin=one, destination=two, distance_km=km, travel_minutes=km)
            for one, two, km in links
        ),
        triage=tuple(triage),
    )


def with_more_beds(gst: Gst, unit: str, more: int) -> Gst:
    extra = tuple(Bed(bed=f"{unit}-extra-{number}", unit=unit) for number in range(more))
    return gst.but(beds=(*gst.beds, *extra))


def everybody() -> tuple[PersonGroup, ...]:
    return tuple(
        PersonGroup(province=province, sex=sex, age_group=age, weight=1)
        for province in ("Tanger", "Larache")
        for sex in Sex
        for age in AgeGroup
    )


def hospital_parameters(hospital: str, **changes: Any) -> HospitalParameters:
    """A hospital without arrivals, to be changed."""
    empty = HospitalParameters(
        hospital=hospital,
        hourly_visits=(0.0,) * 168,
        elective_hours=ALWAYS,
        discharge_hours=ALWAYS,
        people=everybody(),
    )
    return empty.but(**changes)


def triage_levels(queue: Queue) -> tuple[TriageParameters, ...]:
    return tuple(
        TriageParameters(
            triage=level,
            share=share,
            admission_probability=queue.admission_probability,
            intensive_care_probability=0,
            consult=queue.consult,
            tests=queue.tests,
            patience=queue.patience,
        )
        for level, share in enumerate(queue.shares, start=1)
    )


def emergency_queue(queue: Queue) -> tuple[Gst, TwinParameters]:
    """The GST and parameters of a queue: everybody treated for ``consult`` then ``tests``."""
    places = [Place("H-ED", UnitKind.EMERGENCY, queue.cubicles, queue.physicians)]
    units: tuple[UnitParameters, ...] = ()
    if queue.ward_beds:
        places.append(Place("H-MED", UnitKind.WARD, queue.ward_beds))
        units = (UnitParameters(unit="H-MED", stay=queue.ward_stay),)
    hospital = hospital_parameters(
        "H", hourly_visits=(queue.visits_per_hour,) * 168, triage=triage_levels(queue)
    )
    return build_gst({"H": places}), TwinParameters(hospitals=(hospital,), units=units)


def ward_queue(bed_count: int, per_day: float, stay: Law) -> tuple[Gst, TwinParameters]:
    """One ward with planned arrivals at every hour of every day: M/G/c."""
    gst = build_gst({"H": [Place("H-MED", UnitKind.WARD, bed_count)]})
    hospital = hospital_parameters(
        "H",
        ward_mix=(UnitShare(unit="H-MED", weight=1),),
        electives=(ElectiveStream(unit="H-MED", per_weekday=(per_day,) * 7),),
    )
    units = (UnitParameters(unit="H-MED", stay=stay),)
    return gst, TwinParameters(hospitals=(hospital,), units=units)


def triage_paths(hospital: str) -> tuple[TriagePath, ...]:
    """A plain emergency department: 23 % admitted, 5 % of them to intensive care."""
    rows = ((1, 0.02, 0.9, 45), (2, 0.13, 0.6, 30), (3, 0.40, 0.25, 20), (4, 0.45, 0.08, 12))
    return tuple(
        TriagePath(
            hospital=hospital,
            triage=level,
            share=share,
            admission_probability=admission,
            intensive_care_probability=0.05,
            consult_minutes=minutes,
            consult_cv=0.6,
            tests_minutes=2 * minutes,
            tests_cv=0.7,
        )
        for level, share, admission, minutes in rows
    )


def district(codes: Sequence[str] = ("A", "B"), links: bool = True) -> Gst:
    """Hospitals with every kind of unit, linked in a chain, for 100 visits a day each."""
    hospitals = {
        code: [
            Place(f"{code}-ED", UnitKind.EMERGENCY, 14, 4),
            Place(f"{code}-ICU", UnitKind.INTENSIVE_CARE, 6, mean_stay_hours=96),
            Place(f"{code}-SDU", UnitKind.STEP_DOWN, 4, mean_stay_hours=48, stay_cv=0.8),
            Place(f"{code}-MED", UnitKind.WARD, 55, mean_stay_hours=110),
            Place(f"{code}-SUR", UnitKind.WARD, 50, mean_stay_hours=90),
        ]
        for code in codes
    }
    roads = [(one, two, 40.0) for one, two in pairwise(codes)]
    paths = [path for code in codes for path in triage_paths(code)]
    return build_gst(hospitals, roads if links else (), paths)


@pytest.fixture(scope="session")
def build() -> SimpleNamespace:
    """The builders of this file, for test modules that cannot import a sibling."""
    return SimpleNamespace(
        Place=Place,
        Queue=Queue,
        gst=build_gst,
        district=district,
        emergency_queue=emergency_queue,
        ward_queue=ward_queue,
        hospital_parameters=hospital_parameters,
        triage_paths=triage_paths,
        with_more_beds=with_more_beds,
        AS_OF=AS_OF,
    )
