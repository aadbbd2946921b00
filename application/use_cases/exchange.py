"""One replication of the twin as messages or FHIR or events, and messages as a GST."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from application.adt.exporting import FILE as ADT_FILE
from application.adt.exporting import adt_csv
from application.adt.hl7 import require_parser
from application.adt.importing import Hl7Feed, read_adt
from application.adt.messages import ADT
from application.exchange.visits import Visit, Wards
from application.fhir.exporting import write_fhir
from application.fhir.people import SiteKey
from application.fhir.site_key import site_key
from application.folder.reading import FolderReport, GstData, history_of, inspect_folder
from application.folder.writing import fill_folder, identity_yaml, whole_or_nothing
from application.language import Translator
from application.settings import Settings
from application.store.snapshots import Snapshot
from application.use_cases.access import needs
from application.use_cases.folders import import_data
from application.use_cases.session import Session
from application.use_cases.simulate import TwinDesign, prepare_twin
from governance.access import Action
from hospital.errors import GstError, InvalidInput, say
from hospital.gst import Gst
from hospital.tables import IDENTITY_FILE

if TYPE_CHECKING:
    from twin.run_plan import RunPlan


EVENTS_FILE = "events.parquet"


class Format(StrEnum):
    """How visits are written."""

    ADT = "adt"
    FHIR = "fhir"


@needs(Action.SIMULATE)
def export_replication(
    session: Session, design: TwinDesign, folder: Path, kind: Format, replication: int = 0
) -> int:
    """Writes one replication as a hospital's system would have recorded it; returns the visits.

    The folder can be imported again with ``--adt`` or ``--fhir``: it holds ``gst.yaml``, marked
    synthetic and as of the end of the run, and for ADT the tables of the GST.
    """
    from application.exchange.simulated import simulated_visits  # noqa: PLC0415 - loads SciPy

    prepared = prepare_twin(session, design)
    visits = simulated_visits(session.gst, prepared, replication)
    with whole_or_nothing(folder) as draft:
        write_visits(draft, after_run(session.gst, prepared.run), visits, kind)
    return len(visits)


def after_run(gst: Gst, run: RunPlan) -> Gst:
    """The GST as of the end of a run; what the twin tells of it is synthetic."""
    as_of = run.first_day + timedelta(days=run.horizon_days)
    return gst.but(identity=gst.identity.but(as_of=as_of, synthetic=True))


def write_visits(folder: Path, gst: Gst, visits: Sequence[Visit], kind: Format) -> None:
    """Fills a folder with visits in one of the formats."""
    if kind is Format.FHIR:
        (folder / IDENTITY_FILE).write_text(identity_yaml(gst.identity), encoding="utf-8")
        write_fhir(folder, gst, visits)
        return
    fill_folder(GstData(gst, history_of({})), folder)
    (folder / ADT_FILE).write_bytes(adt_csv(visits, Wards.of(gst)))


def read_adt_folder(folder: Path) -> FolderReport:
    """What a GST folder holds whose stays and visits are the messages of ``adt.csv``."""
    return inspect_folder(folder, {ADT.name: read_adt})


@needs(Action.IMPORT)
def import_adt_folder(session: Session, folder: Path) -> Snapshot:
    """Stores such a folder as the current GST, whole or not at all.

    Raises:
        InvalidInput: with everything that is wrong in the folder.
    """
    report = read_adt_folder(folder)
    report.findings.raise_if_any()
    if report.data is None:
        raise InvalidInput([])
    return import_data(session, report.data)


def read_hl7_folder(settings: Settings, folder: Path) -> tuple[FolderReport, dict[str, int]]:
    """What a GST folder holds whose stays and visits are the HL7 messages of ``adt.hl7``.

    With it comes how many messages were left out, by reason.

    Raises:
        GstError: the parser is not installed, or the site's key cannot be read.
    """
    require_parser()
    feed = Hl7Feed(SiteKey(site_key(settings.folder)))
    report = inspect_folder(folder, {ADT.name: feed})
    return report, dict(sorted(feed.left_out.items()))


@needs(Action.IMPORT)
def import_hl7_folder(session: Session, folder: Path) -> tuple[Snapshot, dict[str, int]]:
    """Stores such a folder as the current GST, whole or not at all.

    Raises:
        InvalidInput: with everything that is wrong in the folder.
    """
    report, left_out = read_hl7_folder(session.settings, folder)
    report.findings.raise_if_any()
    if report.data is None:
        raise InvalidInput([])
    return import_data(session, report.data), left_out


@needs(Action.SIMULATE)
def write_event_log(
    session: Session, design: TwinDesign, folder: Path, replication: int = 0
) -> int:
    """Writes the event log of one replication as Parquet; returns the number of events."""
    from twin.trace import event_log  # noqa: PLC0415 - loads SimPy and SciPy

    log = event_log(prepare_twin(session, design), replication)
    with whole_or_nothing(folder) as draft:
        log.to_parquet(draft / EVENTS_FILE, index=False)
    return len(log)


@needs(Action.SIMULATE)
def write_animation(
    session: Session, design: TwinDesign, file: Path, hospital: str | None, replication: int = 0
) -> None:
    """Writes a page with one hospital (the first if none is named) in motion.

    Raises:
        GstError: the file exists, or the animate extra is not installed.
        UnknownPlace: there is no such hospital.
    """
    from application import animation  # noqa: PLC0415 - loads pandas
    from twin.trace import event_log  # noqa: PLC0415 - loads SimPy and SciPy

    if file.exists():
        raise GstError(
            "file_exists", say("{file} exists already; name a new file.", file=file.name)
        )
    animation.drawing()
    gst = session.gst
    place = gst.hospital(hospital or gst.hospitals[0].hospital)
    prepared = prepare_twin(session, design)
    run = prepared.run
    shown = animation.Shown(place.hospital, run.first_day, run.horizon_days, run.lead_days)
    log = event_log(prepared, replication)
    page = animation.animated_page(gst, log, shown, Translator(session.settings.language))
    file.write_text(page, encoding="utf-8")
