"""HL7 version 2 ADT messages as rows of ``adt.csv``: A01 to A04 and the cancels A11 to A13.

Read by python-hl7 (1.7 ms a message, where hl7apy needs 53). What names a patient (PID-5, PID-13,
PID-11 but for the province) is never looked at; PID-3 and PV1-19 become pseudonyms under the key
of the site, and the birth date becomes an age group.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from application.adt.messages import AdtMessage, Disposition, MessageType, PatientClass
from application.fhir.people import UNKNOWN_PROVINCE, SiteKey, age_group_of, sex_of
from application.folder.cells import CASABLANCA, FIRST_YEAR, LAST_YEAR
from application.folder.findings import HEADER_ROWS
from governance.pseudonym import pseudonym
from hospital.errors import GstError, say
from hospital.history import AdmissionKind

if TYPE_CHECKING:
    from application.fhir.shapes import Json

FILE = "adt.hl7"
START = "MSH"
FRAMES = "\x0b\x1c"
"""Bytes with which MLLP begins and ends a message (HL7 2.5, appendix C)."""
LONGEST_MESSAGE = 100_000
SEPARATORS = "|^~\\&"
"""Of fields, components and repetitions, the escape, of subcomponents: for those not given."""
ESCAPE = 3
"""Which of them is the escape."""
SEPARATOR_ESCAPES = frozenset("FRSTE")
"""Escaped field, repetition, component and subcomponent separators, and the escape itself."""
TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(?:(\d\d)(?:\.\d{1,4})?)?([+-]\d{4})?", re.ASCII)
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,63}", re.ASCII)
LONGEST_PROVINCE = 60

SEXES = {"F": "female", "M": "male"}
"""HL7 table 0001; other values are of patients for whom no bed can be chosen."""
CLASSES = {"E": PatientClass.EMERGENCY, "I": PatientClass.INPATIENT}
"""HL7 table 0004; outpatients and the like take no bed."""
KINDS = {
    "E": AdmissionKind.EMERGENCY,
    "U": AdmissionKind.EMERGENCY,
    "A": AdmissionKind.EMERGENCY,
    "R": AdmissionKind.ELECTIVE,
    "C": AdmissionKind.ELECTIVE,
}
"""HL7 table 0007: emergency, urgent, accident; routine, elective."""
DIED, LEFT = frozenset({"20", "40", "41", "42"}), "07"
ELSEWHERE = frozenset({"02", "03", "04", "05"})
"""HL7 table 0112: expired; left against advice; sent on to another institution."""


@dataclass(frozen=True, slots=True)
class UnitPlaces:
    """What the folder says of places: the hospital of each unit, and the codes of beds."""

    hospital_of: Mapping[str, str]
    beds: frozenset[str]


@dataclass
class Hl7Reading:
    """The messages that were read, each with the line on which it begins, and what was left out."""

    messages: list[tuple[int, AdtMessage]] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)

    def positions(self) -> list[int]:
        """Where the messages stand, as a frame counts rows of a file with a header."""
        return [line - HEADER_ROWS - 1 for line, _ in self.messages]


@dataclass(frozen=True)
class Hl7Reader:
    """Reads the messages of a site; ``key`` makes the pseudonyms."""

    key: SiteKey
    places: UnitPlaces

    def read(self, file: Path) -> Hl7Reading:
        """Every message, used or left out for one reason.

        Raises:
            OSError, UnicodeDecodeError: the file cannot be read.
        """
        reading = Hl7Reading()
        people: dict[str, Json] = {}
        seen: set[str] = set()
        for line, text in _split(file):
            reason = self._use(line, text, (reading, people, seen))
            if reason:
                reading.left_out[reason] += 1
        return reading

    def _use(self, line: int, text: str, kept: tuple[Hl7Reading, dict[str, Json], set[str]]) -> str:
        """Adds one message; returns why not, or nothing."""
        reading, people, seen = kept
        told = _parsed(text)
        if told is None:
            return "not_hl7"
        kind = told("MSH", 9, 2)
        if told("MSH", 9) != "ADT" or kind not in set(MessageType):
            return f"type_{kind}" if CODE.fullmatch(kind) else "type_other"
        control = told("MSH", 10)
        if control in seen:
            return "sent_twice"
        message = self._message(told, MessageType(kind), len(reading.messages) + 1, people)
        if isinstance(message, str):
            return message
        if control:
            seen.add(control)
        reading.messages.append((line, message))
        return ""

    def _message(
        self, told: Told, kind: MessageType, number: int, people: dict[str, Json]
    ) -> AdtMessage | str:
        at = next(
            filter(None, map(_moment, (told("EVN", 6), told("EVN", 2), told("MSH", 7)))), None
        )
        patient, visit = told("PID", 3), told("PV1", 19) or told("PID", 18)
        if at is None or not patient or not visit:
            return "no_time" if at is None else "no_patient" if not patient else "no_visit"
        person = _remembered(people, patient, told)
        sex, age_group = sex_of(person), age_group_of(person, at)
        if sex is None or age_group is None:
            return "no_sex" if sex is None else "no_age"
        if told("PV1", 2) not in CLASSES:
            return "class_other"
        unit, bed, hospital = self._place(told)
        if hospital is None:
            return "no_hospital"
        begins, ends = kind in BEGINNINGS, kind is MessageType.DISCHARGE
        return AdtMessage(
            message=number,
            type=kind,
            event_at=at,
            visit=pseudonym(self.key.secret, "Visit", visit),
            patient=self.key.pseudonym(patient),
            patient_class=CLASSES[told("PV1", 2)],
            hospital=hospital,
            unit=unit,
            bed=bed,
            kind=KINDS.get(told("PV1", 4)) if begins else None,
            sex=sex,
            age_group=age_group,
            province=str(person.get("province") or UNKNOWN_PROVINCE),
            disposition=_disposition(told) if ends else None,
        )

    def _place(self, told: Told) -> tuple[str | None, str | None, str | None]:
        """Unit, bed and hospital of PV1-3; a bed may be numbered inside its unit."""
        unit, bed, facility = (told("PV1", 3, part) for part in (1, 3, 4))
        known = unit if CODE.fullmatch(unit) else None
        hospital = self.places.hospital_of.get(unit) or (
            facility if CODE.fullmatch(facility) else None
        )
        wanted = (bed, f"{unit}-{bed}") if bed and known else ()
        return known, next((one for one in wanted if one in self.places.beds), None), hospital


BEGINNINGS = frozenset({MessageType.ADMIT, MessageType.REGISTER})


class Told:
    """What a message says at a place, empty where it says nothing there."""

    def __init__(self, message: Any) -> None:
        self.message = message

    def __call__(self, segment: str, number: int, part: int = 1) -> str:
        """A component of the first repetition of a field of the first such segment."""
        try:
            found = self.message.extract_field(segment, 1, number, 1, part, 1)
        except (LookupError, TypeError, AttributeError, ValueError):
            return ""
        return str(found).strip() if found is not None else ""


def _split(file: Path) -> Iterator[tuple[int, str]]:
    """Messages with the line on which each begins; lines of batches belong to none."""
    begun, lines = 0, list[str]()
    with file.open(encoding="utf-8-sig", newline=None) as text:
        for number, raw in enumerate(text, start=1):
            line = raw.strip("\r\n" + FRAMES)
            if line.startswith(START):
                if lines:
                    yield begun, "\r".join(lines)
                begun, lines = number, [line]
            elif lines and line and line[:3] not in {"FHS", "BHS", "BTS", "FTS"}:
                lines.append(line)
    if lines:
        yield begun, "\r".join(lines)


def _parsed(text: str) -> Told | None:
    import hl7  # noqa: PLC0415 - only this import needs it

    separators = _separators(text)
    if len(text) > LONGEST_MESSAGE or len({"\r", *separators}) != 1 + len(separators):
        return None
    try:
        return Told(hl7.parse(_as_written(text, separators[ESCAPE])))
    except (hl7.HL7Exception, LookupError, ValueError, TypeError, AttributeError, RecursionError):
        return None


def _separators(text: str) -> str:
    """What a message is taken apart by: its own signs, the usual ones for those not given."""
    fields = text[len(START) : len(START) + 1]
    given = text[len(START) : text.find(fields, len(START) + 1)]
    return given + SEPARATORS[len(given) :]


def _as_written(text: str, escape: str) -> str:
    """The message with only the escapes that stand for separators; others stay as written.

    The parser would log what it cannot read with the whole field, which may tell who a patient is.
    """
    itself = f"{escape}E{escape}"
    sign = re.escape(escape)

    def literal(found: re.Match[str]) -> str:
        return found[0] if found[1] in SEPARATOR_ESCAPES else itself + found[1] + itself

    # The escape that is named among the separators begins nothing.
    begun = text.find(text[len(START)], len(START) + 1)
    return text[:begun] + re.sub(rf"{sign}([^{sign}\r]*){sign}", literal, text[begun:])


def _moment(text: str) -> datetime | None:
    """A time to the minute or finer, on the clock of Morocco."""
    found = TIME.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, offset = found.groups()
    try:
        at = datetime.fromisoformat(
            f"{year}-{month}-{day}T{hour}:{minute}:{second or '00'}{offset or ''}"
        )
        if at.tzinfo is not None:
            at = at.astimezone(CASABLANCA).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
    return at if FIRST_YEAR <= at.year <= LAST_YEAR else None


def _remembered(people: dict[str, Json], patient: str, told: Told) -> Json:
    """Sex, birth date and province of a patient, from the first message that says them."""
    known = people.setdefault(patient, {})
    born = told("PID", 7)[:8]
    if len(born) >= len("1950") and born.isascii() and born.isdigit():
        parts = [born[:4], *(part for part in (born[4:6], born[6:8]) if part)]
        known.setdefault("birthDate", "-".join(parts))
    if told("PID", 8) in SEXES:
        known.setdefault("gender", SEXES[told("PID", 8)])
    for part in (9, 4):
        province = told("PID", 11, part)
        if province and province.isprintable() and len(province) <= LONGEST_PROVINCE:
            known.setdefault("province", province)
    return known


def _disposition(told: Told) -> Disposition:
    code = told("PV1", 36)
    if code in DIED:
        return Disposition.DIED
    if code in ELSEWHERE:
        return Disposition.TRANSFERRED
    is_unseen = code == LEFT and told("PV1", 2) == PatientClass.EMERGENCY.value
    return Disposition.LEFT_UNSEEN if is_unseen else Disposition.HOME


def require_parser() -> None:
    """Raises ``GstError`` where the parser of HL7 version 2 is not installed."""
    try:
        import hl7  # noqa: F401, PLC0415
    except ImportError:
        raise GstError(
            "no_hl7_parser",
            say("Messages of HL7 version 2 need the package hl7, which is not installed."),
        ) from None
