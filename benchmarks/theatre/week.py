"""A demo week: time to plan, the overtime really run, beds behind the plan, the same day again.

    python -m benchmarks.theatre.week

The largest suite of the default demo with a sixth theatre, some 140 patients waiting. Overtime is
simulated with lengths that the planner never saw. Beds: the plan and one made as if beds were
without end are replayed in the twin on the same random numbers, where whoever finds no bed on
arrival is called off. The bar counts the operations of the plan; electives of the following weeks
who lose their bed to it are printed beside.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import ceil
from time import perf_counter

from application.free_beds import free_beds
from benchmarks.bars import Bar, at_least, at_most, conclude
from benchmarks.theatre.bars import PERCENT
from hospital.base import DAYS_PER_WEEK
from hospital.gst import Gst
from hospital.places import UnitKind
from hospital.tables import Col
from hospital.theatre_plan import (
    FreeBeds,
    Moment,
    SurgeonAbsence,
    TheatrePlan,
    TheatreProblem,
)
from scenarios.changes.beds import CloseBeds
from scenarios.demo import DemoSize, generate
from scheduling.theatres.plan import plan_theatre
from scheduling.theatres.problem import theatre_problem
from scheduling.theatres.replan import DayNews, replan
from scheduling.theatres.risk import mean_risk, overtime_risk
from twin.calibration import calibrate
from twin.parameters import TwinParameters
from twin.place_rules import CallingOff
from twin.planned_outcome import planned_outcome
from twin.run_plan import RunPlan, Start
from twin.simulation import prepare, simulate
from twin.theatre_electives import with_theatre_plans

MOST_SECONDS, MOST_REPLAN_SECONDS = 20.0, 5.0
RISKS, RISK_POINTS = (0.1, 0.2, 0.3), 3.0
LEAST_FALL_PERCENT, MOST_LOSS_PERCENT = 30.0, 5.0
REPLICATIONS, BED_REPLICATIONS, HORIZON_DAYS = 100, 40, 28
CHECK_SEED = 77
NO_END = 10_000.0
FULL = 0.8
"""Share of beds taken without the week's surgery: where beds are plenty nobody is called off."""


@dataclass(frozen=True)
class Suite:
    """A hospital, its coming Monday, and what the twin believes of the GST."""

    gst: Gst
    hospital: str
    monday: date
    parameters: TwinParameters

    @property
    def units(self) -> set[str]:
        """Wards and intensive care of the hospital."""
        kinds = (UnitKind.WARD, UnitKind.INTENSIVE_CARE)
        return {unit.unit for kind in kinds for unit in self.gst.units_of(self.hospital, kind)}

    def run(self, replications: int) -> RunPlan:
        """From today's inpatients over four weeks."""
        return RunPlan(
            first_day=self.gst.identity.as_of,
            horizon_days=HORIZON_DAYS,
            replications=replications,
            start=Start.CENSUS,
        )


def demo_suite() -> Suite:
    """The suite with the longest waiting list."""
    gst, history = generate(DemoSize.DEFAULT, 1)
    waiting = Counter(row.hospital for row in gst.waiting_list)
    today = gst.identity.as_of
    monday = today + timedelta(days=(DAYS_PER_WEEK - today.weekday()) % DAYS_PER_WEEK or 7)
    return Suite(gst, waiting.most_common(1)[0][0], monday, calibrate(gst, history))


def the_week(suite: Suite, beds: FreeBeds) -> TheatreProblem:
    """The week of the suite with the sessions of its first theatre twice."""
    problem = theatre_problem(suite.gst, suite.hospital, suite.monday, DAYS_PER_WEEK, beds)
    first = min(row.room for row in problem.sessions)
    sixth = tuple(
        row.but(session=f"{row.session}-BIS", room=f"{first}-BIS")
        for row in problem.sessions
        if row.room == first
    )
    return problem.but(sessions=(*problem.sessions, *sixth), slack=())


def own_wards(suite: Suite) -> list[str]:
    """Specialties operated here that have wards of their own."""
    wards = {unit.specialty for unit in suite.gst.units_of(suite.hospital, UnitKind.WARD)}
    return sorted(wards & {row.specialty for row in suite.gst.procedures} - {None})


def with_full_wards(suite: Suite, nobody: TheatrePlan) -> Suite:
    """Beds of the surgical wards closed until they are ``FULL`` without the week's surgery."""
    believed = with_theatre_plans(suite.gst, suite.parameters, [nobody])
    occupancy = simulate(suite.gst, believed, suite.run(BED_REPLICATIONS)).occupancy
    mean = occupancy.groupby(Col.UNIT, observed=True)[Col.MEAN].mean()
    beds, gst = suite.gst.beds_by_unit(), suite.gst
    for unit in suite.gst.units_of(suite.hospital, UnitKind.WARD):
        closed = beds[unit.unit] - ceil(float(mean[unit.unit]) / FULL)
        if unit.specialty in own_wards(suite) and closed > 0:
            gst = CloseBeds(kind="close_beds", unit=unit.unit, beds=closed).on_gst(gst)
    return replace(suite, gst=gst)


def beds_without(suite: Suite, nobody: TheatrePlan) -> FreeBeds:
    """Beds that everybody but the patients of the week is expected to leave."""
    believed = with_theatre_plans(suite.gst, suite.parameters, [nobody])
    result = simulate(suite.gst, believed, suite.run(BED_REPLICATIONS))
    return free_beds(suite.gst, suite.hospital, result, suite.monday)


@dataclass(frozen=True, slots=True)
class CalledOff:
    """Electives who found no bed, means of the replications: those of the plan, and all."""

    planned: float
    everybody: float


def called_off(suite: Suite, plan: TheatrePlan) -> CalledOff:
    """Who found no bed on arrival in the hospital, over the horizon."""
    rule = CallingOff(wait_hours=0.0)
    believed = with_theatre_plans(suite.gst, suite.parameters, [plan])
    units = tuple(
        unit.but(calling_off=rule) if unit.unit in suite.units else unit for unit in believed.units
    )
    prepared = prepare(suite.gst, believed.but(units=units), suite.run(REPLICATIONS))
    outcome = planned_outcome(prepared, suite.hospital)
    return CalledOff(outcome.mean, float(outcome.everybody.mean()))


def of_risks(problem: TheatreProblem) -> list[Bar]:
    """Realised overtime for each chosen risk, and the longest plan."""
    bars, longest = [], 0.0
    for risk in RISKS:
        start = perf_counter()
        plan = plan_theatre(problem.but(overtime_risk=risk), 1)
        longest = max(longest, perf_counter() - start)
        points = PERCENT * abs(mean_risk(overtime_risk(plan, CHECK_SEED)) - risk)
        bars.append(at_most(f"week, risk {risk:.0%}: points from it", points, RISK_POINTS))
    return [at_most("week, seconds to plan", longest, MOST_SECONDS), *bars]


def of_beds(suite: Suite, problem: TheatreProblem, nobody: TheatrePlan) -> list[Bar]:
    """How many fewer operations are called off, and what the plan loses for it."""
    without_end = problem.but(
        specialty_beds=(),
        wards=(),
        ward_free_beds=(NO_END,) * len(problem.ward_free_beds),
        intensive_care_free_beds=(NO_END,) * len(problem.intensive_care_free_beds),
    )
    seeing, blind = plan_theatre(problem, 1), plan_theatre(without_end, 1)
    usual, seen, unseen = (called_off(suite, plan) for plan in (nobody, seeing, blind))
    for name, plan, found in (("beds seen", seeing, seen), ("not seen", blind, unseen)):
        others = found.everybody - found.planned - usual.everybody
        print(
            f"{name}: {len(plan.cases)} cases, {found.planned:.2f} called off, "
            f"{others:.2f} other electives more than without any plan"
        )
    loss = PERCENT * (1 - seeing.weighted_minutes() / blind.weighted_minutes())
    fall = PERCENT * (1 - seen.planned / unseen.planned)
    return [
        at_least("week, fewer called off for lack of bed, %", round(fall, 1), LEAST_FALL_PERCENT),
        at_most("week, priority-weighted minutes lost for it, %", loss, MOST_LOSS_PERCENT),
    ]


def of_the_same_day(problem: TheatreProblem) -> list[Bar]:
    """A surgeon is missing from ten o'clock on: seconds, and what had begun untouched."""
    published = plan_theatre(problem, 1)
    now = Moment(day=problem.first_day, minute=600)
    later = [row for row in published.cases if row.day == now.day and row.start_minute > now.minute]
    news = DayNews(now, absences=(SurgeonAbsence(surgeon=later[0].surgeon, day=now.day),))
    start = perf_counter()
    planned = replan(published, news, 1)
    seconds = perf_counter() - start
    begun = {row for row in published.cases if now.is_after(row.day, row.start_minute)}
    touched = len(begun - set(planned.cases)) + len(planned.violations())
    return [
        at_most("same day, seconds", seconds, MOST_REPLAN_SECONDS),
        at_most("same day, cases begun that were touched, and violations", touched, 0),
    ]


def bars() -> list[Bar]:
    """All bars of the week."""
    suite = demo_suite()
    open_end = FreeBeds(ward=(NO_END,) * HORIZON_DAYS, intensive_care=(NO_END,) * HORIZON_DAYS)
    nobody = plan_theatre(the_week(suite, open_end), 1, 0.0).but(cases=())
    problem = the_week(suite, beds_without(suite, nobody))
    theatres = len({row.room for row in problem.sessions})
    print(f"{theatres} theatres, {len(problem.waiting_list)} patients waiting")
    found = of_risks(problem)
    full = with_full_wards(suite, nobody)
    found += of_beds(full, the_week(full, beds_without(full, nobody)), nobody)
    return found + of_the_same_day(problem)


def main() -> None:
    """Print the verdicts; the exit status is 1 where a bar falls short."""
    conclude(bars())


if __name__ == "__main__":
    main()
