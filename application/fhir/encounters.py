"""Encounters as visits to an emergency department and as stays in units."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest

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
from application.fhir.vocabulary import DIED, ELSEWHERE, FROM_EMERGENCY, PLANNED
from hospital.history import AdmissionKind, Stay, StayOutcome
from hospital.places import UnitKind

VISIT_CLASS = "emer"
STAY_CLASSES = frozenset({"imp", "acute", "nonac"})
DONE, UNDER_WAY = "finished", frozenset({"arrived", "triaged", "in-progress", "onleave"})
URGENT_PRIORITIES = frozenset({"em", "ur", "a", "cr", "s"})
"""HL7 v3 ActPriority: emergency, urgent, as soon as possible, callback, stat."""

Segment = tuple[datetime, datetime | None, Place]
Located = tuple[datetime | None, datetime | None, Place]


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
        emergency = {
            unit for unit, row in self.places.units.items() if row[1] is UnitKind.EMERGENCY
        }
        _cut_emergency_stays(episodes, emergency)
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
        end = self._end(encounter)
        if kind == VISIT_CLASS:
            return self._visit(encounter, (start, end), episodes)
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

    def _visit(
        self, encounter: Json, period: tuple[datetime, datetime | None], episodes: Episodes
    ) -> str:
        """Counts the arrival; where the places have periods, they are stays as well."""
        hospital = self._hospital(encounter) or self.places.default_hospital
        self.places.hospitals.setdefault(hospital, hospital)
        self._emergency_unit(hospital)
        episodes.visits.append((hospital, period[0]))
        episodes.used["visits"] += 1
        timed = [one for one in self._located(encounter) if one[0] is not None and one[2].unit]
        segments = [] if self._other_end(encounter, *period) else self._cut(timed, period)
        subject = reference_in(encounter, "subject")
        patient = self.resources.find("Patient", subject) if subject else None
        if segments and patient is not None and not _unknown_person(patient, period[0]):
            self._add_stays(encounter, segments, AdmissionKind.EMERGENCY, episodes)
        return ""

    def _hospital(self, encounter: Json) -> str:
        """The hospital of the first place of an encounter, also of one that was only planned."""
        located = self._located(encounter, also_planned=True)
        return next((place.hospital for _, _, place in located), "")

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
        if unknown := _unknown_person(patient, period[0]):
            return unknown
        segments = self._segments(encounter, period)
        self._add_stays(encounter, segments, self._kind(encounter, episodes), episodes)
        episodes.used["inpatient_encounters"] += 1
        return ""

    def _add_stays(
        self,
        encounter: Json,
        segments: list[Segment],
        kind: AdmissionKind,
        episodes: Episodes,
    ) -> None:
        subject = reference_in(encounter, "subject")
        patient = self.resources.find("Patient", subject) or {}
        sex, age_group = sex_of(patient), age_group_of(patient, segments[0][0])
        above = self.resources.find("Encounter", reference_in(encounter, "partOf"))
        arrival = self._hospital(above or {}) or segments[0][2].hospital
        for number, (start, end, place) in enumerate(segments):
            episodes.stays.append(
                Stay.model_validate(
                    {
                        "patient": self.key.pseudonym(text_in(patient, "id") or subject),
                        "unit": place.unit
                        or self.places.unit_of_kind(place.hospital, UnitKind.WARD),
                        "bed": place.bed,
                        "admitted_at": start,
                        "left_at": end,
                        "kind": kind if place.hospital == arrival else AdmissionKind.TRANSFER,
                        "sex": sex,
                        "age_group": age_group,
                        "province": province_of(patient),
                        "outcome": self._outcome(encounter, segments, number),
                    }
                )
            )
            self._count_service(encounter, episodes)
        episodes.used["stays"] += len(segments)

    def _outcome(self, encounter: Json, segments: list[Segment], number: int) -> StayOutcome:
        """How a piece ended; the last one as the encounter did."""
        hospital = segments[number][2].hospital
        if number + 1 < len(segments):
            return _moved(hospital, segments[number + 1][2].hospital)
        if self._end(encounter) is None:
            return StayOutcome.PRESENT if segments[number][1] is None else StayOutcome.MOVED
        leaving = object_in(encounter, "hospitalization")
        where = set(codes_of(object_in(leaving, "dischargeDisposition")))
        if DIED in where:
            return StayOutcome.DIED
        location = self.resources.find("Location", reference_in(leaving, "destination"))
        place = self.places.of_location.get(text_in(location, "id")) if location else None
        if place is not None:
            return _moved(hospital, place.hospital)
        return StayOutcome.TRANSFERRED if ELSEWHERE in where else StayOutcome.HOME

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

    def _located(self, encounter: Json, *, also_planned: bool = False) -> list[Located]:
        """The known places of an encounter in their order, with their periods if given."""
        found = []
        for entry in objects_in(encounter, "location"):
            if text_in(entry, "status") == PLANNED and not also_planned:
                continue
            location = self.resources.find("Location", reference_in(entry, "location"))
            place = self.places.of_location.get(text_in(location, "id")) if location else None
            if place is not None:
                period = object_in(entry, "period")
                found.append((moment_in(period, "start"), moment_in(period, "end"), place))
        return found

    def _segments(self, encounter: Json, period: tuple[datetime, datetime | None]) -> list[Segment]:
        """The stay cut at each move, from the first moment on."""
        located = self._located(encounter)
        segments = self._cut(located, period)
        first = period[0]
        if not segments:
            return [(*period, Place(self.places.default_hospital, None, None))]
        if segments[0][0] > first:
            start, _, place = segments[0]
            segments.insert(0, (first, start, place))
        return _joined(segments)

    def _cut(
        self, located: list[Located], period: tuple[datetime, datetime | None]
    ) -> list[Segment]:
        """A piece for each place, which ends where the next begins, or before if none goes on."""
        first, last = period
        best: dict[datetime, Place] = {}
        for start, _, place in located:
            at = max(first, start) if start else first
            if (last is None or at < last or at == first) and at < self.as_of:
                best[at] = _more_exact(best.get(at), place)
        if not best:
            return []
        starts = sorted(best)
        pieces = zip(starts, [*starts[1:], last], strict=True)
        ends = [self._known_end(located, start, end) for start, end in pieces]
        segments = zip(starts, ends, strict=True)
        return [(start, end, best[start]) for start, end in segments]

    def _known_end(
        self, located: list[Located], start: datetime, latest: datetime | None
    ) -> datetime | None:
        """When nothing holds the patient any more, at the latest where the next piece begins."""
        ends = [end for since, end, _ in located if since is None or since <= start]
        known = [end for end in ends if end is not None]
        if len(known) < len(ends) or not known:
            return latest
        end = max(known)
        if end < start or end > self.as_of:
            return latest
        return end if latest is None else min(end, latest)


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
        if segment[2] == joined[-1][2] and segment[0] == joined[-1][1]:
            joined[-1] = (joined[-1][0], segment[1], segment[2])
        else:
            joined.append(segment)
    return joined


def _moved(origin: str, destination: str) -> StayOutcome:
    return StayOutcome.MOVED if origin == destination else StayOutcome.TRANSFERRED


def _unknown_person(patient: Json, at: datetime) -> str:
    """Which of sex and age is not known."""
    if sex_of(patient) is None:
        return "no_sex"
    return "no_age" if age_group_of(patient, at) is None else ""


def _cut_emergency_stays(episodes: Episodes, emergency: set[str]) -> None:
    """A stay in an emergency department ends where the same patient's next stay begins."""
    stays = sorted(episodes.stays, key=lambda each: (each.patient, each.admitted_at))
    sound = []
    for stay, following in zip_longest(stays, stays[1:]):
        end = None if following is None or following.patient != stay.patient else following
        is_cut = (
            end is not None
            and stay.unit in emergency
            and (stay.left_at is None or stay.left_at > end.admitted_at)
        )
        if end is None or not is_cut:
            sound.append(stay)
        elif stay.admitted_at < end.admitted_at:
            sound.append(stay.but(left_at=end.admitted_at, outcome=StayOutcome.MOVED))
            episodes.used["emergency_stays_cut"] += 1
        else:
            episodes.left_out["Stay", "overlaps_another_of_the_patient"] += 1
            episodes.used["stays"] -= 1
    episodes.stays = sound


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
