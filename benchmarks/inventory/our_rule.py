"""Our rule in a synthetic GST: the product's own forecast, order and transfers.

What the shelves show becomes a ``Gst`` of that morning with lots and open orders; demand is
forecast from what was issued, each week raised for the days on which the shelf was empty, by the
route that medicines take in ``forecasting``; ``propose_order`` and ``propose_transfers`` decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from benchmarks.inventory.world import (
    DAYS,
    HOLDING_PER_YEAR,
    LEAD_CV,
    LEAD_DAYS,
    Floats,
    Ints,
    Shelves,
)
from forecasting.forecast import forecast_series
from forecasting.plan import ForecastPlan
from forecasting.series import Series
from hospital.calendar import MoroccanCalendar
from hospital.forecast import DemandForecast, Period, SeriesKey, SeriesKind
from hospital.gst import Gst, GstIdentity, UnitCosts
from hospital.pharmacy import Lot, Medicine, Offer, OpenOrder, Storage, Supplier, VenClass
from hospital.places import Hospital, HospitalLevel, TransferLink
from inventory.order_plan import OrderPlan
from inventory.proposal import propose_order
from inventory.shared_season import season_of
from inventory.transfers import TransferRules, propose_transfers

FIRST_MONDAY = date(2026, 1, 5)
HORIZON_WEEKS = 14
WEEKS_PER_MONTH, MONTHS, JOIN = 4, 13, 2
TINY = 1e-9
PATHS, SEED = 400, 1
CALENDAR = MoroccanCalendar.load()
KM = 60.0
Forecasts = Mapping[SeriesKey, DemandForecast]


def monday(week: int) -> date:
    """The morning of a week of the run."""
    return FIRST_MONDAY + timedelta(weeks=week)


def place_of(shelves: Shelves, line: int) -> tuple[str, str]:
    """Hospital and medicine of a line."""
    hospital, item = divmod(line, shelves.world.size.medicines)
    return f"H{hospital}", f"M{item}"


def line_of(shelves: Shelves, hospital: str, medicine: str) -> int:
    """The line of a hospital and medicine."""
    return int(hospital[1:]) * shelves.world.size.medicines + int(medicine[1:])


def forecasts_of(shelves: Shelves) -> Forecasts:
    """Demand of every line from its ledger up to this morning, freed of the shared season."""
    season = weekly_season(shelves)
    return {
        found.key: found
        for found in (_forecast(shelves, line, season) for line in range(shelves.world.lines))
    }


def weekly_season(shelves: Shelves) -> Floats:
    """Factor of each week of the ledger and of the horizon, from all lines at equal weight.

    Months are four weeks, thirteen a year; a moving mean over five weeks joins them.
    """
    known = shelves.known_weeks
    per_line = shelves.issued[:, :known]
    index = (per_line / np.maximum(per_line.mean(axis=1, keepdims=True), TINY)).mean(axis=0)
    skipped = known % WEEKS_PER_MONTH
    factors = season_of(index[skipped:].reshape(-1, WEEKS_PER_MONTH).mean(axis=1), MONTHS)
    weeks = np.arange(-skipped - JOIN, known - skipped + HORIZON_WEEKS + JOIN)
    joined = np.ones(2 * JOIN + 1) / (2 * JOIN + 1)
    smooth: Floats = np.convolve(factors[(weeks // WEEKS_PER_MONTH) % MONTHS], joined, "valid")
    return smooth[-known - HORIZON_WEEKS :]


def _forecast(shelves: Shelves, line: int, season: Floats) -> DemandForecast:
    known = shelves.known_weeks
    series = Series(
        key=SeriesKey(SeriesKind.CONSUMPTION, *place_of(shelves, line)),
        first_day=monday(shelves.week - known),
        counts=shelves.issued[line, :known] / season[:known],
        period=Period.WEEK,
        stockout_days=shelves.days_out[line, :known],
    )
    plan = ForecastPlan(monday(shelves.week), seed=SEED, paths=PATHS, stock_weeks=HORIZON_WEEKS)
    found = forecast_series(series, plan, CALENDAR)
    ahead = season[known : known + len(found.mean)]
    return replace(
        found,
        mean=found.mean * ahead,
        quantiles=found.quantiles * ahead[:, None],
        sample_paths=found.sample_paths * ahead,
    )


def gst_of(shelves: Shelves, budget_mad: float) -> Gst:
    """The GST of this morning as a pharmacist sees it."""
    world = shelves.world
    hospitals = [f"H{at}" for at in range(world.size.hospitals)]
    items = range(world.size.medicines)
    return Gst(
        identity=_identity(shelves, budget_mad),
        hospitals=tuple(
            Hospital(
                hospital=code,
                name=code,
                level=HospitalLevel.PROVINCIAL,
                province="P",
                population=100_000,
            )
            for code in hospitals
        ),
        links=tuple(
            TransferLink(origin=a, destination=b, distance_km=KM, travel_minutes=KM)
            for a in hospitals
            for b in hospitals
            if a < b
        ),
        medicines=tuple(_medicine(shelves, at) for at in items),
        suppliers=tuple(
            Supplier(
                supplier=f"S{at}",
                name=f"S{at}",
                lead_time_days=days,
                lead_time_cv=cv,
                order_cost_mad=150,
                minimum_order_mad=0,
            )
            for at, (days, cv) in enumerate(zip(LEAD_DAYS, LEAD_CV, strict=True))
        ),
        offers=tuple(
            Offer(
                supplier=f"S{world.supplier[at]}",
                medicine=f"M{at}",
                pack_units=int(world.pack_units[at]),
                minimum_packs=1,
                unit_price_mad=float(world.price_mad[at]),
            )
            for at in items
        ),
        lots=_lots(shelves),
        orders=_orders(shelves),
    )


def _identity(shelves: Shelves, budget_mad: float) -> GstIdentity:
    return GstIdentity(
        schema_version=1,
        gst="GST",
        name="Synthetic",
        region="Synthetic",
        synthetic=True,
        as_of=monday(shelves.week),
        medicine_budget_mad=budget_mad,
        costs=UnitCosts(
            nurse_hour_mad=60,
            agency_nurse_hour_mad=90,
            physician_hour_mad=150,
            transfer_km_mad=0,
            holding_percent_per_year=100 * HOLDING_PER_YEAR,
            source="benchmark",
        ),
    )


def _medicine(shelves: Shelves, at: int) -> Medicine:
    world = shelves.world
    return Medicine(
        medicine=f"M{at}",
        inn=f"M{at}",
        strength="1 g",
        form="vial",
        ven=VenClass(str(world.ven[at])),
        storage=Storage.AMBIENT,
        controlled=False,
        shelf_life_days=int(world.life_weeks[at]) * DAYS,
        units_per_bed_day=0.1,
    )


def _lots(shelves: Shelves) -> tuple[Lot, ...]:
    lines, weeks = np.nonzero(shelves.stock)
    lots = []
    for line, week in zip(lines.tolist(), weeks.tolist(), strict=True):
        hospital, medicine = place_of(shelves, line)
        lots.append(
            Lot(
                hospital=hospital,
                medicine=medicine,
                lot=f"E{week}",
                expiry_date=monday(week) + timedelta(days=DAYS - 1),
                units=int(shelves.stock[line, week]),
            )
        )
    return tuple(lots)


def _orders(shelves: Shelves) -> tuple[OpenOrder, ...]:
    """Open orders with the date that the supplier's mean promises; transfers with theirs."""
    world, orders = shelves.world, []
    for delivery in shelves.coming:
        for line in np.flatnonzero((delivery.arrives_week >= shelves.week) & (delivery.units > 0)):
            days = LEAD_DAYS[int(world.supplier[line])]
            due = monday(delivery.ordered_week) + timedelta(days=round(days))
            orders.append(_order(shelves, int(line), int(delivery.units[line]), due))
    for week, line, _, units in shelves.arriving:
        orders.append(_order(shelves, line, units, monday(week)))
    return tuple(orders)


def _order(shelves: Shelves, line: int, units: int, due: date) -> OpenOrder:
    hospital, medicine = place_of(shelves, line)
    supplier = f"S{shelves.world.supplier[line]}"
    return OpenOrder(
        hospital=hospital, medicine=medicine, supplier=supplier, units=units, due_date=due
    )


@dataclass(frozen=True)
class OurRule:
    """The product's order and transfers at a review."""

    plan: OrderPlan

    def packs(self, shelves: Shelves, forecasts: Forecasts, budget_mad: float) -> Ints:
        """Packs that ``propose_order`` proposes, (lines,)."""
        found = propose_order(gst_of(shelves, budget_mad), forecasts, self.plan)
        packs = np.zeros(shelves.world.lines, dtype=np.int64)
        for line in found.lines:
            packs[line_of(shelves, line.hospital, line.medicine)] = line.packs
        return packs

    def move(self, shelves: Shelves, forecasts: Forecasts, rules: TransferRules) -> None:
        """Sends what ``propose_transfers`` proposes; each line of it is a parcel."""
        found = propose_transfers(gst_of(shelves, 0.0), forecasts, self.plan, rules)
        for line in found.lines:
            origin = line_of(shelves, line.origin, line.medicine)
            there = line_of(shelves, line.destination, line.medicine)
            shelves.send(origin, there, int(line.lot.removeprefix("E")), line.units)
        if shelves.counts:
            shelves.books.moves += len({(r.origin, r.destination, r.medicine) for r in found.lines})
            shelves.books.transport_mad += found.cost_mad
