"""Real demand: antibiotics of Danish hospitals at Moroccan hospital prices, month by month.

    python -m benchmarks.inventory.run --only real_demand [--shared ../shared]

Orders are placed at the start of a month with what the months before have shown, arrive one month
later, and what finds no stock is lost. The last 36 months count, after 6 to settle in; medicines
with 12 months of use before them take part, so that nothing later chooses them. Every rule is
swept to the same unit fill, and its stock is the mean value at month ends. Prices are drawn from
the hospital prices of the CNOPS list, since a daily dose is no Moroccan pack: each draw is one
market. The rival, months of average consumption, gets the window and the months that are best
for it in hindsight, for each draw and fill.

No list of VEN classes exists for these hospitals: VITAL is our own choice of what treats sepsis,
meningitis and surgical infection first. VITAL_WEIGHT was chosen on these same data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.bars import Bar, at_least, at_most
from benchmarks.inventory.danish_market import (
    Floats,
    Market,
    Outcome,
    amc_levels,
    lead_demands,
    read_market,
    read_prices,
    run_levels,
)
from benchmarks.inventory.topic import Measured
from inventory.lead_demand import LeadDemand, MoneyAware

DRAWS = 20
WINDOWS = (1, 2, 3, 4, 6, 9, 12, 18, 24)
AMC_MONTHS = np.arange(1.0, 8.0, 0.05)
SERVICES = 1 - np.geomspace(0.3, 0.0002, 40)
WORTHS_MAD = np.geomspace(20, 3e7, 60)
FLOOR, CEILING, LEAST_SERVICE = 0.99, 0.9999, 0.02
VITAL_WEIGHT = 300.0
THROUGHOUT = ", stock over the month"


@dataclass(frozen=True)
class Frontier:
    """Unit fill and stock value of a rule over the sweep of its one parameter, both (points,)."""

    fill: Floats
    stock_mad: Floats

    def at(self, fill: float) -> float:
        """Stock value at this fill, between the two points around it [MAD].

        Raises:
            ValueError: the sweep does not reach that fill.
        """
        order = np.argsort(self.fill)
        if not self.fill[order[0]] <= fill <= self.fill[order[-1]]:
            raise ValueError(f"the sweep reaches {self.fill[order[-1]]:.4f}, not {fill}")
        return float(np.interp(fill, self.fill[order], self.stock_mad[order]))


def frontiers(
    market: Market, outcomes: Sequence[Outcome], prices: Floats, over_month: bool = False
) -> list[Frontier]:
    """The frontier of these outcomes for each draw of prices (draws, items)."""
    fill = np.array([_fill(market, one) for one in outcomes])
    units = [one.on_hand_over_month if over_month else one.on_hand for one in outcomes]
    value = np.array(units) @ prices.T
    return [Frontier(fill, value[:, draw]) for draw in range(len(prices))]


def _fill(market: Market, outcome: Outcome) -> float:
    return 1 - float(outcome.short.sum() / market.judged_units.sum())


def best_amc(rules: Sequence[Sequence[Frontier]], fill: float) -> Floats:
    """The least stock of any window at this fill, by draw, (draws,) [MAD]."""
    found: Floats = np.min([[draw.at(fill) for draw in rule] for rule in rules], axis=0)
    return found


def money_aware(
    market: Market, demands: Sequence[LeadDemand | None], price_mad: Floats, worth_mad: float
) -> Outcome:
    """Levels by the money-aware rule, with vital medicines between floor and ceiling."""
    rule = MoneyAware(
        np.where(market.vital, VITAL_WEIGHT, 1.0) * worth_mad,
        np.where(market.vital, FLOOR, LEAST_SERVICE),
        np.full(len(market.use), CEILING),
    )
    return run_levels(market, _levels(market, demands, rule.service(price_mad)))


def _levels(
    market: Market, demands: Sequence[LeadDemand | None], service: Floats | float
) -> Floats:
    levels = np.zeros_like(market.use)
    for month, demand in enumerate(demands):
        if demand is not None:
            levels[:, month] = demand.level_units(service)
    return levels


def aware_of_money(
    market: Market, demands: Sequence[LeadDemand | None], prices: Floats, fill: float
) -> tuple[Floats, Floats]:
    """Stock value at this fill (draws,) [MAD], and the least fill of a vital medicine (draws,)."""
    stock, worst = [], []
    for price in prices:
        outcomes = [money_aware(market, demands, price, worth) for worth in WORTHS_MAD]
        frontier = frontiers(market, outcomes, price[None, :])[0]
        stock.append(frontier.at(fill))
        reached = max(int(np.searchsorted(frontier.fill, fill)) - 1, 0)
        worst.append(min(_worst_vital(market, one) for one in outcomes[reached : reached + 2]))
    return np.array(stock), np.array(worst)


def _worst_vital(market: Market, outcome: Outcome) -> float:
    used = market.vital & (market.judged_units > 0)
    return float((1 - outcome.short[used] / market.judged_units[used]).min())


def measured(shared: Path) -> Measured:
    """Frontiers of every rule, and what ours saves at the same fill."""
    market, known = read_market(shared), read_prices(shared)
    rngs = [np.random.default_rng(draw) for draw in range(DRAWS)]
    prices = np.array([rng.choice(known, len(market.use)) for rng in rngs])
    demands = lead_demands(market)
    ours = [run_levels(market, _levels(market, demands, level)) for level in SERVICES]
    rivals = [_amc_outcomes(market, window) for window in WINDOWS]
    rows: list[tuple[str, ...]] = []
    bars: list[Bar] = []
    for fill, most in ((0.98, -15.0), (0.99, -18.0)):
        for over_month in (False, True):
            saved = _change(market, ours, rivals, prices, (fill, over_month))
            rows.append(_row(f"one service for all{over_month * THROUGHOUT}", fill, saved))
            if not over_month:
                name = f"stock value at {fill:.0%} of units, one service for all, %"
                bars.append(at_most(name, float(saved.mean()), most))
    least = best_amc([frontiers(market, rival, prices) for rival in rivals], 0.99)
    stock, worst = aware_of_money(market, demands, prices, 0.99)
    saved = 100 * (stock / least - 1)
    rows.append(_row("money-aware, vital floor", 0.99, saved))
    name = "stock value at 99% of units, money-aware, %"
    bars.append(at_most(name, float(saved.mean()), -25.0))
    bars.append(at_least("least fill of any vital medicine in any draw", float(worst.min()), 0.99))
    columns = ("rule against best AMC", "fill", "mean %", "5 draws %", "least %", "most %")
    return Measured(columns, tuple(rows), tuple(bars))


def _amc_outcomes(market: Market, window: int) -> list[Outcome]:
    levels = amc_levels(market, window)
    return [run_levels(market, months * levels) for months in AMC_MONTHS]


def _change(
    market: Market,
    ours: Sequence[Outcome],
    rivals: Sequence[Sequence[Outcome]],
    prices: Floats,
    question: tuple[float, bool],
) -> Floats:
    """Stock value of ours against the best rival at the same fill, by draw [%]."""
    fill, over_month = question
    own = [draw.at(fill) for draw in frontiers(market, ours, prices, over_month)]
    swept = [frontiers(market, rival, prices, over_month) for rival in rivals]
    return 100 * (np.array(own) / best_amc(swept, fill) - 1)


def _row(name: str, fill: float, saved: Floats) -> tuple[str, ...]:
    """Mean over all draws, over the first five, and the extremes."""
    figures = (saved.mean(), saved[:5].mean(), saved.min(), saved.max())
    return (name, f"{fill:.2f}", *(f"{figure:.1f}" for figure in figures))
