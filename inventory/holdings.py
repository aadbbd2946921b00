"""What each hospital holds and expects of each medicine, joined from the tables of a GST."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Protocol, TypeVar

from hospital.forecast import DemandForecast, SeriesKey
from hospital.gst import Gst
from hospital.pharmacy import Offer, Supplier
from hospital.stock_plan import OrderRefusal
from inventory.demand import consumption_forecasts
from inventory.need import Holding


class _OfHospitalAndMedicine(Protocol):
    @property
    def hospital(self) -> str: ...
    @property
    def medicine(self) -> str: ...


Row = TypeVar("Row", bound=_OfHospitalAndMedicine)


def holdings_of(
    gst: Gst, forecasts: Mapping[SeriesKey, DemandForecast]
) -> tuple[list[Holding], list[OrderRefusal]]:
    """Every hospital and medicine with a forecast; a refusal for each without, in table order."""
    by_place = consumption_forecasts(forecasts)
    lots, orders = _by_place(gst.lots), _by_place(gst.orders)
    holdings, refusals = [], []
    for hospital in gst.hospitals:
        for medicine in gst.medicines:
            place = hospital.hospital, medicine.medicine
            if place not in by_place:
                refusals.append(
                    OrderRefusal(hospital=place[0], medicine=place[1], code="no_forecast")
                )
                continue
            holdings.append(
                Holding(
                    gst.identity.as_of,
                    place[0],
                    medicine,
                    by_place[place],
                    tuple(lots[place]),
                    tuple(orders[place]),
                )
            )
    return holdings, refusals


def offers_of(gst: Gst, medicine: str) -> list[tuple[Offer, Supplier]]:
    """The offers of a medicine with their suppliers, fastest first, then cheapest."""
    suppliers = {row.supplier: row for row in gst.suppliers}
    found = [
        (offer, suppliers[offer.supplier])
        for offer in gst.offers
        if offer.medicine == medicine and offer.supplier in suppliers
    ]
    return sorted(found, key=lambda pair: (pair[1].lead_time_days, pair[0].unit_price_mad))


def _by_place(rows: Iterable[Row]) -> defaultdict[tuple[str, str], list[Row]]:
    by_place: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        by_place[row.hospital, row.medicine].append(row)
    return by_place
