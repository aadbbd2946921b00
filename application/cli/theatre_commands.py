"""``tadbir theatre``: plan a week of surgery; plan and score the public competition's instances.

Engines and tables load inside the command that needs them, so that help comes at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from application.cli.chrome import SpokenGroup, dress
from application.cli.options import (
    AsJson,
    Day,
    HorizonDays,
    Processes,
    Seed,
    day_of,
    session,
    twin_design,
)
from application.cli.voice import t

HospitalCode = Annotated[str | None, typer.Option("--hospital", help=t("Code of the hospital."))]
InstanceFile = Annotated[Path, typer.Argument(help=t("An instance of IHTC-2024, JSON or gzip."))]
Seconds = Annotated[
    float, typer.Option("--seconds", min=2, max=86_400, help=t("Seconds by the clock."))
]
Moves = Annotated[
    int | None,
    typer.Option(
        "--work", min=1, help=t("Moves of each search, without a clock: same moves, same plan.")
    ),
]
SolutionFile = Annotated[
    Path | None, typer.Option("--score", help=t("Only judge this solution; plan nothing."))
]
OutFile = Annotated[Path | None, typer.Option("--out", help=t("Write the solution to this file."))]


def register(app: typer.Typer) -> None:
    """Adds the theatre and what can be done with it."""
    theatre = typer.Typer(cls=SpokenGroup)
    theatre.callback(invoke_without_command=True)(bare)
    theatre.command("plan", help=t("Propose a week of surgery."))(plan)
    theatre.command("ihtc", help=t("Plan or judge an instance of the competition IHTC-2024."))(ihtc)
    dress(theatre)
    app.add_typer(theatre, name="theatre", help=t("Propose a week of surgery."))


def bare(
    context: typer.Context,
    hospital: HospitalCode = None,
    first_day: Day = None,
    horizon: HorizonDays = 28,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Plans a week of surgery against the beds that emergencies are expected to leave."""
    if context.invoked_subcommand is None:
        plan(hospital, first_day, horizon, seed, None, as_json)


def plan(
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


def ihtc(
    file: InstanceFile,
    seconds: Seconds = 60.0,
    work: Moves = None,
    seed: Seed = 1,
    solution: SolutionFile = None,
    out: OutFile = None,
    as_json: AsJson = False,
) -> None:
    """Plans patients, rooms, theatres and nurses together, and scores by the official rules."""
    from application.cli import ihtc_tables  # noqa: PLC0415
    from application.use_cases.plan_ihtc import judge_ihtc, plan_ihtc  # noqa: PLC0415
    from scheduling.theatres.ihtc.solve import Effort  # noqa: PLC0415

    if solution is not None:
        ihtc_tables.show_score(file.name, judge_ihtc(file, solution), as_json=as_json)
        return
    effort = Effort(seed, work, None if work else seconds)
    with ihtc_tables.ProgressBar() as bar:
        planned = plan_ihtc(file, effort, out, bar.watch)
    ihtc_tables.show_planned(file.name, planned, as_json=as_json)
