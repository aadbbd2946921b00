"""Beds that the twin expects to be free behind the theatres of a hospital."""

from __future__ import annotations

from datetime import date

from hospital.base import HOURS_PER_DAY
from hospital.gst import Gst
from hospital.places import Unit, UnitKind
from hospital.tables import Col
from hospital.theatre_plan import FreeBeds, SpecialtyBeds, WardBeds
from hospital.twin_result import TwinResult

ADMISSION_HOURS = (6, 7, 8, 9, 10)
"""Patients of the theatres come in these hours, before most of the beds of the day are left."""
P10_TO_P90_SPREADS = 2.563
"""From the 10th to the 90th percentile of a normal law, in standard deviations."""


def free_beds(gst: Gst, hospital: str, result: TwinResult, first_day: date) -> FreeBeds:
    """Beds left by everybody in this result on each day from ``first_day`` on [beds].

    Mean over the hours of a day, to the end of the result's horizon: of all wards, of intensive
    care, and of the wards of each specialty that is waited for and has its own.
    """
    wards = gst.units_of(hospital, UnitKind.WARD)
    own = {
        specialty: {unit.unit for unit in wards if unit.specialty == specialty}
        for specialty in _with_own_wards(gst, hospital)
    }
    intensive_care = gst.units_of(hospital, UnitKind.INTENSIVE_CARE)

    def free(units: set[str]) -> tuple[float, ...]:
        return _free(gst, units, result, first_day)

    return FreeBeds(
        ward=free({unit.unit for unit in wards}),
        intensive_care=free({unit.unit for unit in intensive_care}),
        by_specialty=tuple(
            SpecialtyBeds(specialty=specialty, free=free(units)) for specialty, units in own.items()
        ),
        by_ward=tuple(_at_admission(gst, unit, result, first_day) for unit in wards),
    )


def _at_admission(gst: Gst, unit: Unit, result: TwinResult, first_day: date) -> WardBeds:
    """Free beds of a ward when patients of the theatres come, and their spread."""
    beds = gst.beds_by_unit()[unit.unit]
    own = result.occupancy[result.occupancy[Col.UNIT] == unit.unit]
    own = own[(own[Col.HOUR] % HOURS_PER_DAY).isin(ADMISSION_HOURS)]
    days = own.groupby(own[Col.HOUR] // HOURS_PER_DAY)[[Col.MEAN, Col.P10, Col.P90]].mean()
    days = days.loc[(first_day - gst.identity.as_of).days :]
    return WardBeds(
        ward=unit.unit,
        specialty=unit.specialty,
        beds=beds,
        free=tuple((beds - days[Col.MEAN]).tolist()),
        spread=tuple(((days[Col.P90] - days[Col.P10]) / P10_TO_P90_SPREADS).tolist()),
    )


def _with_own_wards(gst: Gst, hospital: str) -> list[str]:
    wards = {unit.specialty for unit in gst.units_of(hospital, UnitKind.WARD)}
    waited = {row.procedure for row in gst.waiting_list if row.hospital == hospital}
    operated = {row.specialty for row in gst.procedures if row.procedure in waited}
    return sorted(specialty for specialty in operated & wards if specialty)


def _free(gst: Gst, units: set[str], result: TwinResult, first_day: date) -> tuple[float, ...]:
    beds = sum(count for unit, count in gst.beds_by_unit().items() if unit in units)
    own = result.occupancy[result.occupancy[Col.UNIT].isin(units)]
    day = own[Col.HOUR] // HOURS_PER_DAY
    occupied = own[Col.MEAN].groupby(day).sum() / HOURS_PER_DAY
    skipped = (first_day - gst.identity.as_of).days
    days = range(skipped, result.horizon_days)
    return tuple(beds - float(occupied.get(day, 0.0)) for day in days)
