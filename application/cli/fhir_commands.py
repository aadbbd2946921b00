"""``tadbir fhir``: what leaves for other systems, as FHIR R4."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from application.cli.chrome import SpokenGroup, dress
from application.cli.options import session
from application.cli.screen import screen
from application.cli.voice import t


class Content(StrEnum):
    """What can be written as FHIR."""

    RECORD = "record"
    ORDER = "order"
    THEATRE = "theatre"
    INDICATORS = "indicators"


What = Annotated[
    Content,
    typer.Argument(
        help=t(
            "record: AuditEvent and Provenance; order: SupplyRequest; theatre: Schedule, Slot and "
            "Appointment; indicators: MeasureReport."
        )
    ),
]
FhirFile = Annotated[
    Path, typer.Argument(help=t("The file to write: .json (a bundle) or .ndjson."))
]
OneRun = Annotated[
    str | None,
    typer.Option("--run", help=t("The run, or its first characters (the newest).")),
]


def register(app: typer.Typer) -> None:
    """Adds the commands on FHIR."""
    fhir = typer.Typer(cls=SpokenGroup, no_args_is_help=True)
    fhir.callback()(_group)
    fhir.command("export", help=t("Write the record, an order, a theatre plan or indicators."))(
        export
    )
    dress(fhir)
    app.add_typer(fhir, name="fhir", help=t("Exchange with other systems as FHIR R4."))


def _group() -> None:
    """A group even while it has one command."""


def export(content: What, file: FhirFile, run: OneRun = None) -> None:
    """Orders and theatre plans leave once a named person has accepted them."""
    from application.use_cases import export_fhir  # noqa: PLC0415 - loads pandas

    with session() as opened:
        count = export_fhir.export_fhir(opened, export_fhir.Content(content.value), file, run)
    screen.print(t("{count} resources written to {file}.", count=t.number(count), file=str(file)))
