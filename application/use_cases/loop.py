"""What the loop produces on one GST."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from application.use_cases.build_roster import RosterDraft
from application.use_cases.compare_scenario import ScenarioComparison
from application.use_cases.forecast_demand import ForecastSet
from application.use_cases.plan_theatre import TheatreDraft
from application.use_cases.propose_order import OrderDraft


@dataclass(frozen=True)
class Loop:
    """Forecast, compared scenario, roster, theatre plan and order: all drafts to decide on."""

    forecasts: ForecastSet
    scenario: ScenarioComparison
    roster: RosterDraft
    theatre: TheatreDraft
    order: OrderDraft


@dataclass(frozen=True)
class FinishedLoop:
    """The loop and the report that shows it."""

    loop: Loop
    report: Path
