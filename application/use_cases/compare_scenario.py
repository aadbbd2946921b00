"""Compares a scenario with the GST as it is, on the same random numbers: a recommendation."""

from __future__ import annotations

from dataclasses import dataclass

from application.identity import run_identity
from application.store.frames import frame_from, frame_result
from application.store.runs import Run, find_run, load_result, save_run
from application.use_cases.access import needs
from application.use_cases.session import Session
from application.use_cases.simulate import TwinDesign, TwinRun, simulate
from governance.access import Action
from governance.decision import RecommendationKind
from scenarios.comparison import Comparison, compare
from scenarios.language import Scenario

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
    """Runs baseline and scenario and stores their paired differences as a draft to decide on."""
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
        save_run(
            session.database,
            Run(run, KIND, session.snapshot.snapshot, design.seed, inputs),
            [frame_result("differences", comparison.differences)],
        )
    return ScenarioComparison(run, scenario, baseline, changed, comparison)
