"""What one replication of the twin tells: its event log, and visits as hospitals exchange them.

Engines and tables load inside the command that needs them, so that help comes at once.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from application.cli.options import HorizonDays, Seed, session
from application.cli.screen import screen
from application.cli.voice import t

if TYPE_CHECKING:
    from application.use_cases.simulate import TwinDesign

NewFolder = Annotated[Path, typer.Argument(help=t("A folder that does not exist yet."))]
Replication = Annotated[
    int, typer.Option("--replication", min=0, max=9_999, help=t("Which replication, from 0."))
]


Page = Annotated[Path, typer.Argument(help=t("The page to write, such as hospital.html."))]
OneHospital = Annotated[
    str | None, typer.Option("--hospital", help=t("Code of the hospital (the first)."))
]
FewDays = Annotated[int, typer.Option("--days", min=1, max=14, help=t("Days to look ahead."))]


class Format(StrEnum):
    """How visits are written."""

    ADT = "adt"
    FHIR = "fhir"


HowWritten = Annotated[
    Format, typer.Option("--format", help=t("adt: messages as CSV; fhir: FHIR R4 as NDJSON."))
]


def register(twin: typer.Typer) -> None:
    """Adds the commands to those of the twin."""
    twin.command("log", help=t("Write every event of one replication as Parquet."))(log)
    twin.command("animate", help=t("Draw one hospital in motion, on a page that opens anywhere."))(
        animate
    )
    twin.command("export", help=t("Write one replication as ADT messages or FHIR."))(export)


def log(
    folder: NewFolder, replication: Replication = 0, horizon: HorizonDays = 28, seed: Seed = 1
) -> None:
    """The event log in the columns of the vidigi package; times in minutes."""
    from application.use_cases.exchange import write_event_log  # noqa: PLC0415

    with session() as opened:
        events = write_event_log(opened, _design(horizon, seed), folder, replication)
    screen.print(
        t("{count} events written to {folder}.", count=t.number(events), folder=str(folder))
    )


def export(
    folder: NewFolder,
    form: HowWritten = Format.ADT,
    replication: Replication = 0,
    horizon: HorizonDays = 28,
    seed: Seed = 1,
) -> None:
    """One replication as a hospital's system would have recorded it."""
    from application.use_cases import exchange  # noqa: PLC0415

    with session() as opened:
        visits = exchange.export_replication(
            opened, _design(horizon, seed), folder, exchange.Format(form.value), replication
        )
    screen.print(
        t(
            "{count} simulated visits written to {folder}; read them again with {command}.",
            count=t.number(visits),
            folder=str(folder),
            command=f"tadbir import {folder} --{form.value}",
        )
    )


def animate(
    file: Page,
    hospital: OneHospital = None,
    replication: Replication = 0,
    days: FewDays = 3,
    seed: Seed = 1,
) -> None:
    """One replication, a picture every hour; needs the animate extra."""
    from application.use_cases.exchange import write_animation  # noqa: PLC0415

    with session() as opened:
        write_animation(opened, _design(days, seed), file, hospital, replication)
    screen.print(t("Written to {file}: open it in any browser, without a network.", file=str(file)))


def _design(horizon: int, seed: int) -> TwinDesign:
    from application.use_cases.simulate import TwinDesign  # noqa: PLC0415 - loads pandas

    return TwinDesign(horizon_days=horizon, seed=seed)
