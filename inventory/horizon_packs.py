"""Whole packs for a plan over many weeks: exact for each medicine, joined by budget prices.

Once every budget period has a price for its dirham, each medicine is alone: its best packs are a
dynamic programme over cumulative packs. The prices come from a linear programme that mixes the
ways found so far to order each medicine under the budgets; new prices find new ways until they
are no better (Dantzig and Wolfe 1960). Any prices give a lower bound for plans in whole packs. At
most one medicine for each budget is left between two ways; a branch and bound over the ways
found (HiGHS) settles those.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import optimize, sparse

from hospital.errors import GstError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MOST_STEPS = 3000
"""Above this many packs a step of the programme holds several."""
FIRST_PRICES = (0.0, 0.1, 0.5, 2.0, 8.0, 32.0)
"""What a dirham more is worth where the search for ways begins [MAD per MAD]."""
ROUNDS = 60
CLOSE = 1e-4
"""The rounds end when bound and mix differ by less than this share."""
MOST_NODES = 500
MONEY_TOLERANCE_MAD = 0.005


@dataclass(frozen=True, slots=True)
class PackLadder:
    """One medicine: expected cost of having had so many packs while each order is the latest.

    ``stage_cost`` (orders, steps): cost of the weeks between the arrival of an order and that of
    the next, if ``step_packs`` × step packs have arrived; ``pack_mad`` the price of a pack.
    """

    stage_cost: Floats
    step_packs: int
    smallest_packs: int
    pack_mad: float

    def best(self, prices: Floats) -> tuple[Ints, float]:
        """Packs of each order, and the least cost with money at these prices, (orders,)."""
        orders, steps = self.stage_cost.shape
        later, jumps = np.zeros(steps), np.zeros((orders, steps), dtype=np.int64)
        places = np.arange(steps)
        smallest = -(-self.smallest_packs // self.step_packs)
        for order in reversed(range(orders)):
            stay = self.stage_cost[order] + later
            paid = prices[order] * self.pack_mad * self.step_packs * places
            least, at = _suffix_minimum(stay + paid)
            start = np.minimum(places + smallest, steps - 1)
            jump = np.where(places + smallest < steps, least[start] - paid, np.inf)
            jumps[order] = np.where(jump < stay - TIE, at[start], places)
            later = np.minimum(stay, jump)
        return self._trace(jumps), float(later[0])

    def _trace(self, jumps: Ints) -> Ints:
        """Packs of each order from the best step of each stage."""
        place, packs = 0, []
        for row in jumps:
            packs.append((int(row[place]) - place) * self.step_packs)
            place = int(row[place])
        return np.array(packs)


TIE = 1e-9


def _suffix_minimum(values: Floats) -> tuple[Floats, Ints]:
    """The least value from each place on, and the first place that has it."""
    least: Floats = np.minimum.accumulate(values[::-1])[::-1]
    places = np.where(values == least, np.arange(len(values)), len(values))
    first: Ints = np.minimum.accumulate(places[::-1])[::-1].astype(np.int64)
    return least, first


@dataclass(frozen=True, slots=True)
class Budgets:
    """The period of each order (orders,), and what each period has (periods,) [MAD]."""

    period_of_order: Ints
    budgets_mad: Floats


@dataclass(frozen=True, slots=True)
class PackPlan:
    """Packs (items, orders) within every budget, and a bound below any plan in packs [MAD].

    ``prices`` (periods,) is what a dirham more would save in each [MAD per MAD].
    """

    packs: Ints
    bound_mad: float
    prices: Floats


def plan_packs(ladders: Sequence[PackLadder], budgets: Budgets) -> PackPlan:
    """Packs within every budget, the bound below them and the worth of a dirham more."""
    search = _Search(ladders, budgets)
    for price in FIRST_PRICES:
        search.tries(np.full(len(budgets.budgets_mad), price))
    mix = search.mix()
    for _ in range(ROUNDS):
        if mix.cost_mad - search.bound_mad <= CLOSE * abs(mix.cost_mad):
            break
        search.tries(mix.prices)
        mix = search.mix()
    return PackPlan(search.settled(), search.bound_mad, mix.prices)


@dataclass(frozen=True, slots=True)
class _Mix:
    """What the best mix of ways costs, and the prices of money that it implies."""

    cost_mad: float
    prices: Floats


class _Search:
    """The ways to order each medicine that were found, and the best bound."""

    def __init__(self, ladders: Sequence[PackLadder], budgets: Budgets) -> None:
        self.ladders, self.budgets = ladders, budgets
        self.pack_mad = np.array([ladder.pack_mad for ladder in ladders])
        self.bound_mad = -float("inf")
        nothing = np.zeros((len(ladders), len(budgets.period_of_order)), np.int64)
        self.ways: list[Ints] = [nothing]
        self.costs = [np.array([ladder.stage_cost[:, 0].sum() for ladder in ladders])]
        self.spent = [self._spent_by_item(nothing)]

    def tries(self, prices: Floats) -> None:
        """Adds the best way of each medicine at these prices, and the bound that they prove."""
        limits = self.budgets.budgets_mad
        finite = np.isfinite(limits)
        prices = np.where(finite, prices, 0.0)
        by_order = prices[self.budgets.period_of_order]
        found = [ladder.best(by_order) for ladder in self.ladders]
        packs, totals = np.array([row for row, _ in found]), np.array([cost for _, cost in found])
        paid = (packs * by_order * self.pack_mad[:, None]).sum(axis=1)
        self.ways.append(packs)
        self.costs.append(totals - paid)
        self.spent.append(self._spent_by_item(packs))
        bound = float(totals.sum() - prices[finite] @ limits[finite])
        self.bound_mad = max(self.bound_mad, bound)

    def mix(self) -> _Mix:
        """The mix of ways that together costs least within the budgets."""
        costs, spent, choice = self._choice()
        linprog: Any = optimize.linprog  # its stubs do not know sparse matrices
        found = linprog(
            costs,
            A_ub=spent,
            b_ub=self.budgets.budgets_mad[self._scarce],
            A_eq=choice,
            b_eq=np.ones(len(self.ladders)),
            method="highs-ds",
        )
        if found.status:
            raise GstError("horizon_not_solved", "report these offers", found=found.message)
        prices = np.zeros(len(self.budgets.budgets_mad))
        prices[self._scarce] = np.maximum(-found.ineqlin.marginals, 0)
        return _Mix(float(found.fun), prices)

    def settled(self) -> Ints:
        """One way for each medicine within every budget, by branch and bound over the ways.

        Ordering nothing keeps every budget, so that there always is an answer; the search ends
        after ``MOST_NODES`` nodes, the same on every machine.
        """
        costs, spent, choice = self._choice()
        items = len(self.ladders)
        limits = [optimize.LinearConstraint(choice, np.ones(items), np.ones(items))]
        if len(self._scarce):
            most = self.budgets.budgets_mad[self._scarce]
            limits.append(optimize.LinearConstraint(spent, np.zeros(len(most)), most))
        found = optimize.milp(
            costs,
            integrality=np.ones(len(costs), dtype=np.int64),
            bounds=optimize.Bounds(0, 1),
            constraints=limits,
            options={"node_limit": MOST_NODES, "mip_rel_gap": CLOSE, "presolve": False},
        )
        shares = np.zeros(len(costs)) if found.x is None else np.asarray(found.x)
        ways = shares.reshape(-1, items).argmax(axis=0)
        return np.array([self.ways[way][item] for item, way in enumerate(ways)])

    @property
    def _scarce(self) -> Ints:
        """The periods whose budget is a limit."""
        return np.flatnonzero(np.isfinite(self.budgets.budgets_mad)).astype(np.int64)

    def _choice(self) -> tuple[Floats, sparse.csr_array, sparse.csr_array]:
        """Cost of each way of each medicine, what it spends, and one way for each medicine."""
        costs, spent = np.array(self.costs), np.array(self.spent)
        ways, items = costs.shape
        by_period = sparse.csr_array(spent.reshape(ways * items, -1).T[self._scarce])
        one_each = sparse.kron(np.ones((1, ways)), sparse.eye_array(items)).tocsr()
        return costs.ravel(), by_period, one_each

    def _spent_by_item(self, packs: Ints) -> Floats:
        """What each medicine spends in each period, (items, periods) [MAD]."""
        spent = np.zeros((len(packs), len(self.budgets.budgets_mad)))
        for order, period in enumerate(self.budgets.period_of_order):
            spent[:, period] += packs[:, order] * self.pack_mad
        return spent
