"""Commands that run the whole loop, and the dashboard."""

import subprocess
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from application.cli.options import HorizonDays, Processes, Replications, Seed, session, twin_design
from application.cli.screen import aside, screen, show_json
from application.cli.voice import t
from hospital.errors import GstError, say

if TYPE_CHECKING:
    from application.use_cases.loop import FinishedLoop, Loop
    from application.use_cases.session import Session

Small = Annotated[bool, typer.Option("--small", help=t("Two hospitals instead of five."))]
Region = Annotated[bool, typer.Option("--region", help=t("Twenty hospitals, 4,400 beds."))]
AsJson = Annotated[bool, typer.Option("--json", help=t("Print JSON for a machine."))]
Port = Annotated[int, typer.Option("--port", min=1024, max=65535, help=t("Port on 127.0.0.1."))]
Headless = Annotated[bool, typer.Option("--headless", help=t("Do not open a browser."))]

DASHBOARD_PORT = 8501


def register(app: typer.Typer) -> None:
    """Adds the commands of the loop."""
    app.command("demo", help=t("Run the whole loop on a synthetic GST."))(demo)
    app.command("loop", help=t("Run the whole loop on the current GST."))(loop)
    app.command("dashboard", help=t("Open the dashboard on this machine."))(dashboard)


def demo(
    small: Small = False,
    region: Region = False,
    horizon: HorizonDays = 28,
    replications: Replications = 20,
    seed: Seed = 1,
    processes: Processes = None,
    as_json: AsJson = False,
) -> None:
    """Generates a labelled synthetic GST, imports it, and runs the loop on it."""
    from application.use_cases.run_demo import run_demo  # noqa: PLC0415 - loads pandas

    if small and region:
        raise GstError("two_sizes", say("Choose --small or --region, not both."))
    size = "small" if small else "region" if region else "default"
    with session(processes) as opened:
        design = twin_design(horizon, replications, seed)
        _show(opened, run_demo(opened, size, design), as_json=as_json)


def loop(
    horizon: HorizonDays = 28,
    replications: Replications = 20,
    seed: Seed = 1,
    processes: Processes = None,
    as_json: AsJson = False,
) -> None:
    """Runs forecast, twin, scenario, roster, theatre and stock on the GST that was imported."""
    from application.use_cases.run_demo import run_loop  # noqa: PLC0415 - loads pandas

    with session(processes) as opened:
        design = twin_design(horizon, replications, seed)
        _show(opened, run_loop(opened, design), as_json=as_json)


def _show(opened: "Session", finished: "FinishedLoop", *, as_json: bool) -> None:
    from application.cli import tables  # noqa: PLC0415 - loads pandas
    from application.use_cases.loop_summary import loop_summary  # noqa: PLC0415

    if as_json:
        show_json(loop_summary(finished))
        return
    _show_visits(opened, finished.loop)
    tables.show_comparison(opened.gst, finished.loop.scenario, as_json=False)
    tables.show_roster(finished.loop.roster, as_json=False)
    tables.show_theatre(finished.loop.theatre, as_json=False)
    tables.show_order(opened.gst, finished.loop.order, as_json=False)
    screen.print(t("Report: {file}", file=str(finished.report)))
    screen.print(t("Next: tadbir dashboard, then accept, modify or reject each draft."))


def _show_visits(opened: "Session", loop: "Loop") -> None:
    """The synthetic label and the forecasts of visits: those of medicines would fill pages."""
    from application.cli.forecast_tables import show_forecasts  # noqa: PLC0415 - loads pandas
    from application.use_cases.forecast_demand import ForecastSet  # noqa: PLC0415
    from hospital.forecast import SeriesKind  # noqa: PLC0415

    visits = ForecastSet(loop.forecasts.run, loop.forecasts.of_kind(SeriesKind.VISITS))
    show_forecasts(opened.gst, visits, as_json=False)


def dashboard(port: Port = DASHBOARD_PORT, headless: Headless = False) -> None:
    """Serves the dashboard on 127.0.0.1 until it is stopped."""
    aside.print(t("Dashboard on {address} (stop with Ctrl-C).", address=f"http://127.0.0.1:{port}"))
    arguments = [sys.executable, "-m", "dashboard", "--port", str(port)]
    command = [*arguments, *(["--headless"] if headless else [])]
    raise typer.Exit(subprocess.call(command))  # noqa: S603 - our own module, a whole number
