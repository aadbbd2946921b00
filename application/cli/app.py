"""The command line: one command for each use case, the same for people and for machines.

Exit codes: 0 done, 2 refused (what was given cannot be used), 1 a fault of ours, 130 stopped.
"""

import os
import signal
import sys
from types import FrameType
from typing import Annotated

import typer

from application.cli import (
    account_commands,
    audit_commands,
    database_commands,
    decision_commands,
    federated_commands,
    fhir_commands,
    folder_commands,
    forecast_commands,
    impact_commands,
    loop_commands,
    model_commands,
    privacy_commands,
    ranking_commands,
    roster_commands,
    scenario_commands,
    serve_commands,
    stock_commands,
    theatre_commands,
    twin_commands,
)
from application.cli.chrome import SpokenGroup, dress, name_panels
from application.cli.screen import aside, show_error
from application.cli.voice import OPTION, t
from application.compute import one_thread_each
from application.disk_trouble import told_of_disk
from application.language import Language
from hospital.errors import GstError, RunInterrupted, say

REFUSED, FAULT, STOPPED = 2, 1, 130

app = typer.Typer(
    name="tadbir",
    cls=SpokenGroup,
    help=t("Tadbir plans the public hospitals of a territory: it proposes, a person decides."),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


@app.callback()
def options(
    lang: Annotated[
        Language | None, typer.Option(OPTION, help=t("Language: fr, ar or en."))
    ] = None,
) -> None:
    """Options before the command; the language was already chosen from the arguments."""
    del lang


folder_commands.register(app)
forecast_commands.register(app)
scenario_commands.register(app)
stock_commands.register(app)
roster_commands.register(app)
theatre_commands.register(app)
ranking_commands.register(app)
impact_commands.register(app)
twin_commands.register(app)
loop_commands.register(app)
decision_commands.register(app)
audit_commands.register(app)
model_commands.register(app)
account_commands.register(app)
privacy_commands.register(app)
fhir_commands.register(app)
serve_commands.register(app)
federated_commands.register(app)
database_commands.register(app)
dress(app)


def main() -> None:
    """Runs the command; what a person did wrong is explained, and a fault of ours is named."""
    one_thread_each()
    signal.signal(signal.SIGINT, _stop)
    signal.signal(signal.SIGTERM, _stop)
    try:
        name_panels()
        app()
    except RunInterrupted:
        aside.print(t("Stopped; what was not finished was not stored."))
        sys.exit(STOPPED)
    except GstError as error:
        show_error(error)
        sys.exit(REFUSED)
    except BrokenPipeError:
        _leave_quietly()
    except OSError as fault:
        trouble = told_of_disk(fault)
        if trouble is None:
            _show_fault(fault)
            sys.exit(FAULT)
        show_error(trouble)
        sys.exit(REFUSED)
    except Exception as fault:  # noqa: BLE001 - the last line between a fault and a person
        _show_fault(fault)
        sys.exit(FAULT)


def _stop(number: int, _frame: FrameType | None) -> None:
    raise RunInterrupted("interrupted", say("Stopped by signal {number}.", number=number))


def _leave_quietly() -> None:
    """The reader of our output has gone (as ``head`` does): there is nothing more to say."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(FAULT)


def _show_fault(fault: Exception) -> None:
    if os.environ.get("TADBIR_DEBUG"):
        raise fault
    aside.print(
        t(
            "A fault of Tadbir stopped this command ({name}). Nothing was half stored. "
            "Run it again with TADBIR_DEBUG=1 and send us what it prints.",
            name=f"{type(fault).__name__}: {fault}",
        ),
        markup=False,
    )
