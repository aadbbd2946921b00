"""Orders over half a year under a budget for each period, and what more money would be worth.

One decision over all hospitals and medicines: how many packs to order in each order week. What
that leaves short or lying idle is the expected value over the sample paths, so that the plan
weighs a medicine that is used evenly and one that is used by surprise each at its own risk. The
method is a decomposition by medicine (``inventory.horizon_packs``): whole packs, every budget
kept, and a bound that says how much better any plan of fixed orders could be. The price that it
finds for each budget is what the next dirham of that period would save.

The plan is static: it does not foresee that later orders will answer to what happens. Order by
``inventory.proposal`` and read here when money will be short.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from hospital.base import DAYS_PER_WEEK
from hospital.errors import GstError
from hospital.forecast import DemandForecast, SeriesKey
from hospital.gst import Gst
from hospital.stock_plan import OrderRefusal
from inventory.buying import DAYS_PER_YEAR, PERCENT, Desk
from inventory.holdings import holdings_of
from inventory.horizon_packs import MOST_STEPS, Budgets, PackLadder, PackPlan, plan_packs
from inventory.need import Need
from inventory.order_plan import OrderPlan
from inventory.proposal import needs_under_offers

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class HorizonQuestion:
    """Over how many weeks, and how much money each budget period of these weeks has [MAD].

    Orders are placed every ``OrderPlan.review_days``, rounded down to weeks.
    """

    weeks: int = 26
    budget_weeks: int = 4
    budgets_mad: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedOrder:
    """Units of a medicine to order for a hospital in a week of the plan (0 is this week)."""

    hospital: str
    medicine: str
    supplier: str
    week: int
    packs: int
    units: int
    cost_mad: float


@dataclass(frozen=True, slots=True)
class HorizonPlan:
    """The orders, their expected cost, the bound below it, and the worth of each budget.

    ``cost_mad`` is expected holding and shortage of the orders in whole packs, ``bound_mad`` a
    cost that no plan of fixed orders can beat. ``worth_of_budget`` is what the next dirham of
    each period saves [MAD per MAD]; ``spent_mad`` what each period spends.
    """

    orders: tuple[PlannedOrder, ...]
    cost_mad: float
    bound_mad: float
    worth_of_budget: tuple[float, ...]
    spent_mad: tuple[float, ...]
    refusals: tuple[OrderRefusal, ...]

    @property
    def gap(self) -> float:
        """How far the cost is above the bound, as a share of the cost."""
        return (self.cost_mad - self.bound_mad) / self.cost_mad if self.cost_mad else 0.0


def plan_horizon(
    gst: Gst,
    forecasts: Mapping[SeriesKey, DemandForecast],
    plan: OrderPlan,
    question: HorizonQuestion,
) -> HorizonPlan:
    """The orders of the coming weeks that cost least in shortage and holding.

    Without ``budgets_mad`` money is no limit. Paths go on at their own mean pace beyond the
    forecast. Refuses nothing but what ``propose_order`` refuses, with the same codes.
    """
    holdings, refusals = holdings_of(gst, forecasts)
    desk, needs = Desk(gst, plan, []), []
    for holding in holdings:
        offered, refusal = needs_under_offers(gst, holding, plan)
        needs += [desk.choose(offered)] if offered else []
        refusals += [refusal] if refusal else []
    if not needs:
        return HorizonPlan((), 0.0, 0.0, (), (), tuple(refusals))
    problem = _Problem.of(gst, plan, question, needs)
    found = problem.in_packs()
    units = found.packs * problem.pack_units[:, None]
    spent = tuple(float(mad) for mad in problem.spent_mad(units))
    return HorizonPlan(
        problem.orders(found.packs),
        problem.cost_mad(units),
        found.bound_mad,
        tuple(float(price) for price in found.prices),
        spent,
        tuple(refusals),
    )


@dataclass(frozen=True)
class _Problem:
    """Arrays of the programme: items × weeks, items × order weeks.

    ``need_units`` (items, weeks, scenarios) is what by the end of each week neither the shelf
    nor open orders will have served.
    """

    needs: Sequence[Need]
    need_units: Floats
    holding_mad: Floats
    shortage_mad: Floats
    price_mad: Floats
    pack_units: Floats
    lead_weeks: npt.NDArray[np.int64]
    order_weeks: npt.NDArray[np.int64]
    question: HorizonQuestion

    @classmethod
    def of(
        cls, gst: Gst, plan: OrderPlan, question: HorizonQuestion, needs: Sequence[Need]
    ) -> _Problem:
        """The programme of these needs."""
        every = max(plan.review_days // DAYS_PER_WEEK, 1)
        price = np.array([need.offer.unit_price_mad for need in needs])
        yearly = gst.identity.costs.holding_percent_per_year / PERCENT
        shortage = np.array([plan.shortage_mad(need) for need in needs])
        return cls(
            needs,
            np.stack([_weekly_need(need, question.weeks) for need in needs]),
            price * yearly * DAYS_PER_WEEK / DAYS_PER_YEAR,
            shortage / every,
            price,
            np.array([float(need.offer.pack_units) for need in needs]),
            np.array([_lead_weeks(need) for need in needs]),
            np.arange(0, question.weeks, every),
            question,
        )

    def in_packs(self) -> PackPlan:
        """Whole packs (items, order weeks) within every budget."""
        budgets = Budgets(self._period_of_order, self._budgets)
        return plan_packs([self._ladder(item) for item in range(len(self.needs))], budgets)

    def _ladder(self, item: int) -> PackLadder:
        """Expected cost of every number of packs while each order is the latest to arrive."""
        pack, smallest = self.pack_units[item], self.needs[item].offer.minimum_packs
        most = int(np.ceil(self.need_units[item].max() / pack)) + smallest + 1
        step = -(-most // MOST_STEPS)
        units = np.arange(-(-most // step) + 1) * step * pack
        weekly = np.stack([self._week_cost(item, week, units) for week in range(self._weeks)])
        starts = np.minimum(self.lead_weeks[item] + self.order_weeks, self._weeks)
        ends = np.append(starts[1:], self._weeks)
        stages = [weekly[start:end].sum(axis=0) for start, end in zip(starts, ends, strict=True)]
        return PackLadder(np.array(stages), step, smallest, float(pack * self.price_mad[item]))

    def _week_cost(self, item: int, week: int, units: Floats) -> Floats:
        """Expected holding and shortage of a week for each number of units arrived."""
        need = np.sort(self.need_units[item, week])
        above = np.concatenate([np.cumsum(need[::-1])[::-1], [0.0]])
        rank = np.searchsorted(need, units, side="right")
        short = (above[rank] - (len(need) - rank) * units) / len(need)
        left = units - need.mean() + short
        cost: Floats = self.holding_mad[item] * left + self.shortage_mad[item] * short
        return cost

    @property
    def _weeks(self) -> int:
        return int(self.need_units.shape[1])

    def orders(self, packs: npt.NDArray[np.int64]) -> tuple[PlannedOrder, ...]:
        """The orders in table order, then by week."""
        rows = []
        for item, need in enumerate(self.needs):
            for at in np.flatnonzero(packs[item]):
                count = int(packs[item, at])
                units = count * need.offer.pack_units
                rows.append(
                    PlannedOrder(
                        need.holding.hospital,
                        need.holding.medicine.medicine,
                        need.supplier.supplier,
                        int(self.order_weeks[at]),
                        count,
                        units,
                        units * need.offer.unit_price_mad,
                    )
                )
        return tuple(rows)

    def cost_mad(self, ordered: Floats) -> float:
        """Expected holding and shortage of these orders over all weeks and scenarios."""
        items, weeks, _ = self.need_units.shape
        arrived = (self._arrivals() @ ordered.ravel()).reshape(items, weeks).cumsum(axis=1)
        gap = arrived[:, :, None] - self.need_units
        held = self.holding_mad[:, None] * np.maximum(gap, 0).mean(axis=2)
        short = self.shortage_mad[:, None] * np.maximum(-gap, 0).mean(axis=2)
        return float((held + short).sum())

    def spent_mad(self, ordered: Floats) -> Floats:
        """What each budget period spends on these orders, (periods,)."""
        spent: Floats = self._spending() @ ordered.ravel()
        return spent

    @property
    def _periods(self) -> int:
        return -(-self.question.weeks // self.question.budget_weeks)

    @property
    def _period_of_order(self) -> npt.NDArray[np.int64]:
        return self.order_weeks // self.question.budget_weeks

    @property
    def _budgets(self) -> Floats:
        given = self.question.budgets_mad or (np.inf,) * self._periods
        if len(given) != self._periods:
            raise GstError(
                "budgets_do_not_match",
                f"give {self._periods} budgets",
                found=len(given),
                needed=self._periods,
            )
        return np.array(given, dtype=np.float64)

    def _spending(self) -> sparse.csr_array:
        """Budget periods × orders: the price of what is ordered in each."""
        items, orders = len(self.needs), len(self.order_weeks)
        rows = np.tile(self._period_of_order, items)
        prices = np.repeat(self.price_mad, orders)
        shape = self._periods, items * orders
        return sparse.csr_array((prices, (rows, np.arange(items * orders))), shape=shape)

    def _arrivals(self) -> sparse.csr_array:
        """Item weeks × orders: the week in which each order arrives, if the horizon holds it."""
        items, weeks, _ = self.need_units.shape
        arrives = self.lead_weeks[:, None] + self.order_weeks[None, :]
        inside = arrives < weeks
        rows = (np.arange(items)[:, None] * weeks + arrives)[inside]
        columns = np.flatnonzero(inside.ravel())
        shape = items * weeks, inside.size
        return sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=shape)


SCENARIOS = 200
"""Enough scenarios for an expected value."""


def _weekly_need(need: Need, weeks: int) -> Floats:
    """Units neither shelf nor open orders serve, up to the end of each week, (weeks, scenarios).

    An order of today cannot serve what is lost before it arrives: that is left out.
    """
    paths = need.shelf.paths.paths
    size = min(SCENARIOS, paths)
    shelf = need.shelf.some(np.linspace(0, paths - 1, size).astype(np.int64))
    before = shelf.lost_units(np.full(size, float(_lead_weeks(need) * DAYS_PER_WEEK)))
    ends = (np.arange(weeks) + 1.0) * DAYS_PER_WEEK
    lost = [shelf.lost_units(np.full(size, end)) - before for end in ends]
    return np.maximum(np.array(lost), 0)


def _lead_weeks(need: Need) -> int:
    """Weeks after which an order is on the shelf, rounded up."""
    return int(np.ceil(need.supplier.lead_time_days / DAYS_PER_WEEK))
