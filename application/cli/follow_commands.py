"""``tadbir scenario follow``: a scenario through beds, nurses, theatre, medicines and money.

Engines and tables load inside the command, so that help comes at once.
"""

from __future__ import annotations

from typing import Annotated

import typer

from application.cli.options import (
    AsJson,
    HorizonDays,
    Processes,
    Replications,
    ScenarioFile,
    Seed,
    session,
    twin_design,
)
from application.cli.voice import t

Units = Annotated[
    str,
    typer.Option(
        "--units",
        help=t(
            "Units whose nurses are rostered, with commas between them (those that the scenario "
            "names, or all with nurses)."
        ),
    ),
]
Overtime = Annotated[
    float,
    typer.Option(
        "--overtime",
        min=0,
        max=100,
        help=t("Most that a nurse works beyond the contract, in percent of it."),
    ),
]
Agency = Annotated[
    float,
    typer.Option(
        "--agency",
        min=0,
        max=100,
        help=t("Share of the shifts still open that an agency fills, in percent."),
    ),
]


def follow(
    file: ScenarioFile,
    units: Units = "",
    overtime: Overtime = 10.0,
    agency: Agency = 50.0,
    horizon: HorizonDays = 28,
    replications: Replications = 20,
    seed: Seed = 1,
    processes: Processes = None,
    as_json: AsJson = False,
) -> None:
    """Follows the scenario, and the hospitals as they are, until rosters and beds agree."""
    from application.cli import follow_tables  # noqa: PLC0415
    from application.use_cases.follow_scenario import (  # noqa: PLC0415
        FollowDesign,
        follow_scenario,
    )
    from application.use_cases.read_scenario import read_scenario  # noqa: PLC0415

    definition = read_scenario(file)
    design = FollowDesign(
        twin=twin_design(horizon, replications, seed),
        units=tuple(unit.strip() for unit in units.split(",") if unit.strip()),
        overtime_percent=overtime,
        agency_percent=agency,
    )
    with session(processes) as opened:
        found = follow_scenario(opened, definition, design)
        follow_tables.show_followed(opened.gst, found, as_json=as_json)
