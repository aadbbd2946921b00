"""Demand of every line as its ledger shows it: fast enough to be asked every week of every seed.

The level is the mean of the last half year, with the season that all lines share taken out and
weeks raised for the days on which the shelf was empty; weeks to come are negative binomial, with
the spread of the last year and a level that is itself not sure. Nothing of the true demand is read.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.inventory.our_rule import (
    HORIZON_WEEKS,
    Forecasts,
    monday,
    place_of,
    weekly_season,
)
from benchmarks.inventory.world import DAYS, LEAD_CV, LEAD_DAYS, Floats, Ints, Shelves
from hospital.forecast import QUANTILE_LEVELS, DemandForecast, Period, SeriesKey, SeriesKind
from inventory.demand import LeadTime

LEVEL_WEEKS, SPREAD_WEEKS = 26, 52
PATHS = 200
LEAST_LEVEL = 1e-3
LEAST_DAYS_IN_STOCK = 1.0
WALK = 0.03
"""A level is taken to walk this much a week, in logarithms."""


@dataclass(frozen=True)
class LedgerDemand:
    """Sample paths of every line, (lines, paths, weeks) [units/week], from this morning on."""

    paths: Floats

    @classmethod
    def of(cls, shelves: Shelves, seed: int) -> LedgerDemand:
        """What the ledger up to this morning leads one to expect; ``seed`` draws the paths."""
        known, season = shelves.known_weeks, weekly_season(shelves)
        in_stock = np.maximum(DAYS - shelves.days_out[:, :known], LEAST_DAYS_IN_STOCK) / DAYS
        plain = shelves.issued[:, :known] / season[:known]
        level = _recent(plain, LEVEL_WEEKS) / _recent(in_stock, LEVEL_WEEKS)
        level = np.maximum(level, LEAST_LEVEL)
        spread = _spread(plain[:, -SPREAD_WEEKS:] / in_stock[:, -SPREAD_WEEKS:], level)
        rng = np.random.default_rng([seed, known, 11])
        shape = shelves.world.lines, PATHS, HORIZON_WEEKS
        unsure = (1 / level + 1 / spread) / LEVEL_WEEKS
        steps = rng.normal(size=shape) * WALK
        steps[:, :, 0] = rng.normal(size=shape[:2]) * np.sqrt(unsure + WALK**2)[:, None]
        walked = np.exp(steps.cumsum(axis=2))
        mean = level[:, None, None] * walked * season[known : known + HORIZON_WEEKS]
        pace = rng.gamma(spread[:, None, None], mean / spread[:, None, None])
        return cls(rng.poisson(pace).astype(np.float64))

    def forecasts(self, shelves: Shelves) -> Forecasts:
        """The same as forecasts that the product reads."""
        keys = [
            SeriesKey(SeriesKind.CONSUMPTION, *place_of(shelves, line))
            for line in range(len(self.paths))
        ]
        quantiles = np.quantile(self.paths, QUANTILE_LEVELS, axis=1)
        return {
            key: DemandForecast(
                key=key,
                first_day=monday(shelves.week),
                period=Period.WEEK,
                mean=self.paths[line].mean(axis=0),
                quantiles=quantiles[:, line].T,
                sample_paths=self.paths[line],
                model="ledger",
            )
            for line, key in enumerate(keys)
        }

    def levels(self, shelves: Shelves, review_weeks: int, service: float) -> Ints:
        """Units that last over lead time and review with this probability, (lines,).

        Never more than what is used in the mean before a delivery of today expires.
        """
        done = self.paths.cumsum(axis=2)
        levels = np.zeros(len(self.paths), dtype=np.int64)
        for supplier, (days, cv) in enumerate(zip(LEAD_DAYS, LEAD_CV, strict=True)):
            lines = np.flatnonzero(shelves.world.supplier == supplier)
            leads = LeadTime(days, cv).draws(PATHS, np.random.default_rng([supplier, 5]))
            weeks = np.ceil(leads / DAYS).astype(np.int64) + review_weeks
            last = np.minimum(weeks, HORIZON_WEEKS) - 1
            units = done[lines][:, np.arange(PATHS), last]
            levels[lines] = np.ceil(np.quantile(units, service, axis=1)).astype(np.int64)
        pace = done[:, :, -1].mean(axis=1) / HORIZON_WEEKS
        days = np.array(LEAD_DAYS)[shelves.world.supplier]
        used = np.floor(pace * (days / DAYS + shelves.world.life_weeks)).astype(np.int64)
        return np.minimum(levels, used)


def _recent(by_week: Floats, weeks: int) -> Floats:
    mean: Floats = by_week[:, -weeks:].mean(axis=1)
    return mean


def _spread(plain: Floats, level: Floats) -> Floats:
    """The shape of a negative binomial with this level and variance, within bounds, (lines,)."""
    over = np.maximum(plain.var(axis=1) - level, 0.0)
    shape: Floats = np.clip(level**2 / np.maximum(over, LEAST_LEVEL), 0.3, 50.0)
    return shape
