"""A small GST and forecasts for the tests of the pharmacy, built to measure."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

from hospital.forecast import QUANTILE_LEVELS, DemandForecast, Period, SeriesKey, SeriesKind
from hospital.gst import Gst, GstIdentity, UnitCosts
from hospital.pharmacy import Lot, Medicine, Offer, OpenOrder, Storage, Supplier, VenClass
from hospital.places import Hospital, HospitalLevel, TransferLink

AS_OF = date(2026, 11, 23)


def identity(budget_mad: float) -> GstIdentity:
    return GstIdentity(
        schema_version=1,
        gst="GST",
        name="Test",
        region="Test",
        synthetic=True,
        as_of=AS_OF,
        medicine_budget_mad=budget_mad,
        costs=UnitCosts(
            nurse_hour_mad=60,
            agency_nurse_hour_mad=90,
            physician_hour_mad=150,
            transfer_km_mad=4,
            holding_percent_per_year=20,
            source="test",
        ),
    )


def hospital(code: str, **changes: object) -> Hospital:
    return Hospital(
        hospital=code, name=code, level=HospitalLevel.PROVINCIAL, province="P", population=100_000
    ).but(**changes)


def medicine(code: str = "M", **changes: object) -> Medicine:
    return Medicine(
        medicine=code,
        inn=code,
        strength="1 g",
        form="vial",
        ven=VenClass.ESSENTIAL,
        storage=Storage.AMBIENT,
        controlled=False,
        shelf_life_days=730,
        units_per_bed_day=0.1,
    ).but(**changes)


def supplier(code: str = "S", **changes: object) -> Supplier:
    return Supplier(
        supplier=code,
        name=code,
        lead_time_days=14,
        lead_time_cv=0.3,
        order_cost_mad=150,
        minimum_order_mad=0,
    ).but(**changes)


def offer(medicine: str = "M", supplier: str = "S", **changes: object) -> Offer:
    return Offer(
        supplier=supplier, medicine=medicine, pack_units=10, minimum_packs=1, unit_price_mad=5
    ).but(**changes)


def lot(units: int, days_left: int, **changes: object) -> Lot:
    return Lot(
        hospital="H1",
        medicine="M",
        lot=f"L{days_left}",
        expiry_date=AS_OF + timedelta(days=days_left),
        units=units,
    ).but(**changes)


def open_order(units: int, due_in_days: int, **changes: object) -> OpenOrder:
    return OpenOrder(
        hospital="H1",
        medicine="M",
        supplier="S",
        units=units,
        due_date=AS_OF + timedelta(days=due_in_days),
    ).but(**changes)


def link(origin: str, destination: str, distance_km: float = 50.0) -> TransferLink:
    return TransferLink(
        origin=origin, destination=destination, distance_km=distance_km, travel_minutes=60
    )


def forecast_of(
    sample_paths: np.ndarray,
    hospital: str = "H1",
    medicine: str = "M",
    first_day: date = AS_OF,
) -> DemandForecast:
    return DemandForecast(
        key=SeriesKey(SeriesKind.CONSUMPTION, hospital, medicine),
        first_day=first_day,
        period=Period.WEEK,
        mean=sample_paths.mean(axis=0),
        quantiles=np.quantile(sample_paths, QUANTILE_LEVELS, axis=0).T,
        sample_paths=sample_paths,
        model="test",
    )


def poisson_forecast(
    units_per_week: float, hospital: str = "H1", medicine: str = "M", weeks: int = 26
) -> DemandForecast:
    rng = np.random.default_rng([sum(map(ord, hospital + medicine)), int(units_per_week * 100)])
    paths = rng.poisson(units_per_week, (400, weeks)).astype(float)
    return forecast_of(paths, hospital, medicine)


def steady_forecast(units_per_week: float, weeks: int = 26) -> DemandForecast:
    return forecast_of(np.full((20, weeks), float(units_per_week)))


def by_key(*forecasts: DemandForecast) -> dict[SeriesKey, DemandForecast]:
    return {forecast.key: forecast for forecast in forecasts}


def small_gst(budget_mad: float = 1e9, **tables: object) -> Gst:
    """One hospital, one medicine, one supplier, unless the tables say otherwise."""
    return Gst(
        identity=identity(budget_mad),
        **{
            "hospitals": (hospital("H1"),),
            "medicines": (medicine(),),
            "suppliers": (supplier(),),
            "offers": (offer(),),
            **tables,
        },
    )


def region(hospitals: int, medicines: int, budget_mad: float, seed: int = 0) -> SimpleNamespace:
    """A GST with a random pharmacy, and a forecast for each hospital and medicine."""
    rng = np.random.default_rng(seed)
    places = [f"H{at}" for at in range(hospitals)]
    items = [f"M{at}" for at in range(medicines)]
    price = rng.lognormal(2, 1.2, medicines).round(2) + 0.1
    pace = rng.lognormal(3, 1, (hospitals, medicines))
    gst = Gst(
        identity=identity(budget_mad),
        hospitals=tuple(map(hospital, places)),
        links=tuple(link(a, b, 30.0 + 20 * i) for i, (a, b) in enumerate(pairwise(places))),
        medicines=tuple(
            medicine(
                code,
                ven=list(VenClass)[at % 3],
                shelf_life_days=int(rng.integers(90, 900)),
                controlled=at % 11 == 5,
                storage=Storage.COLD if at % 7 == 3 else Storage.AMBIENT,
            )
            for at, code in enumerate(items)
        ),
        suppliers=tuple(
            supplier(
                f"S{at}",
                lead_time_days=10 + 12 * at,
                lead_time_cv=0.2 + 0.1 * at,
                minimum_order_mad=5000,
            )
            for at in range(4)
        ),
        offers=tuple(
            offer(
                code,
                f"S{(at + extra) % 4}",
                pack_units=int(rng.choice([1, 5, 10, 50, 100])),
                minimum_packs=int(rng.integers(1, 4)),
                unit_price_mad=float(price[at] * (1 + 0.1 * extra)),
            )
            for at, code in enumerate(items)
            for extra in range(1 + at % 2)
        ),
        lots=tuple(
            Lot(
                hospital=place,
                medicine=code,
                lot=f"L{j}",
                expiry_date=AS_OF + timedelta(days=int(rng.integers(-20, 400))),
                units=int(rng.integers(0, 1 + int(5 * pace[h, m]))),
            )
            for h, place in enumerate(places)
            for m, code in enumerate(items)
            for j in range(int(rng.integers(0, 4)))
        ),
        orders=tuple(
            OpenOrder(
                hospital=place,
                medicine=code,
                supplier=f"S{m % 4}",
                units=1 + int(2 * pace[h, m]),
                due_date=AS_OF + timedelta(days=int(rng.integers(-5, 60))),
            )
            for h, place in enumerate(places)
            for m, code in enumerate(items)
            if rng.random() < 0.3
        ),
    )
    forecasts = by_key(
        *(
            poisson_forecast(float(pace[h, m]), place, code)
            for h, place in enumerate(places)
            for m, code in enumerate(items)
        )
    )
    return SimpleNamespace(gst=gst, forecasts=forecasts)


@pytest.fixture(scope="session")
def build() -> SimpleNamespace:
    """The builders of this file, by name."""
    builders: dict[str, Callable[..., object]] = {
        name: value for name, value in globals().items() if callable(value)
    }
    return SimpleNamespace(AS_OF=AS_OF, **builders)
