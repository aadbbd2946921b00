"""The master problem of column generation: which line each person works, as a linear programme."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from ortools.linear_solver import pywraplp

from scheduling.rosters.budget import WORK_PER_ENTRY, WORK_PER_SOLUTION
from scheduling.rosters.curtois import Instance
from scheduling.rosters.kernel import REST, Floats, Ints

TOLERANCE = 1e-6
NO_LINE_PRICE = 100_000.0  # for a person without a line: above any cost of the benchmark
CAP_PRICE = 1_000.0  # for one shift above a person's limit while columns are still missing
ACCEPT_IMPRECISE = "change_status_to_imprecise: false"  # the bound does not rest on precision


@dataclass(frozen=True, slots=True)
class Duals:
    """Prices of the master: per cover target, per person, per person and limited shift."""

    cover: Floats
    person: Floats
    cap: Floats

    def towards(self, other: Duals, part: float) -> Duals:
        """A mixture of two feasible duals, which is feasible."""
        return Duals(
            part * other.cover + (1 - part) * self.cover,
            part * other.person + (1 - part) * self.person,
            part * other.cap + (1 - part) * self.cap,
        )


@dataclass(frozen=True, slots=True)
class LinePrices:
    """What a line costs and touches.

    ``base`` (people, days, shifts) is the cost of each shift, infinite where closed;
    ``target_of`` (days, shifts) the number of its cover target or -1; ``caps`` the (person,
    shift, limit) that pricing leaves to the master.
    """

    base: Floats
    target_of: npt.NDArray[np.int64]
    caps: tuple[tuple[int, int, int], ...]


class Master:
    """The linear programme over the columns, solved by GLOP from its last basis."""

    def __init__(self, instance: Instance, prices: LinePrices) -> None:
        self._prices = prices
        self._targets = instance.cover
        self._solver = pywraplp.Solver.CreateSolver("GLOP")
        self._solver.SetSolverSpecificParametersAsString(ACCEPT_IMPRECISE)
        self._is_solved = False
        self._is_tightened = False
        self.work = 0.0
        self._cover = [self._cover_row(k) for k in range(len(instance.cover))]
        cover = instance.cover
        self._under = np.array([target.under_weight for target in cover], dtype=float)
        self._over = np.array([target.over_weight for target in cover], dtype=float)
        people = range(len(instance.employees))
        self._person = [self._row(1, 1, {NO_LINE_PRICE: 1}) for _ in people]
        self._cap = [self._row(None, limit, {CAP_PRICE: -1}) for _, _, limit in prices.caps]
        self._cap_row = {
            (person, shift): row
            for (person, shift, _), row in zip(prices.caps, self._cap, strict=True)
        }
        self._chosen: list[pywraplp.Variable] = []
        self._seen: set[tuple[int, bytes]] = set()
        self.lines: list[Ints] = []
        self.person_of: list[int] = []

    def add(self, person: int, line: Ints) -> bool:
        """Add a column; False if it was there already."""
        key = (person, line.tobytes())
        if key in self._seen:
            return False
        self._seen.add(key)
        prices = self._prices
        worked = np.flatnonzero(line != REST)
        variable = self._solver.NumVar(0, self._solver.infinity(), "")
        cost = float(prices.base[person, worked, line[worked]].sum())
        self._solver.Objective().SetCoefficient(variable, cost)
        self._person[person].SetCoefficient(variable, 1)
        for day in worked:
            target = prices.target_of[day, line[day]]
            if target >= 0:
                self._cover[target].SetCoefficient(variable, 1)
        for shift, times in zip(*np.unique(line[worked], return_counts=True), strict=True):
            if (person, int(shift)) in self._cap_row:
                self._cap_row[person, int(shift)].SetCoefficient(variable, float(times))
        self._chosen.append(variable)
        self.lines.append(line.copy())
        self.person_of.append(person)
        return True

    def solve(self) -> tuple[float, Duals]:
        """The value, without what is owed, and the duals.

        Duals are clipped to what the slacks allow: whatever the precision of the linear
        programme, the bound computed from them holds. Infinity and no duals where it failed.
        """
        self._solver.SetSolverSpecificParametersAsString(
            f"{ACCEPT_IMPRECISE} use_dual_simplex: {str(self._is_tightened).lower()}"
        )
        self._is_tightened = False
        status = self._solver.Solve()
        touched = self._solver.iterations() * self._solver.NumConstraints()
        self.work = touched * WORK_PER_ENTRY + WORK_PER_SOLUTION
        if status != pywraplp.Solver.OPTIMAL:
            status = self._solver.Solve(_from_scratch())
        self._is_solved = status == pywraplp.Solver.OPTIMAL
        if not self._is_solved:
            return float("inf"), self._no_duals()
        return self._solver.Objective().Value(), Duals(
            np.clip([row.dual_value() for row in self._cover], -self._over, self._under),
            np.array([row.dual_value() for row in self._person]),
            np.clip([row.dual_value() for row in self._cap], -CAP_PRICE, 0),
        )

    def _no_duals(self) -> Duals:
        """Prices of nothing: feasible, so their bound holds, and lines at them are plain."""
        return Duals(
            np.zeros(len(self._cover)), np.zeros(len(self._person)), np.zeros(len(self._cap))
        )

    def fix(self, column: int) -> None:
        """Choose this column for good, and so none of the person's others."""
        for other, person in enumerate(self.person_of):
            if person == self.person_of[column]:
                self._is_tightened = True
                self._chosen[other].SetBounds(*((1, 1) if other == column else (0, 0)))

    def values(self) -> dict[int, float]:
        """The columns in the last solution and how much of each; none where it failed."""
        if not self._is_solved:
            return {}
        values = ((k, variable.solution_value()) for k, variable in enumerate(self._chosen))
        return {k: value for k, value in values if value > TOLERANCE}

    def _row(
        self, low: float | None, high: float | None, slacks: dict[float, float]
    ) -> pywraplp.Constraint:
        """A row with slack variables: cost of each and its sign in the row."""
        infinity = self._solver.infinity()
        row = self._solver.Constraint(
            -infinity if low is None else low, infinity if high is None else high
        )
        for cost, sign in slacks.items():
            slack = self._solver.NumVar(0, infinity, "")
            self._solver.Objective().SetCoefficient(slack, cost)
            row.SetCoefficient(slack, sign)
        return row

    def _cover_row(self, number: int) -> pywraplp.Constraint:
        target = self._targets[number]
        row = self._row(target.wanted, target.wanted, {float(target.under_weight): 1})
        over = self._solver.NumVar(0, self._solver.infinity(), "")
        self._solver.Objective().SetCoefficient(over, target.over_weight)
        row.SetCoefficient(over, -1)
        return row


def _from_scratch() -> pywraplp.MPSolverParameters:
    """Forget the last basis, from which GLOP at times cannot go on."""
    parameters = pywraplp.MPSolverParameters()
    parameters.SetIntegerParam(
        pywraplp.MPSolverParameters.INCREMENTALITY,
        pywraplp.MPSolverParameters.INCREMENTALITY_OFF,
    )
    return parameters
