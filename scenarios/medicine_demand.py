"""What other bed-days do to the demand for medicines: in proportion, hospital by hospital.

Medicines are issued by the bed-day (``units_per_bed_day``), emergency cubicles apart, so that a
forecast of consumption is that of as many bed-days as the hospital has without the scenario.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from hospital.forecast import DemandForecast, SeriesKey
from hospital.gst import Gst
from hospital.places import UnitKind
from hospital.tables import Col
from hospital.twin_result import Indicator, TwinResult
from scenarios.comparison import half_widths

Ratios = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Ratio:
    """Under the scenario over without it, and its 95 % interval over paired replications."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class MedicineDemand:
    """Bed-days of inpatients and the demand for medicines, with over without the scenario.

    ``by_hospital`` are the ratios of bed-days. ``before_mad`` and ``after_mad`` are what the
    demand of the run's days costs at the cheapest offers [MAD].
    """

    bed_days: Ratio
    demand: Ratio
    by_hospital: Mapping[str, float]
    before_mad: float
    after_mad: float


def bed_day_ratios(gst: Gst, baseline: TwinResult, scenario: TwinResult) -> pd.DataFrame:
    """Ratio of inpatient bed-days, a row for each replication and a column for each hospital.

    The last column, empty by name, is the whole GST. A hospital without bed-days stays at 1.
    """
    before, after = (_bed_days(gst, result) for result in (baseline, scenario))
    before, after = before.align(after, fill_value=0.0)
    before[""], after[""] = before.sum(axis=1), after.sum(axis=1)
    return (after / before.where(before > 0)).fillna(1.0)


def means_of(ratios: pd.DataFrame) -> dict[str, float]:
    """The mean ratio of each hospital."""
    return {str(hospital): float(mean) for hospital, mean in ratios.mean().items()}


def with_bed_days(
    demand: Mapping[SeriesKey, DemandForecast], ratios: Ratios, last_day: date
) -> dict[SeriesKey, DemandForecast]:
    """The forecasts of consumption with these ratios, in periods that begin by ``last_day``."""
    return {
        key: _scaled(one, ratios.get(key.hospital, 1.0), last_day) for key, one in demand.items()
    }


def medicine_demand(
    gst: Gst, demand: Mapping[SeriesKey, DemandForecast], ratios: pd.DataFrame, last_day: date
) -> MedicineDemand:
    """What the ratios do to the demand of the days of the run."""
    after = with_bed_days(demand, means_of(ratios), last_day)
    before_by, after_by = (_value_mad(gst, one, last_day) for one in (demand, after))
    before, total = sum(before_by.values()), sum(after_by.values())
    hospitals = [one for one in before_by if one in ratios.columns]
    weights = np.array([before_by[one] for one in hospitals]) / (before or 1.0)
    return MedicineDemand(
        bed_days=_ratio(ratios[""].to_numpy()),
        demand=_ratio(ratios[hospitals].to_numpy() @ weights, total / before if before else 1.0),
        by_hospital={str(one): float(ratios[one].mean()) for one in hospitals},
        before_mad=before,
        after_mad=total,
    )


def _bed_days(gst: Gst, result: TwinResult) -> pd.DataFrame:
    cubicles = UnitKind.EMERGENCY
    places = {unit.unit: unit.hospital for unit in gst.units if unit.kind is not cubicles}
    rows = result.indicators
    own = rows[
        (rows[Col.INDICATOR] == Indicator.BED_DAYS)
        & (rows[Col.GROUP] == "")
        & rows[Col.PLACE].isin(places)
    ]
    hospital = own[Col.PLACE].map(places)
    return own.assign(**{Col.HOSPITAL: hospital}).pivot_table(
        index=Col.REPLICATION,
        columns=Col.HOSPITAL,
        values=Col.VALUE,
        aggfunc="sum",
        fill_value=0,
    )


def _ratio(values: np.ndarray, mean: float | None = None) -> Ratio:
    value = float(values.mean()) if mean is None else mean
    if len(values) < 2:  # noqa: PLR2004 - an interval takes two
        return Ratio(value, value, value)
    spread = np.array([values.std(ddof=1)])
    half = float(half_widths(spread, np.array([len(values)]))[0])
    return Ratio(value, value - half, value + half)


def _scaled(forecast: DemandForecast, ratio: float, last_day: date) -> DemandForecast:
    if ratio == 1.0:
        return forecast
    factors = np.array([ratio if day <= last_day else 1.0 for day in forecast.days()])
    return replace(
        forecast,
        mean=forecast.mean * factors,
        quantiles=forecast.quantiles * factors[:, None],
        sample_paths=forecast.sample_paths * factors,
    )


def _value_mad(
    gst: Gst, demand: Mapping[SeriesKey, DemandForecast], last_day: date
) -> dict[str, float]:
    """Mean demand of the periods that begin by a day, by hospital, at the cheapest offers."""
    prices: dict[str, float] = {}
    for offer in gst.offers:
        known = prices.get(offer.medicine, offer.unit_price_mad)
        prices[offer.medicine] = min(known, offer.unit_price_mad)
    found: dict[str, float] = {}
    for key, one in demand.items():
        if key.is_total:
            continue
        inside = np.array([day <= last_day for day in one.days()])
        value = float(one.mean[inside].sum()) * prices.get(key.item, 0.0)
        found[key.hospital] = found.get(key.hospital, 0.0) + value
    return found
