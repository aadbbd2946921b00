"""FHIR R4 resources into a GST with its history, and a full account of what was left out."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path

import pandas as pd

from application.exchange.hourly_visits import hourly_visits
from application.fhir.bundles import Resources, read_resources
from application.fhir.code_maps import FILE as CODE_MAPS
from application.fhir.code_maps import CodeMaps, read_code_maps
from application.fhir.consumption import IssueReader, Issues
from application.fhir.encounters import EncounterReader, Episodes, most_at_once
from application.fhir.people import SiteKey
from application.fhir.places import Places, places_of
from application.folder.reading import GstData, history_of
from application.folder.writing import conformed, frame_of_rows
from hospital.gst import Gst, GstIdentity
from hospital.tables import BY_NAME

DEFAULT_HOSPITAL = "HOSPITAL"


@dataclass(frozen=True)
class FhirReport:
    """What came of an import.

    ``used`` counts what entered (``visits``, ``stays``, ``beds`` …); ``left_out`` counts what
    did not, by resource type and reason: every resource that was read is in one of the two.
    """

    data: GstData
    used: dict[str, int] = field(default_factory=dict)
    left_out: dict[tuple[str, str], int] = field(default_factory=dict)


def import_fhir(
    source: Path,
    identity: GstIdentity,
    site_key: bytes,
    default_hospital: str = DEFAULT_HOSPITAL,
) -> FhirReport:
    """The GST that encounters, locations, patients and dispenses of FHIR files describe.

    Args:
        source: a bundle, an NDJSON file (``.gz`` too), or a folder of these.
        identity: of the GST; what happened on ``as_of`` or later is left out.
        site_key: the secret of the site, at least 16 bytes, for the pseudonyms.
        default_hospital: takes in the wards and encounters that name no site.

    Raises:
        InvalidInput: with every file and line that is not FHIR, and every row of the site's
            ``code-maps.csv`` that cannot be used.
        GstError: the site key is too short.
    """
    key = SiteKey(site_key)
    maps = read_code_maps(source / CODE_MAPS) if source.is_dir() else CodeMaps()
    resources = read_resources(source)
    places = places_of(resources, default_hospital)
    as_of = datetime.combine(identity.as_of, time())
    episodes = EncounterReader(resources, places, key, as_of).read()
    issues = IssueReader(resources, places, maps, as_of).read()
    if not places.hospitals:
        places.hospitals[default_hospital] = default_hospital
    gst = _gst(identity, places, episodes).but(medicines=issues.medicines())
    data = GstData(gst, history_of(_history(episodes, issues)))
    used, left_out = _account(resources, places, episodes)
    return FhirReport(data, *_with_issues(issues, used, left_out))


def _with_issues(
    issues: Issues, used: dict[str, int], left_out: dict[tuple[str, str], int]
) -> tuple[dict[str, int], dict[tuple[str, str], int]]:
    """The account with what pharmacies handed out."""
    more = used | issues.used | ({"medicines": len(issues.medicines())} if issues.units else {})
    return dict(sorted(more.items())), dict(sorted((left_out | issues.left_out).items()))


def _gst(identity: GstIdentity, places: Places, episodes: Episodes) -> Gst:
    return Gst(
        identity=identity,
        hospitals=places.hospital_rows(),
        units=places.unit_rows(_specialties(episodes)),
        beds=places.bed_rows(most_at_once(episodes.stays)),
    )


def _specialties(episodes: Episodes) -> dict[str, str]:
    """The commonest service of the stays of each unit."""
    best: dict[str, str] = {}
    ranked = sorted(episodes.services.items(), key=lambda item: (-item[1], item[0]))
    for (unit, service), _ in ranked:
        best.setdefault(unit, service)
    return best


def _history(episodes: Episodes, issues: Issues) -> dict[str, pd.DataFrame]:
    frames = {"visits": hourly_visits(episodes.visits)} if episodes.visits else {}
    if episodes.stays:
        stays = BY_NAME["stays"]
        frames[stays.name] = conformed(stays, frame_of_rows(stays, episodes.stays))
    if rows := issues.rows():
        consumption = BY_NAME["consumption"]
        frames[consumption.name] = conformed(consumption, frame_of_rows(consumption, rows))
    return frames


def _account(
    resources: Resources, places: Places, episodes: Episodes
) -> tuple[dict[str, int], dict[tuple[str, str], int]]:
    used = Counter(episodes.used)
    used.update(
        {"hospitals": len(places.hospitals), "units": len(places.units), "beds": len(places.beds)}
    )
    left_out = resources.left_out + places.left_out + episodes.left_out
    patients = {stay.patient for stay in episodes.stays}
    used["patients"] = len(patients)
    unused = len(resources.by_type["Patient"]) - len(patients)
    if unused > 0:
        left_out["Patient", "without_a_stay"] += unused
    return dict(sorted(used.items())), dict(sorted(left_out.items()))
