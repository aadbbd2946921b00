"""Which patients are operated this week, in which session, in which order, and why not the rest.

A greedy plan comes first; CP-SAT improves it within a deterministic budget and proves a bound.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from hospital.theatre import AgeGroup, Priority, WaitingPatient
from hospital.theatre_plan import PlannedCase, TheatrePlan, TheatreProblem
from scheduling.theatres.explain import left_out
from scheduling.theatres.greedy import State
from scheduling.theatres.overtime import POINT
from scheduling.theatres.risk import mean_risk, overtime_risk
from scheduling.theatres.search import improved
from scheduling.theatres.slack import calibrated_slack
from scheduling.theatres.week import Week

DEFAULT_WORK_LIMIT = 3.0
PILOTS = 2  # short plans that show how late the sessions really run
PILOT_SHARE = 0.5  # of the work, for all of them: a loose pilot would run late less often
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
    if not problem.slack:
        problem = _with_slack(problem, seed, PILOT_SHARE * work_limit)
        work_limit *= 1 - PILOT_SHARE
    return _planned(problem, seed, work_limit)


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


def _with_slack(problem: TheatreProblem, seed: int, work_limit: float) -> TheatreProblem:
    """The slack that simulated lists ask for, corrected by what pilot plans really risk.

    Of the slacks tried, the one whose pilot comes closest to the chosen risk.
    """
    aim, tried = problem.overtime_risk, []
    for _ in range(PILOTS):
        asked = calibrated_slack(problem, seed, aim)
        correction = _correction(_planned(asked, seed, work_limit / PILOTS), seed)
        tried.append((abs(correction), asked))
        aim = min(max(aim + correction, LEAST_AIM), MOST_AIM)
    return min(tried, key=lambda pair: pair[0])[1]


def _correction(pilot: TheatrePlan, seed: int) -> float:
    """What is missing to the chosen risk, on the mean of the sessions.

    Sessions that cannot be filled run late less often than the full ones; the correction makes
    up for them, but not beyond ``FULL_SESSION_MARGIN`` above the risk in the full ones.
    """
    risks = overtime_risk(pilot, seed + PILOT_SEED)
    wanted = pilot.problem.overtime_risk
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


def _turn(week: Week, patient: int) -> tuple[int, bool, float, str]:
    """Children first, who fast badly; then the surest lengths, so that the day keeps its times.

    On a published day: who must be done today, then the published order, then the new ones.
    Source: theatre evidence, section 3.1 (short and low-variance cases first).
    """
    procedure, row = week.procedures[patient], week.patients[patient]
    spread = procedure.mean_minutes * procedure.minutes_cv
    return _published_turn(week, row), row.age_group is not AgeGroup.CHILD, spread, row.patient


def _published_turn(week: Week, row: WaitingPatient) -> int:
    now, published = week.problem.now, week.problem.published
    starts = {case.patient: case.start_minute for case in published}
    if now is None:
        return 0
    if row.patient not in starts and row.due_date <= now.day and row.priority is Priority.URGENT:
        return -1
    return starts.get(row.patient, LAST_MINUTE)
