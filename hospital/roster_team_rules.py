"""The rules about who works beside whom, each a function over a whole roster."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from hospital.roster_problem import Assignment, RosterProblem
from hospital.roster_work import RosterRule
from hospital.staff import Grade, RuleName, Skill
from hospital.violation import Violation

Rule = Callable[[RosterProblem, Sequence[Assignment]], Iterator[Violation]]


def kept_apart(problem: RosterProblem, assignments: Sequence[Assignment]) -> Iterator[Violation]:
    """Two people who are kept apart never start the same shift."""
    for pair in problem.pairings:
        if not pair.together:
            for shift in sorted(_own(pair.first, assignments) & _own(pair.second, assignments)):
                yield _broken(RosterRule.KEPT_APART, pair.first, shift, pair.second)


def kept_together(problem: RosterProblem, assignments: Sequence[Assignment]) -> Iterator[Violation]:
    """Who is accompanied starts no shift without the companion."""
    for pair in problem.pairings:
        if pair.together:
            for shift in sorted(_own(pair.first, assignments) - _own(pair.second, assignments)):
                yield _broken(RosterRule.KEPT_TOGETHER, pair.first, shift, pair.second)


def juniors_per_senior(
    problem: RosterProblem, assignments: Sequence[Assignment]
) -> Iterator[Violation]:
    """On each shift and for each skill, so many juniors at most for one senior or charge nurse.

    A figure of 0 leaves juniors no shift at all.
    """
    limit = problem.figure(RuleName.JUNIORS_PER_SENIOR)
    if limit is None:
        return
    people = {person.staff: person for person in problem.staff}
    teams: dict[tuple[date, str, Skill], list[Grade]] = defaultdict(list)
    for a in sorted(set(assignments), key=lambda a: (a.day, a.shift, a.staff)):
        if a.staff in people:
            teams[a.day, a.shift, people[a.staff].skill].append(people[a.staff].grade)
    for (day, shift, skill), grades in teams.items():
        juniors = grades.count(Grade.JUNIOR)
        allowed = limit * (len(grades) - juniors)
        if juniors > allowed:
            rule = RosterRule.JUNIORS_PER_SENIOR.value
            subject = f"{shift} {skill.value}"
            yield Violation(rule, subject, day.isoformat(), str(juniors), f"{allowed:g}")


TEAM_RULES: tuple[Rule, ...] = (kept_apart, kept_together, juniors_per_senior)


def _own(staff: str, assignments: Sequence[Assignment]) -> set[tuple[date, str]]:
    return {(a.day, a.shift) for a in assignments if a.staff == staff}


def _broken(rule: RosterRule, staff: str, shift: tuple[date, str], other: str) -> Violation:
    return Violation(rule.value, staff, shift[0].isoformat(), shift[1], other)
