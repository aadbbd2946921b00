"""Commands that propose: scenario, theatre.

Engines and tables load inside the command that needs them, so that help comes at once.
"""

from pathlib import Path
from typing import Annotated

import typer

from application.cli.options import (
    AsJson,
    Day,
    HorizonDays,
    Processes,
    Replications,
    Seed,
    day_of,
    session,
    twin_design,
)
from application.cli.voice import t

HospitalCode = Annotated[str | None, typer.Option("--hospital", help=t("Code of the hospital."))]
ScenarioFile = Annotated[Path, typer.Argument(help=t("A scenario in YAML."))]


def register(app: typer.Typer) -> None:
    """Adds the commands that propose."""
    app.command("scenario", help=t("Compare a change with the hospitals as they are."))(scenario)
    app.command("theatre", help=t("Propose a week of surgery."))(theatre)


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


def theatre(
    hospital: HospitalCode = None,
    first_day: Day = None,
    horizon: HorizonDays = 28,
    seed: Seed = 1,
    processes: Processes = None,
    as_json: AsJson = False,
) -> None:
    """Plans a week of surgery against the beds that emergencies are expected to leave."""
    from application.cli import tables  # noqa: PLC0415
    from application.use_cases.plan_theatre import (  # noqa: PLC0415
        THEATRE_REPLICATIONS,
        default_hospital,
        plan_theatre,
    )

    with session(processes) as opened:
        design = twin_design(horizon, THEATRE_REPLICATIONS, seed)
        place = hospital or default_hospital(opened)
        tables.show_theatre(plan_theatre(opened, place, design, day_of(first_day)), as_json=as_json)
