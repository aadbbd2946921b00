"""From rosters to the beds that their nurses can look after, and the physicians who are there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from math import floor

from hospital.calendar.clock import casablanca
from hospital.duty import duty_on
from hospital.gst import Gst
from hospital.places import Unit, UnitKind
from hospital.roster import Roster
from hospital.staff import Skill
from twin.parameters import TwinParameters
from twin.place_rules import DatedPlaces, OpeningHours


def with_rosters(gst: Gst, parameters: TwinParameters, rosters: Iterable[Roster]) -> TwinParameters:
    """The twin whose units open the beds that these rosters staff, while the rosters last.

    An emergency department has as many physicians as its roster says, if it rosters any. Of two
    rosters of one unit the later in the list counts.

    Raises:
        UnknownPlace: a roster of a unit that this GST does not have.
    """
    staffed = {one.unit: one for one in parameters.staffed_beds}
    physicians = {one.unit: one for one in parameters.physician_hours}
    for roster in rosters:
        unit = gst.unit(roster.problem.unit)
        if _skills(roster) - {Skill.PHYSICIAN}:
            staffed[unit.unit] = staffed_beds(roster, unit)
        if unit.kind is UnitKind.EMERGENCY and Skill.PHYSICIAN in _skills(roster):
            physicians[unit.unit] = _opening(roster, unit, {Skill.PHYSICIAN}, 1.0)
    return parameters.but(
        staffed_beds=tuple(staffed.values()), physician_hours=tuple(physicians.values())
    )


def staffed_beds(roster: Roster, unit: Unit) -> OpeningHours:
    """Beds that the nurses on duty can look after, from change of shift to change of shift.

    Nurses on duty x ``beds_per_nurse``, rounded down. Before the first shift of the roster and
    after the last nothing is known, and every bed counts as staffed.
    """
    return _opening(roster, unit, set(Skill) - {Skill.PHYSICIAN}, unit.beds_per_nurse)


def _skills(roster: Roster) -> set[Skill]:
    return {person.skill for person in roster.problem.staff}


def _opening(roster: Roster, unit: Unit, skills: set[Skill], beds_each: float) -> OpeningHours:
    """What these people carry at each change, by the clock on the wall."""
    duties = _duties(roster, skills)
    days, shifts = roster.problem.calendar(), roster.problem.shifts
    first = min(_on_the_wall(duty_on(shift, days[0]).starts_at) for shift in shifts)
    last = max(_on_the_wall(duty_on(shift, days[-1]).ends_at) for shift in shifts)
    times = {first, *(time for duty in duties for time in duty if first <= time < last)}
    figures = [
        DatedPlaces(since=time, places=floor(beds_each * _on_duty(duties, time) + 1e-9))
        for time in sorted(times)
    ]
    return OpeningHours(unit=unit.unit, dated=(*figures, DatedPlaces(since=last)))


def _on_duty(duties: list[tuple[datetime, datetime]], at: datetime) -> int:
    return sum(start <= at < end for start, end in duties)


def _duties(roster: Roster, skills: set[Skill]) -> list[tuple[datetime, datetime]]:
    """Start and end of each duty, those of the night before the roster included."""
    problem = roster.problem
    chosen = {person.staff for person in problem.staff if person.skill in skills}
    shifts = {shift.shift: shift for shift in problem.shifts}
    worked = [one for one in (*problem.previous, *roster.assignments) if one.staff in chosen]
    found = []
    for one in worked:
        if one.shift in shifts and one.day >= problem.first_day - timedelta(days=1):
            duty = duty_on(shifts[one.shift], one.day)
            found.append((_on_the_wall(duty.starts_at), _on_the_wall(duty.ends_at)))
    return found


def _on_the_wall(instant: datetime) -> datetime:
    return instant.astimezone(casablanca()).replace(tzinfo=None)
