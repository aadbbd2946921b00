"""Whether what the twin says survives changed, thinned-out and reordered inputs: a report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from application.language import Translator
from application.robustness_words import report
from application.use_cases.access import needs
from application.use_cases.session import Session
from application.whole_file import whole
from governance.access import Action
from hospital.base import Frozen
from hospital.twin_result import Indicator
from scenarios.language import Scenario

if TYPE_CHECKING:
    from scenarios.robustness import Robustness


class RobustnessDesign(Frozen):
    """The indicator on which the conclusion must stay, and how the twin runs."""

    indicator: str = Indicator.BOARDING.value
    horizon_days: int = 14
    replications: int = 10
    seed: int = 1


@needs(Action.SIMULATE)
def check_robustness(session: Session, scenario: Scenario, design: RobustnessDesign) -> Robustness:
    """Tries mutations, losses of data and the order of triage on the current GST.

    Raises:
        GstError: the scenario does not fit the GST.
    """
    from scenarios.robustness import (  # noqa: PLC0415 - loads SimPy
        LOST,
        MUTATIONS,
        RobustnessQuestion,
        robustness,
    )
    from twin.run_plan import RunPlan, Start  # noqa: PLC0415

    plan = RunPlan(
        first_day=session.gst.identity.as_of,
        horizon_days=design.horizon_days,
        replications=design.replications,
        seed=design.seed,
        start=Start.EMPTY,
        warmup_days=WARMUP_DAYS,
    )
    question = RobustnessQuestion(scenario, design.indicator, plan)
    progress = session.workers.progress
    progress.begin("twin", len(LOST) + len(MUTATIONS))
    found = robustness((session.gst, session.data.history), question, progress.advance)
    progress.finish()
    return found


WARMUP_DAYS = 14
"""A census that has lost rows would be another start, not another belief."""


def write_robustness(found: Robustness, file: Path, t: Translator) -> None:
    """Writes the report in Markdown, in the language of ``t``, whole or not at all."""
    with whole(file) as draft:
        draft.write_text(report(found, t), encoding="utf-8")
