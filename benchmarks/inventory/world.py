"""A synthetic GST that runs week by week: lots, lost sales, late deliveries, what the ledger shows.

Lines are hospital × medicine. Demand is negative binomial around a pace with the season of a year;
it and every lead time are drawn before anything is ordered, so that all rules meet the same weeks.
A rule never sees demand: it sees what was issued, on how many days the shelf was empty, lots and
open orders. Lots leave first expiry first.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

WEEKS_PER_YEAR = 365.0 / 7.0
DAYS = 7
HOLDING_PER_YEAR = 0.20
SHORTAGE_MULTIPLES = {"V": 50.0, "E": 10.0, "N": 3.0}


@dataclass(frozen=True)
class Size:
    """How large a world is, and how much history its ledger has before week 0."""

    hospitals: int = 1
    medicines: int = 100
    history_weeks: int = 156
    weeks: int = 38
    fair_weeks: int = 12
    """Weeks of the run that do not count yet."""
    pace_log: tuple[float, float] = (2.5, 1.0)
    """Mean and spread of the logarithm of a medicine's pace [units/week]."""
    shape_log: tuple[float, float] | None = None
    """The same of the shape of a week's negative binomial; without it even between 1 and 6."""
    walk: float = 0.0
    """What the pace of a line moves by in a week, in logarithms: no hospital stays as it was."""


@dataclass(frozen=True)
class World:
    """Everything that chance decides, and the terms of each line.

    Lines are hospital by hospital. ``demand`` (lines, history + weeks); ``lead_weeks`` (lines,
    weeks): after how many weeks an order of a week really arrives.
    """

    size: Size
    pace: Floats
    demand: Ints
    lead_weeks: Ints
    supplier: Ints
    price_mad: Floats
    ven: npt.NDArray[np.str_]
    life_weeks: Ints
    pack_units: Ints

    @property
    def lines(self) -> int:
        """Hospitals × medicines."""
        return len(self.pace)

    @property
    def shortage_mad(self) -> Floats:
        """What a unit short weighs, (lines,) [MAD]."""
        multiples = np.array([SHORTAGE_MULTIPLES[ven] for ven in self.ven])
        return multiples * self.price_mad

    def weekly_spend_mad(self) -> float:
        """Expected price of what is used in a week [MAD]."""
        return float((self.pace * self.price_mad).sum())


SUPPLIERS = 4
LEAD_DAYS = (10.0, 17.0, 25.0, 34.0)
LEAD_CV = (0.2, 0.25, 0.3, 0.35)
SEASON = 0.2
SHAPE_LIMITS = (0.1, 20.0)


def world_of(size: Size, seed: int) -> World:
    """The world of a seed."""
    rng = np.random.default_rng([seed, 7])
    items, places = size.medicines, size.hospitals
    of_item = np.tile(np.arange(items), places)
    pace = (rng.lognormal(*size.pace_log, items)[of_item]) * rng.lognormal(0, 0.5, items * places)
    weeks = size.history_weeks + size.weeks
    spread = _shapes(rng, size)[of_item]
    phase = rng.uniform(0, 1)
    season = 1 + SEASON * np.sin(2 * np.pi * (np.arange(weeks) / WEEKS_PER_YEAR + phase))
    mean = pace[:, None] * season * _walk(size, seed, weeks)
    demand = rng.poisson(rng.gamma(spread[:, None], mean / spread[:, None]))
    supplier = rng.integers(0, SUPPLIERS, items)[of_item]
    return World(
        size,
        pace,
        demand.astype(np.int64),
        _leads(rng, supplier, size.weeks),
        supplier,
        (rng.lognormal(2.5, 1.2, items) + 0.1).round(2)[of_item],
        rng.choice(["V", "E", "N"], items, p=[0.25, 0.5, 0.25])[of_item],
        rng.integers(8, 105, items)[of_item].astype(np.int64),
        rng.choice([1, 5, 10, 20, 50], items)[of_item].astype(np.int64),
    )


def _shapes(rng: np.random.Generator, size: Size) -> Floats:
    """Shape of the demand of each medicine: a small one is a few large weeks, (medicines,)."""
    if size.shape_log is None:
        return rng.uniform(1.0, 6.0, size.medicines)
    drawn = rng.lognormal(*size.shape_log, size.medicines)
    kept: Floats = np.clip(drawn, *SHAPE_LIMITS)
    return kept


def _walk(size: Size, seed: int, weeks: int) -> Floats:
    """How far the pace of each line has walked from where it is on average, (lines, weeks)."""
    rng = np.random.default_rng([seed, 13])
    steps = rng.normal(0, 1, (size.hospitals * size.medicines, weeks)).cumsum(axis=1)
    walked: Floats = np.exp(size.walk * (steps - steps.mean(axis=1, keepdims=True)))
    return walked


def _leads(rng: np.random.Generator, supplier: Ints, weeks: int) -> Ints:
    """One lead time for each supplier and week: an order arrives as a whole."""
    shape = 1 / np.square(LEAD_CV)
    days = rng.gamma(shape[:, None], (np.array(LEAD_DAYS) / shape)[:, None], (SUPPLIERS, weeks))
    in_weeks = np.maximum(np.ceil(days / DAYS), 1).astype(np.int64)
    found: Ints = in_weeks[supplier]
    return found


@dataclass(frozen=True)
class OpenDelivery:
    """Units (lines,) ordered in a week; when they are due, and when they really come."""

    ordered_week: int
    arrives_week: Ints
    units: Ints


@dataclass
class Books:
    """Totals of the weeks that count, (lines,) [units or unit-weeks], and money spent [MAD]."""

    demanded: Floats
    short: Floats
    wasted: Floats
    held: Floats
    bought: Floats
    transport_mad: float = 0.0
    moves: int = 0

    @classmethod
    def empty(cls, lines: int) -> Books:
        """Nothing yet."""
        return cls(*(np.zeros(lines) for _ in range(5)))


@dataclass
class Shelves:
    """The stock of every line by last usable week, what is coming, and what the ledger shows."""

    world: World
    week: int = 0
    stock: Ints = field(init=False)
    issued: Floats = field(init=False)
    days_out: Floats = field(init=False)
    coming: list[OpenDelivery] = field(default_factory=list)
    arriving: list[tuple[int, int, int, int]] = field(default_factory=list)
    books: Books = field(init=False)

    def __post_init__(self) -> None:
        world, size = self.world, self.world.size
        columns = size.weeks + int(world.life_weeks.max()) + 2
        self.stock = np.zeros((world.lines, columns), dtype=np.int64)
        first = np.ceil(world.pace * (np.array(LEAD_DAYS)[world.supplier] / DAYS + 4))
        self.stock[np.arange(world.lines), world.life_weeks - 1] = first.astype(np.int64)
        past = world.demand[:, : size.history_weeks].astype(np.float64)
        later = np.zeros((world.lines, size.weeks))
        self.issued = np.concatenate([past, later], axis=1)
        self.days_out = np.zeros_like(self.issued)
        self.books = Books.empty(world.lines)

    @property
    def known_weeks(self) -> int:
        """Weeks of the ledger that are over."""
        return self.world.size.history_weeks + self.week

    @property
    def counts(self) -> bool:
        """Whether this week is judged."""
        return self.week >= self.world.size.fair_weeks

    @property
    def on_hand(self) -> Ints:
        """Usable units, (lines,)."""
        total: Ints = self.stock.sum(axis=1)
        return total

    @property
    def on_order(self) -> Ints:
        """Units ordered and not yet here, (lines,)."""
        total = np.zeros(self.world.lines, dtype=np.int64)
        for delivery in self.coming:
            total += np.where(delivery.arrives_week >= self.week, delivery.units, 0)
        for week, line, _, units in self.arriving:
            if week >= self.week:
                total[line] += units
        return total

    def order(self, packs: Ints) -> None:
        """Packs (lines,) ordered at the start of this week."""
        units = packs * self.world.pack_units
        arrives = self.week + self.world.lead_weeks[:, self.week]
        self.coming.append(OpenDelivery(self.week, arrives, units))
        if self.counts:
            self.books.bought += units

    def send(self, origin: int, line: int, expiry_week: int, units: int) -> None:
        """Units of a lot on their way to another line; they are there at the next week's start."""
        if units > self.stock[origin, expiry_week]:
            raise ValueError("a lot cannot give more than it holds")
        self.stock[origin, expiry_week] -= units
        self.arriving.append((self.week + 1, line, expiry_week, units))

    def run_week(self) -> None:
        """Deliveries and transfers in, demand served first expiry first, the expired out."""
        self._receive()
        wanted = self.world.demand[:, self.known_weeks]
        at_hand = self.on_hand
        served = np.minimum(at_hand, wanted)
        before = np.cumsum(self.stock, axis=1)
        taken = np.diff(np.minimum(before, served[:, None]), axis=1, prepend=0)
        self.stock -= taken
        wasted = self.stock[:, self.week].copy()
        self.stock[:, self.week] = 0
        self._write(wanted, served, wasted)
        self.week += 1

    def _receive(self) -> None:
        rows = np.arange(self.world.lines)
        for delivery in self.coming:
            here = np.where(delivery.arrives_week == self.week, delivery.units, 0)
            self.stock[rows, self.week + self.world.life_weeks - 1] += here
        for week, line, expiry, units in self.arriving:
            if week == self.week:
                self.stock[line, expiry if expiry >= week else week] += units
        self.arriving = [one for one in self.arriving if one[0] > self.week]

    def _write(self, wanted: Ints, served: Ints, wasted: Ints) -> None:
        column = self.known_weeks
        self.issued[:, column] = served
        share = np.divide(served, wanted, out=np.ones(len(wanted)), where=wanted > 0)
        self.days_out[:, column] = np.round(DAYS * (1 - share))
        if self.counts:
            self.books.demanded += wanted
            self.books.short += wanted - served
            self.books.wasted += wasted
            self.books.held += self.on_hand

    def cost_mad(self) -> float:
        """Holding, shortage, waste and transport of the weeks that count [MAD]."""
        world, books = self.world, self.books
        weekly = HOLDING_PER_YEAR / WEEKS_PER_YEAR
        by_line = books.held * world.price_mad * weekly + books.short * world.shortage_mad
        by_line = by_line + books.wasted * world.price_mad
        return float(by_line.sum()) + books.transport_mad

    def value_fill(self) -> float:
        """Share of the value asked for that was served in its week."""
        price = self.world.price_mad
        return 1 - float((self.books.short * price).sum() / (self.books.demanded * price).sum())

    def waste_mad(self) -> float:
        """Value thrown away [MAD]."""
        return float((self.books.wasted * self.world.price_mad).sum())
