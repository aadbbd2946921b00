"""``tadbir scenario``: compare a change with the hospitals as they are."""

from pathlib import Path
from typing import Annotated

import typer

from application.cli.options import (
    AsJson,
    HorizonDays,
    Processes,
    Replications,
    Seed,
    session,
    twin_design,
)
from application.cli.voice import t

ScenarioFile = Annotated[Path, typer.Argument(help=t("A scenario in YAML."))]


def register(app: typer.Typer) -> None:
    """Adds the scenario."""
    app.command("scenario", help=t("Compare a change with the hospitals as they are."))(scenario)


def scenario(
    file: ScenarioFile,
    horizon: HorizonDays = 28,
    replications: Replications = 20,
    seed: Seed = 1,
    processes: Processes = None,
    as_json: AsJson = False,
) -> None:
    """Runs baseline and scenario on the same random numbers and shows the paired differences."""
    from application.cli import tables  # noqa: PLC0415
    from application.use_cases.compare_scenario import compare_scenario  # noqa: PLC0415
    from application.use_cases.read_scenario import read_scenario  # noqa: PLC0415

    definition = read_scenario(file)
    with session(processes) as opened:
        result = compare_scenario(opened, definition, twin_design(horizon, replications, seed))
        tables.show_comparison(opened.gst, result, as_json=as_json)
