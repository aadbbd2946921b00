"""The buyer's desk: from needs to packs under budget, minimums and shelf life.

Packs are allocated by marginal gain; then a supplier whose minimum order value is not reached
is topped up with what will be used soonest, or closed and his lines offered to others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

import numpy as np

from hospital.gst import Gst
from hospital.pharmacy import VenClass
from inventory.allocation import Allocation, Floats, Ints, Ladder, allocate
from inventory.need import Need
from inventory.order_plan import OrderPlan
from inventory.rooms import RoomKey, limits_of, packs_that_fit, room_of, rooms_of, shortened

MOST_RUNGS = 400
"""Above this many packs a rung holds several, so that a ladder stays short."""
AHEAD_REVIEWS = 2
"""Where money stays short, stock is bought ahead for this many orders after the next."""
AHEAD_LEVEL = 0.9
LEAST_GAIN = 1e-3
"""Gain per MAD of a later purchase saved: only before money that would be left [MAD/MAD]."""
DAYS_PER_YEAR = 365.0
PERCENT = 100.0


@dataclass(frozen=True, slots=True)
class Draft:
    """A line on its way to a quantity: wanted, allowed by packs and shelf life, got, final."""

    need: Need
    wanted_packs: int
    smallest_packs: int
    allowed_packs: int
    floor_packs: int
    most_packs: int = 0
    stored_packs: int = 0
    got_packs: int = 0
    final_packs: int = 0

    @property
    def cost_mad(self) -> float:
        """Cost of the final quantity [MAD]."""
        offer = self.need.offer
        return self.final_packs * offer.pack_units * offer.unit_price_mad

    @property
    def floor_shortfall_mad(self) -> float:
        """What is missing to bring a vital medicine to its floor [MAD]."""
        return max(self.floor_packs - self.final_packs, 0) * self.pack_cost_mad

    @property
    def pack_cost_mad(self) -> float:
        """Cost of one pack [MAD]."""
        return self.need.offer.pack_units * self.need.offer.unit_price_mad


@dataclass(frozen=True, slots=True)
class Desk:
    """The buyer's desk: what may be bought, from whom, for how much."""

    gst: Gst
    plan: OrderPlan
    choices: list[list[Need]]

    @property
    def budget_mad(self) -> float:
        """What may be spent on this order [MAD]."""
        return self.gst.identity.medicine_budget_mad

    def settle(self) -> tuple[list[Draft], Allocation]:
        """Allocate; close the supplier farthest below its minimum; again until all are served."""
        closed: set[str] = set()
        while True:
            drafts, allocation = self._allocated(closed)
            drafts = self._topped_up(drafts, self.budget_mad - allocation.spent_mad)
            short = self._below_minimum(drafts)
            if not short:
                return drafts, allocation
            closed.add(min(short, key=lambda supplier: (-short[supplier], supplier)))

    def _allocated(self, closed: set[str]) -> tuple[list[Draft], Allocation]:
        drafts = [self._draft(self.choose(needs, closed)) for needs in self.choices]
        is_open = [draft.need.supplier.supplier not in closed for draft in drafts]
        ladders = [
            self._ladder(draft if ok else replace(draft, allowed_packs=0))
            for draft, ok in zip(drafts, is_open, strict=True)
        ]
        needs = [draft.need for draft in drafts]
        fitting = packs_that_fit(needs, ladders, rooms_of(self.gst, needs))
        drafts = [
            replace(
                draft, stored_packs=min(draft.allowed_packs, packs) if ok else draft.allowed_packs
            )
            for draft, packs, ok in zip(drafts, fitting, is_open, strict=True)
        ]
        ladders = [shortened(one, packs) for one, packs in zip(ladders, fitting, strict=True)]
        allocation = allocate(ladders, self.budget_mad)
        return [
            _given(draft, int(packs), ok)
            for draft, packs, ok in zip(drafts, allocation.packs, is_open, strict=True)
        ], allocation

    def choose(self, needs: Sequence[Need], closed: Set[str] = frozenset()) -> Need:
        """The offer whose price over a review period, and whose wait without stock, cost least."""
        still_open = [need for need in needs if need.supplier.supplier not in closed]
        return min(still_open or needs, key=self._offer_cost_mad)

    def _offer_cost_mad(self, need: Need) -> tuple[float, str]:
        units = need.position.demand_units_per_day * self.plan.review_days
        buys = units * need.offer.unit_price_mad
        waits = self.plan.shortage_mad(need) * float(need.lost_before.mean())
        return buys + waits, need.supplier.supplier

    def _draft(self, need: Need) -> Draft:
        wanted = need.target_packs(self.plan.target(need))
        smallest = max(wanted, need.offer.minimum_packs) if wanted else 0
        allowed = min(smallest, need.shelf_life_packs)
        if wanted and allowed < need.offer.minimum_packs:
            is_vital = need.holding.medicine.ven is VenClass.VITAL
            allowed = need.offer.minimum_packs if is_vital else 0
        most = max(allowed, self._ahead_packs(need) if allowed else 0)
        return Draft(need, wanted, smallest, allowed, self._floor_packs(need, allowed), most)

    def _ahead_packs(self, need: Need) -> int:
        """Packs that would be used before the orders after this one, within the shelf life."""
        if not self.plan.short_again:
            return 0
        later = np.sort(self._later_net(need))
        packs = np.ceil(np.quantile(later, AHEAD_LEVEL) / need.offer.pack_units)
        return min(int(packs), need.shelf_life_packs)

    def _later_net(self, need: Need) -> Floats:
        """Demand that this order could serve until some orders later, (scenarios,) [units]."""
        until = need.interval.cover_days + AHEAD_REVIEWS * self.plan.review_days
        later: Floats = np.maximum(need.shelf.lost_units(until) - need.lost_before, 0)
        return later

    def _floor_packs(self, need: Need, allowed: int) -> int:
        level = self.plan.floor(need)
        packs = need.target_packs(level) if level else 0
        return min(max(packs, need.offer.minimum_packs), allowed) if packs else 0

    def _ladder(self, draft: Draft) -> Ladder:
        need = draft.need
        if not draft.allowed_packs:
            return Ladder(np.zeros(0, dtype=np.int64), np.zeros(0), draft.pack_cost_mad, 0)
        lowest = need.offer.minimum_packs
        most = max(draft.allowed_packs, draft.most_packs)
        rungs = min(most - lowest + 1, MOST_RUNGS)
        packs = np.linspace(lowest, most, rungs).round().astype(np.int64)
        packs = np.unique(np.append(packs, max(draft.floor_packs, lowest)))
        units = np.diff(packs, prepend=0) * float(need.offer.pack_units)
        avoided = -np.diff(need.expected_short_units(np.append(0, packs) * need.offer.pack_units))
        gain_mad = avoided * self.plan.shortage_mad(need)
        returned = self._returned(need, packs, avoided / units)
        gain_mad = gain_mad + LEAST_GAIN * returned * units * need.offer.unit_price_mad
        return Ladder(packs, gain_mad, draft.pack_cost_mad, draft.floor_packs, returned)

    def _returned(self, need: Need, packs: Ints, used_share: Floats) -> Floats:
        """Share of each rung that saves a later purchase, (rungs,): used, but not before it."""
        if not self.plan.short_again:
            return np.zeros(len(packs))
        later = np.sort(self._later_net(need))
        totals = np.append(0, packs) * float(need.offer.pack_units)
        served = np.minimum(later[:, None], totals).mean(axis=0)
        share = np.diff(served) / np.diff(totals)
        returned: Floats = self.plan.short_again * np.clip(share - used_share, 0, 1)
        return returned

    def _topped_up(self, drafts: list[Draft], left_mad: float) -> list[Draft]:
        """Reach a supplier's minimum with what will be used soonest, if that is worth its cost."""
        for supplier, missing_mad in sorted(self._below_minimum(drafts).items()):
            fuller = _fuller(drafts, supplier, missing_mad, limits_of(self.gst).keys())
            added_mad = sum(draft.cost_mad for draft in fuller) - sum(
                draft.cost_mad for draft in drafts
            )
            reached = not self._below_minimum(fuller).get(supplier)
            if reached and added_mad <= left_mad and self._worth(drafts, supplier, added_mad):
                drafts, left_mad = fuller, left_mad - added_mad
        return drafts

    def _worth(self, drafts: list[Draft], supplier: str, added_mad: float) -> bool:
        """Whether the shortage avoided is worth holding the extra stock for one review period."""
        years = self.plan.review_days / DAYS_PER_YEAR
        yearly = self.gst.identity.costs.holding_percent_per_year / PERCENT
        return self._avoided_mad(drafts, supplier) > added_mad * yearly * years

    def _avoided_mad(self, drafts: list[Draft], supplier: str) -> float:
        total = 0.0
        for draft in drafts:
            if draft.need.supplier.supplier == supplier and draft.final_packs:
                units = np.array([0.0, draft.final_packs * float(draft.need.offer.pack_units)])
                short = draft.need.expected_short_units(units)
                total += float(short[0] - short[1]) * self.plan.shortage_mad(draft.need)
        return total

    def _below_minimum(self, drafts: Sequence[Draft]) -> dict[str, float]:
        """What is missing to the minimum order of each supplier that is ordered from [MAD]."""
        spent: dict[str, float] = defaultdict(float)
        for draft in drafts:
            if draft.final_packs:
                spent[draft.need.supplier.supplier] += draft.cost_mad
        minimum = {row.supplier: row.minimum_order_mad for row in self.gst.suppliers}
        missing = {supplier: minimum[supplier] - mad for supplier, mad in spent.items()}
        return {supplier: mad for supplier, mad in missing.items() if mad > 0}


def _given(draft: Draft, packs: int, is_open: bool) -> Draft:
    """The draft with the packs of the allocation; a closed supplier delivers none."""
    if is_open:
        return replace(draft, got_packs=packs, final_packs=packs)
    return replace(draft, got_packs=draft.allowed_packs, final_packs=0)


def _fuller(
    drafts: Sequence[Draft], supplier: str, missing_mad: float, limited: Set[RoomKey]
) -> list[Draft]:
    """Packs added to the lines of a supplier, those used soonest first, until nothing is missing.

    No line is filled beyond what will be used within its shelf life, nor where room is limited.
    """
    fuller = list(drafts)
    mine = [
        at
        for at, draft in enumerate(drafts)
        if _can_grow(draft, supplier) and room_of(draft.need) not in limited
    ]
    while missing_mad > 0 and mine:
        at = min(mine, key=lambda place: (_days_of_use(fuller[place]), place))
        fuller[at] = replace(fuller[at], final_packs=fuller[at].final_packs + 1)
        missing_mad -= fuller[at].pack_cost_mad
        mine = [place for place in mine if _can_grow(fuller[place], supplier)]
    return fuller


def _can_grow(draft: Draft, supplier: str) -> bool:
    is_line = draft.need.supplier.supplier == supplier and draft.final_packs > 0
    return is_line and draft.final_packs < draft.need.shelf_life_packs


def _days_of_use(draft: Draft) -> float:
    """Days until the stock, open orders and this line are used up, in the mean."""
    position = draft.need.position
    held = position.used_from_stock_units + position.on_order_units
    units = held + draft.final_packs * draft.need.offer.pack_units
    return units / max(position.demand_units_per_day, 1e-9)
