"""Compares a scenario with the GST as it is, on the same random numbers: a recommendation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from application.identity import run_identity
from application.store.frames import frame_from, frame_result
from application.store.runs import Run, find_run, load_result, save_run
from application.use_cases.access import needs
from application.use_cases.forecast_demand import forecast_demand
from application.use_cases.propose_order import pharmacy_under
from application.use_cases.session import Session
from application.use_cases.simulate import TwinDesign, TwinRun, simulate
from governance.access import Action
from governance.decision import RecommendationKind
from scenarios.comparison import Comparison, compare
from scenarios.language import Scenario, check_period

KIND = RecommendationKind.SCENARIO.value


@dataclass(frozen=True)
class ScenarioComparison:
    """The scenario, both runs of the twin and the paired differences between them."""

    run: str
    scenario: Scenario
    baseline: TwinRun
    changed: TwinRun
    comparison: Comparison


@needs(Action.SIMULATE)
def compare_scenario(
    session: Session, scenario: Scenario, design: TwinDesign
) -> ScenarioComparison:
    """Runs baseline and scenario and stores their paired differences as a draft to decide on.

    Raises:
        GstError: ``outside_the_run`` for a change that holds on no day of the design.
    """
    first_day = session.gst.identity.as_of
    check_period(scenario, first_day, first_day + timedelta(days=design.horizon_days - 1))
    baseline = simulate(session, design)
    changed = simulate(session, design, scenario)
    inputs = {
        "baseline": baseline.run,
        "scenario": changed.run,
        "definition": scenario.model_dump(mode="json"),
        "replications": design.replications,
        "horizon_days": design.horizon_days,
    }
    run = run_identity(KIND, session.snapshot.snapshot, design.seed, inputs)
    if find_run(session.database, run):
        frame = frame_from(load_result(session.database, run, "differences"))
        comparison = Comparison(scenario.name, design.replications, frame)
    else:
        comparison = compare(scenario.name, baseline.result, changed.result)
        if scenario.touches_stock:
            comparison = _with_orders(session, scenario, design, comparison)
        save_run(
            session.database,
            Run(run, KIND, session.snapshot.snapshot, design.seed, inputs),
            [frame_result("differences", comparison.differences)],
        )
    return ScenarioComparison(run, scenario, baseline, changed, comparison)


def _with_orders(
    session: Session, scenario: Scenario, design: TwinDesign, comparison: Comparison
) -> Comparison:
    """The comparison with what the scenario does to today's order of medicines, path by path."""
    import pandas as pd  # noqa: PLC0415 - with the engine

    from scenarios.stock_effects import compare_orders  # noqa: PLC0415 - OR-Tools is heavy

    forecasts = forecast_demand(session, design.horizon_days, design.seed)
    as_it_is, under = (
        pharmacy_under(session, forecasts, design.seed, one) for one in (None, scenario)
    )
    orders = compare_orders(scenario.name, as_it_is, under)
    rows = pd.concat([comparison.differences, orders.differences], ignore_index=True)
    return replace(comparison, differences=rows)
