"""Nurses who are not there: their unit opens fewer beds for some days."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from math import floor

from hospital.gst import Gst
from twin.parameters import TwinParameters
from twin.place_rules import BedClosure, DatedPlaces, OpeningHours

ROUNDING = 1e-9


def with_absent_nurses(
    gst: Gst, parameters: TwinParameters, unit: str, share: float, days: tuple[date, date]
) -> TwinParameters:
    """The twin in which this share of a unit's nurses is away from one day to another, included.

    Nurses who are there look after as many beds each as before. Where a roster says how many beds
    are staffed, its figures fall by the share, rounded down; where none does, every bed counts as
    staffed, and the beds of the unit do. Nobody is put out: beds close as they empty.
    """
    rosters = {one.unit: one for one in parameters.staffed_beds}
    if unit in rosters and rosters[unit].dated:
        rosters[unit] = _fewer(rosters[unit], share, days)
        return parameters.but(staffed_beds=tuple(rosters.values()))
    beds = gst.beds_by_unit()[unit]
    shut = beds - floor(beds * (1 - share) + ROUNDING)
    if not shut:
        return parameters
    closure = BedClosure(unit=unit, beds=shut, first_day=days[0], last_day=days[1])
    return parameters.but(closures=(*parameters.closures, closure))


def _fewer(hours: OpeningHours, share: float, days: tuple[date, date]) -> OpeningHours:
    """The staffed beds of a roster, smaller on these days."""
    first = datetime.combine(days[0], time())
    end = datetime.combine(days[1] + timedelta(days=1), time())
    known = {one.since: one.places for one in hours.dated}
    for edge in (first, end):
        before = [since for since in known if since <= edge]
        if before and edge not in known:
            known[edge] = known[max(before)]

    def there(since: datetime, places: int | None) -> int | None:
        is_away = first <= since < end and places is not None
        return floor((places or 0) * (1 - share) + ROUNDING) if is_away else places

    return hours.but(
        dated=tuple(
            DatedPlaces(since=since, places=there(since, known[since])) for since in sorted(known)
        )
    )
