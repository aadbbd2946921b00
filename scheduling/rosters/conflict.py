"""Why no lawful roster exists: a smallest set of rules that cannot be kept together.

Needs may stay uncovered and locks may be missed, so only rules that ask for work or for whole
runs can leave no roster at all: least hours, least runs after what was worked before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ortools.sat.python import cp_model

from hospital.errors import Sentence, say
from hospital.roster import RosterProblem, RosterRule
from hospital.roster_words import listed, rule_name
from scheduling.rosters.rules import RULES, enforce
from scheduling.rosters.works import Works

T = TypeVar("T")
PROOF_WORK = 5.0
TEAM_RULES = (RosterRule.JUNIORS_PER_SENIOR,)
LISTED_RULES = (
    RosterRule.FORBIDDEN_SUCCESSION,
    RosterRule.MAXIMUM_OF_A_SHIFT,
    RosterRule.KEPT_APART,
    RosterRule.KEPT_TOGETHER,
)
Pair = tuple[str, str]
"""A rule by its name, and the person whom it binds (empty for the whole team)."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Rules and people that exclude each other: relax any one of them and a roster exists.

    It is smallest in that nothing can be left out. ``people`` are those it binds.
    """

    pairs: tuple[Pair, ...]

    @property
    def people(self) -> tuple[str, ...]:
        """Who is bound, in staff order, each once."""
        return tuple(dict.fromkeys(person for _, person in self.pairs if person))

    def told(self) -> Sentence:
        """The conflict and what to do, in words."""
        rules = [
            say("{rule} ({who})", rule=rule_name(rule), who=person) if person else rule_name(rule)
            for rule, person in self.pairs
        ]
        return say(
            "No roster keeps all of these rules: {rules}. Relax one of them, or correct the leave, "
            "the free days or the earlier work of {who}.",
            rules=listed(rules),
            who=", ".join(self.people) or "-",
        )


def conflict(problem: RosterProblem) -> Conflict | None:
    """The smallest conflicting set, None where a lawful roster exists or none is disproved.

    First the people who are needed for the conflict are kept, then the rules of each.
    """
    pairs = tuple(_pairs(problem))
    if not _is_impossible(problem, pairs, ()):
        return None
    groups = list(dict.fromkeys(person for _, person in pairs))
    guilty = _fewest(groups, lambda kept: _is_impossible(problem, pairs, _of(pairs, kept)))
    own = _of(pairs, guilty)
    return Conflict(tuple(_fewest(own, lambda kept: _is_impossible(problem, pairs, kept))))


def _pairs(problem: RosterProblem) -> Iterator[Pair]:
    for person in problem.staff:
        figures = problem.figures_of(person.staff)
        for rule in RULES:
            if rule in figures:
                yield rule.value, person.staff
        for listed_rule in LISTED_RULES:
            yield listed_rule.value, person.staff
    for team_rule in TEAM_RULES:
        yield team_rule.value, ""


def _of(pairs: Iterable[Pair], people: Iterable[str]) -> tuple[Pair, ...]:
    chosen = set(people)
    return tuple(pair for pair in pairs if pair[1] in chosen)


def _is_impossible(problem: RosterProblem, pairs: Sequence[Pair], kept: Sequence[Pair]) -> bool:
    """Whether these rules alone (all, if none is named) are proved to leave no roster."""
    works = Works(problem)
    enforce(works, frozenset(pairs) - set(kept) if kept else frozenset())
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = PROOF_WORK
    return solver.solve(works.model) == cp_model.INFEASIBLE


def _fewest(items: Sequence[T], is_conflict: Callable[[Sequence[T]], bool]) -> list[T]:
    """A smallest part that is still a conflict, by halves (Junker 2004, QuickXplain)."""

    def within(background: list[T], candidates: Sequence[T], *, added: bool) -> list[T]:
        if added and background and is_conflict(background):
            return []
        if len(candidates) == 1:
            return list(candidates)
        half = len(candidates) // 2
        first, second = candidates[:half], candidates[half:]
        right = within([*background, *first], second, added=True)
        left = within([*background, *right], first, added=bool(right))
        return [*left, *right]

    return within([], items, added=False)
