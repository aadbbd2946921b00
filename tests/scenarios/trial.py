"""Tries a scenario on a demonstration GST as the application does, on simple forecasts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd

from hospital.forecast import QUANTILE_LEVELS, DemandForecast, Period, SeriesKey, SeriesKind
from hospital.gst import Gst
from hospital.twin_result import TwinResult
from inventory.order_plan import OrderPlan
from scenarios.comparison import Comparison, compare
from scenarios.consequences import with_consequences
from scenarios.demo import DemoSize, generate
from scenarios.language import (
    Scenario,
    apply,
    apply_to_demand,
    apply_to_orders,
    apply_to_parameters,
)
from scenarios.stock_effects import Pharmacy, compare_orders
from twin.calibration import calibrate
from twin.parameters import TwinParameters
from twin.run_plan import RunPlan, Start
from twin.simulation import simulate

DAYS, REPLICATIONS, WEEKS, PATHS = 28, 20, 52, 200


@dataclass(frozen=True)
class Trial:
    """A GST, its twin and its demand; ``days`` and ``replications`` of every comparison."""

    gst: Gst
    parameters: TwinParameters
    demand: tuple[DemandForecast, ...]
    days: int = DAYS
    replications: int = REPLICATIONS

    @classmethod
    def of(cls, size: DemoSize) -> Trial:
        """A demonstration GST, with visits as usual and the consumption of the last year."""
        gst, history = generate(size, 1)[:2]
        parameters = calibrate(gst, history)
        demand = (*_visits(gst, parameters), *_consumption(gst, history.consumption))
        return cls(gst, parameters, demand)

    def compared(self, scenario: Scenario) -> Comparison:
        """Paired differences of the twin, and of the pharmacy where the scenario touches it."""
        found = compare(scenario.name, self.baseline, self.under(scenario))
        if not scenario.touches_stock:
            return found
        orders = compare_orders(scenario.name, self.pharmacy(None), self.pharmacy(scenario))
        rows = pd.concat([found.differences, orders.differences], ignore_index=True)
        return replace(found, differences=rows)

    @cached_property
    def baseline(self) -> TwinResult:
        """The twin as it is."""
        return self._simulated(self.gst, self.parameters, self.demand)

    def under(self, scenario: Scenario) -> TwinResult:
        """The twin under a scenario."""
        gst = apply(self.gst, scenario)
        parameters = apply_to_parameters(self.parameters, scenario, gst)
        return self._simulated(gst, parameters, apply_to_demand(self.demand, scenario))

    def pharmacy(self, scenario: Scenario | None) -> Pharmacy:
        """The pharmacy, as it is or under a scenario."""
        gst, demand, plan = self.gst, self.demand, OrderPlan(seed=1, scenarios=300)
        if scenario is not None:
            gst, demand = apply(gst, scenario), apply_to_demand(demand, scenario)
            plan = apply_to_orders(plan, scenario)
        consumed = {one.key: one for one in demand if one.key.kind is SeriesKind.CONSUMPTION}
        return Pharmacy(gst, consumed, plan)

    def _simulated(
        self, gst: Gst, parameters: TwinParameters, demand: tuple[DemandForecast, ...]
    ) -> TwinResult:
        plan = RunPlan(
            first_day=self.gst.identity.as_of,
            horizon_days=self.days,
            start=Start.CENSUS,
            replications=self.replications,
        )
        visits = {one.key.hospital: one for one in demand if one.key.kind is SeriesKind.VISITS}
        return with_consequences(gst, simulate(gst, parameters, plan, visits))


def _visits(gst: Gst, parameters: TwinParameters) -> Iterator[DemandForecast]:
    """Poisson visits at the usual mean of each weekday."""
    for at, one in enumerate(parameters.hospitals):
        week = np.reshape(one.hourly_visits, (7, 24)).sum(axis=1)
        first = gst.identity.as_of
        mean = week[(first.weekday() + np.arange(DAYS)) % 7]
        paths = np.random.default_rng(at).poisson(mean, (PATHS, DAYS)).astype(float)
        yield _forecast(SeriesKey(SeriesKind.VISITS, one.hospital), first, Period.DAY, paths)


def _consumption(gst: Gst, weekly: pd.DataFrame) -> Iterator[DemandForecast]:
    """Weeks drawn from those of the last year, medicine by medicine."""
    rng = np.random.default_rng(1)
    for (hospital, medicine), own in weekly.groupby(["hospital", "medicine"], observed=True):
        known = own.sort_values("week")["units"].to_numpy(dtype=float)[-WEEKS:]
        key = SeriesKey(SeriesKind.CONSUMPTION, str(hospital), str(medicine))
        paths = rng.choice(known, (PATHS, WEEKS // 2))
        yield _forecast(key, gst.identity.as_of, Period.WEEK, paths)


def _forecast(key: SeriesKey, first_day: date, period: Period, paths: np.ndarray) -> DemandForecast:
    return DemandForecast(
        key=key,
        first_day=first_day,
        period=period,
        mean=paths.mean(axis=0),
        quantiles=np.quantile(paths, QUANTILE_LEVELS, axis=0).T,
        sample_paths=paths,
        model="trial",
    )
