"""Hospitals, units and beds from FHIR Locations.

A site (or a building outside any site) with wards below it is a hospital, a ward is a unit, a
bed is a bed; a bed outside any ward belongs to the room or area it stands in. Wards outside
any site belong to the default hospital. What Locations do not tell (staffing, costs) is a
stated hypothesis in ``UNIT_HYPOTHESES``.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256

from application.fhir.bundles import Resources
from application.fhir.shapes import Json, codes_of, object_in, objects_in, reference_in, text_in
from application.fhir.vocabulary import PLACE_SYSTEM, UNIT_KIND_SYSTEM
from application.folder.findings import shown
from hospital.errors import GstError, say
from hospital.places import Bed, Hospital, HospitalLevel, Unit, UnitKind

SITES, WARD, BED = ("si", "bu"), "wa", "bd"
CLOSED, ISOLATED = "c", "i"
DEEPEST = 20
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,63}")
UNIT_KINDS = (UnitKind.EMERGENCY, UnitKind.WARD, UnitKind.STEP_DOWN, UnitKind.INTENSIVE_CARE)
ROLE_KINDS = {
    "er": UnitKind.EMERGENCY,
    "etu": UnitKind.EMERGENCY,
    "icu": UnitKind.INTENSIVE_CARE,
    "ccu": UnitKind.INTENSIVE_CARE,
    "pedicu": UnitKind.INTENSIVE_CARE,
    "pednicu": UnitKind.INTENSIVE_CARE,
}
"""HL7 v3 RoleCode of a Location's type; every other ward is a ward."""
OWN_KINDS = {kind.value: kind for kind in UNIT_KINDS}
"""Kinds as Tadbir writes them."""
NAME_KINDS = (
    (
        re.compile(r"\b(icu|intensive care|r[ée]animation)\b", re.IGNORECASE),
        UnitKind.INTENSIVE_CARE,
    ),
    (re.compile(r"\b(emergency|urgences)\b", re.IGNORECASE), UnitKind.EMERGENCY),
)
UNIT_HYPOTHESES = {
    UnitKind.EMERGENCY: {"physicians": 2, "beds_per_nurse": 6.0, "mean_stay_hours": 5.0},
    UnitKind.WARD: {"physicians": 2, "beds_per_nurse": 10.0, "mean_stay_hours": 96.0},
    UnitKind.STEP_DOWN: {"physicians": 2, "beds_per_nurse": 4.0, "mean_stay_hours": 72.0},
    UnitKind.INTENSIVE_CARE: {"physicians": 2, "beds_per_nurse": 2.0, "mean_stay_hours": 120.0},
}
"""Hypotheses, to be replaced in ``units.csv`` by the figures of the hospital."""
HYPOTHESIS_CV, HYPOTHESIS_COST_MAD = 1.0, 0.0


@dataclass(frozen=True)
class Place:
    """Where a Location leads: its unit, and its bed if it is one that is open."""

    hospital: str
    unit: str | None
    bed: str | None


@dataclass
class Places:
    """The places of the GST, and the place of each Location."""

    default_hospital: str
    hospitals: dict[str, str] = field(default_factory=dict)
    units: dict[str, tuple[str, UnitKind, str]] = field(default_factory=dict)
    beds: dict[str, Bed] = field(default_factory=dict)
    of_location: dict[str, Place] = field(default_factory=dict)
    left_out: Counter[tuple[str, str]] = field(default_factory=Counter)

    def unit_of_kind(self, hospital: str, kind: UnitKind) -> str:
        """The unit that takes in what has no location: made when it is first needed."""
        unit = f"{hospital[:50]}-{kind.value}"
        self.hospitals.setdefault(hospital, hospital)
        self.units.setdefault(unit, (hospital, kind, kind.value.replace("_", " ")))
        return unit

    def hospital_rows(self) -> tuple[Hospital, ...]:
        """The hospitals; level, province and population are to be filled in."""
        return tuple(
            Hospital(
                hospital=code,
                name=name,
                level=HospitalLevel.PROVINCIAL,
                province="unknown",
                population=0,
            )
            for code, name in sorted(self.hospitals.items())
        )

    def unit_rows(self, specialties: dict[str, str]) -> tuple[Unit, ...]:
        """The units, with the hypotheses of their kind."""
        return tuple(
            Unit(
                unit=code,
                hospital=hospital,
                kind=kind,
                specialty=specialties.get(code, "general"),
                name=name,
                stay_cv=HYPOTHESIS_CV,
                cost_per_bed_day_mad=HYPOTHESIS_COST_MAD,
                **UNIT_HYPOTHESES[kind],
            )
            for code, (hospital, kind, name) in sorted(self.units.items())
        )

    def bed_rows(self, most_at_once: dict[str, int]) -> tuple[Bed, ...]:
        """The beds; a unit without any gets as many as were ever needed at once, at least one."""
        beds = sorted(self.beds.values(), key=lambda bed: bed.bed)
        with_beds = {bed.unit for bed in beds}
        for unit in sorted(self.units.keys() - with_beds):
            count = max(1, most_at_once.get(unit, 0))
            beds += [
                Bed(bed=f"{unit[:56]}-{number:04d}", unit=unit) for number in range(1, count + 1)
            ]
        return tuple(beds)


def places_of(resources: Resources, default_hospital: str) -> Places:
    """The places that the Locations describe.

    Raises:
        GstError: the default hospital is not a code.
    """
    if not CODE.fullmatch(default_hospital):
        raise GstError(
            "wrong_code",
            say(
                "{found} is not a code of at most 64 letters, digits, dots, dashes or underscores.",
                found=shown(default_hospital),
            ),
        )
    places = Places(default_hospital)
    for key, location in sorted(resources.by_type["Location"].items()):
        line = _line(resources, key, location)
        kinds = [_physical(each) for _, each in line]
        if kinds[0] in SITES:
            continue
        reason = _closed(location)
        if reason:
            places.left_out["Location", reason] += 1
        _place(places, line, kinds, is_open=not reason)
    _note_unused_sites(resources, places)
    return places


def _line(resources: Resources, key: str, location: Json) -> list[tuple[str, Json]]:
    """The Location and all it is part of, itself first; a circle ends where it closes."""
    line = [(key, location)]
    while len(line) < DEEPEST:
        above = resources.find("Location", reference_in(line[-1][1], "partOf"))
        if above is None or any(above is each for _, each in line):
            return line
        line.append((text_in(above, "id"), above))
    return line


def _physical(location: Json) -> str:
    return next(codes_of(object_in(location, "physicalType")), "")


def _closed(location: Json) -> str:
    status = text_in(location, "status")
    if status in {"inactive", "suspended"}:
        return f"status_{status}"
    if CLOSED in codes_of(object_in(location, "operationalStatus")):
        return "closed"
    return ""


def _place(
    places: Places, line: list[tuple[str, Json]], kinds: list[str], *, is_open: bool
) -> None:
    hospital = _hospital(places, line, kinds)
    ward = _ward(line, kinds)
    if ward is None:
        if is_open:
            places.left_out["Location", "not_a_ward_or_bed"] += 1
        places.of_location[line[0][0]] = Place(hospital, None, None)
        return
    unit = _code(*ward)
    if is_open or kinds[0] == BED:
        places.units.setdefault(unit, (hospital, _kind(ward[1]), _name(ward[1], unit)))
        places.hospitals.setdefault(
            hospital, _name(line[-1][1], hospital) if kinds[-1] in SITES else hospital
        )
    bed = _code(*line[0]) if kinds[0] == BED and is_open else None
    if bed is not None:
        isolation = ISOLATED in codes_of(object_in(line[0][1], "operationalStatus"))
        places.beds[bed] = Bed(bed=bed, unit=unit, isolation=isolation)
    places.of_location[line[0][0]] = Place(hospital, unit if unit in places.units else None, bed)


def _hospital(places: Places, line: list[tuple[str, Json]], kinds: list[str]) -> str:
    """The highest site above; without one, the highest building; without that, the default."""
    for kind in SITES:
        above = [step for step, each in zip(line, kinds, strict=True) if each == kind]
        if above:
            return _code(*above[-1])
    return places.default_hospital


def _ward(line: list[tuple[str, Json]], kinds: list[str]) -> tuple[str, Json] | None:
    """The nearest ward; for a bed outside any ward, what it stands in."""
    for step, kind in zip(line, kinds, strict=True):
        if kind == WARD:
            return step
    holders = [step for step, kind in zip(line[1:], kinds[1:], strict=True) if kind not in SITES]
    return holders[0] if kinds[0] == BED and holders else None


def _kind(ward: Json) -> UnitKind:
    for concept in objects_in(ward, "type"):
        for coding in objects_in(concept, "coding"):
            own = OWN_KINDS.get(text_in(coding, "code"))
            if own is not None and text_in(coding, "system") == UNIT_KIND_SYSTEM:
                return own
        for code in codes_of(concept):
            if code in ROLE_KINDS:
                return ROLE_KINDS[code]
    name = text_in(ward, "name")
    return next((kind for words, kind in NAME_KINDS if words.search(name)), UnitKind.WARD)


def _name(location: Json, code: str) -> str:
    name = text_in(location, "name")
    return name if name and name.isprintable() else code


def _note_unused_sites(resources: Resources, places: Places) -> None:
    for key, location in resources.by_type["Location"].items():
        if _physical(location) in SITES and _code(key, location) not in places.hospitals:
            places.left_out["Location", "site_without_wards"] += 1


def _code(key: str, location: Json) -> str:
    """The code that Tadbir once gave this place, else its id."""
    for identifier in objects_in(location, "identifier"):
        own = text_in(identifier, "value")
        if text_in(identifier, "system") == PLACE_SYSTEM and CODE.fullmatch(own):
            return own
    return code_of(key)


def code_of(identifier: str) -> str:
    """The id of a Location as a code of the GST folder; one that does not fit is hashed."""
    if CODE.fullmatch(identifier):
        return identifier
    return "L" + sha256(identifier.encode("utf-8", "surrogatepass")).hexdigest()[:16]
