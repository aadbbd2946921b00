"""A staff roster: the answer to a ``RosterProblem``, and its check, fairness and gaps."""

from __future__ import annotations

from hospital.base import Frozen
from hospital.roster_fairness import Burden, Fairness, Missing, PersonShare, Share
from hospital.roster_fairness import fairness as measure_fairness
from hospital.roster_fairness import shortfall as find_shortfall
from hospital.roster_problem import Assignment, RosterProblem
from hospital.roster_rules import RosterRule, roster_violations
from hospital.violation import Violation

__all__ = [
    "Assignment",
    "Burden",
    "Fairness",
    "Missing",
    "PersonShare",
    "Roster",
    "RosterProblem",
    "RosterRule",
    "Share",
]


class Roster(Frozen):
    """Assignments for a problem, with the cost reached and the bound proved by the solver.

    ``bound`` is a cost below which no roster exists; ``cost - bound`` is how far from the
    best this one can be. What is uncovered is in ``shortfall()``, not in ``violations()``: a
    roster may be short of people and still lawful.
    """

    problem: RosterProblem
    assignments: tuple[Assignment, ...]
    cost: float
    bound: float

    @property
    def gap_percent(self) -> float:
        """How far the cost may be from the best, in percent of the cost; 0 is proven best."""
        return 100 * (self.cost - self.bound) / self.cost if self.cost > self.bound else 0.0

    def violations(self) -> tuple[Violation, ...]:
        """Every hard rule that this roster breaks, checked without the solver's code."""
        return roster_violations(self.problem, self.assignments)

    def shortfall(self) -> tuple[Missing, ...]:
        """Every need that is not fully covered, and by how many people."""
        return find_shortfall(self.problem, self.assignments)

    def fairness(self) -> Fairness:
        """What each person carries of hours, nights, weekends and holidays, and what is fair."""
        return measure_fairness(self.problem, self.assignments)
