"""Stays that are longer or shorter by a factor, patient by patient, on the same numbers."""

from __future__ import annotations

from collections.abc import Iterable

from twin.laws import Empirical, Endless, Law
from twin.parameters import HospitalParameters, PlannedAdmission, TwinParameters, UnitParameters
from twin.stays import CLOCK_DELAY_MEAN_HOURS

SHORTEST_NEED_HOURS = 1.0


def scaled(law: Law, factor: float) -> Law:
    """The law of every duration times the factor; its variation stays."""
    if isinstance(law, Endless):
        return law
    if isinstance(law, Empirical):
        return law.but(observed_hours=tuple(factor * hours for hours in law.observed_hours))
    return law.but(mean_hours=factor * law.mean_hours)


def with_stay_factor(
    parameters: TwinParameters, units: Iterable[str], factor: float
) -> TwinParameters:
    """The twin in which stays in these units take ``factor`` times as long in bed, on average.

    Where patients wait for the discharge hour, that wait (half a day on average) is part of the
    time in bed, so the need changes by more than the factor. Waves, events and patients of a
    theatre plan are in it as the others are.
    """
    chosen = set(units)
    known = {one.unit: one for one in parameters.units}

    def shorter(one: UnitParameters) -> UnitParameters:
        if one.unit not in chosen:
            return one
        waits = known[one.unit].waits_for_clock if one.unit in known else one.waits_for_clock
        return one.but(stay=scaled(one.stay, need_factor(one.stay, factor, waits_for_clock=waits)))

    def planned(one: PlannedAdmission) -> PlannedAdmission:
        in_ward = any(ward.unit in chosen for ward in one.wards)
        in_care = any(unit.unit in chosen for unit in one.intensive_care)
        return one.but(
            stay=scaled(one.stay, factor) if in_ward else one.stay,
            intensive_care_stay=scaled(one.intensive_care_stay, factor)
            if in_care
            else one.intensive_care_stay,
        )

    def of_hospital(one: HospitalParameters) -> HospitalParameters:
        return one.but(
            streams=tuple(
                stream.but(care=tuple(map(shorter, stream.care))) for stream in one.streams
            ),
            extra=tuple(extra.but(care=tuple(map(shorter, extra.care))) for extra in one.extra),
            casualties=tuple(
                event.but(care=tuple(map(shorter, event.care))) for event in one.casualties
            ),
            planned=tuple(map(planned, one.planned)),
        )

    return parameters.but(
        units=tuple(map(shorter, parameters.units)),
        hospitals=tuple(map(of_hospital, parameters.hospitals)),
    )


def need_factor(law: Law, factor: float, *, waits_for_clock: bool) -> float:
    """By what the need changes so that the mean time in bed changes by ``factor``."""
    if not waits_for_clock or isinstance(law, Endless):
        return factor
    in_bed = law.mean_hours + CLOCK_DELAY_MEAN_HOURS
    return max(factor * in_bed - CLOCK_DELAY_MEAN_HOURS, SHORTEST_NEED_HOURS) / law.mean_hours
