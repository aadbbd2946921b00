"""Demand over a lead time and a review period, from the sample paths of a forecast.

A path of weekly demand becomes a cumulative curve in days (``DemandPaths``); a supplier's lead
time becomes a distribution over whole days (``LeadTime``); ``lead_time_demand`` convolves both:
each scenario reads one path over one lead time, so that a correlated demand and a late delivery
meet as often as they should. Nothing is assumed normal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt
from scipy import special

from hospital.errors import GstError
from hospital.forecast import DemandForecast, SeriesKey, SeriesKind
from hospital.pharmacy import Supplier
from hospital.streams import stream_key

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

TAIL_PROBABILITY = 1e-4
MINIMUM_LEAD_DAYS = 1
CERTAIN_CV = 1e-3
"""A lead time that varies less than this is taken as certain."""


class LeadTimeLaw(StrEnum):
    """The shape of a lead time whose mean and coefficient of variation are known."""

    GAMMA = "gamma"
    LOG_NORMAL = "log_normal"


@dataclass(frozen=True, slots=True)
class LeadTime:
    """Days from order to shelf as a distribution over whole days, at least one day.

    The continuous law is cut at half days, so that its mean is kept; what lies beyond the
    quantile ``1 - TAIL_PROBABILITY`` is put on that last day.
    """

    mean_days: float
    cv: float
    law: LeadTimeLaw = LeadTimeLaw.GAMMA

    @classmethod
    def of(cls, supplier: Supplier, law: LeadTimeLaw = LeadTimeLaw.GAMMA) -> LeadTime:
        """The lead time that this supplier's record gives."""
        return cls(supplier.lead_time_days, supplier.lead_time_cv, law)

    def cumulative(self, days: Floats) -> Floats:
        """Probability that the delivery is on the shelf within these days (continuous)."""
        if self.cv < CERTAIN_CV:
            return np.where(days >= self.mean_days, 1.0, 0.0)
        if self.law is LeadTimeLaw.GAMMA:
            shape = self.cv**-2
            scaled = np.maximum(days, 0.0) * shape / self.mean_days
            return np.asarray(special.gammainc(shape, scaled), dtype=np.float64)
        spread = np.sqrt(np.log1p(self.cv**2))
        centre = np.log(self.mean_days) - spread**2 / 2
        score = (np.log(np.maximum(days, 1e-12)) - centre) / spread
        return np.asarray(special.ndtr(score), dtype=np.float64)

    def quantile_days(self, level: float) -> float:
        """The whole number of days within which a delivery arrives with this probability."""
        return float(np.searchsorted(np.cumsum(self.probabilities()), level - 1e-12))

    def probabilities(self) -> Floats:
        """Probability of each whole number of days, from 0 on; sums to 1."""
        if self.cv < CERTAIN_CV:
            return self._fixed()
        cuts = np.arange(self._last_day() + 1, dtype=np.float64) + 0.5
        cumulative = self.cumulative(cuts)
        cumulative[:MINIMUM_LEAD_DAYS] = 0
        cumulative[-1] = 1
        return np.diff(cumulative, prepend=0.0)

    def draws(self, count: int, rng: np.random.Generator) -> Floats:
        """A stratified sample of whole days in random order: each quantile appears once."""
        strata = (np.arange(count) + 0.5) / count
        days = np.searchsorted(_cumulated(self), strata)
        return rng.permutation(days).astype(np.float64)

    def _last_day(self) -> int:
        day = max(int(np.ceil(self.mean_days)), MINIMUM_LEAD_DAYS)
        while self.cumulative(np.array([float(day)]))[0] < 1 - TAIL_PROBABILITY:
            day = 2 * day
        days = np.arange(day + 1, dtype=np.float64)
        return int(np.searchsorted(self.cumulative(days), 1 - TAIL_PROBABILITY))

    def _fixed(self) -> Floats:
        """Both whole days around a certain lead time, weighted so that the mean is kept."""
        days = max(self.mean_days, float(MINIMUM_LEAD_DAYS))
        low = int(np.floor(days))
        probabilities = np.zeros(low + 2)
        probabilities[low : low + 2] = 1 - (days - low), days - low
        return probabilities


@lru_cache(maxsize=256)
def _cumulated(lead: LeadTime) -> Floats:
    """Probability of each whole number of days or fewer: a supplier's, for all its medicines."""
    return np.cumsum(lead.probabilities())


@dataclass(frozen=True)
class DemandPaths:
    """Cumulative demand of every path, in units since the morning of ``as_of``.

    ``knots_days`` (periods + 1,) are days since ``as_of`` (the first may be before it);
    ``units`` (paths, periods + 1) the cumulative demand there. Demand flows evenly within a
    period; beyond the last knot each path goes on at its own mean pace.
    """

    knots_days: Floats
    units: Floats

    @classmethod
    def of(cls, forecast: DemandForecast, as_of: date) -> DemandPaths:
        """The paths of a forecast as seen from ``as_of``; refuses a forecast that starts later."""
        late_days = (forecast.first_day - as_of).days
        if late_days > 0:
            raise GstError("forecast_starts_late", "forecast from as_of on", found=late_days)
        knots = (*forecast.days(), forecast.end_day)
        knots_days = np.array([float((day - as_of).days) for day in knots])
        units = np.cumsum(np.maximum(forecast.sample_paths, 0), axis=1)
        whole = cls(knots_days, np.pad(units, ((0, 0), (1, 0))))
        seen = whole.until(np.zeros(whole.paths))
        return cls(knots_days, whole.units - seen[:, None])

    @property
    def paths(self) -> int:
        """Number of sample paths."""
        return len(self.units)

    @property
    def horizon_days(self) -> float:
        """Days from ``as_of`` to the end of the forecast."""
        return float(self.knots_days[-1])

    @property
    def mean_units_per_day(self) -> float:
        """Mean pace over the forecast [units/day]."""
        return float(self.units[:, -1].mean() / self.horizon_days)

    @cached_property
    def _pace(self) -> Floats:
        """Units per day after each knot, (paths, periods + 1); the last is the mean pace."""
        within = np.diff(self.units, axis=1) / np.diff(self.knots_days)
        beyond = self.units[:, -1:] / self.horizon_days
        return np.concatenate([within, beyond], axis=1)

    def until(self, days: Floats) -> Floats:
        """Demand of each path from ``as_of`` to its own number of days, (..., paths) [units]."""
        last = len(self.knots_days) - 1
        finite = np.minimum(days, FAR_DAYS)
        period = np.searchsorted(self.knots_days, finite, side="right") - 1
        period = np.minimum(np.maximum(period, 0), last)
        rows = np.arange(self.paths)
        since = finite - self.knots_days[period]
        reached: Floats = self.units[rows, period] + self._pace[rows, period] * since
        return reached

    def day_of(self, units: Floats) -> Floats:
        """Day on which each path asks for more than its own cumulative units, (paths,).

        ``FAR_DAYS`` where it never does.
        """
        period = np.count_nonzero(self.units <= units[:, None], axis=1) - 1
        period = np.minimum(np.maximum(period, 0), len(self.knots_days) - 1)
        rows = np.arange(self.paths)
        pace = self._pace[rows, period]
        missing = units - self.units[rows, period]
        with np.errstate(divide="ignore", invalid="ignore"):
            days = np.where(pace > 0, self.knots_days[period] + missing / pace, FAR_DAYS)
        return np.minimum(days, FAR_DAYS)

    def some(self, picked: Ints | slice) -> DemandPaths:
        """Some of the paths, where a mean is enough."""
        return DemandPaths(self.knots_days, self.units[picked])

    def repeated(self, at_least: int) -> DemandPaths:
        """The same paths, each repeated equally often, so that there are at least this many."""
        times = -(-at_least // self.paths)
        return DemandPaths(self.knots_days, np.tile(self.units, (times, 1)))


FAR_DAYS = 36_500.0
"""A century: later than anything a pharmacy plans [days]."""


@dataclass(frozen=True, slots=True)
class ProtectionInterval:
    """The scenarios of one order: each path, its lead time, and when the next one can arrive.

    ``arrival_days`` (scenarios,) is when an order of today arrives; ``cover_days`` when the
    order of the next review does: until then this one must last.
    """

    paths: DemandPaths
    arrival_days: Floats
    cover_days: Floats

    @property
    def lead_time_units(self) -> Floats:
        """Demand before an order of today arrives, by scenario [units]."""
        return self.paths.until(self.arrival_days)

    @property
    def cover_units(self) -> Floats:
        """Demand over lead time and review period, by scenario [units]."""
        return self.paths.until(self.cover_days)


@dataclass(frozen=True, slots=True)
class DemandQuestion:
    """Over which time the demand is asked, with how many scenarios and which seed.

    ``wait_days`` is how long it is until anything is ordered: 0 on the day of an order.
    """

    review_days: int
    seed: int
    scenarios: int = 1000
    law: LeadTimeLaw = LeadTimeLaw.GAMMA
    wait_days: int = 0


def lead_time_demand(
    forecast: DemandForecast, supplier: Supplier, as_of: date, question: DemandQuestion
) -> ProtectionInterval:
    """The empirical distribution of demand over lead time and review period.

    The lead times are a stratified sample of the supplier's distribution, matched at random
    with the forecast's paths under the stream named after hospital, medicine and supplier.
    Refuses a forecast that ends before a delivery of mean lead time and its review period.
    """
    paths = DemandPaths.of(forecast, as_of)
    needed_days = supplier.lead_time_days + question.review_days
    if paths.horizon_days < needed_days:
        raise GstError(
            "forecast_too_short",
            f"forecast at least {needed_days:g} days",
            found=paths.horizon_days,
            needed=needed_days,
        )
    scenarios = paths.repeated(question.scenarios)
    key = forecast.key
    rng = np.random.default_rng(
        stream_key(question.seed, "lead_time", key.hospital, key.item, supplier.supplier)
    )
    arrival = LeadTime.of(supplier, question.law).draws(scenarios.paths, rng) + question.wait_days
    return ProtectionInterval(scenarios, arrival, arrival + question.review_days)


def consumption_forecasts(
    forecasts: Mapping[SeriesKey, DemandForecast],
) -> dict[tuple[str, str], DemandForecast]:
    """The forecasts of medicines, by hospital and medicine."""
    return {
        (key.hospital, key.item): forecast
        for key, forecast in forecasts.items()
        if key.kind is SeriesKind.CONSUMPTION and key.hospital and key.item
    }
