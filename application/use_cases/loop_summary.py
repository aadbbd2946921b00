"""The numbers of a finished loop as plain values: what two runs must agree on."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from application.summaries import forecast_row, headline_rows
from application.use_cases.loop import FinishedLoop


def loop_summary(finished: FinishedLoop) -> dict[str, Any]:
    """Run identities and headline numbers, ready for JSON."""
    loop = finished.loop
    roster, plan, order = loop.roster.roster, loop.theatre.plan, loop.order.plan
    return {
        "runs": {
            "forecast": loop.forecasts.run,
            "scenario": loop.scenario.run,
            "roster": loop.roster.run,
            "theatre": loop.theatre.run,
            "stock": loop.order.run,
        },
        "forecasts": [asdict(forecast_row(forecast)) for forecast in loop.forecasts.forecasts],
        "differences": [asdict(row) for row in headline_rows(loop.scenario.comparison)],
        "roster": {
            "assignments": [a.model_dump(mode="json") for a in roster.assignments],
            "cost": roster.cost,
            "bound": roster.bound,
            "violations": len(roster.violations()),
        },
        "theatre": {
            "cases": [case.model_dump(mode="json") for case in plan.cases],
            "violations": len(plan.violations()),
        },
        "stock": {
            "lines": [line.model_dump(mode="json") for line in order.lines],
            "cost_mad": order.cost_mad,
            "violations": len(order.violations()),
        },
        "report": finished.report.name,
    }
