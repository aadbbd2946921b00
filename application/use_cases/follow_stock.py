"""Medicines under a scenario: other bed-days, another demand, another order of today."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from application.use_cases.forecast_demand import forecast_demand
from application.use_cases.propose_order import pharmacy_under
from application.use_cases.session import Session
from application.use_cases.simulate import TwinDesign
from hospital.twin_result import TwinResult
from scenarios.language import Scenario, lasts_beyond

if TYPE_CHECKING:
    from scenarios.comparison import Comparison
    from scenarios.medicine_demand import MedicineDemand


@dataclass(frozen=True)
class FollowedStock:
    """Bed-days and demand with over without the scenario; today's orders, path by path."""

    demand: MedicineDemand
    orders: Comparison


def medicines_under(
    session: Session, design: TwinDesign, scenario: Scenario, results: tuple[TwinResult, TwinResult]
) -> FollowedStock:
    """``results`` are the twin's without and with the scenario.

    Demand changes on the days of the run, and on later ones where a change of the scenario lasts.
    """
    from scenarios.medicine_demand import (  # noqa: PLC0415 - loads SciPy
        bed_day_ratios,
        means_of,
        medicine_demand,
        with_bed_days,
    )
    from scenarios.stock_effects import compare_orders  # noqa: PLC0415 - OR-Tools is heavy

    last_day = session.gst.identity.as_of + timedelta(days=design.horizon_days - 1)
    forecasts = forecast_demand(session, design.horizon_days, design.seed)
    as_it_is, under = (
        pharmacy_under(session, forecasts, design.seed, one) for one in (None, scenario)
    )
    ratios = bed_day_ratios(under.gst, *results)
    until = date.max if lasts_beyond(scenario, last_day) else last_day
    changed = replace(under, demand=with_bed_days(under.demand, means_of(ratios), until))
    return FollowedStock(
        demand=medicine_demand(session.gst, as_it_is.demand, ratios, last_day),
        orders=compare_orders(scenario.name, as_it_is, changed),
    )
