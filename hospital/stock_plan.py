"""An order proposal: lines by hospital and medicine, every term of every quantity, its check.

Moves of stock between hospitals are in the same file, because a person reads both together:
what to buy, and what need not be bought since another hospital has it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from math import fsum

from pydantic import Field

from hospital.base import Frozen
from hospital.pharmacy import Medicine, Offer, Storage, Supplier, VenClass
from hospital.places import Code
from hospital.violation import Violation

MONEY_TOLERANCE_MAD = 0.005
UNITS_TOLERANCE = 1e-6
URGENT_RISK = 0.05
"""Above this risk of running out before the delivery, a line needs more than an order."""


class Urgency(StrEnum):
    """What a line asks of the pharmacist."""

    URGENT = "urgent"
    NORMAL = "normal"


class Term(StrEnum):
    """The terms of a quantity, in the order in which they are added."""

    DEMAND_MEAN_LEAD_TIME = "demand_mean_lead_time"
    DEMAND_MEAN_REVIEW = "demand_mean_review"
    USABLE_ON_HAND = "usable_on_hand"
    EXPIRING_ON_HAND = "expiring_on_hand"
    ON_ORDER = "on_order"
    LOST_BEFORE_ARRIVAL = "lost_before_arrival"
    SAFETY = "safety"
    PACKS_ROUNDING = "packs_rounding"
    MINIMUM_PACKS = "minimum_packs"
    SHELF_LIFE_CUT = "shelf_life_cut"
    STORAGE_CUT = "storage_cut"
    BUDGET_CUT = "budget_cut"
    BOUGHT_AHEAD = "bought_ahead"
    SUPPLIER_MINIMUM = "supplier_minimum"
    BY_HAND = "by_hand"


class OrderTerm(Frozen):
    """One step of the sum that leads to a quantity, in the order in which it is done."""

    term: str
    units: float


class OrderLine(Frozen):
    """One medicine for one hospital from one supplier, in whole packs.

    ``stockout_probability_before`` and ``_after`` are the risk of running out before the next
    delivery could arrive, without and with this line; ``_before_arrival`` is the part that no
    order can prevent, because the shelf may be empty before this line arrives: a transfer or
    an emergency purchase can.
    """

    hospital: Code
    medicine: Code
    supplier: Code
    packs: int
    units: int
    cost_mad: float
    stockout_probability_before: float
    stockout_probability_after: float
    terms: tuple[OrderTerm, ...]
    stockout_probability_before_arrival: float = 0.0

    @property
    def urgency(self) -> Urgency:
        """Whether the shelf may well be empty before this line arrives."""
        risk = self.stockout_probability_before_arrival
        return Urgency.URGENT if risk > URGENT_RISK else Urgency.NORMAL


class OrderPosition(Frozen):
    """What a quantity was weighed against: stock that will be used, and the pace of use."""

    hospital: Code
    medicine: Code
    used_from_stock_units: float = Field(ge=0, description="on hand, less what will expire unused")
    on_order_units: float = Field(ge=0)
    demand_units_per_day: float = Field(ge=0)


class StorageRoom(Frozen):
    """Room of a hospital's pharmacy for one condition of storage [litres].

    ``taken_litres`` is what the stock that is still there and the open orders that have come will
    take, in the mean, when an order of today arrives.
    """

    hospital: Code
    storage: Storage
    litres: float = Field(ge=0)
    taken_litres: float = Field(ge=0)

    @property
    def free_litres(self) -> float:
        """What an order may fill; nothing where the room is over full already."""
        return max(self.litres - self.taken_litres, 0.0)


class OrderRefusal(Frozen):
    """A medicine for which no quantity is proposed, and the code of the reason."""

    hospital: Code
    medicine: Code
    code: str
    found: str = ""


class StockPlan(Frozen):
    """What to order today under the budget.

    ``unordered`` are needs that got no pack, with the terms that say why (they sum to zero);
    ``refusals`` are medicines about which nothing is proposed, because that would be a guess.
    ``gain_per_mad`` is the expected shortage cost that the next dirham would avoid (0 when the
    budget does not bind); ``vital_floor_shortfall_mad`` is what is missing to bring every vital
    medicine to its floor. ``offers``, ``suppliers``, ``medicines`` and ``positions`` are what
    the lines are checked against.
    """

    as_of: date
    budget_mad: float
    lines: tuple[OrderLine, ...]
    unordered: tuple[OrderLine, ...] = ()
    refusals: tuple[OrderRefusal, ...] = ()
    gain_per_mad: float = 0.0
    vital_floor_shortfall_mad: float = 0.0
    offers: tuple[Offer, ...] = ()
    suppliers: tuple[Supplier, ...] = ()
    medicines: tuple[Medicine, ...] = ()
    positions: tuple[OrderPosition, ...] = ()
    rooms: tuple[StorageRoom, ...] = ()

    @property
    def cost_mad(self) -> float:
        """What the whole order costs [MAD]."""
        return fsum(line.cost_mad for line in self.lines)

    def violations(self) -> tuple[Violation, ...]:
        """Every constraint that this order breaks, checked without the planner's code."""
        return (
            *self._budget(),
            *self._supplier_minimums(),
            *self._duplicates(),
            *self._room(),
            *(broken for line in self.lines for broken in self._line(line)),
            *(broken for line in self.unordered for broken in self._not_ordered(line)),
        )

    def _breach(self, rule: str, subject: str, found: object, limit: object) -> Violation:
        return Violation(rule, subject, self.as_of.isoformat(), str(found), str(limit))

    def _budget(self) -> Iterator[Violation]:
        if self.cost_mad > self.budget_mad + MONEY_TOLERANCE_MAD:
            yield self._breach("over_budget", "order", self.cost_mad, self.budget_mad)

    def _supplier_minimums(self) -> Iterator[Violation]:
        minimum = {row.supplier: row.minimum_order_mad for row in self.suppliers}
        spent: dict[str, float] = defaultdict(float)
        for line in self.lines:
            spent[line.supplier] += line.cost_mad
        for supplier, cost_mad in spent.items():
            limit = minimum.get(supplier)
            if limit is None:
                yield self._breach("unknown_supplier", supplier, supplier, "a known supplier")
            elif cost_mad < limit - MONEY_TOLERANCE_MAD:
                yield self._breach("below_supplier_minimum", supplier, cost_mad, limit)

    def _duplicates(self) -> Iterator[Violation]:
        count = Counter((line.hospital, line.medicine, line.supplier) for line in self.lines)
        for (hospital, medicine, _), times in count.items():
            if times > 1:
                yield self._breach("duplicate_line", f"{hospital}:{medicine}", times, 1)

    def _room(self) -> Iterator[Violation]:
        medicines = {row.medicine: row for row in self.medicines}
        filled: dict[tuple[str, Storage], float] = defaultdict(float)
        for line in self.lines:
            medicine = medicines.get(line.medicine)
            if medicine is not None and medicine.unit_litres is not None:
                filled[line.hospital, medicine.storage] += line.units * medicine.unit_litres
        for room in self.rooms:
            litres = filled[room.hospital, room.storage]
            if litres > room.free_litres + UNITS_TOLERANCE:
                subject = f"{room.hospital}:{room.storage}"
                yield self._breach("over_storage", subject, litres, room.free_litres)

    def _line(self, line: OrderLine) -> Iterator[Violation]:
        subject = f"{line.hospital}:{line.medicine}"
        yield from self._explanation(line, subject)
        if line.packs <= 0 or line.units <= 0:
            yield self._breach("quantity_not_positive", subject, line.units, "> 0")
        offer = self._offer_of(line)
        if offer is None:
            yield self._breach("unknown_offer", subject, line.supplier, "an offer of this supplier")
            return
        yield from self._against_offer(line, offer, subject)
        yield from self._expiry(line, offer, subject)

    def _against_offer(self, line: OrderLine, offer: Offer, subject: str) -> Iterator[Violation]:
        if line.units != line.packs * offer.pack_units:
            limit = line.packs * offer.pack_units
            yield self._breach("not_whole_packs", subject, line.units, limit)
        if line.packs < offer.minimum_packs:
            yield self._breach("below_minimum_packs", subject, line.packs, offer.minimum_packs)
        price_mad = line.units * offer.unit_price_mad
        if abs(line.cost_mad - price_mad) > MONEY_TOLERANCE_MAD:
            yield self._breach("wrong_cost", subject, line.cost_mad, price_mad)

    def _explanation(self, line: OrderLine, subject: str) -> Iterator[Violation]:
        total = fsum(term.units for term in line.terms)
        if abs(total - line.units) > UNITS_TOLERANCE:
            yield self._breach("terms_do_not_add_up", subject, total, line.units)
        before, after = line.stockout_probability_before, line.stockout_probability_after
        if not 0 <= after <= before <= 1:
            yield self._breach(
                "impossible_risk", subject, f"{before} to {after}", "0 to 1, falling"
            )

    def _expiry(self, line: OrderLine, offer: Offer, subject: str) -> Iterator[Violation]:
        """The last unit must be used before it expires.

        The smallest quantity that a supplier sells of a vital medicine is exempt: an antidote
        is bought to be there, not to be used up.
        """
        medicine = next((row for row in self.medicines if row.medicine == line.medicine), None)
        position = self._position_of(line)
        supplier = next((row for row in self.suppliers if row.supplier == line.supplier), None)
        if medicine is None or position is None or supplier is None:
            yield self._breach("unknown_position", subject, line.units, "a known stock and use")
            return
        if medicine.ven is VenClass.VITAL and line.packs == offer.minimum_packs:
            return
        days = supplier.lead_time_days + medicine.shelf_life_days
        usable_units = days * position.demand_units_per_day
        held = position.used_from_stock_units + position.on_order_units + line.units
        if held > usable_units + UNITS_TOLERANCE:
            yield self._breach("expires_before_use", subject, held, usable_units)

    def _not_ordered(self, line: OrderLine) -> Iterator[Violation]:
        subject = f"{line.hospital}:{line.medicine}"
        if line.units or line.packs or line.cost_mad:
            yield self._breach("unordered_but_bought", subject, line.units, 0)
        yield from self._explanation(line, subject)

    def _offer_of(self, line: OrderLine) -> Offer | None:
        return next(
            (
                offer
                for offer in self.offers
                if offer.supplier == line.supplier and offer.medicine == line.medicine
            ),
            None,
        )

    def _position_of(self, line: OrderLine) -> OrderPosition | None:
        return next(
            (
                row
                for row in self.positions
                if row.hospital == line.hospital and row.medicine == line.medicine
            ),
            None,
        )


class TransferLine(Frozen):
    """Units of one lot that move from one hospital to another.

    ``expiry_saved_mad`` is what would have expired where it lies; ``shortage_avoided_mad`` what
    running out at the destination would have cost. ``needs_approval`` marks controlled
    medicines and the cold chain: a person in charge must allow them by name.
    """

    origin: Code
    destination: Code
    medicine: Code
    lot: Code
    expiry_date: date
    units: int
    expiry_saved_mad: float
    shortage_avoided_mad: float
    needs_approval: bool


class TransferTrip(Frozen):
    """One journey that carries all the lines of an origin and a destination."""

    origin: Code
    destination: Code
    distance_km: float
    cost_mad: float


class TransferPlan(Frozen):
    """Which stock to move between hospitals, before it expires or to cover a need.

    ``parcel_mad`` is what it costs to pick and pack each medicine of a journey.
    ``approved`` are the medicines whose transfer a person has allowed although they are
    controlled or cold; ``on_hand`` is the stock that the lines draw on: units by hospital,
    medicine and lot.
    """

    as_of: date
    lines: tuple[TransferLine, ...]
    trips: tuple[TransferTrip, ...]
    parcel_mad: float = 0.0
    medicines: tuple[Medicine, ...] = ()
    approved: tuple[Code, ...] = ()
    on_hand: tuple[tuple[Code, Code, Code, int], ...] = ()

    @property
    def saved_mad(self) -> float:
        """What the moves save, less what parcels and journeys cost [MAD]."""
        gains = fsum(line.expiry_saved_mad + line.shortage_avoided_mad for line in self.lines)
        return gains - self.cost_mad

    @property
    def cost_mad(self) -> float:
        """What parcels and journeys cost [MAD]."""
        parcels = {(line.origin, line.destination, line.medicine) for line in self.lines}
        return fsum(trip.cost_mad for trip in self.trips) + self.parcel_mad * len(parcels)

    def violations(self) -> tuple[Violation, ...]:
        """Every rule that these moves break, checked without the planner's code."""
        return tuple(
            Violation(rule, subject, self.as_of.isoformat(), str(found), str(limit))
            for rule, subject, found, limit in (
                *self._units(),
                *self._permissions(),
                *self._journeys(),
            )
        )

    def _units(self) -> Iterator[tuple[str, str, object, object]]:
        on_hand = {(place, item, lot): units for place, item, lot, units in self.on_hand}
        moved: Counter[tuple[str, str, str]] = Counter()
        for line in self.lines:
            moved[line.origin, line.medicine, line.lot] += line.units
            if line.units <= 0:
                yield "quantity_not_positive", f"{line.origin}:{line.lot}", line.units, "> 0"
            if line.expiry_date < self.as_of:
                yield "moves_expired_stock", line.lot, line.expiry_date, self.as_of
        for key, units in moved.items():
            if units > on_hand.get(key, 0):
                yield "more_than_on_hand", ":".join(key), units, on_hand.get(key, 0)

    def _permissions(self) -> Iterator[tuple[str, str, object, object]]:
        guarded = {
            row.medicine for row in self.medicines if row.controlled or row.storage is Storage.COLD
        }
        for line in self.lines:
            if line.needs_approval != (line.medicine in guarded):
                yield "approval_mark_wrong", line.medicine, line.needs_approval, "as its storage"
            if line.medicine in guarded and line.medicine not in self.approved:
                yield "moved_without_approval", line.medicine, line.medicine, "approved"

    def _journeys(self) -> Iterator[tuple[str, str, object, object]]:
        driven = {(trip.origin, trip.destination) for trip in self.trips}
        used = {(line.origin, line.destination) for line in self.lines}
        for origin, destination in sorted(used - driven):
            yield "no_journey", f"{origin}:{destination}", 0, 1
        for origin, destination in sorted(driven - used):
            yield "empty_journey", f"{origin}:{destination}", 0, 1
        for line in self.lines:
            if line.origin == line.destination:
                yield "moves_nowhere", line.medicine, line.origin, "another hospital"
