"""Length of stay turned into the need for a bed, and what is assumed without a history."""

from __future__ import annotations

import math

from hospital.base import HOURS_PER_DAY
from hospital.places import Unit, UnitKind
from twin.laws import LogNormal
from twin.parameters import UnitParameters
from twin.stay_laws import StayLaw, cv_of, with_moments

CLOCK_DELAY_MEAN_HOURS = HOURS_PER_DAY / 2
CLOCK_DELAY_VARIANCE = HOURS_PER_DAY**2 / 12
"""Moments of the time from ready to the next discharge hour: uniform over a day when the hour
at which a patient is ready is, as it is for stays of several days."""

SHORTEST_CLOCK_STAY_HOURS = 2.0 * HOURS_PER_DAY
"""Units with shorter stays discharge at any hour: rounding to the clock would invent the stay."""

DEATH_SHARE_HYPOTHESIS = {
    UnitKind.INTENSIVE_CARE: 0.20,  # between 12 % and the 26 % of Parakou (ojanes.2020.104013)
    UnitKind.STEP_DOWN: 0.05,
    UnitKind.WARD: 0.02,
    UnitKind.EMERGENCY: 0.0,
}


def hypothesis_of(unit: Unit) -> UnitParameters:
    """Care in a unit without history: the mean stay and variation of its own row.

    Who leaves intensive care or step-down alive goes on; who leaves a ward goes home.
    """
    deaths = DEATH_SHARE_HYPOTHESIS[unit.kind]
    goes_on = unit.kind in (UnitKind.INTENSIVE_CARE, UnitKind.STEP_DOWN)
    usual = LogNormal(mean_hours=unit.mean_stay_hours, cv=1.0)
    law = with_moments(usual, unit.mean_stay_hours, unit.stay_cv)
    return by_the_clock(
        unit,
        UnitParameters(
            unit=unit.unit,
            stay=law,
            death_share=deaths,
            move_share=1 - deaths if goes_on else 0.0,
        ),
        law,
    )


def by_the_clock(unit: Unit, care: UnitParameters, observed: StayLaw) -> UnitParameters:
    """The same care where the patients of a ward go home at discharge hours.

    ``observed`` is the law of the time in bed, whose mean and variation the twin reproduces.
    """
    if unit.kind is not UnitKind.WARD or observed.mean_hours < SHORTEST_CLOCK_STAY_HOURS:
        return care
    return care.but(stay=need_before_clock(observed), waits_for_clock=True)


def need_before_clock(observed: StayLaw) -> StayLaw:
    """The need whose sum with the wait for the discharge hour has these moments.

    Observed time = need + delay, the delay nearly uniform over a day and independent, so that
    means and variances subtract.
    """
    mean_hours = observed.mean_hours - CLOCK_DELAY_MEAN_HOURS
    variance = (cv_of(observed) * observed.mean_hours) ** 2 - CLOCK_DELAY_VARIANCE
    return with_moments(observed, mean_hours, math.sqrt(max(variance, 0.0)) / mean_hours)
