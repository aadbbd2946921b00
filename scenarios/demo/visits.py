"""Emergency visits by hospital and clock hour, with season, calendar and correlated noise."""

from dataclasses import dataclass
from datetime import datetime, time

import numpy as np
import pandas as pd

from hospital.base import HOURS_PER_DAY
from hospital.streams import stream_key
from hospital.tables import Col
from scenarios.demo.flows import HospitalFlows
from scenarios.demo.period import (
    HISTORY_DAYS,
    HISTORY_START,
    RAMADAN_HOUR_FACTORS,
    WARMUP_DAYS,
    Floats,
    Ints,
    Period,
)

HOUR_WEIGHTS = (
    2.6, 2.0, 1.6, 1.3, 1.2, 1.3, 1.7, 2.5, 3.8, 5.0, 5.6, 5.7,
    5.3, 4.9, 4.9, 5.0, 5.1, 5.3, 5.7, 6.2, 6.5, 6.3, 5.3, 4.2,
)  # fmt: skip
"""Visits by clock hour: a shoulder in the morning and a peak in the evening [hypothesis]."""

DAY_NOISE_CV = 0.05
"""Gamma spread of a day's rate: with Poisson counts it makes daily visits negative binomial."""
SLOW_NOISE_SD = 0.04
SLOW_NOISE_CORRELATION = 0.5
"""First-order autoregressive log-noise from day to day: illness comes in waves."""


@dataclass(frozen=True, slots=True)
class HospitalVisits:
    """Visits of one hospital; ``counts`` has shape (days, 24), warm-up included."""

    flows: HospitalFlows
    counts: Ints


def ordinary_profile() -> Floats:
    """Share of a day's visits in each clock hour outside Ramadan, shape (24,)."""
    weights = np.array(HOUR_WEIGHTS)
    shares: Floats = weights / weights.sum()
    return shares


def ramadan_profile() -> Floats:
    """Share of a day's visits in each clock hour in Ramadan, shape (24,)."""
    weights = np.array(HOUR_WEIGHTS) * RAMADAN_HOUR_FACTORS
    shares: Floats = weights / weights.sum()
    return shares


def draw_visits(flows: HospitalFlows, period: Period, seed: int) -> HospitalVisits:
    """Hourly visits of one hospital."""
    rng = np.random.default_rng(stream_key(seed, "visits", flows.site.code))
    daily = flows.visits * period.visit_factor * _day_noise(rng, period.days)
    profile = np.where(period.is_ramadan[:, None], ramadan_profile(), ordinary_profile())
    rates = daily[:, None] * profile * period.hours_in_clock_hour
    return HospitalVisits(flows, rng.poisson(rates))


def _day_noise(rng: np.random.Generator, days: int) -> Floats:
    shape = DAY_NOISE_CV**-2
    shocks = rng.normal(0, SLOW_NOISE_SD * np.sqrt(1 - SLOW_NOISE_CORRELATION**2), days)
    slow = np.empty(days)
    level = 0.0
    for day, shock in enumerate(shocks):
        level = SLOW_NOISE_CORRELATION * level + shock
        slow[day] = level
    noise: Floats = np.exp(slow - SLOW_NOISE_SD**2 / 2) * rng.gamma(shape, 1 / shape, days)
    return noise


def visits_frame(visits: list[HospitalVisits]) -> pd.DataFrame:
    """The visits table: every clock hour of the history for every hospital, zeros included."""
    first = datetime.combine(HISTORY_START, time())
    hours = pd.date_range(first, periods=HISTORY_DAYS * HOURS_PER_DAY, freq="h", unit="us")
    codes = np.array([each.flows.site.code for each in visits])
    counts = [each.counts[WARMUP_DAYS:].ravel() for each in visits]
    return pd.DataFrame(
        {
            Col.HOSPITAL: pd.array(np.repeat(codes, len(hours)), dtype="str"),
            Col.HOUR: np.tile(hours.to_numpy(), len(visits)),
            Col.VISITS: np.concatenate(counts).astype(np.int64),
        }
    )
