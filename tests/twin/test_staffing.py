"""A roster opens the beds that its nurses can look after, hour by hour."""

from datetime import date, datetime, time, timedelta
from types import SimpleNamespace

import numpy as np
import pytest

from hospital.places import UnitKind
from hospital.roster import Assignment, Roster, RosterProblem
from hospital.staff import Grade, Shift, Skill, StaffMember
from twin.laws import Exponential
from twin.run_plan import RunPlan
from twin.simulation import prepare
from twin.staffing import staffed_beds, with_rosters

pytestmark = pytest.mark.unit

MONDAY = date(2026, 11, 23)
DAY = Shift(shift="D", name="Day", start_hour=8, length_hours=12, is_night=False)
NIGHT = Shift(shift="N", name="Night", start_hour=20, length_hours=12, is_night=True)


def person(code: str, skill: Skill = Skill.GENERAL_NURSE) -> StaffMember:
    return StaffMember(
        staff=code, name=code, unit="H-MED", skill=skill, grade=Grade.SENIOR, contract_percent=100
    )


def roster(
    worked: dict[tuple[int, str], int], first_day: date = MONDAY, unit: str = "H-MED"
) -> Roster:
    """So many nurses on each (day, shift) of two days; day -1 is before the roster."""
    most = max(worked.values())
    everybody = tuple(person(f"{shift}-{at}") for shift in "DN" for at in range(most))
    duties = [
        Assignment(staff=f"{shift}-{at}", day=first_day + timedelta(days=day), shift=shift)
        for (day, shift), count in worked.items()
        for at in range(count)
    ]
    problem = RosterProblem(
        unit=unit,
        first_day=first_day,
        days=2,
        staff=everybody,
        shifts=(DAY, NIGHT),
        coverage=(),
        previous=tuple(one for one in duties if one.day < first_day),
    )
    inside = tuple(one for one in duties if one.day >= first_day)
    return Roster(problem=problem, assignments=inside, cost=0, bound=0)


def figures(of: Roster, build: SimpleNamespace) -> list[tuple[datetime, int | None]]:
    unit = build.ward_queue(20, 2, Exponential(mean_hours=24))[0].unit("H-MED")
    return [(one.since, one.places) for one in staffed_beds(of, unit).dated]


def at(day: int, hour: int) -> datetime:
    return datetime.combine(MONDAY, time(hour)) + timedelta(days=day)


def test_beds_follow_the_nurses_from_shift_to_shift(build: SimpleNamespace) -> None:
    """Six beds a nurse; unknown before the first shift and after the last."""
    one = roster({(0, "D"): 3, (0, "N"): 1, (1, "D"): 2, (1, "N"): 1})
    assert figures(one, build) == [
        (at(0, 8), 18),
        (at(0, 20), 6),
        (at(1, 8), 12),
        (at(1, 20), 6),
        (at(2, 8), None),
    ]


def test_a_shift_without_nurses_opens_no_bed(build: SimpleNamespace) -> None:
    one = roster({(0, "N"): 1, (1, "D"): 2})
    assert figures(one, build)[:2] == [(at(0, 8), 0), (at(0, 20), 6)]
    assert figures(one, build)[-2:] == [(at(1, 20), 0), (at(2, 8), None)]


def test_the_clock_on_the_wall_is_followed_when_it_changes(build: SimpleNamespace) -> None:
    """A night from 20 h ends at 8 h on the wall, also when it lasts thirteen hours."""
    before_ramadan = date(2027, 2, 6)
    one = roster({(0, "D"): 1, (0, "N"): 1, (1, "D"): 1}, before_ramadan)
    assert {since.hour for since, _ in figures(one, build)} == {8, 20}


def test_a_run_opens_the_least_of_beds_and_staff(build: SimpleNamespace) -> None:
    gst, parameters = build.ward_queue(10, 3, Exponential(mean_hours=60))
    short = roster({(0, "D"): 3, (0, "N"): 1, (1, "D"): 1, (1, "N"): 1})
    plan = RunPlan(first_day=MONDAY, horizon_days=4, warmup_days=0, replications=1)
    prepared = prepare(gst, with_rosters(gst, parameters, [short]), plan)
    (timetable,) = prepared.network.timetables
    assert timetable.at_hours == (0, 20, 56)
    assert timetable.places == (10, 6, 10)
    one = prepared.replay(0)
    _, _, starts, untils = one.occupations()
    entering = starts[(starts >= 20) & (starts < 56)]
    present = [((starts < at) & ~(untils <= at)).sum() for at in entering.tolist()]
    assert (np.array(present, dtype=int) < 6).all()


def test_physicians_of_a_ward_change_no_bed(build: SimpleNamespace) -> None:
    gst, parameters = build.ward_queue(10, 3, Exponential(mean_hours=60))
    nurses = roster({(0, "D"): 1})
    doctors = tuple(one.but(skill=Skill.PHYSICIAN) for one in nurses.problem.staff)
    only_doctors = nurses.but(problem=nurses.problem.but(staff=doctors))
    assert with_rosters(gst, parameters, [only_doctors]) == parameters
    emergency = build.gst({"H": [build.Place("H-ED", UnitKind.EMERGENCY, 8, 3)]})
    there = only_doctors.but(problem=only_doctors.problem.but(unit="H-ED"))
    hours = with_rosters(emergency, parameters, [there]).physician_hours
    assert [one.places for one in hours[0].dated][:2] == [1, 0]
