"""A staff roster: the answer to a ``RosterProblem``, and its check, fairness and gaps."""

from __future__ import annotations

from enum import StrEnum

from hospital.base import Frozen
from hospital.roster_burden import Burden
from hospital.roster_fairness import Fairness, Missing, PersonShare, Share
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
    "Stage",
    "StageResult",
]


class Stage(StrEnum):
    """What a roster is made best for, one after the other: none gives way for a later one."""

    COVER = "cover"
    LARGEST_DEVIATION = "largest_deviation"
    ALL_DEVIATIONS = "all_deviations"
    WISHES = "wishes"
    PRICE = "price"


class StageResult(Frozen):
    """What a stage reached, and what no roster that keeps the earlier stages can go below.

    Cover counts missing people, deviations are weighted excesses over the fair bands, wishes
    and price are points.
    """

    stage: Stage
    reached: float
    bound: float

    @property
    def gap_percent(self) -> float:
        """How far from the best this stage may be, in percent of what it reached."""
        return 100 * (self.reached - self.bound) / self.reached if self.reached else 0.0


class Roster(Frozen):
    """Assignments for a problem, with the cost reached and the bound proved by the solver.

    ``bound`` is a cost below which no roster exists; ``cost - bound`` is how far from the
    best this one can be. What is uncovered is in ``shortfall()``, not in ``violations()``: a
    roster may be short of people and still lawful. ``stages`` are those of a roster that was
    made best for one thing after the other.
    """

    problem: RosterProblem
    assignments: tuple[Assignment, ...]
    cost: float
    bound: float
    stages: tuple[StageResult, ...] = ()

    @property
    def gap_percent(self) -> float:
        """How far the cost may be from the best, in percent of it; 0 is proven best.

        Of a roster built in stages, the gap of the first stage that is not proven: what comes
        after it counts only among rosters that are as good there.
        """
        if self.stages:
            return next((s.gap_percent for s in self.stages if s.gap_percent), 0.0)
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
