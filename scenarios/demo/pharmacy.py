"""Medicines, suppliers, offers, lots on the shelves and open orders of the demo GST."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

import numpy as np

from hospital.pharmacy import Lot, Medicine, Offer, OpenOrder, Supplier
from hospital.streams import stream_key
from scenarios.demo.consumption import Issues, measured_rates
from scenarios.demo.medicines import MEDICINES, DemoMedicine, invented_gtin
from scenarios.demo.period import AS_OF

RECENT_WEEKS = 26
MEAN_COVER_WEEKS = 7.0
COVER_CV = 0.7
OUT_OF_STOCK_SHARE = 0.06
MAXIMUM_LOTS = 3
NEARLY_EXPIRED_SHARE = 0.10
NEARLY_EXPIRED_DAYS = (10, 75)
FRESHEST_SHARE = (0.25, 0.9)
"""Shelf life left on a lot that is not nearly expired, over its whole shelf life."""
OPEN_ORDER_SHARE = 0.40
ORDER_COVER_WEEKS = (4.0, 10.0)
BUDGET_WEEKS = 4
"""The budget is short: the order that serves every medicine would cost about five weeks' use."""
BUDGET_STEP_MAD = 1_000
PRICE_SPREAD = 0.06

SUPPLIERS = (
    Supplier(
        supplier="DEPOT-REGIONAL",
        name="Dépôt régional (données fictives)",
        lead_time_days=14,
        lead_time_cv=0.20,
        order_cost_mad=150,
        minimum_order_mad=0,
    ),
    Supplier(
        supplier="FOURN-A",
        name="Fournisseur fictif A",
        lead_time_days=21,
        lead_time_cv=0.25,
        order_cost_mad=300,
        minimum_order_mad=3_000,
    ),
    Supplier(
        supplier="FOURN-B",
        name="Fournisseur fictif B",
        lead_time_days=28,
        lead_time_cv=0.30,
        order_cost_mad=300,
        minimum_order_mad=5_000,
    ),
    Supplier(
        supplier="FOURN-C",
        name="Fournisseur fictif C",
        lead_time_days=35,
        lead_time_cv=0.35,
        order_cost_mad=250,
        minimum_order_mad=5_000,
    ),
    Supplier(
        supplier="FOURN-D",
        name="Fournisseur fictif D",
        lead_time_days=42,
        lead_time_cv=0.40,
        order_cost_mad=400,
        minimum_order_mad=8_000,
    ),
    Supplier(
        supplier="MARCHE-CENTRAL",
        name="Marché groupé central (données fictives)",
        lead_time_days=56,
        lead_time_cv=0.50,
        order_cost_mad=100,
        minimum_order_mad=10_000,
    ),
)


@dataclass(frozen=True, slots=True)
class Shelf:
    """One medicine of one hospital: what it uses in a week and when it last ran."""

    hospital: str
    medicine: DemoMedicine
    weekly_units: float


def medicines(issues: Issues) -> Iterator[Medicine]:
    """The formulary, with the rates of use that the history shows."""
    for number, (each, rate) in enumerate(zip(MEDICINES, measured_rates(issues), strict=True), 1):
        yield Medicine(
            medicine=each.code,
            inn=each.inn,
            strength=each.strength,
            form=each.form,
            ven=each.ven,
            storage=each.storage,
            controlled=each.controlled,
            gtin=invented_gtin(number),
            shelf_life_days=each.shelf_life_days,
            units_per_bed_day=round(float(rate), 5),
        )


def shelves(issues: Issues, hospitals: list[str]) -> list[Shelf]:
    """Every medicine that a hospital holds, with its recent weekly use [units]."""
    recent = issues.units[:, :, -RECENT_WEEKS:].mean(axis=2)
    return [
        Shelf(hospitals[here], MEDICINES[item], max(float(recent[here, item]), 0.5))
        for here, item in np.argwhere(issues.is_held)
    ]


def offers(seed: int) -> Iterator[Offer]:
    """One to three suppliers for each medicine; whoever is slower is cheaper."""
    for medicine in MEDICINES:
        rng = np.random.default_rng(stream_key(seed, "offers", medicine.code))
        count = int(rng.integers(1, 4))
        chosen = sorted(rng.choice(len(SUPPLIERS), size=count, replace=False).tolist())
        for index in chosen:
            supplier = SUPPLIERS[index]
            discount = 1.1 - 0.25 * index / (len(SUPPLIERS) - 1)
            price = medicine.price_mad * discount * rng.normal(1, PRICE_SPREAD)
            yield Offer(
                supplier=supplier.supplier,
                medicine=medicine.code,
                pack_units=medicine.pack_units,
                minimum_packs=int(rng.choice((1, 1, 2, 5))),
                unit_price_mad=round(max(price, 0.1), 2),
            )


def lots(stock: list[Shelf], seed: int) -> Iterator[Lot]:
    """What lies on each shelf: some empty, some about to expire."""
    for shelf in stock:
        rng = np.random.default_rng(stream_key(seed, "lots", shelf.hospital, shelf.medicine.code))
        if rng.random() < OUT_OF_STOCK_SHARE:
            continue
        variance = np.log1p(COVER_CV**2)
        cover = MEAN_COVER_WEEKS * np.exp(rng.normal(-variance / 2, np.sqrt(variance)))
        units = max(1, round(cover * shelf.weekly_units))
        yield from _split(shelf, units, rng)


def _split(shelf: Shelf, units: int, rng: np.random.Generator) -> Iterator[Lot]:
    count = min(int(rng.integers(1, MAXIMUM_LOTS + 1)), units)
    parts = rng.multinomial(units - count, rng.dirichlet(np.full(count, 2.0))) + 1
    for number, part in enumerate(parts.tolist(), 1):
        yield Lot(
            hospital=shelf.hospital,
            medicine=shelf.medicine.code,
            lot=f"L{rng.integers(100_000, 1_000_000)}-{number}",
            expiry_date=AS_OF + timedelta(days=_days_to_expiry(shelf.medicine, rng)),
            units=part,
        )


def _days_to_expiry(medicine: DemoMedicine, rng: np.random.Generator) -> int:
    if rng.random() < NEARLY_EXPIRED_SHARE:
        return int(rng.integers(*NEARLY_EXPIRED_DAYS))
    return int(medicine.shelf_life_days * rng.uniform(*FRESHEST_SHARE))


def orders(stock: list[Shelf], offered: tuple[Offer, ...], seed: int) -> Iterator[OpenOrder]:
    """Whole packs under way, due within the lead time of their supplier."""
    lead_days = {supplier.supplier: supplier.lead_time_days for supplier in SUPPLIERS}
    by_medicine: dict[str, list[Offer]] = {}
    for offer in offered:
        by_medicine.setdefault(offer.medicine, []).append(offer)
    for shelf in stock:
        rng = np.random.default_rng(stream_key(seed, "orders", shelf.hospital, shelf.medicine.code))
        if rng.random() >= OPEN_ORDER_SHARE:
            continue
        choices = by_medicine[shelf.medicine.code]
        offer = choices[rng.integers(len(choices))]
        wanted = shelf.weekly_units * rng.uniform(*ORDER_COVER_WEEKS)
        packs = max(offer.minimum_packs, ceil(wanted / offer.pack_units))
        due = int(rng.integers(1, 1 + round(lead_days[offer.supplier])))
        yield OpenOrder(
            hospital=shelf.hospital,
            medicine=shelf.medicine.code,
            supplier=offer.supplier,
            units=packs * offer.pack_units,
            due_date=AS_OF + timedelta(days=due),
        )


def medicine_budget_mad(stock: list[Shelf]) -> float:
    """A budget that does not buy everything that the next weeks use [MAD]."""
    weekly = sum(shelf.weekly_units * shelf.medicine.price_mad for shelf in stock)
    return float(BUDGET_STEP_MAD * round(BUDGET_WEEKS * weekly / BUDGET_STEP_MAD))
