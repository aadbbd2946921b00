"""Follows a twin run through staff, medicines, money and equity, replication by replication.

The twin counts bed-days; a bed-day needs nurses, consumes medicines and costs money. These are
means of the planning tables applied to each replication, so their spread is the twin's alone.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from hospital.base import HOURS_PER_DAY
from hospital.gst import Gst
from hospital.places import UnitKind
from hospital.tables import Col
from hospital.twin_result import Indicator, TwinResult

NURSE_HOURS = "nurse_hours_per_day"
MEDICINE_COST = "medicines_mad_per_day"
CARE_COST = "care_mad_per_day"
TOTAL_COST = "total_mad_per_day"
BOARDING_GAP = "boarding_gap_provinces_hours"
PROVINCE_PREFIX = "province:"

ORDER_COST = "order_cost_mad"
STOCKOUT = "stockout_percent"
VITAL_STOCKOUT = "vital_stockout_percent"
SHORT_VALUE = "medicine_short_mad"

OVERTIME_COST = "overtime_mad_per_day"
AGENCY_COST = "agency_mad_per_day"
TOTAL_WITH_STAFF = "total_with_overtime_and_agency_mad_per_day"
"""What rosters under a scenario cost beyond contracts, and all costs with it."""

STOCK_EFFECTS = (ORDER_COST, STOCKOUT, VITAL_STOCKOUT, SHORT_VALUE)
"""What ``scenarios.stock_effects`` says of today's order, where a scenario touches it."""

CONSEQUENCES = (NURSE_HOURS, MEDICINE_COST, CARE_COST, TOTAL_COST, BOARDING_GAP)


def with_consequences(gst: Gst, result: TwinResult) -> TwinResult:
    """The result with rows for nurses, medicines, money and equity of the whole GST added.

    - nurse hours: 24 h x bed-days / beds that one nurse covers, over all units [hours/day]
    - medicines: bed-days x units per bed-day x cheapest offer [MAD/day]
    - care: bed-days x cost of a bed-day of the unit [MAD/day]
    - total: care + medicines + transfers x cost of a kilometre [MAD/day]
    - gap: longest minus shortest mean boarding between provinces of residence [hours]
    """
    bed_days = _bed_days_by_unit(gst, result)
    care = (bed_days * _by_unit(gst, "cost_per_bed_day_mad", bed_days)).sum(axis=1)
    nurses = (HOURS_PER_DAY * bed_days / _by_unit(gst, "beds_per_nurse", bed_days)).sum(axis=1)
    medicines = _inpatient(gst, bed_days).sum(axis=1) * medicine_cost_per_bed_day_mad(gst)
    transfer = _series(result, Indicator.TRANSFER_DISTANCE, bed_days.index)
    total = care + medicines + transfer * gst.identity.costs.transfer_km_mad
    rows = [
        _rows(NURSE_HOURS, nurses),
        _rows(MEDICINE_COST, medicines),
        _rows(CARE_COST, care),
        _rows(TOTAL_COST, total),
        _rows(BOARDING_GAP, _province_gap(result)),
    ]
    return replace(result, indicators=pd.concat([result.indicators, *rows], ignore_index=True))


def medicine_cost_per_bed_day_mad(gst: Gst) -> float:
    """Mean cost of the medicines issued for one inpatient bed-day, at the cheapest offers [MAD]."""
    prices: dict[str, float] = {}
    for offer in gst.offers:
        known = prices.get(offer.medicine, offer.unit_price_mad)
        prices[offer.medicine] = min(known, offer.unit_price_mad)
    return sum(
        medicine.units_per_bed_day * prices.get(medicine.medicine, 0.0)
        for medicine in gst.medicines
    )


def _bed_days_by_unit(gst: Gst, result: TwinResult) -> pd.DataFrame:
    """Bed-days per day, one row for each replication and one column for each unit."""
    frame = result.indicators
    units = {unit.unit for unit in gst.units}
    own = frame[
        (frame[Col.INDICATOR] == Indicator.BED_DAYS)
        & frame[Col.PLACE].isin(units)
        & (frame[Col.GROUP] == "")
    ]
    return own.pivot_table(index=Col.REPLICATION, columns=Col.PLACE, values=Col.VALUE)


def _by_unit(gst: Gst, field: str, bed_days: pd.DataFrame) -> pd.Series[float]:
    values = {unit.unit: float(getattr(unit, field)) for unit in gst.units}
    return pd.Series(values).reindex(bed_days.columns)


def _inpatient(gst: Gst, bed_days: pd.DataFrame) -> pd.DataFrame:
    """Without emergency cubicles, whose medicines are counted by visit, not by bed-day."""
    cubicles = {unit.unit for unit in gst.units if unit.kind is UnitKind.EMERGENCY}
    return bed_days[[unit for unit in bed_days.columns if unit not in cubicles]]


def _series(result: TwinResult, indicator: Indicator, index: pd.Index[int]) -> pd.Series[float]:
    frame = result.indicators
    own = frame[
        (frame[Col.INDICATOR] == indicator) & (frame[Col.PLACE] == "") & (frame[Col.GROUP] == "")
    ]
    return own.set_index(Col.REPLICATION)[Col.VALUE].reindex(index, fill_value=0.0)


def _province_gap(result: TwinResult) -> pd.Series[float]:
    frame = result.indicators
    own = frame[
        (frame[Col.INDICATOR] == Indicator.BOARDING)
        & (frame[Col.PLACE] == "")
        & frame[Col.GROUP].str.startswith(PROVINCE_PREFIX)
    ]
    by_replication = own.groupby(Col.REPLICATION)[Col.VALUE]
    return by_replication.max() - by_replication.min()


def _rows(indicator: str, values: pd.Series[float]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            Col.REPLICATION: values.index,
            Col.INDICATOR: indicator,
            Col.PLACE: "",
            Col.GROUP: "",
            Col.VALUE: values.to_numpy(),
        }
    )
