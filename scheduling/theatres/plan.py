"""Which patients are operated this week, in which session, in which order, and why not the rest.

A greedy plan comes first; CP-SAT improves it within a deterministic budget and proves a bound.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from hospital.theatre import AgeGroup, Priority, WaitingPatient
from hospital.theatre_plan import PlannedCase, TheatrePlan, TheatreProblem
from scheduling.theatres.explain import left_out
from scheduling.theatres.greedy import State
from scheduling.theatres.overtime import POINT
from scheduling.theatres.risk import mean_risk, overtime_risk
from scheduling.theatres.search import improved
from scheduling.theatres.slack import calibrated_slack
from scheduling.theatres.week import Week

DEFAULT_WORK_LIMIT = 4.0
ROUNDS = 4  # plans of equal work, each with the slack that the ones before taught
NEAR = 0.0125  # a point or so from the chosen risk is not worth another plan
PILOT_SEED = 104_729  # so that a check with the same seed draws other lengths
FULL_SESSION_MARGIN = 0.05
LAST_MINUTE = 1440
LEAST_AIM, MOST_AIM = 0.005, 0.6


def plan_theatre(
    problem: TheatreProblem, seed: int = 0, work_limit: float = DEFAULT_WORK_LIMIT
) -> TheatrePlan:
    """The best plan found for this week, with a bound that no plan can exceed.

    Args:
        problem: The week. When it has no ``slack`` yet, the slack that gives its
            ``overtime_risk`` is chosen first, by simulation, and kept in the plan's problem.
        seed: Of the slack's simulation and of the search.
        work_limit: CP-SAT deterministic time, about one second of one core each; the same
            limit gives the same plan on any machine. 0 gives the greedy plan.
    """
    if problem.slack:
        return _planned(problem, seed, work_limit)
    return _at_the_chosen_risk(problem, seed, work_limit)


def _planned(problem: TheatreProblem, seed: int, work_limit: float) -> TheatrePlan:
    week = Week(problem)
    state, bound = improved(week, seed, work_limit)
    return TheatrePlan(
        problem=problem,
        cases=tuple(_cases(week, state)),
        unplanned=tuple(left_out(week, state)),
        value=state.value() / POINT,
        bound=bound / POINT,
        seed=seed,
        work_limit=work_limit,
    )


def _at_the_chosen_risk(problem: TheatreProblem, seed: int, work_limit: float) -> TheatrePlan:
    """Of a few plans of equal work, the one that runs late nearest to as often as chosen.

    The first has the slack that simulated lists ask for, the next ones that slack corrected by
    what the plans before them really risk: a short search would risk less than a long one.
    """
    aim, tried = problem.overtime_risk, []
    for _ in range(ROUNDS):
        plan = _planned(calibrated_slack(problem, seed, aim), seed, work_limit / ROUNDS)
        tried.append(_Tried(aim, _correction(plan, seed), plan))
        if abs(tried[-1].correction) <= NEAR:
            break
        aim = min(max(_next_aim(tried), LEAST_AIM), MOST_AIM)
    return min(tried, key=lambda one: abs(one.correction)).plan


@dataclass(frozen=True, slots=True)
class _Tried:
    """The risk aimed at, what was missing to the chosen one, and the plan that showed it."""

    aim: float
    correction: float
    plan: TheatrePlan


def _next_aim(tried: list[_Tried]) -> float:
    """Between the nearest plans that risk too little and too much, or beyond the last plan."""
    timid = [one for one in tried if one.correction > 0]
    bold = [one for one in tried if one.correction < 0]
    if not timid or not bold:
        return tried[-1].aim + tried[-1].correction
    low = min(timid, key=lambda one: one.correction)
    high = max(bold, key=lambda one: one.correction)
    share = low.correction / (low.correction - high.correction)
    return low.aim + share * (high.aim - low.aim)


def _correction(plan: TheatrePlan, seed: int) -> float:
    """What is missing to the chosen risk, on the mean of the sessions.

    Sessions that cannot be filled run late less often than the full ones; the correction makes
    up for them, but not beyond ``FULL_SESSION_MARGIN`` above the risk in the full ones.
    """
    risks = overtime_risk(plan, seed + PILOT_SEED)
    wanted = plan.problem.overtime_risk
    correction = wanted - mean_risk(risks)
    if full := [row for row in risks if row.is_full]:
        return min(correction, wanted + FULL_SESSION_MARGIN - mean_risk(full))
    return correction


def greedy_plan(problem: TheatreProblem, seed: int = 0) -> TheatrePlan:
    """The first plan alone, before any improvement; its bound supposes that nothing is scarce."""
    return plan_theatre(problem, seed, work_limit=0.0)


def _cases(week: Week, state: State) -> Iterator[PlannedCase]:
    """Cases by block, in their order of the day, one after the other with a turnover between."""
    by_block: defaultdict[int, list[int]] = defaultdict(list)
    for patient, block in state.placed.items():
        by_block[block].append(patient)
    for block in sorted(by_block):
        yield from _day_list(week, block, by_block[block])


def _day_list(week: Week, block: int, patients: list[int]) -> Iterator[PlannedCase]:
    """What has begun as it was published; the others one after the other from now on."""
    held = week.blocks[block]
    names = {week.patients[patient].patient for patient in patients}
    begun = [c for c in week.problem.begun() if c.patient in names]
    yield from begun
    ends = [case.end_minute + held.session.turnover_minutes for case in begun]
    now = week.problem.now
    today = now.minute if now is not None and now.day == held.day else 0
    at = max(held.session.start_minute, today, *ends, 0)
    waiting = [patient for patient in patients if patient not in week.locked]
    for patient in sorted(waiting, key=lambda p: _turn(week, p)):
        row = week.patients[patient]
        yield PlannedCase(
            patient=row.patient,
            session=held.session.session,
            day=held.day,
            surgeon=row.surgeon,
            start_minute=at,
            expected_minutes=week.minutes[patient],
        )
        at += week.minutes[patient] + held.session.turnover_minutes


def _turn(week: Week, patient: int) -> tuple[bool, int, bool, float, str]:
    """Children first, who fast badly; then the surest lengths, so that the day keeps its times.

    Who is infected comes last. On a published day: who must be done today, then the published
    order, then the new ones.
    Source: theatre evidence, section 3.1 (short and low-variance cases first).
    """
    procedure, row = week.procedures[patient], week.patients[patient]
    spread = procedure.mean_minutes * procedure.minutes_cv
    turn = _published_turn(week, row)
    return row.is_infected, turn, row.age_group is not AgeGroup.CHILD, spread, row.patient


def _published_turn(week: Week, row: WaitingPatient) -> int:
    now, published = week.problem.now, week.problem.published
    starts = {case.patient: case.start_minute for case in published}
    if now is None:
        return 0
    if row.patient not in starts and row.due_date <= now.day and row.priority is Priority.URGENT:
        return -1
    return starts.get(row.patient, LAST_MINUTE)
