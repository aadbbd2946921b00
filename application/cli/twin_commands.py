"""The commands of the twin: ``tadbir twin`` replays the hospitals; words after it ask for more.

Engines and tables load inside the command that needs them, so that help comes at once.
"""

import typer

from application.cli.chrome import SpokenGroup, dress
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


def register(app: typer.Typer) -> None:
    """Adds the twin and what can be asked of it."""
    twin = typer.Typer(cls=SpokenGroup)
    twin.callback(invoke_without_command=True)(replay)
    dress(twin)
    app.add_typer(twin, name="twin", help=t("Replay the hospitals in the coming weeks."))


def replay(
    context: typer.Context,
    horizon: HorizonDays = 28,
    replications: Replications = 20,
    seed: Seed = 1,
    processes: Processes = None,
    as_json: AsJson = False,
) -> None:
    """Runs the twin under the forecast demand and shows each unit."""
    if context.invoked_subcommand is not None:
        return
    from application.cli import tables  # noqa: PLC0415
    from application.use_cases.simulate import simulate  # noqa: PLC0415

    with session(processes) as opened:
        run = simulate(opened, twin_design(horizon, replications, seed))
        tables.show_twin(opened.gst, run, as_json=as_json)
