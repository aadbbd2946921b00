"""Which stock to move between hospitals: what would expire here and is needed there.

For each medicine a minimum-cost flow (``inventory.transfer_flow``) sends lots that
first-expiry-first-out will not use, or that exceed what the hospital needs until its next
delivery, to hospitals that run out before a delivery of today could arrive, or that would
otherwise buy. A journey is paid once for all that shares it: flows are solved again without
the parcel, then the journey, that loses most, until each is worth its cost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from pydantic import Field

from hospital.base import Frozen
from hospital.errors import GstError
from hospital.forecast import DemandForecast, SeriesKey
from hospital.gst import Gst
from hospital.pharmacy import Lot, Medicine, Storage
from hospital.stock_plan import TransferLine, TransferPlan, TransferTrip
from inventory.demand import Floats
from inventory.holdings import holdings_of, offers_of
from inventory.need import Holding, Need, need_of
from inventory.order_plan import OrderPlan
from inventory.transfer_flow import (
    Journey,
    Market,
    Move,
    Offered,
    Place,
    Spared,
    Wanted,
    tiers_of,
)

SHORTAGE_LEVELS = (0.1, 0.3, 0.5, 0.7, 0.9)
"""Levels at which the wanted units are cut into tiers of falling probability."""
EXPIRY_LEVELS = (0.05, 0.15, 0.25, 0.35, 0.5, 0.7)
"""The same of the units of a lot that expire: the last tier still does with three in ten."""
IDLE_LEVELS = (0.1, 0.2, 0.3, 0.5, 0.7, 0.9)
"""Risks at which idle units are cut into tiers; beyond the last a hospital keeps what it has.

A hospital that may need a unit itself still gives it to one that needs it more surely: stopping
at a risk of 0.3 cost 7 % more in all and served 0.3 points less (ten seeds that no bar uses).
"""


class TransferRules(Frozen):
    """What a move costs besides its kilometres, how long it takes, and what is allowed.

    ``approved`` names controlled or cold medicines that a person in charge lets travel; all
    others of that kind stay where they are. Between two orders ``next_order_days`` says how long
    nothing will be bought: a hospital must last until then and the lead time.
    """

    delay_days: int = Field(default=2, ge=0, le=60)
    parcel_mad: float = Field(default=20.0, ge=0, description="to pick and pack one line [MAD]")
    approved: tuple[str, ...] = ()
    next_order_days: int = Field(default=0, ge=0, le=365)


def is_guarded(medicine: Medicine) -> bool:
    """Whether a medicine may travel only with approval: controlled, or in the cold chain."""
    return medicine.controlled or medicine.storage is Storage.COLD


def propose_transfers(
    gst: Gst,
    forecasts: Mapping[SeriesKey, DemandForecast],
    plan: OrderPlan,
    rules: TransferRules | None = None,
) -> TransferPlan:
    """The moves that save more than they cost, under the same demand as the order proposal.

    Medicines without a usable forecast or an offer stay where they are: without them neither
    surplus nor need is known. The result passes ``TransferPlan.violations()``.
    """
    rules = rules or TransferRules()
    desk = _Desk(gst, plan, rules, distances_km(gst))
    moves = desk.worthwhile(desk.markets(forecasts))
    return _transfer_plan(desk, moves)


def after_transfers(gst: Gst, plan: TransferPlan) -> Gst:
    """The GST once these moves are done, so that the order counts on them."""
    units = {(row.hospital, row.medicine, row.lot): row for row in gst.lots}
    for line in plan.lines:
        left = units[line.origin, line.medicine, line.lot]
        units[line.origin, line.medicine, line.lot] = left.but(units=left.units - line.units)
        there = line.destination, line.medicine, line.lot
        held = units.get(there, left.but(hospital=line.destination, units=0))
        if held.expiry_date != left.expiry_date:
            there = line.destination, line.medicine, f"{line.lot}.{line.origin}"[:64]
            held = units.get(there, left.but(hospital=there[0], lot=there[2], units=0))
        units[there] = held.but(units=held.units + line.units)
    return gst.but(lots=tuple(units.values()))


def distances_km(gst: Gst) -> dict[tuple[str, str], float]:
    """Shortest way between every two hospitals over the links (Floyd 1962) [km]."""
    codes = [row.hospital for row in gst.hospitals]
    place = {code: at for at, code in enumerate(codes)}
    km = np.full((len(codes), len(codes)), np.inf)
    np.fill_diagonal(km, 0.0)
    for link in gst.links:
        a, b = place[link.origin], place[link.destination]
        km[a, b] = km[b, a] = min(km[a, b], link.distance_km)
    for via in range(len(codes)):
        km = np.minimum(km, km[:, via, None] + km[None, via, :])
    return {
        (a, b): float(km[place[a], place[b]])
        for a in codes
        for b in codes
        if a != b and np.isfinite(km[place[a], place[b]])
    }


@dataclass(frozen=True)
class _Desk:
    """The transfer desk: the network, the rules and which journeys are still worth driving."""

    gst: Gst
    plan: OrderPlan
    rules: TransferRules
    km: dict[Journey, float]
    closed: dict[str, set[Journey]] = field(default_factory=lambda: defaultdict(set))

    def markets(self, forecasts: Mapping[SeriesKey, DemandForecast]) -> dict[str, Market]:
        """What each hospital can give and wants, by medicine."""
        found: dict[str, list[Need]] = defaultdict(list)
        for holding in holdings_of(self.gst, forecasts)[0]:
            allowed = not is_guarded(holding.medicine)
            if allowed or holding.medicine.medicine in self.rules.approved:
                need = self._fastest(holding)
                found[holding.medicine.medicine] += [need] if need else []
        return {
            medicine: Market.of([self._place(need) for need in needs])
            for medicine, needs in found.items()
            if any(_is_uneven(need) for need in needs)
        }

    def worthwhile(self, markets: Mapping[str, Market]) -> list[Move]:
        """Moves left when no parcel and no journey costs more than it saves."""
        moves = {medicine: self._solve(medicine, markets[medicine]) for medicine in markets}
        while True:
            loss = self._worst_parcels(moves) or self._worst_journey(moves)
            if not loss:
                return [move for medicine in markets for move in moves[medicine]]
            for medicine, journey in loss:
                self.closed[medicine].add(journey)
                if _uses(moves[medicine], journey):
                    moves[medicine] = self._solve(medicine, markets[medicine])

    def journey_mad(self, journey: Journey) -> float:
        """What one journey costs [MAD]."""
        return self.km[journey] * self.gst.identity.costs.transfer_km_mad

    def _solve(self, medicine: str, market: Market) -> tuple[Move, ...]:
        shut = self.closed[medicine]
        return market.moves({pair: km for pair, km in self.km.items() if pair not in shut})

    def _worst_parcels(self, moves: Mapping[str, tuple[Move, ...]]) -> list[tuple[str, Journey]]:
        """For each medicine, the parcel that loses most, if one does."""
        worst = []
        for medicine, found in moves.items():
            gains = {at: mad - self.rules.parcel_mad for at, mad in _gain_by_journey(found).items()}
            losing = [(mad, at) for at, mad in gains.items() if mad <= 0]
            worst += [(medicine, min(losing)[1])] if losing else []
        return worst

    def _worst_journey(self, moves: Mapping[str, tuple[Move, ...]]) -> list[tuple[str, Journey]]:
        """The journey that loses most, for every medicine that would use it or could."""
        gains: dict[Journey, float] = defaultdict(float)
        for found in moves.values():
            for journey, mad in _gain_by_journey(found).items():
                gains[journey] += mad - self.rules.parcel_mad
        net = [(mad - self.journey_mad(journey), journey) for journey, mad in gains.items()]
        if not net or min(net)[0] > 0:
            return []
        return [(medicine, min(net)[1]) for medicine in moves]

    def _fastest(self, holding: Holding) -> Need | None:
        """The need under the fastest supplier whose delivery the forecast reaches."""
        question = replace(self.plan.question, wait_days=self.rules.next_order_days)
        for offer, supplier in offers_of(self.gst, holding.medicine.medicine)[:1]:
            try:
                return need_of(holding, offer, supplier, question)
            except GstError:
                return None
        return None

    def _place(self, need: Need) -> Place:
        return Place(
            need.holding.hospital,
            need.offer.unit_price_mad,
            tuple(self._offered(need)),
            tuple(self._wanted(need)),
            need,
            float(self.rules.delay_days),
        )

    def _kept_until(self, need: Need) -> Floats:
        """Until when a hospital must last on what it keeps: the delivery after the next order.

        On the day of an order that is the order after it, so that giving does not mean buying.
        """
        return (
            need.interval.arrival_days if self.rules.next_order_days else need.interval.cover_days
        )

    def _wanted(self, need: Need) -> Iterable[Wanted]:
        """Units lost between the arrival of a transfer and that of an order, by probability.

        A unit that is not lacking after all is used later, in place of one that would be bought.
        """
        delay = np.full(len(need.lost_before), float(self.rules.delay_days))
        already = need.shelf.lost_units(np.minimum(delay, need.interval.arrival_days))
        for units, probability in tiers_of(need.lost_before - already, (*SHORTAGE_LEVELS, 1.0)):
            lost_mad = probability * (self.plan.shortage_mad(need) - need.offer.unit_price_mad)
            yield Wanted(units, need.offer.unit_price_mad + max(lost_mad, 0.0))

    def _offered(self, need: Need) -> Iterable[Offered]:
        """What each lot can spare: what may expire, then what is idle until the next delivery.

        Idle units are taken from the lots that are used last.
        """
        on_shelf = [at for at, row in enumerate(need.shelf.supplies) if row.is_on_shelf]
        wasted = need.shelf.wasted_units()
        left = need.shelf.left_units(self._kept_until(need)) - wasted
        idle = list(self._idle(need, np.maximum(left[on_shelf], 0).sum(axis=0)))
        lots = {lot.lot: lot for lot in need.holding.lots}
        for at in reversed(on_shelf):
            lot, supply = lots[need.shelf.supplies[at].lot], need.shelf.supplies[at]
            expiring = tuple(
                Spared(units, chance * need.offer.unit_price_mad)
                for units, chance in tiers_of(wasted[at], EXPIRY_LEVELS)
            )
            room = lot.units - sum(tier.units for tier in expiring)
            yield Offered(lot, supply.expires_day, (*expiring, *_first_of(idle, room)))

    def _idle(self, need: Need, left: Floats) -> Iterable[Spared]:
        """Units still there at the next delivery, the surest first; each weighs its risk."""
        safe = 1 - self.plan.target(need)
        levels = (safe, *(level for level in IDLE_LEVELS if level > safe))
        for units, chance in tiers_of(left, levels):
            lost_mad = self.plan.shortage_mad(need) - need.offer.unit_price_mad
            yield Spared(units, -(1 - chance) * max(lost_mad, 0.0))


def _is_uneven(need: Need) -> bool:
    """Whether anything is lost or expires: where nothing does, no move saves a thing."""
    if need.lost_before.any():
        return True
    on_shelf = [supply.is_on_shelf for supply in need.shelf.supplies]
    return bool(need.shelf.wasted_units()[on_shelf].any())


def _first_of(tiers: list[Spared], units: int) -> list[Spared]:
    """Takes so many units off the front of the tiers."""
    taken = []
    while tiers and units:
        tier = tiers.pop(0)
        part = min(tier.units, units)
        taken.append(Spared(part, tier.saved_mad))
        units -= part
        if tier.units > part:
            tiers.insert(0, Spared(tier.units - part, tier.saved_mad))
    return taken


def _uses(moves: Iterable[Move], journey: Journey) -> bool:
    """Whether any of these moves takes this journey; closing one that none takes changes none."""
    return any((move.origin, move.destination) == journey for move in moves)


def _gain_by_journey(moves: Iterable[Move]) -> dict[Journey, float]:
    gains: dict[Journey, float] = defaultdict(float)
    for move in moves:
        gains[move.origin, move.destination] += move.gain_mad
    return gains


def _transfer_plan(desk: _Desk, moves: list[Move]) -> TransferPlan:
    medicines = {row.medicine: row for row in desk.gst.medicines}
    lines = tuple(_line(move, medicines[move.lot.medicine]) for move in moves)
    journeys = sorted({(line.origin, line.destination) for line in lines})
    trips = tuple(
        TransferTrip(
            origin=origin,
            destination=destination,
            distance_km=desk.km[origin, destination],
            cost_mad=desk.journey_mad((origin, destination)),
        )
        for origin, destination in journeys
    )
    return TransferPlan(
        as_of=desk.gst.identity.as_of,
        lines=lines,
        trips=trips,
        parcel_mad=desk.rules.parcel_mad,
        medicines=desk.gst.medicines,
        approved=desk.rules.approved,
        on_hand=tuple(_stock_row(lot) for lot in desk.gst.lots),
    )


def _line(move: Move, medicine: Medicine) -> TransferLine:
    return TransferLine(
        origin=move.origin,
        destination=move.destination,
        medicine=medicine.medicine,
        lot=move.lot.lot,
        expiry_date=move.lot.expiry_date,
        units=move.units,
        expiry_saved_mad=move.expiry_saved_mad,
        shortage_avoided_mad=move.shortage_avoided_mad,
        needs_approval=is_guarded(medicine),
    )


def _stock_row(lot: Lot) -> tuple[str, str, str, int]:
    return lot.hospital, lot.medicine, lot.lot, lot.units
