"""Hospitals, units, beds and roads of the demo GST."""

from collections.abc import Iterator
from itertools import combinations
from math import asin, ceil, cos, radians, sin, sqrt
from types import MappingProxyType

from hospital.places import (
    Bed,
    BedSex,
    Hospital,
    HospitalLevel,
    TransferLink,
    Unit,
    UnitKind,
)
from scenarios.demo.sizes import REGION_POPULATION, REGION_PUBLIC_BEDS, Site
from scenarios.demo.specialties import (
    INTENSIVE_CARE,
    INTENSIVE_CARE_BED_SHARE,
    LAYOUT,
    STEP_DOWN,
    STEP_DOWN_BED_SHARE,
    WARDS,
    Specialty,
)

MAXIMUM_UNIT_BEDS = 36
"""A larger ward is run as several units, as its teams are."""

WARD_BEDS_PER_PHYSICIAN = 15
ISOLATION_SHARE = MappingProxyType(
    {UnitKind.WARD: 0.08, UnitKind.INTENSIVE_CARE: 0.2, UnitKind.STEP_DOWN: 0.1}
)
FEMALE_SHARE, MALE_SHARE = 0.42, 0.42
"""Beds in rooms of one sex; the others take anybody."""

EARTH_RADIUS_KM = 6371.0
ROAD_OVER_CROW = 1.3
ROAD_KM_PER_HOUR = 60.0
HANDOVER_MINUTES = 10.0
NEIGHBOUR_KM = 3.0

LEVEL_NAMES = MappingProxyType(
    {
        HospitalLevel.LOCAL: "Hôpital de proximité",
        HospitalLevel.PROVINCIAL: "CHP",
        HospitalLevel.REGIONAL: "CHR",
        HospitalLevel.UNIVERSITY: "CHU",
    }
)
_SHORT = MappingProxyType(
    {
        "medicine": "MED",
        "general_surgery": "CHIR",
        "paediatrics": "PED",
        "gynaecology": "GYN",
        "cardiology": "CARD",
        "orthopaedics": "TRAU",
        "pulmonology": "PNEU",
        "neurology": "NEUR",
        "oncology": "ONCO",
        "nephrology": "NEPH",
        "intensive_care": "REA",
        "step_down": "SI",
    }
)


def hospitals(sites: tuple[Site, ...]) -> tuple[Hospital, ...]:
    """One hospital for each site; population in proportion to its beds."""
    people_per_bed = REGION_POPULATION / REGION_PUBLIC_BEDS
    return tuple(
        Hospital(
            hospital=site.code,
            name=f"{LEVEL_NAMES[site.level]} (données fictives) de {site.town}",
            level=site.level,
            province=site.province,
            population=round(site.beds * people_per_bed),
        )
        for site in sites
    )


def unit_sizes(site: Site) -> dict[Specialty, int]:
    """Inpatient beds of each specialty; they sum to the beds of the site [beds]."""
    sizes = {}
    for specialty, shares in (
        (INTENSIVE_CARE, INTENSIVE_CARE_BED_SHARE),
        (STEP_DOWN, STEP_DOWN_BED_SHARE),
    ):
        if shares[site.level]:
            sizes[specialty] = ceil(site.beds * shares[site.level])
    left = site.beds - sum(sizes.values())
    percents = LAYOUT[site.level]
    for code, percent in percents.items():
        sizes[WARDS[code]] = round(left * percent / 100)
    sizes[WARDS["medicine"]] += site.beds - sum(sizes.values())
    return sizes


def care_units(site: Site) -> Iterator[tuple[Unit, int]]:
    """The inpatient units of a site, each with its beds."""
    for specialty, beds in unit_sizes(site).items():
        parts = ceil(beds / MAXIMUM_UNIT_BEDS)
        for part in range(parts):
            part_beds = beds // parts + (part < beds % parts)
            yield _care_unit(site, specialty, part_beds, "ABCDEFGH"[part] * (parts > 1)), part_beds


def _care_unit(site: Site, specialty: Specialty, beds: int, part: str) -> Unit:
    kinds = {
        "intensive_care": UnitKind.INTENSIVE_CARE,
        "step_down": UnitKind.STEP_DOWN,
    }
    return Unit(
        unit="-".join(filter(None, (site.code, _SHORT[specialty.code], part))),
        hospital=site.code,
        kind=kinds.get(specialty.code, UnitKind.WARD),
        specialty=specialty.code,
        name=f"{specialty.name} {part}".strip(),
        physicians=ceil(beds / WARD_BEDS_PER_PHYSICIAN),
        beds_per_nurse=specialty.beds_per_nurse,
        mean_stay_hours=24 * specialty.mean_stay_days,
        stay_cv=specialty.stay_cv,
        cost_per_bed_day_mad=specialty.cost_per_bed_day_mad,
    )


def emergency_unit(site: Site, physicians: int) -> Unit:
    """The emergency department of a site."""
    return Unit(
        unit=f"{site.code}-URG",
        hospital=site.code,
        kind=UnitKind.EMERGENCY,
        specialty="emergency",
        name="Urgences",
        physicians=physicians,
        beds_per_nurse=6,
        mean_stay_hours=2.5,
        stay_cv=1.0,
        cost_per_bed_day_mad=700,
    )


def theatre_and_pharmacy(site: Site) -> tuple[Unit, Unit]:
    """The theatre suite and the pharmacy of a site: units without inpatient beds."""
    common = {
        "hospital": site.code,
        "beds_per_nurse": 1,
        "stay_cv": 0.7,
        "cost_per_bed_day_mad": 0,
    }
    theatre = Unit(
        unit=f"{site.code}-BLOC",
        kind=UnitKind.THEATRE,
        specialty="theatre",
        name="Bloc opératoire",
        physicians=theatre_rooms(site),
        mean_stay_hours=2,
        **common,
    )
    pharmacy = Unit(
        unit=f"{site.code}-PHAR",
        kind=UnitKind.PHARMACY,
        specialty="pharmacy",
        name="Pharmacie hospitalière",
        physicians=0,
        mean_stay_hours=1,
        **common,
    )
    return theatre, pharmacy


BEDS_PER_ROOM = MappingProxyType(
    {
        HospitalLevel.LOCAL: 200,
        HospitalLevel.PROVINCIAL: 110,
        HospitalLevel.REGIONAL: 90,
        HospitalLevel.UNIVERSITY: 100,
    }
)


def theatre_rooms(site: Site) -> int:
    """Operating rooms of a site [rooms]."""
    return ceil(site.beds / BEDS_PER_ROOM[site.level])


def unit_beds(unit: Unit, count: int) -> Iterator[Bed]:
    """The beds of a unit: rooms for women, rooms for men, the rest for anybody."""
    isolation = round(count * ISOLATION_SHARE.get(unit.kind, 0.0))
    for number in range(1, count + 1):
        yield Bed(
            bed=f"{unit.unit}-{number:02d}",
            unit=unit.unit,
            sex=_bed_sex(unit, number, count),
            isolation=number > count - isolation,
            paediatric=unit.specialty == "paediatrics",
        )


def _bed_sex(unit: Unit, number: int, count: int) -> BedSex:
    if unit.specialty == "gynaecology":
        return BedSex.FEMALE
    if unit.kind is not UnitKind.WARD or unit.specialty == "paediatrics":
        return BedSex.ANY
    if number <= count * FEMALE_SHARE:
        return BedSex.FEMALE
    return BedSex.MALE if number <= count * (FEMALE_SHARE + MALE_SHARE) else BedSex.ANY


def links(sites: tuple[Site, ...]) -> tuple[TransferLink, ...]:
    """The road between every two hospitals, longer than the crow flies by 30 %."""
    return tuple(_link(here, there) for here, there in combinations(sites, 2))


def _link(here: Site, there: Site) -> TransferLink:
    km = max(ROAD_OVER_CROW * great_circle_km(here, there), NEIGHBOUR_KM)
    return TransferLink(
        origin=here.code,
        destination=there.code,
        distance_km=round(km, 1),
        travel_minutes=round(HANDOVER_MINUTES + 60 * km / ROAD_KM_PER_HOUR),
    )


def great_circle_km(here: Site, there: Site) -> float:
    """Distance as the crow flies, by the haversine formula [km]."""
    north, south = radians(here.latitude), radians(there.latitude)
    half_height = sin((south - north) / 2) ** 2
    half_width = sin(radians(there.longitude - here.longitude) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(half_height + cos(north) * cos(south) * half_width))
