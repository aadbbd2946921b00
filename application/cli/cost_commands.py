"""``tadbir scenario cost``: how long many scenarios will take, from short runs measured now.

Engines and tables load inside the command, so that help comes at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from application.cli.options import (
    AsJson,
    ClusterAddress,
    HorizonDays,
    Processes,
    Replications,
    Seed,
    session,
    settings_with,
)
from application.cli.screen import screen, show_json, show_table
from application.cli.voice import t

if TYPE_CHECKING:
    from application.use_cases.scenario_cost import ScenarioCost

MINUTE = 60

ScenarioFiles = Annotated[
    list[Path] | None, typer.Argument(help=t("Scenarios in YAML that are to be compared."))
]
Count = Annotated[
    int,
    typer.Option(
        "--scenarios", min=1, max=10_000, help=t("How many scenarios, where no files are named.")
    ),
]


def cost(
    files: ScenarioFiles = None,
    scenarios: Count = 20,
    horizon: HorizonDays = 28,
    replications: Replications = 20,
    seed: Seed = 1,
    processes: Processes = None,
    cluster: ClusterAddress = None,
    as_json: AsJson = False,
) -> None:
    """Measures short runs of the hospitals as they are, and predicts the long one."""
    from application.use_cases.read_scenario import read_scenario  # noqa: PLC0415
    from application.use_cases.scenario_cost import CostQuestion, scenario_cost  # noqa: PLC0415

    named = [read_scenario(file) for file in files or ()]
    question = CostQuestion(
        scenarios=len(named) or scenarios,
        replications=replications,
        horizon_days=horizon,
        stock_scenarios=sum(one.touches_stock for one in named),
        processes=settings_with(processes).processes,
        seed=seed,
    )
    with session(processes, cluster) as opened:
        found = scenario_cost(opened, question)
    if as_json:
        show_json(found.as_json())
    else:
        _show(found)


def _show(found: ScenarioCost) -> None:
    from application.cli.tables import show_run  # noqa: PLC0415

    asked = found.question
    screen.print(
        t(
            "{scenarios} scenarios beside the hospitals as they are, {replications} replications "
            "of {days} days: about {minutes} minutes on {processes} processes of this machine.",
            scenarios=asked.scenarios,
            replications=asked.replications,
            days=asked.horizon_days,
            minutes=t.number(found.wall_seconds / MINUTE, 1),
            processes=asked.processes,
        ),
        markup=False,
    )
    show_table(
        t("Measured here and now"),
        [t("days"), t("replications"), t("seconds")],
        [
            [str(one.horizon_days), str(one.replications), t.number(one.seconds, 2)]
            for one in found.points
        ],
    )
    screen.print(
        t(
            "The forecast took {forecast} s and is kept; it is not counted again.",
            forecast=t.number(found.forecast_seconds, 1),
        ),
        markup=False,
    )
    show_run(found.run)
