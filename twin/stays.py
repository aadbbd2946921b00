"""Length of stay: fitted with the stays that still run, and turned into the need for a bed."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from hospital.base import HOURS_PER_DAY
from hospital.places import Unit, UnitKind
from twin.laws import Floats, LogNormal
from twin.parameters import UnitParameters

MINIMUM_STAYS = 30
"""Below this many ended stays, the hypothesis of the unit's row is used."""

CLOCK_DELAY_MEAN_HOURS = HOURS_PER_DAY / 2
CLOCK_DELAY_VARIANCE = HOURS_PER_DAY**2 / 12
"""Moments of the time from ready to the next discharge hour: uniform over a day when the hour
at which a patient is ready is, as it is for stays of several days."""

SHORTEST_CLOCK_STAY_HOURS = 2.0 * HOURS_PER_DAY
"""Units with shorter stays discharge at any hour: rounding to the clock would invent the stay."""

CENSORED_SHARE_THAT_MATTERS = 0.05
MINIMUM_CV = 0.05
MAXIMUM_CV = 5.0
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
    law = _law(unit.mean_stay_hours, unit.stay_cv)
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


def by_the_clock(unit: Unit, care: UnitParameters, observed: LogNormal) -> UnitParameters:
    """The same care where the patients of a ward go home at discharge hours.

    ``observed`` is the law of the time in bed, whose mean and variation the twin reproduces.
    """
    if unit.kind is not UnitKind.WARD or observed.mean_hours < SHORTEST_CLOCK_STAY_HOURS:
        return care
    return care.but(stay=need_before_clock(observed), waits_for_clock=True)


def need_before_clock(observed: LogNormal) -> LogNormal:
    """The need whose sum with the wait for the discharge hour has these moments.

    Observed time = need + delay, the delay nearly uniform over a day and independent, so that
    means and variances subtract.
    """
    mean_hours = observed.mean_hours - CLOCK_DELAY_MEAN_HOURS
    variance = (observed.cv * observed.mean_hours) ** 2 - CLOCK_DELAY_VARIANCE
    return _law(mean_hours, math.sqrt(max(variance, 0.0)) / mean_hours)


def _law(mean_hours: float, cv: float) -> LogNormal:
    return LogNormal(mean_hours=mean_hours, cv=min(max(cv, MINIMUM_CV), MAXIMUM_CV))


def fit_stay(hours: Floats, has_ended: npt.NDArray[np.bool_]) -> LogNormal:
    """The log-normal law of these stays, some of which still run [hours].

    Maximum likelihood with right-censoring. Where few stays are censored, the mean is the
    observed one, because occupied beds follow from the mean and no fitted tail may move it.

    Args:
        hours: time in bed so far, positive.
        has_ended: whether the patient has left.
    """
    mu, sigma = _censored_normal(np.log(hours), has_ended)
    cv = math.sqrt(math.expm1(min(sigma**2, math.log1p(MAXIMUM_CV**2))))
    if has_ended.mean() < 1 - CENSORED_SHARE_THAT_MATTERS:
        return _law(math.exp(mu + sigma**2 / 2), cv)
    return _law(float(hours.sum() / has_ended.sum()), cv)


def _censored_normal(
    values: Floats, is_exact: npt.NDArray[np.bool_], rounds: int = 200
) -> tuple[float, float]:
    """Mean and deviation of a normal law by EM (Dempster, Laird and Rubin 1977, section 4.3)."""
    exact, censored = values[is_exact], values[~is_exact]
    mu, sigma = float(exact.mean()), max(float(exact.std()), 1e-3)
    for _ in range(rounds if censored.size else 0):
        bound = (censored - mu) / sigma
        hazard = np.exp(-(bound**2) / 2) / math.sqrt(2 * math.pi) / np.maximum(ndtr(-bound), 1e-300)
        first = mu + sigma * hazard
        second = mu**2 + sigma**2 + sigma * (censored + mu) * hazard
        mu = float((exact.sum() + first.sum()) / values.size)
        spread = float((np.square(exact).sum() + second.sum()) / values.size) - mu**2
        sigma = math.sqrt(max(spread, 1e-6))
    return mu, sigma
