"""Visits as FHIR R4: Encounters with their bed history, the tree of Locations, Patients.

An emergency visit is an Encounter of class EMER, an admission one of class IMP that is part of
it. ``location[].period`` is the bed history; a place with status ``planned`` is one for which the
patient waits or waited in vain.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from re import compile as pattern

from application.exchange.visits import Piece, Visit, Wards
from application.fhir.shapes import Json
from application.fhir.vocabulary import (
    DIED,
    ELSEWHERE,
    FROM_EMERGENCY,
    HOME,
    LEFT_UNSEEN,
    PLACE_SYSTEM,
    PLANNED,
    UNIT_KIND_SYSTEM,
)
from application.folder.cells import CASABLANCA
from hospital.gst import Gst
from hospital.history import AdmissionKind, StayOutcome
from hospital.places import Bed, Hospital, Unit, UnitKind
from hospital.theatre import AgeGroup

TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
ROLES = {UnitKind.EMERGENCY: "ER", UnitKind.INTENSIVE_CARE: "ICU"}
TYPICAL_AGES = {AgeGroup.CHILD: 7, AgeGroup.ADULT: 40, AgeGroup.OLDER: 75}
"""Only the group is known; the year of birth written is that of such an age."""
DISPOSITIONS = {
    StayOutcome.HOME: HOME,
    StayOutcome.DIED: DIED,
    StayOutcome.TRANSFERRED: ELSEWHERE,
}
ID = pattern(r"[A-Za-z0-9\-.]{1,64}")
CARE = (UnitKind.EMERGENCY, UnitKind.WARD, UnitKind.STEP_DOWN, UnitKind.INTENSIVE_CARE)


def write_fhir(folder: Path, gst: Gst, visits: Iterable[Visit]) -> None:
    """Three NDJSON files, one resource a line, in a stable order."""
    visits = list(visits)
    wards = Wards.of(gst)
    _write(folder / "Location.ndjson", locations(gst))
    _write(folder / "Patient.ndjson", (_patient(visit) for visit in visits))
    _write(
        folder / "Encounter.ndjson", (one for visit in visits for one in encounters(visit, wards))
    )


def _write(file: Path, resources: Iterable[Json]) -> None:
    with file.open("w", encoding="utf-8", newline="\n") as lines:
        for resource in resources:
            lines.write(json.dumps(resource, ensure_ascii=False, separators=(",", ":")) + "\n")


def locations(gst: Gst) -> Iterator[Json]:
    """Hospitals, the units below them that care for patients, and their beds."""
    caring = {unit.unit for unit in gst.units if unit.kind in CARE}
    yield from (_site(hospital) for hospital in gst.hospitals)
    yield from (_ward(unit) for unit in gst.units if unit.unit in caring)
    yield from (_bed(bed) for bed in gst.beds if bed.unit in caring)


def _site(hospital: Hospital) -> Json:
    return _location("hospital", hospital.hospital, hospital.name, "si")


def _ward(unit: Unit) -> Json:
    own = {"system": UNIT_KIND_SYSTEM, "code": unit.kind.value}
    role = ROLES.get(unit.kind)
    known = [{"system": f"{TERMINOLOGY}/v3-RoleCode", "code": role}] if role else []
    return {
        **_location("unit", unit.unit, unit.name, "wa"),
        "type": [{"coding": [*known, own]}],
        "partOf": _reference("Location", place_id("hospital", unit.hospital)),
    }


def _bed(bed: Bed) -> Json:
    """Open, or isolated: the codes of HL7 table 0116."""
    status = {"system": f"{TERMINOLOGY}/v2-0116", "code": "I" if bed.isolation else "O"}
    return {
        **_location("bed", bed.bed, bed.bed, "bd"),
        "operationalStatus": status,
        "partOf": _reference("Location", place_id("unit", bed.unit)),
    }


def _location(level: str, code: str, name: str, physical: str) -> Json:
    kind = {"system": f"{TERMINOLOGY}/location-physical-type", "code": physical}
    return {
        "resourceType": "Location",
        "id": place_id(level, code),
        "identifier": [{"system": PLACE_SYSTEM, "value": code}],
        "status": "active",
        "name": name,
        "mode": "instance",
        "physicalType": {"coding": [kind]},
    }


def place_id(level: str, code: str) -> str:
    """An id for a hospital, unit or bed: readable where FHIR allows, else a hash."""
    readable = f"{level}-{code}"
    if ID.fullmatch(readable):
        return readable
    return f"{level}-{sha256(code.encode()).hexdigest()[:32]}"


def _reference(kind: str, key: str) -> Json:
    return {"reference": f"{kind}/{key}"}


def _patient(visit: Visit) -> Json:
    person = visit.person
    came = visit.registered_at or visit.pieces[0].start
    return {
        "resourceType": "Patient",
        "id": person.patient,
        "gender": person.sex.value,
        "birthDate": str(came.year - TYPICAL_AGES[person.age_group]),
        "address": [{"district": person.province}],
    }


def encounters(visit: Visit, wards: Wards) -> Iterator[Json]:
    """The emergency visit, if it was one, then the admission, if there was one."""
    stays = [piece for piece in visit.pieces if not _is_emergency(visit, piece, wards)]
    before = [piece for piece in visit.pieces if _is_emergency(visit, piece, wards)]
    if visit.registered_at is not None:
        yield _emergency_visit(visit, before, stays, wards)
    if stays:
        yield _admission(visit, stays)


def _is_emergency(visit: Visit, piece: Piece, wards: Wards) -> bool:
    return visit.registered_at is not None and piece.unit in wards.emergency


def _emergency_visit(visit: Visit, pieces: list[Piece], stays: list[Piece], wards: Wards) -> Json:
    assert visit.registered_at is not None
    end = stays[0].start if stays else visit.ended_at
    places = [_place(piece) for piece in pieces]
    if not pieces:
        places = [_waited_for(visit, wards)]
    leaving = _leaving(visit)
    if stays:
        leaving = {"destination": _bed_or_unit(stays[0])}
    elif visit.outcome is StayOutcome.MOVED and pieces:
        leaving = {"destination": _bed_or_unit(pieces[-1])}
    return {
        **_encounter(visit, "E", "EMER", (visit.registered_at, end)),
        **({"hospitalization": leaving} if leaving and end is not None else {}),
        "location": places,
    }


def _waited_for(visit: Visit, wards: Wards) -> Json:
    """The emergency department of a patient who never got a place in it."""
    units = sorted(unit for unit in wards.emergency if wards.hospital_of[unit] == visit.hospital)
    return {"location": _reference("Location", place_id("unit", units[0])), "status": PLANNED}


def _admission(visit: Visit, stays: list[Piece]) -> Json:
    is_visit = visit.registered_at is not None
    source = {"system": f"{TERMINOLOGY}/admit-source", "code": FROM_EMERGENCY}
    hospitalization = {
        **({"admitSource": {"coding": [source]}} if is_visit else {}),
        **(_leaving(visit) if visit.ended_at is not None else {}),
    }
    return {
        **_encounter(visit, "I", "IMP", (stays[0].start, visit.ended_at)),
        **({"partOf": _reference("Encounter", f"E-{visit.visit}")} if is_visit else {}),
        **({"hospitalization": hospitalization} if hospitalization else {}),
        "location": [_place(piece) for piece in stays],
    }


def _encounter(
    visit: Visit, letter: str, kind: str, period: tuple[datetime, datetime | None]
) -> Json:
    priority = "EL" if visit.kind is AdmissionKind.ELECTIVE else "EM"
    system = f"{TERMINOLOGY}/v3-ActPriority"
    return {
        "resourceType": "Encounter",
        "id": f"{letter}-{visit.visit}",
        "status": "in-progress" if period[1] is None else "finished",
        "class": {"system": f"{TERMINOLOGY}/v3-ActCode", "code": kind},
        "priority": {"coding": [{"system": system, "code": priority}]},
        "subject": _reference("Patient", visit.person.patient),
        "period": _period(*period),
    }


def _leaving(visit: Visit) -> Json:
    code = LEFT_UNSEEN if visit.left_unseen else DISPOSITIONS.get(visit.outcome)
    if code is None:
        return {}
    system = f"{TERMINOLOGY}/discharge-disposition"
    return {"dischargeDisposition": {"coding": [{"system": system, "code": code}]}}


def _place(piece: Piece) -> Json:
    return {
        "location": _bed_or_unit(piece),
        "status": "active" if piece.end is None else "completed",
        "period": _period(piece.start, piece.end),
    }


def _bed_or_unit(piece: Piece) -> Json:
    key = place_id("bed", piece.bed) if piece.bed else place_id("unit", piece.unit)
    return _reference("Location", key)


def _period(start: datetime, end: datetime | None) -> Json:
    """With the offset of that day; an hour that the clock repeats is the first of the two."""
    moments = {"start": start, "end": end}
    return {
        name: at.replace(tzinfo=CASABLANCA).isoformat(timespec="seconds")
        for name, at in moments.items()
        if at is not None
    }
