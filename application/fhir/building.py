"""Pieces that every resource which leaves is made of: codes, references, times, bundles.

Cardinalities are those of FHIR R4 (4.0.1). Systems that begin with ``urn:tadbir:`` are ours: no
content of a licensed terminology is shipped, sites bring their own codes (``code_maps``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from re import compile as pattern

from application.fhir.shapes import Json
from application.folder.cells import CASABLANCA

OWN = "urn:tadbir"
FHIR_ID = pattern(r"[A-Za-z0-9\-.]{1,64}")
UNITS_OF_MEASURE = "http://unitsofmeasure.org"
DATA_ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"


def key_of(*parts: str) -> str:
    """An id for a resource: readable where FHIR allows it, else a hash of 128 bits."""
    readable = "-".join(parts)
    if FHIR_ID.fullmatch(readable):
        return readable
    return sha256("\n".join(parts).encode()).hexdigest()[:32]


def own_system(name: str) -> str:
    """The address of one of our own sets of codes."""
    return f"{OWN}:{name}"


def coding(system: str, code: str, display: str = "") -> Json:
    """One code of one system."""
    return {"system": system, "code": code, **({"display": display} if display else {})}


def concept(*codings: Json, text: str = "") -> Json:
    """A CodeableConcept; the first coding is the one that Tadbir means."""
    return {"coding": list(codings), **({"text": text} if text else {})}


def named(kind: str, system: str, value: str) -> Json:
    """A reference by identifier to what stands in no resource of the file."""
    return {"type": kind, "identifier": {"system": own_system(system), "value": value}}


def person(pseudonym: str) -> Json:
    """A reference to a member of staff, by the pseudonym of this site."""
    return named("Practitioner", "person", pseudonym)


def within(kind: str, key: str) -> Json:
    """A reference to a resource of the same file."""
    return {"reference": f"{kind}/{key}"}


def instant(at: datetime) -> str:
    """A moment as FHIR writes it; one without an offset is UTC, as Tadbir stores it."""
    known = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    return known.isoformat(timespec="milliseconds" if known.microsecond else "seconds")


def local_instant(day: date, minute: int) -> str:
    """A minute after midnight on the clock of Morocco, with the offset of that day."""
    at = datetime.combine(day, time()) + timedelta(minutes=minute)
    return at.replace(tzinfo=CASABLANCA).isoformat(timespec="seconds")


def quantity(value: float, unit: str, code: str = "") -> Json:
    """An amount; ``code`` is its UCUM code, where there is one."""
    known = {"system": UNITS_OF_MEASURE, "code": code} if code else {}
    return {"value": value, "unit": unit, **known}


def resource(kind: str, key: str, **content: object) -> Json:
    """A resource, without what is empty: FHIR has no empty element (R4, 2.6.2)."""
    kept = {name: value for name, value in content.items() if value not in (None, "", [], {})}
    return {"resourceType": kind, "id": key, **kept}


def bundle(resources: Iterable[Json], made_at: datetime) -> Json:
    """A collection: what belongs together, and no order to change anything."""
    entries: Sequence[Json] = [
        {"fullUrl": f"{OWN}:{one['resourceType']}:{one['id']}", "resource": one}
        for one in resources
    ]
    whole: Json = {"resourceType": "Bundle", "type": "collection", "timestamp": instant(made_at)}
    return {**whole, "entry": entries} if entries else whole
