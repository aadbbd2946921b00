"""Encounters as visits to an emergency department and as stays in units."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from application.fhir.bundles import Resources
from application.fhir.people import SiteKey, age_group_of, province_of, sex_of
from application.fhir.places import Place, Places
from application.fhir.shapes import (
    Json,
    codes_of,
    moment_in,
    object_in,
    objects_in,
    reference_in,
    text_in,
)
from hospital.history import AdmissionKind, Stay, StayOutcome
from hospital.places import UnitKind

VISIT_CLASS = "emer"
STAY_CLASSES = frozenset({"imp", "acute", "nonac"})
DONE, UNDER_WAY = "finished", frozenset({"arrived", "triaged", "in-progress", "onleave"})
DIED, ELSEWHERE = "exp", "other-hcf"
URGENT_PRIORITIES = frozenset({"em", "ur", "a", "cr", "s"})
"""HL7 v3 ActPriority: emergency, urgent, as soon as possible, callback, stat."""
FROM_EMERGENCY = "emd"

Segment = tuple[datetime, datetime | None, Place]


@dataclass
class Episodes:
    """Visits as (hospital, time), stays, and what became of every encounter."""

    visits: list[tuple[str, datetime]] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)
    services: Counter[tuple[str, str]] = field(default_factory=Counter)
    used: Counter[str] = field(default_factory=Counter)
    left_out: Counter[tuple[str, str]] = field(default_factory=Counter)


@dataclass(frozen=True)
class EncounterReader:
    """Reads encounters of a site as they were known on the morning of ``as_of``."""

    resources: Resources
    places: Places
    key: SiteKey
    as_of: datetime

    def read(self) -> Episodes:
        """Every encounter, used or left out for one reason."""
        episodes = Episodes()
        for _, encounter in sorted(self.resources.by_type["Encounter"].items()):
            reason = self._use(encounter, episodes)
            if reason:
                episodes.left_out["Encounter", reason] += 1
        _drop_overlapping_patients(episodes)
        _free_beds_taken_twice(episodes)
        return episodes

    def _use(self, encounter: Json, episodes: Episodes) -> str:
        """Adds the encounter; returns why not, or nothing."""
        kind = next(codes_of(object_in(encounter, "class")), "")
        start = moment_in(object_in(encounter, "period"), "start")
        reason = _other_class(kind) or _other_status(encounter) or self._other_start(start)
        if reason or start is None:
            return reason
        if kind == VISIT_CLASS:
            return self._visit(encounter, start, episodes)
        end = self._end(encounter)
        reason = self._other_end(encounter, start, end)
        return reason or self._stay(encounter, (start, end), episodes)

    def _other_start(self, start: datetime | None) -> str:
        if start is None:
            return "no_start_time"
        return "after_as_of" if start >= self.as_of else ""

    def _end(self, encounter: Json) -> datetime | None:
        """When it ended; nothing while it goes on, and nothing that only the future knows."""
        if text_in(encounter, "status") != DONE:
            return None
        end = moment_in(object_in(encounter, "period"), "end")
        return None if end is not None and end > self.as_of else end

    def _other_end(self, encounter: Json, start: datetime, end: datetime | None) -> str:
        is_known = moment_in(object_in(encounter, "period"), "end") is not None
        if text_in(encounter, "status") == DONE and not is_known:
            return "finished_without_end_time"
        return "ends_before_it_starts" if end is not None and end < start else ""

    def _visit(self, encounter: Json, start: datetime, episodes: Episodes) -> str:
        hospital = next(
            (place.hospital for _, _, place in self._located(encounter)),
            self.places.default_hospital,
        )
        self.places.hospitals.setdefault(hospital, hospital)
        self._emergency_unit(hospital)
        episodes.visits.append((hospital, start))
        episodes.used["visits"] += 1
        return ""

    def _emergency_unit(self, hospital: str) -> None:
        """Visits need an emergency department to arrive at."""
        units = self.places.units.values()
        if not any(each[0] == hospital and each[1] is UnitKind.EMERGENCY for each in units):
            self.places.unit_of_kind(hospital, UnitKind.EMERGENCY)

    def _stay(
        self, encounter: Json, period: tuple[datetime, datetime | None], episodes: Episodes
    ) -> str:
        subject = reference_in(encounter, "subject")
        if not subject:
            return "no_subject"
        patient = self.resources.find("Patient", subject)
        if patient is None:
            return "patient_not_found"
        sex, age_group = sex_of(patient), age_group_of(patient, period[0])
        if sex is None or age_group is None:
            return "no_sex" if sex is None else "no_age"
        kind = self._kind(encounter, episodes)
        segments = self._segments(encounter, period)
        who = self.key.pseudonym(text_in(patient, "id") or subject)
        for number, (start, end, place) in enumerate(segments):
            episodes.stays.append(
                Stay(
                    patient=who,
                    unit=place.unit or self.places.unit_of_kind(place.hospital, UnitKind.WARD),
                    bed=place.bed,
                    admitted_at=start,
                    left_at=end,
                    kind=_kind_of_segment(kind, segments, number),
                    sex=sex,
                    age_group=age_group,
                    province=province_of(patient),
                    outcome=_outcome(encounter, segments, number),
                )
            )
            self._count_service(encounter, episodes)
        episodes.used["stays"] += len(segments)
        episodes.used["inpatient_encounters"] += 1
        return ""

    def _count_service(self, encounter: Json, episodes: Episodes) -> None:
        service = object_in(encounter, "serviceType")
        words = [text_in(service, "text")]
        words += [text_in(coding, "display") for coding in objects_in(service, "coding")]
        name = next((word for word in words if word and word.isprintable()), "")
        if name:
            episodes.services[episodes.stays[-1].unit, name.lower()[:60]] += 1

    def _kind(self, encounter: Json, episodes: Episodes) -> AdmissionKind:
        """How the stay began: by the source, the encounter it is part of, or its priority."""
        above = self.resources.find("Encounter", reference_in(encounter, "partOf"))
        above_class = next(codes_of(object_in(above or {}, "class")), "")
        source = codes_of(object_in(object_in(encounter, "hospitalization"), "admitSource"))
        if above_class == VISIT_CLASS or FROM_EMERGENCY in source:
            return AdmissionKind.EMERGENCY
        priority = next(codes_of(object_in(encounter, "priority")), "")
        if not priority:
            episodes.used["kind_assumed_elective"] += 1
        return AdmissionKind.EMERGENCY if priority in URGENT_PRIORITIES else AdmissionKind.ELECTIVE

    def _located(self, encounter: Json) -> list[tuple[datetime | None, datetime | None, Place]]:
        """The known places of an encounter in their order, with their periods if given."""
        found = []
        for entry in objects_in(encounter, "location"):
            if text_in(entry, "status") == "planned":
                continue
            location = self.resources.find("Location", reference_in(entry, "location"))
            place = self.places.of_location.get(text_in(location, "id")) if location else None
            if place is not None:
                period = object_in(entry, "period")
                found.append((moment_in(period, "start"), moment_in(period, "end"), place))
        return found

    def _segments(self, encounter: Json, period: tuple[datetime, datetime | None]) -> list[Segment]:
        """The stay cut at each move; every piece ends where the next begins."""
        first, last = period
        best: dict[datetime, Place] = {}
        for start, _, place in self._located(encounter):
            at = max(first, start) if start else first
            if (last is None or at < last or at == first) and at < self.as_of:
                best[at] = _more_exact(best.get(at), place)
        default = Place(self.places.default_hospital, None, None)
        best.setdefault(first, best[min(best)] if best else default)
        starts = sorted(best)
        ends = [*starts[1:], last]
        return _joined([(start, end, best[start]) for start, end in zip(starts, ends, strict=True)])


def _other_class(kind: str) -> str:
    if kind == VISIT_CLASS or kind in STAY_CLASSES:
        return ""
    return f"class_{kind.upper()[:10]}" if kind.isalpha() else "no_class"


def _other_status(encounter: Json) -> str:
    status = text_in(encounter, "status")
    if status == DONE or status in UNDER_WAY:
        return ""
    return f"status_{status[:20]}" if status.replace("-", "").isalpha() else "no_status"


def _more_exact(known: Place | None, new: Place) -> Place:
    """A bed rather than a ward, and a ward rather than nothing."""
    if known is None or (new.bed and not known.bed) or (new.unit and not known.unit):
        return new
    return known


def _joined(segments: list[Segment]) -> list[Segment]:
    """Segments of one place after another made one."""
    joined = segments[:1]
    for segment in segments[1:]:
        if segment[2] == joined[-1][2]:
            joined[-1] = (joined[-1][0], segment[1], segment[2])
        else:
            joined.append(segment)
    return joined


def _kind_of_segment(kind: AdmissionKind, segments: list[Segment], number: int) -> AdmissionKind:
    came_from_elsewhere = segments[number][2].hospital != segments[0][2].hospital
    return AdmissionKind.TRANSFER if came_from_elsewhere else kind


def _outcome(encounter: Json, segments: list[Segment], number: int) -> StayOutcome:
    if number + 1 < len(segments):
        same = segments[number + 1][2].hospital == segments[number][2].hospital
        return StayOutcome.MOVED if same else StayOutcome.TRANSFERRED
    if segments[number][1] is None:
        return StayOutcome.PRESENT
    where = set(
        codes_of(object_in(object_in(encounter, "hospitalization"), "dischargeDisposition"))
    )
    if DIED in where:
        return StayOutcome.DIED
    return StayOutcome.TRANSFERRED if ELSEWHERE in where else StayOutcome.HOME


def _drop_overlapping_patients(episodes: Episodes) -> None:
    """Of two stays of one patient at once, the earlier is kept."""
    kept: dict[str, Stay] = {}
    sound = []
    for stay in sorted(episodes.stays, key=lambda each: (each.patient, each.admitted_at)):
        before = kept.get(stay.patient)
        collides = before is not None and (
            before.left_at is None
            or stay.admitted_at < before.left_at
            or stay.admitted_at == before.admitted_at
        )
        if collides:
            episodes.left_out["Stay", "overlaps_another_of_the_patient"] += 1
            episodes.used["stays"] -= 1
            continue
        kept[stay.patient] = stay
        sound.append(stay)
    episodes.stays = sound


def _free_beds_taken_twice(episodes: Episodes) -> None:
    """Where two patients lie in one bed at once, the later stay keeps its unit only."""
    order = sorted(
        range(len(episodes.stays)),
        key=lambda at: (episodes.stays[at].bed or "", episodes.stays[at].admitted_at),
    )
    holders = [at for at in order if episodes.stays[at].bed is not None]
    last: dict[str, Stay] = {}
    for at in holders:
        stay = episodes.stays[at]
        before = last.get(str(stay.bed))
        if before is not None and (before.left_at is None or stay.admitted_at < before.left_at):
            episodes.stays[at] = stay.but(bed=None)
            episodes.used["beds_unknown_taken_twice"] += 1
        else:
            last[str(stay.bed)] = stay


def most_at_once(stays: list[Stay]) -> dict[str, int]:
    """The most patients that a unit ever held at once."""
    events: dict[str, list[tuple[datetime, int]]] = {}
    for stay in stays:
        unit = events.setdefault(stay.unit, [])
        unit.append((stay.admitted_at, 1))
        if stay.left_at is not None:
            unit.append((stay.left_at, -1))
    return {unit: _peak(sorted(changes)) for unit, changes in events.items()}


def _peak(changes: list[tuple[datetime, int]]) -> int:
    count = peak = 0
    for _, change in changes:
        count += change
        peak = max(peak, count)
    return peak
