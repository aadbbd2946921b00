"""The commands of the twin: ``tadbir twin`` replays the hospitals; words after it ask for more.

Engines and tables load inside the command that needs them, so that help comes at once.
"""

from pathlib import Path
from typing import Annotated

import typer

from application.cli import exchange_commands
from application.cli.chrome import SpokenGroup, dress
from application.cli.options import (
    AsJson,
    AtMost,
    ClusterAddress,
    HalfWidth,
    HorizonDays,
    Processes,
    Replications,
    Seed,
    session,
    settings_with,
    twin_design,
)
from application.cli.screen import Bar, screen
from application.cli.voice import t

StudyFile = Annotated[Path, typer.Argument(help=t("A study in YAML (docs/twin-study.md)."))]
StudyReplications = Annotated[
    int | None,
    typer.Option("--replications", min=1, max=100_000, help=t("Instead of those of the study.")),
]
DaysAhead = Annotated[int, typer.Option("--days", min=1, max=28, help=t("Days to look ahead."))]
PastDays = Annotated[
    int, typer.Option("--past", min=0, max=28, help=t("Last days whose forecasts are scored."))
]
ClockHour = Annotated[
    int, typer.Option("--hour", min=1, max=24, help=t("Hour of the count (24: midnight)."))
]
HeldBack = Annotated[
    int, typer.Option("--days", min=7, max=182, help=t("Last days that the twin must not know."))
]
Rosters = Annotated[
    list[str] | None,
    typer.Option("--roster", help=t("Run of a roster: its unit opens the beds it staffs.")),
]
TheatrePlans = Annotated[
    list[str] | None,
    typer.Option("--theatre", help=t("Run of a theatre plan: its patients come on its days.")),
]
SeparateBeds = Annotated[
    bool, typer.Option("--separate-beds", help=t("Beds by sex, age and isolation."))
]
OneUnit = Annotated[str | None, typer.Option("--unit", help=t("Code of the unit."))]


SheetFile = Annotated[Path, typer.Argument(help=t("File to write, ending in .md or .html."))]
WithScenario = Annotated[
    Path | None, typer.Option("--scenario", help=t("A scenario in YAML; without it, the baseline."))
]


def register(app: typer.Typer) -> None:
    """Adds the twin and what can be asked of it."""
    twin = typer.Typer(cls=SpokenGroup)
    twin.callback(invoke_without_command=True)(replay)
    twin.command("study", help=t("Run a hospital on paper, from one YAML file."))(study)
    twin.command("now", help=t("Tonight's and the next days' beds, from today's inpatients."))(now)
    twin.command("fit", help=t("How the twin reproduces the last weeks that it does not know."))(
        fit
    )
    twin.command("report", help=t("Write how a run was made, in the 24 items of STRESS-DES."))(
        report
    )
    exchange_commands.register(twin)
    dress(twin)
    app.add_typer(twin, name="twin", help=t("Replay the hospitals in the coming weeks."))


def replay(
    context: typer.Context,
    horizon: HorizonDays = 28,
    replications: Replications = 20,
    half_width: HalfWidth = None,
    at_most: AtMost = 200,
    roster: Rosters = None,
    theatre: TheatrePlans = None,
    separate_beds: SeparateBeds = False,
    seed: Seed = 1,
    processes: Processes = None,
    cluster: ClusterAddress = None,
    as_json: AsJson = False,
) -> None:
    """Runs the twin under the forecast demand and shows each unit."""
    if context.invoked_subcommand is not None:
        return
    from application.cli import tables  # noqa: PLC0415
    from application.use_cases.simulate import simulate  # noqa: PLC0415

    design = twin_design(horizon, replications, seed).but(
        half_width_percent=half_width,
        at_most=at_most,
        rosters=tuple(roster or ()),
        theatre_plans=tuple(theatre or ()),
        separate_beds=separate_beds,
    )
    with session(processes, cluster) as opened:
        run = simulate(opened, design)
        tables.show_twin(opened.gst, run, as_json=as_json)


def study(
    file: StudyFile,
    replications: StudyReplications = None,
    processes: Processes = None,
    as_json: AsJson = False,
) -> None:
    """Runs a study and shows waits, refusals and places taken, each with its interval."""
    from application.cli.study_table import show_study  # noqa: PLC0415
    from application.use_cases.run_study import run_study  # noqa: PLC0415

    settings = settings_with(processes)
    show_study(run_study(file, settings.processes, Bar(), replications), as_json=as_json)


def now(
    unit: OneUnit = None,
    days: DaysAhead = 14,
    hour: ClockHour = 24,
    past: PastDays = 7,
    replications: Replications = 50,
    seed: Seed = 1,
    processes: Processes = None,
    as_json: AsJson = False,
) -> None:
    """Forecasts occupied beds from the census and scores the forecasts of the last days."""
    from application.cli import bed_tables  # noqa: PLC0415
    from application.use_cases.beds_now import BedDesign, beds_now  # noqa: PLC0415

    design = BedDesign(days=days, hour=hour, past_days=past, replications=replications, seed=seed)
    with session(processes) as opened:
        chosen = None if unit is None else opened.gst.unit(unit).unit
        bed_tables.show_beds(opened.gst, beds_now(opened, design), chosen, as_json=as_json)


def fit(
    unit: OneUnit = None,
    days: HeldBack = 28,
    replications: Replications = 20,
    seed: Seed = 1,
    processes: Processes = None,
    as_json: AsJson = False,
) -> None:
    """Calibrates on the past and compares with held-back days: beds, stays, admissions, laws."""
    from application.cli import fit_tables  # noqa: PLC0415
    from application.use_cases.fit_twin import FitDesign, fit_twin  # noqa: PLC0415

    design = FitDesign(days=days, replications=replications, seed=seed)
    with session(processes) as opened:
        chosen = None if unit is None else opened.gst.unit(unit).unit
        fit_tables.show_fit(opened.gst, fit_twin(opened, design), chosen, as_json=as_json)


def report(
    file: SheetFile,
    scenario: WithScenario = None,
    horizon: HorizonDays = 28,
    replications: Replications = 20,
    seed: Seed = 1,
    processes: Processes = None,
) -> None:
    """Runs the twin if need be, and writes its STRESS-DES sheet."""
    from application.use_cases.describe_twin import describe_twin  # noqa: PLC0415
    from application.use_cases.read_scenario import read_scenario  # noqa: PLC0415

    definition = None if scenario is None else read_scenario(scenario)
    with session(processes) as opened:
        run = describe_twin(opened, twin_design(horizon, replications, seed), file, definition)
    screen.print(t("Sheet of run {run} written to {file}.", run=run.run[:12], file=file))
