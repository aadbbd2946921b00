"""What cannot be right in locks and in numbers of people, said all at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from hospital.errors import Problem, Sentence, say
from hospital.roster import RosterProblem, RosterRule
from hospital.roster_rules import roster_violations
from hospital.roster_words import told
from hospital.staff import CoverageNeed

LOCKS = "locks"
COVERAGE_FILE = "coverage.csv"
MENDED_BY_MORE_WORK = (
    RosterRule.MINIMUM_PERIOD_HOURS,
    RosterRule.MINIMUM_CONSECUTIVE_DAYS,
    RosterRule.MINIMUM_CONSECUTIVE_DAYS_OFF,
    RosterRule.KEPT_TOGETHER,
    RosterRule.JUNIORS_PER_SENIOR,
)
"""Rules that locks alone may break and a whole roster still keep."""


def lock_problems(problem: RosterProblem) -> Iterator[Problem]:
    """Locks that no roster can keep: each rule that they break by themselves."""
    seen = set()
    for broken in roster_violations(problem, tuple(dict.fromkeys(problem.locked))):
        is_mended = RosterRule(broken.rule) in MENDED_BY_MORE_WORK
        if not is_mended and (broken.rule, broken.subject, broken.when) not in seen:
            seen.add((broken.rule, broken.subject, broken.when))
            yield _lock_problem(told(broken))


def people_problems(problem: RosterProblem) -> Iterator[Problem]:
    """Shifts that need more people of a skill than the unit has at all."""
    people = Counter(person.skill for person in problem.staff)
    asked: dict[tuple[str, str], int] = {}
    for _, need in problem.needs():
        key = (need.shift, need.skill)
        is_stated = isinstance(need, CoverageNeed)  # what the twin foresees may be beyond them
        if is_stated and people[need.skill]:  # a skill that nobody has is told by itself
            asked[key] = max(asked.get(key, 0), need.staff_needed)
    for (shift, skill), most in asked.items():
        have = sum(person.skill == skill for person in problem.staff)
        if most > have:
            yield Problem(
                "need_beyond_staff",
                COVERAGE_FILE,
                say(
                    "{needed} people of {skill} on shift {shift}",
                    needed=most,
                    skill=skill,
                    shift=shift,
                ),
                say("at most the {have} whom {unit} has", have=have, unit=problem.unit),
                say("Correct the need, or add the people who are missing to staff.csv."),
                column="staff_needed",
            )


def _lock_problem(found: Sentence) -> Problem:
    return Problem(
        "contradictory_locks",
        LOCKS,
        found,
        say("locks that one lawful roster can keep"),
        say("Remove one of the locks that contradict each other."),
    )
