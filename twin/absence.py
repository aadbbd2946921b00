"""Nurses who are not there: their unit opens fewer beds for some days."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from math import floor

from hospital.gst import Gst
from twin.parameters import TwinParameters
from twin.place_rules import BedClosure, DatedPlaces, OpeningHours

ROUNDING = 1e-9

Days = tuple[date, date]


def with_absent_nurses(
    gst: Gst, parameters: TwinParameters, unit: str, share: float, days: Days | None
) -> TwinParameters:
    """The twin in which this share of a unit's nurses is away from one day to another, included.

    Without ``days`` they are never there. Nurses who are there look after as many beds each as
    before. Where a roster says how many beds are staffed, its figures fall by the share, rounded
    down; where none does, every bed counts as staffed, and the beds of the unit do. Nobody is put
    out: beds close as they empty.
    """
    rosters = {one.unit: one for one in parameters.staffed_beds}
    if unit in rosters and rosters[unit].dated:
        rosters[unit] = _scaled(rosters[unit], 1 - share, days)
        return parameters.but(staffed_beds=tuple(rosters.values()))
    beds = gst.beds_by_unit()[unit]
    shut = beds - floor(beds * (1 - share) + ROUNDING)
    if not shut:
        return parameters
    first, last = days or (None, None)
    closure = BedClosure(unit=unit, beds=shut, first_day=first, last_day=last)
    return parameters.but(closures=(*parameters.closures, closure))


def with_staffed_share(parameters: TwinParameters, unit: str, share: float) -> TwinParameters:
    """The twin in which the nurses of a unit's roster carry this share of their beds, rounded down.

    More than 1 where they are more. Where no roster says how many beds are staffed, all are, and
    nothing changes.
    """
    scaled = (
        _scaled(one, share, None) if one.unit == unit and one.dated else one
        for one in parameters.staffed_beds
    )
    return parameters.but(staffed_beds=tuple(scaled))


def _scaled(hours: OpeningHours, share: float, days: Days | None) -> OpeningHours:
    """The staffed beds of a roster times a share, on these days or on all of them."""
    known = {one.since: one.places for one in hours.dated}
    first = datetime.combine(days[0] if days else date.min, time())
    end = datetime.combine(days[1] + timedelta(days=1) if days else date.max, time())
    if days is not None:
        known = _with_edges(known, (first, end))

    def there(since: datetime) -> int | None:
        places = known[since]
        is_then = first <= since < end
        return floor(places * share + ROUNDING) if is_then and places is not None else places

    return hours.but(
        dated=tuple(DatedPlaces(since=since, places=there(since)) for since in sorted(known))
    )


def _with_edges(
    known: dict[datetime, int | None], edges: tuple[datetime, datetime]
) -> dict[datetime, int | None]:
    """The figures, also at these moments: what held just before them."""
    found = dict(known)
    for edge in edges:
        before = [since for since in found if since <= edge]
        if before and edge not in found:
            found[edge] = found[max(before)]
    return found
