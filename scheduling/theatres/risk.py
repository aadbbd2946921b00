"""How often each session of a plan would run late, by simulating the lengths of its cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from hospital.streams import stream_key
from hospital.theatre_plan import PlannedCase, TheatrePlan
from scheduling.theatres.overtime import Floats, case_minutes
from scheduling.theatres.week import Week

DRAWS = 4000


@dataclass(frozen=True, slots=True)
class SessionRisk:
    """One session of the plan and what its real length may be.

    ``is_full`` says that someone waits for such a session and none of those fits in its minutes:
    the chosen risk is meant for full sessions, the others run late less often.
    """

    session: str
    day: date
    cases: int
    expected_minutes: float
    length_minutes: int
    overtime_probability: float
    mean_overtime_minutes: float
    is_full: bool


def overtime_risk(plan: TheatrePlan, seed: int, draws: int = DRAWS) -> tuple[SessionRisk, ...]:
    """P(overtime) of every session that has cases, by day and session.

    Lengths are log-normal with the mean and the coefficient of variation of the procedure;
    turnovers are fixed. A patient's draws do not depend on the plan, so that two plans differ
    only by what they change. The standard error of a probability p is sqrt(p (1-p) / draws).
    """
    by_block: defaultdict[tuple[date, str], list[PlannedCase]] = defaultdict(list)
    for case in plan.cases:
        by_block[case.day, case.session].append(case)
    lengths = _lengths(plan, seed, draws)
    week = Week(plan.problem)
    return tuple(_risk(plan, by_block[key], lengths, week) for key in sorted(by_block))


def mean_risk(risks: Sequence[SessionRisk]) -> float:
    """Mean probability of overtime over these sessions; 0 if there are none."""
    return float(np.mean([row.overtime_probability for row in risks])) if risks else 0.0


def _lengths(plan: TheatrePlan, seed: int, draws: int) -> dict[str, Floats]:
    procedures = {row.procedure: row for row in plan.problem.procedures}
    procedure_of = {row.patient: row.procedure for row in plan.problem.waiting_list}
    lengths = {}
    for case in plan.cases:
        procedure = procedures[procedure_of[case.patient]]
        rng = np.random.default_rng(stream_key(seed, "theatre_duration", case.patient))
        mean, cv = np.array([procedure.mean_minutes]), np.array([procedure.minutes_cv])
        lengths[case.patient] = case_minutes(mean, cv, rng.standard_normal((1, draws)))[0]
    return lengths


def _risk(
    plan: TheatrePlan, cases: Sequence[PlannedCase], lengths: dict[str, Floats], week: Week
) -> SessionRisk:
    session = next(row for row in plan.problem.sessions if row.session == cases[0].session)
    turnovers = session.turnover_minutes * (len(cases) - 1)
    total = np.sum([lengths[case.patient] for case in cases], axis=0) + turnovers
    overtime = np.maximum(total - session.length_minutes, 0.0)
    return SessionRisk(
        session=session.session,
        day=cases[0].day,
        cases=len(cases),
        expected_minutes=float(sum(case.expected_minutes for case in cases) + turnovers),
        length_minutes=session.length_minutes,
        overtime_probability=float(np.mean(overtime > 0)),
        mean_overtime_minutes=float(overtime.mean()),
        is_full=_is_full(week, plan, cases),
    )


def _is_full(week: Week, plan: TheatrePlan, cases: Sequence[PlannedCase]) -> bool:
    """Whether every patient left out who could come here needs more than what is left."""
    key = cases[0].session, cases[0].day
    held = next(at for at, b in enumerate(week.blocks) if (b.session.session, b.day) == key)
    index = {row.patient: at for at, row in enumerate(week.patients)}
    left = week.blocks[held].room_left
    left -= sum(week.takes(index[case.patient], held) for case in cases)
    waiting = [index[row.patient] for row in plan.unplanned]
    needed = [week.takes(p, held) for p in waiting if held in week.candidates[p]]
    return bool(needed) and min(needed) > left
