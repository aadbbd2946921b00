"""Commands on GST folders: init, check, import, export."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from application.cli.options import AsJson, session, settings_with
from application.cli.screen import screen, show_error, show_json, show_table
from application.cli.voice import t
from hospital.errors import GstError, InvalidInput, say

if TYPE_CHECKING:
    from application.fhir.importing import FhirReport
    from application.store.snapshots import Snapshot

PROBLEMS_FOUND = 2

Folder = Annotated[Path, typer.Argument(help=t("The GST folder."))]
NewFolder = Annotated[Path, typer.Argument(help=t("A folder that does not exist yet."))]
Rejected = Annotated[
    Path | None,
    typer.Option("--rejected", help=t("Write the rows that cannot be used into this folder.")),
]
Fhir = Annotated[
    bool, typer.Option("--fhir", help=t("The folder holds FHIR R4 files and a gst.yaml."))
]
Adt = Annotated[
    bool, typer.Option("--adt", help=t("The stays and visits are the messages of adt.csv."))
]
Hl7 = Annotated[
    bool, typer.Option("--hl7", help=t("The stays and visits are the HL7 messages of adt.hl7."))
]
HospitalCode = Annotated[
    str, typer.Option("--hospital", help=t("FHIR: hospital of what names no place."))
]
ToFolder = Annotated[
    Path | None,
    typer.Option("--to", help=t("FHIR: write a GST folder to complete instead of storing it.")),
]


def register(app: typer.Typer) -> None:
    """Adds the commands on folders."""
    app.command("init", help=t("Begin an empty GST folder with templates."))(init)
    app.command("check", help=t("Say everything that is wrong in a GST folder."))(check)
    app.command("import", help=t("Store a GST folder, whole or not at all."))(import_)
    app.command("export", help=t("Write the current GST as a folder."))(export)


def init(folder: NewFolder) -> None:
    """Writes ``gst.yaml``, the templates and the guide of the columns."""
    from application.use_cases.folders import begin_folder  # noqa: PLC0415

    begin_folder(folder, t)
    screen.print(
        t(
            "{folder} is ready: fill in gst.yaml, copy from templates/ the tables that you have, "
            "then run tadbir check {folder}.",
            folder=str(folder),
        )
    )


def check(folder: Folder, rejected: Rejected = None, as_json: AsJson = False) -> None:
    """Reads everything and stores nothing."""
    from application.use_cases.folders import check_folder  # noqa: PLC0415

    report = check_folder(folder, rejected)
    if as_json:
        show_json(
            {
                "usable": report.data is not None,
                "problems_total": report.findings.total,
                "problems": [_as_dict(problem) for problem in report.findings.problems],
                "rows": report.rows,
            }
        )
    elif report.findings.problems:
        show_error(InvalidInput(report.findings.problems, report.findings.total))
    else:
        screen.print(t("This folder can be imported: {rows}.", rows=_counts(report.rows)))
    if report.findings.problems:
        raise typer.Exit(PROBLEMS_FOUND)


def _as_dict(problem: object) -> dict[str, object]:
    names = ("code", "file", "row", "column", "found", "expected", "remedy")
    return {name: getattr(problem, name) for name in names}


def _counts(rows: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in rows.items() if count)


def import_(
    folder: Folder,
    rejected: Rejected = None,
    fhir: Fhir = False,
    adt: Adt = False,
    hl7: Hl7 = False,
    hospital: HospitalCode = "HOSPITAL",
    to: ToFolder = None,
) -> None:
    """Checks and stores; with a problem nothing is stored."""
    if fhir + adt + hl7 > 1:
        raise GstError("two_formats", say("Choose one of --fhir, --adt and --hl7."))
    if fhir:
        _import_fhir(folder, hospital, to)
        return
    if adt:
        _import_adt(folder)
        return
    if hl7:
        _import_hl7(folder)
        return
    from application.use_cases.folders import import_folder  # noqa: PLC0415

    with session() as opened:
        snapshot = import_folder(opened, folder, rejected)
    _now_current(snapshot)


def _import_adt(source: Path) -> None:
    from application.use_cases.exchange import import_adt_folder  # noqa: PLC0415

    with session() as opened:
        snapshot = import_adt_folder(opened, source)
    _now_current(snapshot)


def _import_hl7(source: Path) -> None:
    from application.use_cases.exchange import import_hl7_folder  # noqa: PLC0415

    with session() as opened:
        snapshot, left_out = import_hl7_folder(opened, source)
    if left_out:
        show_table(
            t("HL7: what was left out"),
            [t("reason"), t("count")],
            [[reason, t.number(count)] for reason, count in left_out.items()],
        )
    _now_current(snapshot)


def _import_fhir(source: Path, hospital: str, target: Path | None) -> None:
    from application.use_cases.import_fhir import (  # noqa: PLC0415
        fhir_to_folder,
        import_fhir_folder,
    )

    if target is not None:
        report = fhir_to_folder(settings_with(None), source, target, hospital)
        _show_counts(report)
        screen.print(t("Written to {folder}.", folder=str(target)))
        return
    with session() as opened:
        snapshot, report = import_fhir_folder(opened, source, hospital)
    _show_counts(report)
    _now_current(snapshot)


def _show_counts(report: "FhirReport") -> None:
    """What was used of each kind of resource, and what was left out and why."""
    show_table(
        t("FHIR: what was used"),
        [t("resource"), t("count")],
        [[name, t.number(count)] for name, count in sorted(report.used.items())],
    )
    show_table(
        t("FHIR: what was left out"),
        [t("resource"), t("reason"), t("count")],
        [
            [resource, reason, t.number(count)]
            for (resource, reason), count in sorted(report.left_out.items())
        ],
    )


def _now_current(snapshot: "Snapshot") -> None:
    screen.print(
        t("{name} is now the current GST ({run}).", name=snapshot.name, run=snapshot.snapshot[:12])
    )


def export(folder: NewFolder) -> None:
    """Writes the current GST; the same GST always gives the same bytes."""
    from application.use_cases.folders import export_folder  # noqa: PLC0415

    with session() as opened:
        export_folder(opened, folder)
    screen.print(t("Written to {folder}.", folder=str(folder)))
