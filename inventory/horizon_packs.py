"""Whole packs for a plan over many weeks: exact for each medicine, joined by budget prices.

Once every budget period has a price for its dirham, each medicine is alone: its best packs are a
dynamic programme over cumulative packs. The prices come from a linear programme that mixes the
ways found so far to order each medicine under the budgets; new prices find new ways until they
are no better (Dantzig and Wolfe 1960). They are taken halfway to the prices with the best bound
(Wentges 1997, "Weighted Dantzig-Wolfe decomposition"). Any prices give a lower bound for plans in
whole packs. At most one medicine for each budget is left between two ways; a branch and bound over
the ways that can still matter (HiGHS) settles those.
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
FIRST_PRICES = (0.0, 1.0, 4.0, 16.0)
"""What a dirham more of the first period is worth where the search begins [MAD per MAD].

That of a later period less, in proportion to what is left of the plan: early money can buy for
later weeks, late money cannot buy for earlier ones.
"""
SMOOTHING = 0.5
"""Share of the prices with the best bound in the next ones (Wentges 1997)."""
PLAIN_EVERY = 5
"""Every so many rounds the prices of the mix are tried as they are, so that the rounds end."""
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
        paid = prices[:, None] * self.pack_mad * self.step_packs * np.arange(steps)
        stay, smallest, later = np.empty((orders, steps)), self._smallest_steps, np.zeros(steps)
        for order in reversed(range(orders)):
            stay[order] = self.stage_cost[order] + later
            up_to = np.minimum.accumulate((stay[order] + paid[order])[::-1])[::-1]
            later = stay[order].copy()
            reach = steps - smallest
            jump = up_to[smallest:] - paid[order, :reach]
            np.minimum(later[:reach], jump, out=later[:reach])
        return self._trace(stay, paid), float(later[0])

    @property
    def _smallest_steps(self) -> int:
        steps = int(self.stage_cost.shape[1])
        return min(-(-self.smallest_packs // self.step_packs), steps)

    def _trace(self, stay: Floats, paid: Floats) -> Ints:
        """Packs of each order, given the cost of each step from each order on."""
        place, packs = 0, []
        for here, price in zip(stay, paid, strict=True):
            asked = (here + price)[place + self._smallest_steps :]
            least = int(asked.argmin()) if len(asked) else 0
            is_better = len(asked) > 0 and asked[least] - price[place] < here[place] - TIE
            steps = least + self._smallest_steps if is_better else 0
            packs.append(steps * self.step_packs)
            place += steps
        return np.array(packs)


TIE = 1e-9


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
    periods = len(budgets.budgets_mad)
    for price in FIRST_PRICES:
        search.tries(price * (1 - np.arange(periods) / periods))
    mix = search.mix()
    for turn in range(1, ROUNDS + 1):
        if mix.cost_mad - search.bound_mad <= CLOSE * abs(mix.cost_mad):
            break
        kept = SMOOTHING if turn % PLAIN_EVERY else 0.0
        search.tries(kept * search.bound_prices + (1 - kept) * mix.prices)
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
        self.bound_prices = np.zeros(len(budgets.budgets_mad))
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
        if bound > self.bound_mad:
            self.bound_mad, self.bound_prices = bound, prices

    def mix(self) -> _Mix:
        """The mix of ways that together costs least within the budgets."""
        costs, spent, choice = self._choice(self._all)
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
        """One way for each medicine within every budget, the best of all ways found.

        A way whose reduced cost is above what a plan costs more than the bound cannot be in a
        better plan. So few ways are tried first, and all that could be better if that is not
        proof enough.
        """
        excess = np.array(self.costs) + np.array(self.spent) @ self.bound_prices
        reduced = excess - excess.min(axis=0)
        reduced[0] = 0.0  # ordering nothing keeps every budget: there always is an answer
        room = CLOSE * abs(self.bound_mad)
        packs, cost = self._branched(reduced <= room)
        if cost - self.bound_mad > room:
            wider, wider_cost = self._branched(reduced <= cost - self.bound_mad)
            packs = wider if wider_cost < cost else packs
        return packs

    def _branched(self, is_tried: npt.NDArray[np.bool_]) -> tuple[Ints, float]:
        """The best plan of these ways (ways, items), by branch and bound, and its cost [MAD].

        The search ends after ``MOST_NODES`` nodes, the same on every machine; if it has found
        nothing by then, nothing is ordered.
        """
        costs, spent, choice = self._choice(is_tried)
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
        shares = np.zeros(is_tried.shape)
        shares[is_tried] = 0.0 if found.x is None else np.asarray(found.x)
        ways = shares.argmax(axis=0)
        packs = np.array([self.ways[way][item] for item, way in enumerate(ways)])
        return packs, float(np.array(self.costs)[ways, np.arange(items)].sum())

    @property
    def _all(self) -> npt.NDArray[np.bool_]:
        """Every way of every medicine."""
        return np.ones((len(self.ways), len(self.ladders)), dtype=np.bool_)

    @property
    def _scarce(self) -> Ints:
        """The periods whose budget is a limit."""
        return np.flatnonzero(np.isfinite(self.budgets.budgets_mad)).astype(np.int64)

    def _choice(
        self, is_tried: npt.NDArray[np.bool_]
    ) -> tuple[Floats, sparse.csr_array, sparse.csr_array]:
        """Cost of each way that is tried, what it spends, and one way for each medicine."""
        spent = np.array(self.spent)[is_tried]
        by_period = sparse.csr_array(spent.T[self._scarce])
        items = np.broadcast_to(np.arange(len(self.ladders)), is_tried.shape)[is_tried]
        places = items, np.arange(len(items))
        shape = len(self.ladders), len(items)
        one_each = sparse.csr_array((np.ones(len(items)), places), shape=shape)
        return np.array(self.costs)[is_tried], by_period, one_each

    def _spent_by_item(self, packs: Ints) -> Floats:
        """What each medicine spends in each period, (items, periods) [MAD]."""
        spent = np.zeros((len(packs), len(self.budgets.budgets_mad)))
        for order, period in enumerate(self.budgets.period_of_order):
            spent[:, period] += packs[:, order] * self.pack_mad
        return spent
