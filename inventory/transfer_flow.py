"""One medicine, several hospitals: a minimum-cost flow of lots to where they are used in time.

What a hospital can use of lots that expire by day f is limited for every f: the demand up to f
that its own stock expiring by f does not serve (Hall's condition for a queue in order of expiry).
So each receiving hospital is a chain of nodes, one for each expiry day: a lot enters at its own
day, and the link from one day to the next carries no more than what can be used by then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from ortools.graph.python import min_cost_flow

from hospital.errors import GstError
from hospital.pharmacy import Lot
from inventory.demand import Floats
from inventory.need import Need
from inventory.shelf import NOTHING_UNITS, use_shelf

Journey = tuple[str, str]
"""From one hospital to another."""
COST_STEPS_PER_MAD = 1_000_000
"""Costs of a flow are whole numbers: millionths of a dirham."""
TIE_MAD_PER_KM = 0.000_001
"""What a kilometre weighs for one unit, only to prefer the nearer of equal hospitals [MAD/km]."""
REPLACEMENT_DAYS = 365.0
"""A transfer replaces at most the purchases of this time [days]."""
MEAN_PATHS = 200
"""Enough paths for the mean that limits what a hospital can use."""


USE_LEVELS = (0.05, 0.2, 0.4)
"""What a hospital can use, in tiers: the last of them it uses with six in ten."""


def tiers_of(units: Floats, levels: Sequence[float]) -> Iterator[tuple[int, float]]:
    """Whole units up to each quantile of these (paths,), and their mean chance to be reached."""
    covered, below = 0, 0.0
    for quantile in np.quantile(units, levels):
        reached = int(np.floor(quantile + NOTHING_UNITS))
        if reached > covered:
            upto = float(np.minimum(units, reached).mean())
            yield reached - covered, min((upto - below) / (reached - covered), 1.0)
            covered, below = reached, upto


@dataclass(frozen=True, slots=True)
class Spared:
    """Units of a lot, and what each saves by leaving [MAD/unit].

    Above zero for what may expire; below zero, the shortage risked, for what is idle only until
    the next delivery.
    """

    units: int
    saved_mad: float


@dataclass(frozen=True, slots=True)
class Offered:
    """What a lot can spare, in tiers."""

    lot: Lot
    expires_day: float
    tiers: tuple[Spared, ...]

    @property
    def units(self) -> int:
        """All that it can spare."""
        return sum(tier.units for tier in self.tiers)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Units that a hospital lacks before a delivery, and what each weighs [MAD/unit]."""

    units: int
    worth_mad: float


@dataclass(frozen=True, slots=True)
class Place:
    """A hospital as giver and taker of one medicine."""

    hospital: str
    unit_price_mad: float
    offers: tuple[Offered, ...]
    wants: tuple[Wanted, ...]
    need: Need
    delay_days: float


@dataclass(frozen=True, slots=True)
class Move:
    """Units of a lot that go to another hospital, and what that saves [MAD]."""

    origin: str
    destination: str
    lot: Lot
    units: int
    expiry_saved_mad: float
    shortage_avoided_mad: float

    @property
    def gain_mad(self) -> float:
        """What the move saves before its transport [MAD]."""
        return self.expiry_saved_mad + self.shortage_avoided_mad


@dataclass(frozen=True, slots=True)
class Market:
    """Givers and takers of one medicine, and how much each can use by each expiry day.

    ``room_units`` maps a hospital to its chain: pairs of an expiry day and the units that can
    be used of what expires by then. ``used`` are tiers of what it will use at all, surest first.
    """

    places: tuple[Place, ...]
    room_units: Mapping[str, tuple[tuple[float, int], ...]]
    used: Mapping[str, tuple[tuple[int, float], ...]]

    @classmethod
    def of(cls, places: Sequence[Place]) -> Market:
        """The market of these hospitals."""
        days = {offer.expires_day for place in places for offer in _spares(place)}
        unserved = {place.hospital: _unserved(place, days) for place in places} if days else {}
        return cls(
            tuple(places),
            {code: _room(by_day) for code, by_day in unserved.items()},
            {code: tuple(tiers_of(by_day[-1][1], USE_LEVELS)) for code, by_day in unserved.items()},
        )

    def moves(self, km: Mapping[Journey, float]) -> tuple[Move, ...]:
        """The moves that save most over these journeys, before what the journeys cost."""
        if not self.room_units or not km:
            return ()
        arcs = [*_giving(self.places), *_hauling(self, km), *_using(self)]
        return _read(arcs, _flows(arcs))


def _spares(place: Place) -> list[Offered]:
    return [offer for offer in place.offers if offer.units]


def _room(unserved: Sequence[tuple[float, Floats]]) -> tuple[tuple[float, int], ...]:
    """Units that a hospital uses of what expires by each day, at the last level of use."""
    level = USE_LEVELS[-1]
    return tuple((day, int(np.quantile(u, level) + NOTHING_UNITS)) for day, u in unserved)


def _unserved(place: Place, days: set[float]) -> list[tuple[float, Floats]]:
    """Demand, once a transfer is there, that the hospital's own stock expiring by a day misses."""
    need = place.need
    own = {supply.expires_day for supply in need.shelf.supplies}
    paths = need.shelf.paths.some(slice(MEAN_PATHS))
    chain = []
    for day in sorted(days | own):
        supplies = [supply for supply in need.shelf.supplies if supply.expires_day <= day]
        until = np.full(paths.paths, min(day, REPLACEMENT_DAYS))
        shelf = use_shelf(paths, supplies)
        there = np.minimum(until, place.delay_days)
        chain.append((day, shelf.lost_units(until) - shelf.lost_units(there)))
    return chain


Node = Hashable
SOURCE, SINK = "source", "sink"


@dataclass(frozen=True, slots=True)
class _Arc:
    """Units that may flow from one node to another; ``meaning`` is what the report reads."""

    tail: Node
    head: Node
    units: int
    mad_per_unit: float
    meaning: _Spare | _Haul | _Use | None = None


@dataclass(frozen=True, slots=True)
class _Spare:
    """Units of a lot, and what each saves by leaving, or risks if below zero [MAD/unit]."""

    giver: str
    lot: Lot
    saved_mad: float


@dataclass(frozen=True, slots=True)
class _Haul:
    """Units of a lot on a journey."""

    giver: str
    taker: str
    lot: Lot


@dataclass(frozen=True, slots=True)
class _Use:
    """Units that a hospital lacks, and what each saves beyond its price [MAD/unit].

    Below zero for what it may not use after all.
    """

    taker: str
    saved_mad: float


def _giving(places: Sequence[Place]) -> Iterator[_Arc]:
    """Expiring units are worth little where they are; idle ones their price and their risk."""
    for place in places:
        for offer in _spares(place):
            node = place.hospital, offer.lot.lot
            price = place.unit_price_mad
            for tier in offer.tiers:
                spare = _Spare(place.hospital, offer.lot, tier.saved_mad)
                yield _Arc(SOURCE, node, tier.units, price - tier.saved_mad, spare)


def _hauling(market: Market, km: Mapping[Journey, float]) -> Iterator[_Arc]:
    """From each lot to the day of its expiry in every other hospital that can be reached."""
    for giver in market.places:
        for taker in market.places:
            if (giver.hospital, taker.hospital) not in km:
                continue
            tie = km[giver.hospital, taker.hospital] * TIE_MAD_PER_KM
            for offer in _spares(giver):
                haul = _Haul(giver.hospital, taker.hospital, offer.lot)
                tail, head = (giver.hospital, offer.lot.lot), (taker.hospital, offer.expires_day)
                yield _Arc(tail, head, offer.units, tie, haul)


def _using(market: Market) -> Iterator[_Arc]:
    """The chain of expiry days of each hospital, then what its units are used for."""
    for place in market.places:
        chain = market.room_units[place.hospital]
        ends = [*(day for day, _ in chain[1:]), SINK]
        for (day, units), end in zip(chain, ends, strict=True):
            yield _Arc((place.hospital, day), (place.hospital, end), units, 0.0)
        for want in place.wants:
            saved = want.worth_mad - place.unit_price_mad
            if saved > 0:
                use = _Use(place.hospital, saved)
                yield _Arc((place.hospital, SINK), SINK, want.units, -want.worth_mad, use)
        for units, probability in market.used[place.hospital]:
            worth_mad = place.unit_price_mad * probability
            use = _Use(place.hospital, worth_mad - place.unit_price_mad)
            yield _Arc((place.hospital, SINK), SINK, units, -worth_mad, use)


def _flows(arcs: Sequence[_Arc]) -> list[int]:
    """Units on each arc of a flow of least cost; what is not worth moving bypasses the arcs."""
    nodes: dict[Node, int] = {SOURCE: 0, SINK: 1}
    for arc in arcs:
        nodes.setdefault(arc.tail, len(nodes))
        nodes.setdefault(arc.head, len(nodes))
    supply = sum(arc.units for arc in arcs if arc.tail == SOURCE)
    solver = min_cost_flow.SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(
        np.array([nodes[arc.tail] for arc in arcs] + [0]),
        np.array([nodes[arc.head] for arc in arcs] + [1]),
        np.array([arc.units for arc in arcs] + [supply]),
        np.array([round(arc.mad_per_unit * COST_STEPS_PER_MAD) for arc in arcs] + [0]),
    )
    solver.set_nodes_supplies(np.array([0, 1]), np.array([supply, -supply]))
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise GstError("transfer_flow_not_solved", "report this stock", found=str(status))
    return [int(units) for units in solver.flows(np.arange(len(arcs)))]


def _read(arcs: Sequence[_Arc], flows: Sequence[int]) -> tuple[Move, ...]:
    """Moves with what they save: the surest savings go to the first journeys of a lot."""
    spared: dict[tuple[str, str], list[list[float]]] = defaultdict(list)
    used: dict[str, list[list[float]]] = defaultdict(list)
    for arc, units in zip(arcs, flows, strict=True):
        if isinstance(arc.meaning, _Spare) and units:
            spared[arc.meaning.giver, arc.meaning.lot.lot].append([units, arc.meaning.saved_mad])
        if isinstance(arc.meaning, _Use) and units:
            used[arc.meaning.taker].append([units, arc.meaning.saved_mad])
    moves = []
    for arc, units in zip(arcs, flows, strict=True):
        if isinstance(arc.meaning, _Haul) and units:
            haul = arc.meaning
            saved_mad, risked_mad = _taken(spared[haul.giver, haul.lot.lot], units)
            shortage_mad, lost_mad = _taken(used[haul.taker], units)
            expiry_mad, shortage_mad = saved_mad + lost_mad, shortage_mad + risked_mad
            moves.append(Move(haul.giver, haul.taker, haul.lot, units, expiry_mad, shortage_mad))
    return tuple(moves)


def _taken(tiers: list[list[float]], units: float) -> tuple[float, float]:
    """Takes units from the dearest tiers; what they save together, and what they lose [MAD]."""
    saved = lost = 0.0
    for tier in sorted(tiers, key=lambda pair: -pair[1]):
        part = min(tier[0], units)
        tier[0] -= part
        units -= part
        saved += part * max(tier[1], 0.0)
        lost += part * min(tier[1], 0.0)
    return saved, lost
