"""Weekly issues of every medicine by every pharmacy, tied to the bed-days of its hospital.

Four patterns are planted (smooth, erratic, intermittent, lumpy). While a shelf is empty
nothing is issued: the figure of that week is too low, and ``stockout_days`` says so.
"""

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from hospital.base import DAYS_PER_WEEK
from hospital.streams import stream_key
from hospital.tables import Col
from scenarios.demo.bed_board import STILL_THERE
from scenarios.demo.flows import MINUTES_PER_DAY, HospitalFlows
from scenarios.demo.medicines import MEDICINES, DemandPattern, DemoMedicine
from scenarios.demo.period import HISTORY_DAYS, HISTORY_START, WARMUP_DAYS, Floats, Ints, Period
from scenarios.demo.stays import PlayedStays

WEEKS = HISTORY_DAYS // DAYS_PER_WEEK
MINUTES_PER_WEEK = DAYS_PER_WEEK * MINUTES_PER_DAY


@dataclass(frozen=True, slots=True)
class PatternShape:
    """Share of weeks with any demand, and the gamma coefficient of variation of its size."""

    active_share: float
    size_cv: float


SHAPES = MappingProxyType(
    {
        DemandPattern.SMOOTH: PatternShape(1.0, 0.15),
        DemandPattern.ERRATIC: PatternShape(1.0, 0.95),
        DemandPattern.INTERMITTENT: PatternShape(0.45, 0.30),
        DemandPattern.LUMPY: PatternShape(0.35, 1.10),
    }
)
"""Away from the borders of Syntetos, Boylan and Croston (2005): interval 1.32, CV² 0.49."""

HOSPITAL_SPREAD_CV = 0.25
"""Prescribing habits: the rate of a hospital over the mean rate [hypothesis]."""
STOCKOUTS_PER_WEEK = 0.006
MEAN_STOCKOUT_WEEKS = 2.0


@dataclass(frozen=True, slots=True)
class Issues:
    """Issues by hospital, medicine and week, shape (hospitals, medicines, weeks).

    ``is_held`` (hospitals, medicines) says which pharmacy holds which medicine.
    """

    units: Ints
    stockout_days: Ints
    is_held: np.ndarray
    bed_days: Floats


def weekly_bed_days(played: PlayedStays, hospitals: int) -> Floats:
    """Bed-days by hospital and week of the history, shape (hospitals, weeks).

    The bed-minutes until t are the sum of t − start over the stays begun, less that of
    t − end over those ended: two cumulated sums answer for every week at once.
    """
    bounds = (WARMUP_DAYS * MINUTES_PER_DAY) + MINUTES_PER_WEEK * np.arange(WEEKS + 1)
    rows = []
    for hospital in range(hospitals):
        here = played.hospital == hospital
        ended = here & (played.end != STILL_THERE)
        begun = _minutes_since(played.start[here], bounds)
        over = _minutes_since(played.end[ended], bounds)
        rows.append(np.diff(begun - over) / MINUTES_PER_DAY)
    return np.array(rows)


def _minutes_since(moments: Ints, bounds: Ints) -> Floats:
    """For each bound t, the sum of t − moment over the moments before it."""
    ordered = np.sort(moments)
    totals = np.concatenate([[0], np.cumsum(ordered)])
    before = np.searchsorted(ordered, bounds)
    minutes: Floats = (before * bounds - totals[before]).astype(np.float64)
    return minutes


def draw_issues(
    flows: tuple[HospitalFlows, ...], played: PlayedStays, period: Period, seed: int
) -> Issues:
    """Three years of issues."""
    bed_days = weekly_bed_days(played, len(flows))
    season = period.winter[WARMUP_DAYS::DAYS_PER_WEEK][:WEEKS]
    units = np.zeros((len(flows), len(MEDICINES), WEEKS), dtype=np.int64)
    empty_days = np.zeros_like(units)
    is_held = np.zeros(units.shape[:2], dtype=bool)
    for here, flow in enumerate(flows):
        for item, medicine in enumerate(MEDICINES):
            if medicine.intensive_only and not flow.has_intensive_care:
                continue
            is_held[here, item] = True
            rng = np.random.default_rng(
                stream_key(seed, "consumption", flow.site.code, medicine.code)
            )
            mean = medicine.rate * bed_days[here] * (1 + medicine.winter_swing * season)
            needed = _needed(rng, medicine, mean)
            empty_days[here, item] = _stockout_days(rng)
            open_share = 1 - empty_days[here, item] / DAYS_PER_WEEK
            units[here, item] = rng.binomial(needed, open_share)
    return Issues(units, empty_days, is_held, bed_days)


def _needed(rng: np.random.Generator, medicine: DemoMedicine, mean: Floats) -> Ints:
    """What the wards ask for, whatever the shelf holds."""
    shape = SHAPES[medicine.pattern]
    habit = rng.gamma(HOSPITAL_SPREAD_CV**-2, HOSPITAL_SPREAD_CV**2)
    is_active = rng.random(len(mean)) < shape.active_share
    sizes = rng.gamma(shape.size_cv**-2, shape.size_cv**2, len(mean))
    return rng.poisson(is_active * sizes * habit * mean / shape.active_share)


def _stockout_days(rng: np.random.Generator) -> Ints:
    """Empty days of each week: episodes that start by chance and last some weeks."""
    days = np.zeros(WEEKS, dtype=np.int64)
    for start in np.flatnonzero(rng.random(WEEKS) < STOCKOUTS_PER_WEEK):
        weeks = int(rng.geometric(1 / MEAN_STOCKOUT_WEEKS))
        days[start : start + weeks] = DAYS_PER_WEEK
        days[start] = rng.integers(1, DAYS_PER_WEEK + 1)
    return days


def measured_rates(issues: Issues) -> Floats:
    """Units issued per bed-day of the hospitals that hold each medicine, shape (medicines,)."""
    issued = issues.units.sum(axis=(0, 2))
    rates: Floats = issued / (issues.is_held * issues.bed_days.sum(axis=1)[:, None]).sum(axis=0)
    return rates


def consumption_frame(issues: Issues, hospitals: list[str]) -> pd.DataFrame:
    """The consumption table, by hospital, medicine and week."""
    weeks = pd.date_range(HISTORY_START, periods=WEEKS, freq="7D", unit="us")
    pairs = np.argwhere(issues.is_held)
    names = pd.array([medicine.code for medicine in MEDICINES], dtype="str")
    codes = pd.array(hospitals, dtype="str")
    return pd.DataFrame(
        {
            Col.HOSPITAL: codes.take(np.repeat(pairs[:, 0], WEEKS)),
            Col.MEDICINE: names.take(np.repeat(pairs[:, 1], WEEKS)),
            Col.WEEK: np.tile(weeks.to_numpy(), len(pairs)),
            Col.UNITS: issues.units[issues.is_held].ravel(),
            Col.STOCKOUT_DAYS: issues.stockout_days[issues.is_held].ravel(),
        }
    )
