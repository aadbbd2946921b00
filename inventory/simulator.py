"""Many items over many scenarios and weeks at once, lots first expiry first, in plain numpy.

A week: deliveries arrive, demand is served from the lots that expire first, what has reached its
last week is thrown away, then the rule sees the stock and orders. A delivery never expires
before what is already on the shelf, so lots leave in the order in which they came, and age needs
no bookkeeping by lot: at the end of a week all that expires by then must have left, so

    wasted = max(0, all units ever held that expire by now - all units that have left).

That is exact, and as fast for a life of a year as for a week. Units are whole numbers: nothing is
rounded and nothing is lost (``Ledger.imbalance_units`` is zero in every item and scenario). The
demand is given, so two rules can meet the same weeks (common random numbers).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from hospital.errors import GstError

Floats = npt.NDArray[np.float64]
Units = npt.NDArray[np.int32]
Totals = npt.NDArray[np.int64]

CELLS_AT_ONCE = 16_384
"""Items × scenarios worked on together: their arrays stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class StockSystem:
    """The items of a simulation.

    ``lead_weeks`` (items,) or (items, scenarios): an order of this week's end arrives so many
    weeks later, at least 1, before that week's demand. ``life_weeks`` (items,): weeks in which a
    delivery can be used; ``None`` if nothing expires. With ``backorders`` demand that finds no
    stock waits and is served first later; otherwise it is lost. ``due`` (weeks, items): units on
    order at the start, in the week in which they arrive.
    """

    lead_weeks: Units
    life_weeks: Units | None = None
    backorders: bool = False
    due: Units | None = None

    def of(self, scenarios: slice) -> StockSystem:
        """The same for some of the scenarios."""
        if self.lead_weeks.ndim == 1:
            return self
        return replace(self, lead_weeks=self.lead_weeks[:, scenarios])

    def __post_init__(self) -> None:
        if self.lead_weeks.min(initial=1) < 1:
            raise GstError("lead_weeks_below_one", "an order arrives next week at the earliest")
        if self.life_weeks is not None and self.life_weeks.min(initial=1) < 1:
            raise GstError("life_weeks_below_one", "a delivery can be used in its own week")


@dataclass(frozen=True, slots=True)
class WeekEnd:
    """What a rule sees at the end of a week, each (items, some scenarios) [units]."""

    week: int
    on_hand: Units
    on_order: Units
    owed: Units

    @property
    def position(self) -> Units:
        """On hand and on order, less what is owed."""
        return self.on_hand + self.on_order - self.owed


class OrderRule(Protocol):
    """Decides the orders of all items and scenarios at once."""

    def orders(self, stock: WeekEnd) -> Units:
        """Units to order, (items, scenarios), never negative."""
        ...


@dataclass(frozen=True, slots=True)
class OrderUpToLevels:
    """(R, S) in whole packs: every ``review_weeks``, up to ``levels`` (items, 1)."""

    levels: Units
    packs: Units | int = 1
    review_weeks: int = 1

    def orders(self, stock: WeekEnd) -> Units:
        """Whole packs that bring the position to the level, in a review week."""
        if stock.week % self.review_weeks:
            return np.zeros_like(stock.on_hand)
        return _whole_packs(np.maximum(self.levels - stock.position, 0), self.packs)


@dataclass(frozen=True, slots=True)
class MinMaxLevels:
    """(s, S) in whole packs: at or below ``points``, up to ``levels``; both (items, 1)."""

    points: Units
    levels: Units
    packs: Units | int = 1

    def orders(self, stock: WeekEnd) -> Units:
        """Whole packs that bring a low position to the level."""
        position = stock.position
        wanted = np.where(position <= self.points, self.levels - position, 0)
        return _whole_packs(wanted.astype(np.int32), self.packs)


def _whole_packs(units: Units, packs: Units | int) -> Units:
    if isinstance(packs, int) and packs == 1:
        return units
    rounded: Units = (-(-units // packs) * packs).astype(np.int32)
    return rounded


@dataclass
class Ledger:
    """Totals over the weeks that count, each (items, scenarios) [units or unit-weeks].

    ``short`` is demand not served in its own week; ``owed_weeks`` and ``on_hand_weeks`` are sums
    over week ends; ``opening``, ``closing`` the stock before and after these weeks.
    """

    opening: Totals
    received: Totals
    served: Totals
    wasted: Totals
    closing: Totals
    demanded: Totals
    short: Totals
    owed_weeks: Totals
    on_hand_weeks: Totals
    ordered: Totals
    out_weeks: Totals
    weeks: int

    @classmethod
    def empty(cls, items: int, scenarios: int, weeks: int) -> Ledger:
        """A ledger of nothing yet."""
        zeros = {name: np.zeros((items, scenarios), dtype=np.int64) for name in TOTALS}
        return cls(**zeros, weeks=weeks)

    @property
    def imbalance_units(self) -> Totals:
        """Opening and receipts less served, wasted and closing stock: zero everywhere."""
        return self.opening + self.received - self.served - self.wasted - self.closing

    @property
    def fill_rate(self) -> Floats:
        """Share of demand served in its own week, (items,); 1 without demand."""
        demanded, short = self.demanded.sum(axis=1), self.short.sum(axis=1)
        share = np.divide(short, demanded, out=np.zeros(len(demanded)), where=demanded > 0)
        filled: Floats = 1 - share
        return filled

    @property
    def mean_on_hand(self) -> Floats:
        """Mean stock at week ends, (items,) [units]."""
        mean: Floats = self.on_hand_weeks.mean(axis=1) / self.weeks
        return mean

    def of(self, scenarios: slice) -> Ledger:
        """The same ledger for some scenarios, writing into the same arrays."""
        views = {name: getattr(self, name)[:, scenarios] for name in TOTALS}
        return Ledger(**views, weeks=self.weeks)


TOTALS = tuple(column.name for column in fields(Ledger) if column.name != "weeks")


def simulate(
    system: StockSystem, demand: Units, opening: Units, rule: OrderRule, warmup_weeks: int = 0
) -> Ledger:
    """Runs every item and scenario through the weeks of ``demand`` (weeks, items, scenarios).

    ``opening`` (items, weeks of life): units on the shelf that can be used up to the end of week
    0, 1, ...; only their sum matters where nothing expires. The ledger leaves out the first
    ``warmup_weeks``. Refuses lots that outlive a delivery of the same item in the first week.
    """
    weeks, items, scenarios = demand.shape
    if system.life_weeks is not None and _outlives(opening, system.life_weeks):
        raise GstError("opening_outlives_deliveries", "give lots no longer life than a delivery")
    ledger = Ledger.empty(items, scenarios, weeks - warmup_weeks)
    for part in _parts(items, scenarios):
        run = _Run(system.of(part), demand[:, :, part], opening, ledger.of(part), warmup_weeks)
        run.through(rule)
    return ledger


def _outlives(opening: Units, life_weeks: Units) -> bool:
    """Whether a lot on the shelf can be used longer than what is delivered today."""
    longer = np.arange(opening.shape[1]) >= life_weeks[:, None]
    return bool(opening[longer].any()) or opening.shape[1] > int(life_weeks.max())


def _parts(items: int, scenarios: int) -> Iterator[slice]:
    size = max(CELLS_AT_ONCE // max(items, 1), 1)
    return (slice(start, min(start + size, scenarios)) for start in range(0, scenarios, size))


class _Run:
    """Some scenarios on their way through the weeks."""

    def __init__(
        self, system: StockSystem, demand: Units, opening: Units, ledger: Ledger, warmup: int
    ) -> None:
        weeks, items, scenarios = demand.shape
        self.system, self.demand, self.ledger, self.warmup = system, demand, ledger, warmup
        self.rows, self.columns = np.arange(items), np.arange(scenarios)
        shape = items, scenarios
        self.arrivals = np.zeros((weeks + int(system.lead_weeks.max()) + 1, *shape), np.int32)
        self.on_hand = np.repeat(opening.sum(axis=1, dtype=np.int32)[:, None], scenarios, axis=1)
        self.on_order = np.zeros(shape, np.int32)
        if system.due is not None:
            self.arrivals[: len(system.due)] += system.due[:weeks, :, None]
            self.on_order += system.due[:weeks].sum(axis=0, dtype=np.int32)[:, None]
        self.owed = np.zeros(shape, np.int32)
        self.left = np.zeros(shape, np.int32)
        self.life = system.life_weeks
        self.expires_by: Units | None = None
        if self.life is not None:
            self.expires_by = self._expiries(opening, weeks + int(self.life.max()))

    def _expiries(self, opening: Units, weeks: int) -> Units:
        """Units that can be used no longer than each week: those on the shelf, so far."""
        by_week = np.zeros((weeks, *self.on_hand.shape), np.int32)
        for week in range(opening.shape[1]):
            by_week[week] = opening[:, week, None]
        return by_week

    def through(self, rule: OrderRule) -> None:
        """All weeks; the ledger counts after the warm-up."""
        must_leave = np.zeros_like(self.on_hand)
        for week in range(len(self.demand)):
            counts = week >= self.warmup
            if week == self.warmup:
                self.ledger.opening[:] = self.on_hand
            self._receive(week, counts)
            self._serve(self.demand[week], counts)
            if self.expires_by is not None:
                must_leave += self.expires_by[week]
                self._waste(must_leave, counts)
            self._order(rule, week, counts)
        self.ledger.closing[:] = self.on_hand

    def _receive(self, week: int, counts: bool) -> None:
        arrived = self.arrivals[week]
        self.on_hand += arrived
        self.on_order -= arrived
        if self.expires_by is not None and self.life is not None:
            self.expires_by[week + self.life - 1, self.rows] += arrived
        if counts:
            self.ledger.received += arrived

    def _serve(self, wanted: Units, counts: bool) -> None:
        ledger = self.ledger
        if self.system.backorders:
            first = np.minimum(self.on_hand, self.owed)
            now = np.minimum(self.on_hand - first, wanted)
            served = first + now
            short = wanted - now
            self.owed += short - first
        else:
            served = np.minimum(self.on_hand, wanted)
            short = wanted - served
        self.on_hand -= served
        self.left += served
        if counts:
            ledger.demanded += wanted
            ledger.served += served
            ledger.short += short
            ledger.out_weeks += short > 0

    def _waste(self, must_leave: Units, counts: bool) -> None:
        wasted = np.maximum(must_leave - self.left, 0)
        self.on_hand -= wasted
        self.left += wasted
        if counts:
            self.ledger.wasted += wasted

    def _order(self, rule: OrderRule, week: int, counts: bool) -> None:
        ordered = rule.orders(WeekEnd(week, self.on_hand, self.on_order, self.owed))
        if self.system.lead_weeks.ndim == 1:
            self.arrivals[week + self.system.lead_weeks, self.rows] += ordered
        else:
            due_week = week + self.system.lead_weeks
            self.arrivals[due_week, self.rows[:, None], self.columns] += ordered
        self.on_order += ordered
        if counts:
            self.ledger.ordered += ordered
            self.ledger.on_hand_weeks += self.on_hand
            self.ledger.owed_weeks += self.owed
