"""How many places of a unit are open at each hour of a run: beds, less closures, as staff allow.

Open beds = min(beds - closed, staffed), never below zero. The clock of the run is the clock on the
wall: a day has 24 hours, also when Morocco changes its clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
import numpy.typing as npt

from hospital.base import HOURS_PER_DAY, HOURS_PER_WEEK
from hospital.places import Unit
from twin.parameters import TwinParameters
from twin.place_rules import BedClosure, OpeningHours
from twin.run_plan import RunPlan

Numbers = npt.NDArray[np.float64]
ONE_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Timetable:
    """Open places of one unit from each of these hours of the run on; the first hour is 0."""

    unit: int
    at_hours: tuple[float, ...]
    places: tuple[int, ...]
    of_physicians: bool = False

    def mean(self, start_hours: float, end_hours: float) -> float:
        """Mean open places over a period of the run [places]."""
        bounds = np.array([*self.at_hours, np.inf]).clip(start_hours, end_hours)
        return float(np.diff(bounds) @ np.array(self.places) / (end_hours - start_hours))


def timetables(
    parameters: TwinParameters, units: Sequence[Unit], beds: Sequence[int], run: RunPlan
) -> tuple[Timetable, ...]:
    """Those of the units (indexed as given) whose open places change or differ from all."""
    staffed = {one.unit: one for one in parameters.staffed_beds}
    physicians = {one.unit: one for one in parameters.physician_hours}
    found = []
    for at, (unit, count) in enumerate(zip(units, beds, strict=True)):
        closures = [one for one in parameters.closures if one.unit == unit.unit]
        rows = [(count, staffed.get(unit.unit), closures, False)]
        rows.append((unit.physicians, physicians.get(unit.unit), [], True))
        found += [
            _timetable(at, (places, hours, shut), run, of_physicians=of_physicians)
            for places, hours, shut, of_physicians in rows
            if hours is not None or shut
        ]
    return tuple(found)


def _timetable(
    unit: int,
    limits: tuple[int, OpeningHours | None, Sequence[BedClosure]],
    run: RunPlan,
    *,
    of_physicians: bool,
) -> Timetable:
    places, hours, closures = limits
    starts = _starts(hours, closures, run)
    total = np.full(starts.size, float(places))
    for closure in closures:
        first, end = _hours_of_closure(closure, run)
        total[(starts >= first) & (starts < end)] -= closure.beds
    if hours is not None:
        total = np.minimum(total, _staffed(hours, starts, run))
    total = total.clip(min=0)
    kept = np.concatenate(([True], np.diff(total) != 0))
    return Timetable(
        unit, tuple(starts[kept].tolist()), tuple(total[kept].astype(int).tolist()), of_physicians
    )


def _starts(hours: OpeningHours | None, closures: Sequence[BedClosure], run: RunPlan) -> Numbers:
    """Every moment of the run at which the number may change, from 0 on [hours]."""
    moments = [0.0]
    if hours is not None:
        moments += range(run.days * HOURS_PER_DAY) if hours.weekly else []
        moments += [_hour_of(one.since, run) for one in hours.dated]
    for closure in closures:
        moments += _hours_of_closure(closure, run)
    inside = np.array(moments, dtype=np.float64)
    return np.unique(inside[(inside >= 0) & (inside < run.end_hours)])


def _staffed(hours: OpeningHours, at: Numbers, run: RunPlan) -> Numbers:
    """Staffed places at these hours of the run, infinite where nothing is stated."""
    staffed = np.full(at.size, np.inf)
    if hours.weekly:
        first = run.opening_day.weekday() * HOURS_PER_DAY
        week = np.array(hours.weekly, dtype=np.float64)
        staffed = week[(np.floor(at).astype(np.int64) + first) % HOURS_PER_WEEK]
    if hours.dated:
        since = np.array([_hour_of(one.since, run) for one in hours.dated])
        last = np.searchsorted(since, at, side="right") - 1
        figures = [np.nan if one.places is None else float(one.places) for one in hours.dated]
        dated = np.array(figures)[last.clip(min=0)]
        staffed = np.where((last >= 0) & ~np.isnan(dated), dated, staffed)
    return staffed


def _hours_of_closure(closure: BedClosure, run: RunPlan) -> tuple[float, float]:
    first = -np.inf if closure.first_day is None else _hour_of(closure.first_day, run)
    end = np.inf
    if closure.last_day is not None:
        end = _hour_of(closure.last_day + timedelta(days=1), run)
    return first, end


def _hour_of(moment: date, run: RunPlan) -> float:
    """A day (its midnight) or a local time on the clock of the run [hours]."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    return (moment - datetime.combine(run.opening_day, time())) / ONE_HOUR
