"""Order rules replayed on the same weeks of demand, so that a person sees what each would do.

Every hospital and medicine of a GST runs through weeks × scenarios in ``inventory.simulator``:
its stock and open orders of today, its forecast's paths as demand, its supplier's lead time, lots
first expiry first, lost sales. All rules meet the same demand and lead times. Levels are set once,
from what is known today; orders are placed at the end of a review week; a scenario keeps one lead
time for each supplier. Beyond the forecast a path goes on with weeks drawn from its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hospital.base import DAYS_PER_WEEK, Frozen
from hospital.forecast import DemandForecast, SeriesKey
from hospital.gst import Gst
from hospital.pharmacy import VenClass
from hospital.stock_plan import OrderRefusal
from hospital.streams import stream_key
from inventory.buying import DAYS_PER_YEAR, PERCENT, Desk
from inventory.demand import DemandPaths, Floats, LeadTime
from inventory.holdings import holdings_of
from inventory.need import Need
from inventory.order_plan import OrderPlan
from inventory.policies.practice import DAYS_PER_MONTH, BhimaRule
from inventory.proposal import needs_under_offers
from inventory.simulator import Ledger, OrderUpToLevels, StockSystem, Totals, Units, simulate

OUTER_LEVELS = (0.05, 0.95)
STANDARD_ERRORS = 1.96
"""A 95 % interval of a mean over many scenarios."""
Place = tuple[str, str]


class ReplayQuestion(Frozen):
    """How long, how often, and the months of stock of the rule of average consumption."""

    weeks: int = 26
    scenarios: int = 200
    months: float = 3.0


@dataclass(frozen=True, slots=True)
class Spread:
    """Mean over the scenarios, and the range that holds nine of ten."""

    mean: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Floats) -> Spread:
        """Of one figure in every scenario, (scenarios,)."""
        low, high = np.quantile(values, OUTER_LEVELS)
        return cls(float(values.mean()), float(low), float(high))


@dataclass(frozen=True, slots=True)
class RuleReplay:
    """What a rule did: fills in 0..1, the rest in MAD over the weeks of the replay.

    ``cost_mad`` is holding, shortage and waste. ``cost_difference_mad`` compares it with that of
    the first rule, scenario by scenario: its mean and the 95 % interval of that mean.
    """

    rule: str
    fill: Spread
    vital_fill: Spread
    waste_mad: Spread
    stock_mad: Spread
    bought_mad: Spread
    cost_mad: Spread
    cost_difference_mad: Spread


def replay_rules(
    gst: Gst,
    forecasts: Mapping[SeriesKey, DemandForecast],
    plan: OrderPlan,
    question: ReplayQuestion,
    monthly_units: Mapping[Place, float],
) -> tuple[tuple[RuleReplay, ...], tuple[OrderRefusal, ...]]:
    """The outcome of every rule, and the medicines that could not take part.

    ``monthly_units`` is the average monthly consumption that the rules of practice go by; a
    medicine without one is ordered by them at its mean forecast.
    """
    needs, refusals = _needs(gst, forecasts, plan)
    if not needs:
        return (), refusals
    stage = _Stage.of(plan, question, needs)
    monthly = stage.monthly_units(monthly_units)
    levels = {
        "tadbir": stage.service_levels(),
        "bhima": stage.bhima_levels(monthly),
        "months": monthly * question.months,
    }
    holding = gst.identity.costs.holding_percent_per_year / PERCENT
    costs = _Costs(stage, holding * question.weeks * DAYS_PER_WEEK / DAYS_PER_YEAR)
    ledgers = {rule: stage.run(level) for rule, level in levels.items()}
    first = costs.total_mad(ledgers["tadbir"])
    return tuple(costs.outcome(rule, ledgers[rule], first) for rule in ledgers), refusals


def _needs(
    gst: Gst, forecasts: Mapping[SeriesKey, DemandForecast], plan: OrderPlan
) -> tuple[list[Need], tuple[OrderRefusal, ...]]:
    holdings, refusals = holdings_of(gst, forecasts)
    desk, needs = Desk(gst, plan, []), []
    for holding in holdings:
        offered, refusal = needs_under_offers(gst, holding, plan)
        needs += [desk.choose(offered)] if offered else []
        refusals += [refusal] if refusal else []
    return needs, tuple(refusals)


@dataclass(frozen=True)
class _Stage:
    """Everything that the rules share: the needs, demand, lead times, stock of today."""

    plan: OrderPlan
    needs: Sequence[Need]
    system: StockSystem
    demand: Units
    opening: Units

    @classmethod
    def of(cls, plan: OrderPlan, question: ReplayQuestion, needs: Sequence[Need]) -> _Stage:
        """The weeks and scenarios of a question."""
        demand = [_demand(need, plan.seed, question) for need in needs]
        life = np.array([_life_weeks(need) for need in needs], dtype=np.int32)
        leads = np.stack([_leads(need, plan, question.scenarios) for need in needs])
        due = np.stack([_due(need, question.weeks) for need in needs], axis=1)
        system = StockSystem(leads, life, due=due)
        opening = np.stack(
            [
                _opening(need, int(life.max()), int(own))
                for need, own in zip(needs, life, strict=True)
            ]
        )
        return cls(plan, needs, system, np.stack(demand, axis=1), opening)

    @property
    def review_weeks(self) -> int:
        """Whole weeks between two orders."""
        return max(self.plan.review_days // DAYS_PER_WEEK, 1)

    def monthly_units(self, known: Mapping[Place, float]) -> Floats:
        """Average monthly consumption of each need, (items,) [units/month]."""
        by_pace = [need.position.demand_units_per_day * DAYS_PER_MONTH for need in self.needs]
        places = [(n.holding.hospital, n.holding.medicine.medicine) for n in self.needs]
        found = [known.get(place, pace) for place, pace in zip(places, by_pace, strict=True)]
        return np.array(found)

    def service_levels(self) -> Floats:
        """Stock that lasts over lead time and review at the service of each class, (items,)."""
        return np.array([self._service_level(need) for need in self.needs])

    def _service_level(self, need: Need) -> float:
        """Lead times in whole weeks, as they are replayed.

        Never more than is used, in the mean, before a delivery of today expires.
        """
        weeks = np.ceil(need.interval.arrival_days / DAYS_PER_WEEK) + self.review_weeks
        units = need.interval.paths.until(weeks * DAYS_PER_WEEK)
        covers = float(np.quantile(units, self.plan.target(need)))
        days = need.supplier.lead_time_days + need.holding.medicine.shelf_life_days
        return min(covers, days * need.position.demand_units_per_day)

    def bhima_levels(self, monthly: Floats) -> Floats:
        """BHIMA's maximum, with each supplier's delay and this review, (items,)."""
        review = self.plan.review_days / DAYS_PER_MONTH
        rules = [BhimaRule(n.supplier.lead_time_days / DAYS_PER_MONTH, review) for n in self.needs]
        maxima = [rule.maximum_units(m) for rule, m in zip(rules, monthly.tolist(), strict=True)]
        return np.array(maxima)

    def run(self, levels: Floats) -> Ledger:
        """A rule that orders up to these levels at every review."""
        packs = np.array([[need.offer.pack_units] for need in self.needs], dtype=np.int32)
        upto = np.ceil(levels)[:, None].astype(np.int32)
        rule = OrderUpToLevels(upto, packs, self.review_weeks)
        return simulate(self.system, self.demand, self.opening, rule)


def _demand(need: Need, seed: int, question: ReplayQuestion) -> Units:
    """Whole units of each week, (weeks, scenarios): the forecast's paths, then weeks like them."""
    holding = need.holding
    paths = DemandPaths.of(holding.forecast, holding.as_of).repeated(question.scenarios)
    known = max(min(int(paths.horizon_days) // DAYS_PER_WEEK, question.weeks), 1)
    ends = np.arange(known + 1)[:, None] * float(DAYS_PER_WEEK)
    done = paths.until(np.broadcast_to(ends, (known + 1, paths.paths)))[:, : question.scenarios]
    by_week = np.diff(done, axis=0)
    rng = np.random.default_rng(
        stream_key(seed, "replay", holding.hospital, holding.medicine.medicine)
    )
    later = rng.integers(0, known, (question.weeks - known, question.scenarios))
    whole = np.concatenate([by_week, np.take_along_axis(by_week, later, axis=0)])
    up = rng.random(whole.shape) < whole - np.floor(whole)
    units: Units = (np.floor(whole) + up).astype(np.int32)
    return units


def _leads(need: Need, plan: OrderPlan, scenarios: int) -> Units:
    """One lead time for each scenario, the same for all that this supplier brings, in weeks."""
    rng = np.random.default_rng(stream_key(plan.seed, "replay_lead", need.supplier.supplier))
    days = LeadTime.of(need.supplier, plan.law).draws(scenarios, rng)
    weeks: Units = np.maximum(np.ceil(days / DAYS_PER_WEEK), 1).astype(np.int32)
    return weeks


def _life_weeks(need: Need) -> int:
    return max(need.holding.medicine.shelf_life_days // DAYS_PER_WEEK, 1)


def _due(need: Need, weeks: int) -> Units:
    """Open orders in the week in which they are due; late ones after a mean lead time."""
    due = np.zeros(weeks, dtype=np.int32)
    for supply in need.shelf.supplies:
        week = int(supply.arrives_day) // DAYS_PER_WEEK
        if not supply.is_on_shelf and week < weeks:
            due[week] += int(supply.units)
    return due


def _opening(need: Need, longest: int, own: int) -> Units:
    """Units on the shelf by their last week, (weeks of life,); none beyond a delivery's."""
    opening = np.zeros(longest, dtype=np.int32)
    for supply in need.shelf.supplies:
        if supply.is_on_shelf:
            last = max(int(supply.expires_day) // DAYS_PER_WEEK - 1, 0)
            opening[min(last, own - 1)] += int(supply.units)
    return opening


@dataclass(frozen=True)
class _Costs:
    """Prices of units held, short and wasted; ``holding`` is a share of price over all weeks."""

    stage: _Stage
    holding: float

    def _priced(self, units: Floats | Totals) -> Floats:
        price = np.array([need.offer.unit_price_mad for need in self.stage.needs])
        total: Floats = price @ units
        return total

    def _stock_mad(self, ledger: Ledger) -> Floats:
        return self._priced(ledger.on_hand_weeks / ledger.weeks)

    def total_mad(self, ledger: Ledger) -> Floats:
        """Holding, shortage and waste of each scenario, (scenarios,) [MAD]."""
        weigh = np.array([self.stage.plan.shortage_mad(need) for need in self.stage.needs])
        total: Floats = (
            self.holding * self._stock_mad(ledger)
            + weigh @ ledger.short
            + self._priced(ledger.wasted)
        )
        return total

    def outcome(self, rule: str, ledger: Ledger, first_mad: Floats) -> RuleReplay:
        """The figures of a rule, beside the cost of the first in each scenario."""
        cost = self.total_mad(ledger)
        difference = cost - first_mad
        error = STANDARD_ERRORS * float(difference.std(ddof=1)) / len(cost) ** 0.5
        mean = float(difference.mean())
        is_vital = np.array(
            [need.holding.medicine.ven is VenClass.VITAL for need in self.stage.needs]
        )
        return RuleReplay(
            rule,
            Spread.of(_fill(ledger, np.ones_like(is_vital))),
            Spread.of(_fill(ledger, is_vital)),
            Spread.of(self._priced(ledger.wasted)),
            Spread.of(self._stock_mad(ledger)),
            Spread.of(self._priced(ledger.ordered)),
            Spread.of(cost),
            Spread(mean, mean - error, mean + error),
        )


def _fill(ledger: Ledger, chosen: Floats) -> Floats:
    """Share of the units asked for that were served in their week, (scenarios,); 1 without any."""
    asked, short = ledger.demanded[chosen].sum(axis=0), ledger.short[chosen].sum(axis=0)
    filled: Floats = 1 - np.divide(short, asked, out=np.zeros(len(asked)), where=asked > 0)
    return filled
