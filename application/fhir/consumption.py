"""What pharmacies handed out, by hospital, medicine and week: MedicationDispense, SupplyDelivery.

Whom it was for never enters. Codes of medicines are those of Tadbir (``urn:tadbir:medicine``), or
of other systems through the site's ``code-maps.csv``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import ceil, isfinite

from application.fhir.building import own_system
from application.fhir.bundles import Resources
from application.fhir.code_maps import CodeMaps
from application.fhir.places import CODE, Places
from application.fhir.shapes import Json, moment_in, object_in, objects_in, reference_in, text_in
from hospital.base import DAYS_PER_WEEK
from hospital.history import Consumption
from hospital.pharmacy import Medicine, Storage, VenClass

DISPENSE, DELIVERY = "MedicationDispense", "SupplyDelivery"
DONE = "completed"
OWN_MEDICINE = own_system("medicine")
MOST_UNITS = 10_000_000
ONE_WEEK = timedelta(days=DAYS_PER_WEEK)
HYPOTHESIS_SHELF_DAYS = 730
UNKNOWN = "unknown"
LONGEST_NAME = 100

Key = tuple[str, str]


@dataclass
class Issues:
    """Units by hospital, medicine and Monday, what each medicine is called, what was left out."""

    units: dict[Key, dict[date, float]] = field(default_factory=lambda: defaultdict(dict))
    names: dict[str, str] = field(default_factory=dict)
    used: Counter[str] = field(default_factory=Counter)
    left_out: Counter[tuple[str, str]] = field(default_factory=Counter)

    def rows(self) -> list[Consumption]:
        """Every week of a hospital's records, with 0 where nothing of a medicine was issued.

        Nobody recorded empty shelves here: ``stockout_days`` is 0, to be corrected by the site.
        """
        spans = self._spans()
        return [
            Consumption(
                hospital=hospital,
                medicine=medicine,
                week=week,
                units=min(ceil(weeks.get(week, 0.0)), MOST_UNITS),
                stockout_days=0,
            )
            for (hospital, medicine), weeks in sorted(self.units.items())
            for week in _weeks(min(weeks), spans[hospital])
        ]

    def _spans(self) -> dict[str, date]:
        """The last week of each hospital's records."""
        last: dict[str, date] = {}
        for (hospital, _), weeks in self.units.items():
            last[hospital] = max(last.get(hospital, date.min), *weeks)
        return last

    def medicines(self) -> tuple[Medicine, ...]:
        """The medicines that were issued; all but the name is a hypothesis, to be filled in."""
        return tuple(
            Medicine(
                medicine=code,
                inn=self.names.get(code) or code,
                strength=UNKNOWN,
                form=UNKNOWN,
                ven=VenClass.ESSENTIAL,
                storage=Storage.AMBIENT,
                controlled=False,
                shelf_life_days=HYPOTHESIS_SHELF_DAYS,
                units_per_bed_day=0.0,
            )
            for code in sorted({medicine for _, medicine in self.units})
        )


def _weeks(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += ONE_WEEK


@dataclass(frozen=True)
class IssueReader:
    """Reads what was issued before the week of ``as_of``: that week is not over."""

    resources: Resources
    places: Places
    maps: CodeMaps
    as_of: datetime

    def read(self) -> Issues:
        """Every dispense and delivery, used or left out for one reason."""
        issues = Issues()
        for kind in (DISPENSE, DELIVERY):
            for _, one in sorted(self.resources.by_type[kind].items()):
                reason = self._use(kind, one, issues)
                if reason:
                    issues.left_out[kind, reason] += 1
                else:
                    issues.used["dispenses" if kind == DISPENSE else "deliveries"] += 1
        return issues

    def _use(self, kind: str, one: Json, issues: Issues) -> str:
        """Adds its units; returns why not, or nothing."""
        if text_in(one, "status") != DONE:
            return "not_completed"
        at = _handed_over(kind, one)
        if at is None:
            return "no_time"
        week = at.date() - timedelta(days=at.weekday())
        if week + ONE_WEEK > self.as_of.date():
            return "week_not_over"
        units = _units(kind, one)
        if units is None:
            return "no_quantity"
        medicine = self._medicine(kind, one, issues)
        if medicine is None:
            return "medicine_not_mapped"
        hospital = self._hospital(kind, one)
        self.places.hospitals.setdefault(hospital, hospital)
        weeks = issues.units[hospital, medicine]
        weeks[week] = weeks.get(week, 0.0) + units
        return ""

    def _medicine(self, kind: str, one: Json, issues: Issues) -> str | None:
        """Our code of what was handed out, with the name that came with it."""
        for concept in self._concepts(kind, one):
            for coding in objects_in(concept, "coding"):
                code = self._own_code(text_in(coding, "system"), text_in(coding, "code"))
                if code is not None:
                    name = text_in(coding, "display") or text_in(concept, "text")
                    if name.isprintable():
                        issues.names.setdefault(code, name[:LONGEST_NAME])
                    return code
        return None

    def _own_code(self, system: str, code: str) -> str | None:
        own = code if system == OWN_MEDICINE else self.maps.own_code("medicine", system, code)
        return own if own and CODE.fullmatch(own) else None

    def _concepts(self, kind: str, one: Json) -> Iterator[Json]:
        if kind == DELIVERY:
            item = object_in(one, "suppliedItem")
            yield object_in(item, "itemCodeableConcept")
            reference = text_in(object_in(item, "itemReference"), "reference")
        else:
            yield object_in(one, "medicationCodeableConcept")
            reference = text_in(object_in(one, "medicationReference"), "reference")
        contained = [c for c in objects_in(one, "contained") if f"#{text_in(c, 'id')}" == reference]
        found = self.resources.find("Medication", reference.rpartition("/")[2])
        for medication in (*contained, found or {}):
            yield object_in(medication, "code")

    def _hospital(self, kind: str, one: Json) -> str:
        """The hospital of the place, else of the encounter, else the default one."""
        name = "location" if kind == DISPENSE else "destination"
        location = self.resources.find("Location", reference_in(one, name))
        stay = self.resources.find("Encounter", reference_in(one, "context"))
        inside = [
            self.resources.find("Location", reference_in(entry, "location"))
            for entry in objects_in(stay or {}, "location")
        ]
        for known in (location, *inside):
            place = self.places.of_location.get(text_in(known or {}, "id"))
            if place is not None:
                return place.hospital
        return self.places.default_hospital


def _handed_over(kind: str, one: Json) -> datetime | None:
    if kind == DISPENSE:
        return moment_in(one, "whenHandedOver") or moment_in(one, "whenPrepared")
    period = object_in(one, "occurrencePeriod")
    return (
        moment_in(one, "occurrenceDateTime")
        or moment_in(period, "end")
        or moment_in(period, "start")
    )


def _units(kind: str, one: Json) -> float | None:
    """What was handed out [units]; returns and absurd amounts are none."""
    holder = one if kind == DISPENSE else object_in(one, "suppliedItem")
    value = object_in(holder, "quantity").get("value")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if isfinite(value) and 0 < value <= MOST_UNITS else None
