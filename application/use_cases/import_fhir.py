"""Takes FHIR R4 files in: as the current GST, or as a GST folder that a person completes."""

from __future__ import annotations

from pathlib import Path

from application.fhir.importing import DEFAULT_HOSPITAL, FhirReport, import_fhir
from application.fhir.site_key import site_key
from application.folder.domain import identity_of
from application.folder.findings import Findings
from application.folder.safe_yaml import YamlFile, read_yaml
from application.folder.writing import write_folder
from application.settings import Settings
from application.store.snapshots import Snapshot
from application.use_cases.access import needs, require_on
from application.use_cases.folders import import_data
from application.use_cases.session import Session
from governance.access import Action
from hospital.errors import InvalidInput
from hospital.gst import GstIdentity
from hospital.tables import IDENTITY_FILE


def read_fhir(settings: Settings, source: Path, hospital: str = DEFAULT_HOSPITAL) -> FhirReport:
    """What a folder of FHIR files and a ``gst.yaml`` holds, and what was left out of it.

    Raises:
        InvalidInput: there is no ``gst.yaml`` beside the files, or something is not FHIR.
    """
    identity = _identity(source / IDENTITY_FILE)
    return import_fhir(source, identity, site_key(settings.folder), hospital)


@needs(Action.IMPORT)
def import_fhir_folder(
    session: Session, source: Path, hospital: str = DEFAULT_HOSPITAL
) -> tuple[Snapshot, FhirReport]:
    """Stores what the files hold as the current GST, whole or not at all."""
    report = read_fhir(session.settings, source, hospital)
    return import_data(session, report.data), report


def fhir_to_folder(
    settings: Settings, source: Path, target: Path, hospital: str = DEFAULT_HOSPITAL
) -> FhirReport:
    """Writes what the files hold as a GST folder, to complete with staff, theatre and pharmacy."""
    require_on(settings, Action.IMPORT)
    report = read_fhir(settings, source, hospital)
    write_folder(report.data, target)
    return report


def _identity(file: Path) -> GstIdentity:
    findings = Findings()
    source = read_yaml(file)
    if not isinstance(source, YamlFile):
        raise InvalidInput([source])
    identity = identity_of(source, findings)
    if identity is None:
        raise InvalidInput(findings.problems, findings.total)
    return identity
