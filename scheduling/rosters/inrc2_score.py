"""The score of a roster of INRC-II by its own rules; nothing is shared with a solver.

A run that began before the horizon counts with its past days, of which none is charged twice; a
run still going at the end is not yet too short. Totals are judged at the end of the horizon.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Generic, TypeVar

from hospital.base import DAYS_PER_WEEK
from hospital.violation import Score, Violation
from scheduling.rosters.inrc2 import (
    ANY,
    Assignment,
    Instance,
    Nurse,
    Span,
    nurses_present,
    worked,
)

COVER, SHIFT_RUN, WORK_RUN, REST_RUN = 30, 15, 30, 30
REQUEST, WEEKEND, TOTAL, WEEKENDS = 10, 30, 20, 30
"""Weights of S1, both parts of S2, S3, S4, S5, S6 and S7."""
SATURDAY = 5
T = TypeVar("T")


def score(instance: Instance, assignments: Sequence[Assignment]) -> Score:
    """Hard violations and soft costs of these assignments."""
    lines = worked(instance, assignments)
    people = [(nurse, lines[code]) for code, nurse in instance.nurses.items()]
    runs = [cost for nurse, line in people for cost in _runs(instance, nurse, line)]
    costs = {
        "optimal_coverage": COVER * _lacking(instance, assignments),
        "consecutive_assignments": sum(cost for rest, cost in runs if not rest),
        "consecutive_days_off": sum(cost for rest, cost in runs if rest),
        "preferences": REQUEST * _refused(instance, lines),
        "complete_weekends": WEEKEND * sum(_half_weekends(*person) for person in people),
        "total_assignments": TOTAL * sum(_beside_total(*person) for person in people),
        "working_weekends": WEEKENDS * sum(_weekends_beyond(*person) for person in people),
    }
    return Score(tuple(_broken(instance, assignments, lines)), costs)


def _broken(
    instance: Instance, assignments: Sequence[Assignment], lines: dict[str, list[str]]
) -> Iterator[Violation]:
    """H1 one shift a day, H2 the least cover, H3 successions, H4 skills."""
    for (nurse, day), times in Counter((row.nurse, row.day) for row in assignments).items():
        if times > 1:
            yield Violation("single_assignment", nurse, str(day), str(times), "1")
    present = nurses_present(assignments)
    for need in instance.needs:
        there = present[need.day, need.shift, need.skill]
        if there < need.least:
            where = f"{need.shift} {need.skill}"
            yield Violation("minimal_coverage", where, str(need.day), str(there), str(need.least))
    for code, line in lines.items():
        past = instance.nurses[code].past.shift
        for day, (before, after) in enumerate(pairwise([past, *line])):
            if before and after in instance.shifts[before].forbidden_next:
                yield Violation("succession", code, str(day), f"{before} {after}", "")
    for row in assignments:
        if row.skill not in instance.nurses[row.nurse].skills:
            yield Violation("required_skill", row.nurse, str(row.day), row.skill, "")


def _lacking(instance: Instance, assignments: Sequence[Assignment]) -> int:
    present = nurses_present(assignments)
    return sum(
        max(0, need.wanted - present[need.day, need.shift, need.skill]) for need in instance.needs
    )


def _refused(instance: Instance, lines: dict[str, list[str]]) -> int:
    return sum(
        bool(lines[row.nurse][row.day]) and row.shift in {ANY, lines[row.nurse][row.day]}
        for row in instance.requests
    )


def _runs(instance: Instance, nurse: Nurse, line: list[str]) -> Iterator[tuple[bool, int]]:
    """For each run too long or too short: whether of rest, and its cost."""
    past, contract = nurse.past, nurse.contract
    rests, before = [not code for code in line], past.rest_run or past.work_run
    for run in _stretches(rests, past.rest_run > 0, before):
        span = contract.rest_run if run.value else contract.work_run
        yield run.value, (REST_RUN if run.value else WORK_RUN) * _missed(span, run)
    for shifts in _stretches(line, past.shift, past.shift_run if past.shift else 0):
        if shifts.value:
            yield False, SHIFT_RUN * _missed(instance.shifts[shifts.value].run, shifts)


@dataclass(frozen=True, slots=True)
class _Stretch(Generic[T]):
    """One run: of what, its days within the horizon and before it, whether it ended within."""

    value: T
    days: int
    days_before: int
    has_ended: bool


def _stretches(days: Sequence[T], past: T, before: int) -> Iterator[_Stretch[T]]:
    """Each run of equal days, that of the past with which the horizon breaks among them."""
    day = 0
    if before and days[0] != past:
        yield _Stretch(past, 0, before, has_ended=True)
    for value, group in groupby(days):
        length = len(list(group))
        days_before = before if day == 0 and value == past else 0
        day += length
        yield _Stretch(value, length, days_before, has_ended=day < len(days))


def _missed(span: Span, run: _Stretch[T]) -> int:
    """Days beyond the most, of this horizon alone, or below the least where the run has ended."""
    total = run.days + run.days_before
    if total > span.most:
        return min(run.days, total - span.most)
    return max(0, span.least - total) if run.has_ended else 0


def _half_weekends(nurse: Nurse, line: list[str]) -> int:
    if not nurse.contract.is_complete_weekends:
        return 0
    return sum(bool(saturday) != bool(sunday) for saturday, sunday in _weekends(line))


def _weekends_beyond(nurse: Nurse, line: list[str]) -> int:
    worked_weekends = nurse.past.weekends + sum(any(pair) for pair in _weekends(line))
    return max(0, worked_weekends - nurse.contract.most_weekends)


def _weekends(line: list[str]) -> Iterator[tuple[str, str]]:
    for day in range(SATURDAY, len(line), DAYS_PER_WEEK):
        yield line[day], line[day + 1]


def _beside_total(nurse: Nurse, line: list[str]) -> int:
    total, span = nurse.past.assignments + sum(map(bool, line)), nurse.contract.assignments
    return max(0, total - span.most, span.least - total)
