"""The inpatient units of the GST by number, and where each sends whom it cannot take."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from hospital.places import Bed, BedSex, Unit
from scenarios.demo.flows import HospitalFlows
from scenarios.demo.period import Floats, Ints
from scenarios.demo.places import great_circle_km

BED_SEXES = (BedSex.ANY, BedSex.FEMALE, BedSex.MALE)


@dataclass(frozen=True, slots=True)
class CareMap:
    """Inpatient units and beds numbered from 0.

    ``siblings`` are units of the same hospital and specialty; ``elsewhere`` units of the same
    specialty in other hospitals, in the order in which they are asked.
    """

    units: tuple[Unit, ...]
    beds: tuple[Bed, ...]
    bed_unit: Ints
    bed_sex: Ints
    unit_beds: Ints
    siblings: tuple[tuple[int, ...], ...]
    elsewhere: tuple[tuple[int, ...], ...]

    def units_of(self, hospital: str, specialty: str) -> list[int]:
        """Numbers of the units of a specialty in a hospital."""
        return [
            number
            for number, unit in enumerate(self.units)
            if unit.hospital == hospital and unit.specialty == specialty
        ]

    def shares(self, numbers: list[int]) -> Floats:
        """Share of the beds of these units that each has."""
        beds = self.unit_beds[numbers]
        shares: Floats = beds / beds.sum()
        return shares


def care_map(
    flows: tuple[HospitalFlows, ...], units: tuple[Unit, ...], beds: tuple[Bed, ...]
) -> CareMap:
    """Numbers the inpatient units and their beds."""
    numbers = {unit.unit: number for number, unit in enumerate(units)}
    inpatient = tuple(bed for bed in beds if bed.unit in numbers)
    bed_unit = np.array([numbers[bed.unit] for bed in inpatient])
    return CareMap(
        units=units,
        beds=inpatient,
        bed_unit=bed_unit,
        bed_sex=np.array([BED_SEXES.index(bed.sex) for bed in inpatient]),
        unit_beds=np.bincount(bed_unit, minlength=len(units)),
        siblings=tuple(_siblings(unit, units) for unit in units),
        elsewhere=_elsewhere(flows, units),
    )


def _siblings(unit: Unit, units: tuple[Unit, ...]) -> tuple[int, ...]:
    return tuple(
        number
        for number, other in enumerate(units)
        if other.unit != unit.unit
        and (other.hospital, other.specialty) == (unit.hospital, unit.specialty)
    )


def _elsewhere(
    flows: tuple[HospitalFlows, ...], units: tuple[Unit, ...]
) -> tuple[tuple[int, ...], ...]:
    """Units of the same specialty in hospitals with intensive care, the nearest first."""
    sites = {each.site.code: each.site for each in flows}
    able = [each.site for each in flows if each.has_intensive_care]
    numbers: dict[tuple[str, str], list[int]] = {}
    for number, unit in enumerate(units):
        numbers.setdefault((unit.hospital, unit.specialty), []).append(number)
    nearest = {
        code: sorted(able, key=partial(great_circle_km, site)) for code, site in sites.items()
    }
    return tuple(
        tuple(
            number
            for there in nearest[unit.hospital]
            if there.code != unit.hospital
            for number in numbers.get((there.code, unit.specialty), ())
        )
        for unit in units
    )
