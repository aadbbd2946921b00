"""From the frames of a GST's past to series on a regular grid.

Nothing that began on the first forecast day or later is read.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecasting.quality import DAY, finding
from forecasting.series import Series
from forecasting.visit_days import daily_visits
from hospital.base import DAYS_PER_WEEK
from hospital.forecast import DataFinding, Period, SeriesKey, SeriesKind
from hospital.history import StayOutcome
from hospital.places import UnitKind
from hospital.tables import Col

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hospital.gst import Gst
    from hospital.history import History


def series_of(gst: Gst, history: History, first_day: date) -> list[Series]:
    """Every series of a GST: visits, admissions, requests, consumption; in its tables' order."""
    return [
        *visit_series(gst, history.visits, first_day),
        *admission_series(gst, history.stays, first_day),
        *referral_series(gst, history.referrals, first_day),
        *consumption_series(gst, history.consumption, first_day),
    ]


def visit_series(gst: Gst, visits: pd.DataFrame, first_day: date) -> Iterator[Series]:
    """Daily emergency visits of each hospital.

    A day without rows, or with too few where days are whole, is unknown: half a day counted is
    not a quiet day. An hour given twice counts once, its last figure.
    """
    if visits.empty:
        return
    past = _before(visits, Col.HOUR, first_day)
    for hospital in gst.hospitals:
        rows = past[past[Col.HOSPITAL] == hospital.hospital]
        if not rows.empty:
            yield daily_visits(SeriesKey(SeriesKind.VISITS, hospital.hospital), rows)


def admission_series(gst: Gst, stays: pd.DataFrame, first_day: date) -> Iterator[Series]:
    """Daily admissions to the inpatient units of each hospital.

    A stay that continues the same patient's stay in another inpatient unit of the hospital is
    a move, not an admission; an emergency department is not an inpatient unit.
    """
    admitted = _admitted(gst, stays, first_day)
    for hospital in gst.hospitals:
        moments = _moments(admitted, Col.HOSPITAL, hospital.hospital)
        if not moments.empty:
            yield _daily_count(SeriesKey(SeriesKind.ADMISSIONS, hospital.hospital), moments)


def service_series(gst: Gst, stays: pd.DataFrame, first_day: date) -> Iterator[Series]:
    """Daily admissions to each inpatient unit of each hospital, from its first one on.

    A patient is of the unit in which the stay in the hospital began, so that the units add up
    to their hospital. All end on the last day of the hospital: a quiet unit is not unknown.
    """
    admitted = _admitted(gst, stays, first_day)
    for hospital in gst.hospitals:
        own = admitted[admitted[Col.HOSPITAL] == hospital.hospital]
        for unit in gst.units:
            moments = _moments(own, Col.UNIT, unit.unit)
            if not moments.empty:
                key = SeriesKey(SeriesKind.ADMISSIONS, hospital.hospital, unit.unit)
                yield _daily_count(key, moments, own[Col.ADMITTED_AT].max())


def origin_series(gst: Gst, stays: pd.DataFrame, first_day: date) -> Iterator[Series]:
    """Daily admissions to all hospitals of the patients of each province, by its name."""
    admitted = _admitted(gst, stays, first_day)
    for province in sorted(str(name) for name in admitted[Col.PROVINCE].unique()):
        moments = _moments(admitted, Col.PROVINCE, province)
        key = SeriesKey(SeriesKind.ADMISSIONS, "", province)
        yield _daily_count(key, moments, admitted[Col.ADMITTED_AT].max())


def _admitted(gst: Gst, stays: pd.DataFrame, first_day: date) -> pd.DataFrame:
    """The stays with which patients entered a hospital before a day, with its code."""
    if stays.empty:
        names = (Col.HOSPITAL, Col.UNIT, Col.PROVINCE, Col.ADMITTED_AT)
        return pd.DataFrame({name: [] for name in names})
    past = _before(stays, Col.ADMITTED_AT, first_day)
    inpatient = {
        unit.unit: unit.hospital
        for unit in gst.units
        if unit.kind in {UnitKind.WARD, UnitKind.STEP_DOWN, UnitKind.INTENSIVE_CARE}
    }
    inside = past[past[Col.UNIT].isin(list(inpatient))]
    inside = inside.assign(**{Col.HOSPITAL: inside[Col.UNIT].map(inpatient)})
    return inside[~_is_move(inside)]


def _moments(admitted: pd.DataFrame, column: str, code: str) -> pd.Series[pd.Timestamp]:
    return admitted.loc[admitted[column] == code, Col.ADMITTED_AT]


def _is_move(stays: pd.DataFrame) -> pd.Series[bool]:
    ordered = stays.sort_values([Col.PATIENT, Col.ADMITTED_AT], kind="stable")
    previous = ordered[[Col.PATIENT, Col.HOSPITAL, Col.OUTCOME]].shift()
    is_move = (
        (previous[Col.PATIENT] == ordered[Col.PATIENT])
        & (previous[Col.HOSPITAL] == ordered[Col.HOSPITAL])
        & (previous[Col.OUTCOME] == StayOutcome.MOVED.value)
    )
    return is_move.reindex(stays.index)


def _daily_count(
    key: SeriesKey, moments: pd.Series[pd.Timestamp], last: pd.Timestamp | None = None
) -> Series:
    """Days without a row had no admission: the table holds stays, not days.

    The series ends on the day of ``last``; without it, on that of the last admission.
    """
    counts = moments.dt.normalize().value_counts().sort_index()
    end = counts.index[-1] if last is None else last.normalize()
    whole = pd.date_range(counts.index[0], end, freq="D")
    values = counts.reindex(whole, fill_value=0).to_numpy()
    return Series(key, whole[0].date(), values.astype(np.float64))


def referral_series(gst: Gst, referrals: pd.DataFrame, first_day: date) -> Iterator[Series]:
    """Weekly requests for planned care of each hospital, whole weeks only.

    A week without a row is unknown. A week given twice counts once, its last figure.
    """
    if referrals.empty:
        return
    past = _before(referrals, Col.WEEK, Period.WEEK.start(first_day))
    for hospital in gst.hospitals:
        rows = past[past[Col.HOSPITAL] == hospital.hospital]
        if not rows.empty:
            is_again = rows.duplicated([Col.WEEK], keep="last")
            counts = rows[~is_again].set_index(Col.WEEK)[Col.REFERRALS].sort_index()
            weeks = pd.date_range(counts.index[0], counts.index[-1], freq=f"{DAYS_PER_WEEK}D")
            yield Series(
                SeriesKey(SeriesKind.REFERRALS, hospital.hospital),
                weeks[0].date(),
                counts.reindex(weeks).to_numpy(dtype=float),
                period=Period.WEEK,
                findings=_weeks_given_again(rows[is_again]),
            )


def consumption_series(gst: Gst, consumption: pd.DataFrame, first_day: date) -> Iterator[Series]:
    """Weekly units of each medicine in each hospital, whole weeks only.

    A week in which the hospital reported other medicines and not this one had no issue of it;
    a week without any row of the hospital is unknown.
    """
    if consumption.empty:
        return
    past = _before(consumption, Col.WEEK, Period.WEEK.start(first_day))
    medicines = [medicine.medicine for medicine in gst.medicines]
    for hospital in gst.hospitals:
        rows = past[past[Col.HOSPITAL] == hospital.hospital]
        if not rows.empty:
            yield from _hospital_consumption(hospital.hospital, rows, medicines)


def _hospital_consumption(
    hospital: str, rows: pd.DataFrame, medicines: list[str]
) -> Iterator[Series]:
    is_again = rows.duplicated([Col.MEDICINE, Col.WEEK], keep="last")
    again = rows[is_again]
    indexed = rows[~is_again].set_index([Col.WEEK, Col.MEDICINE])
    units = indexed[Col.UNITS].unstack()  # noqa: PD010 - unique keys: nothing to aggregate
    empty_days = indexed[Col.STOCKOUT_DAYS].unstack()  # noqa: PD010
    weeks = pd.date_range(units.index[0], units.index[-1], freq=f"{DAYS_PER_WEEK}D")
    for medicine in medicines:
        if medicine in units:
            span = weeks[int(units[medicine].reindex(weeks).notna().to_numpy().argmax()) :]
            yield Series(
                SeriesKey(SeriesKind.CONSUMPTION, hospital, medicine),
                span[0].date(),
                units[medicine].fillna(0).reindex(span).to_numpy(dtype=float),
                period=Period.WEEK,
                stockout_days=empty_days[medicine].reindex(span).fillna(0).to_numpy(dtype=float),
                findings=_weeks_given_again(again[again[Col.MEDICINE] == medicine]),
            )


def _weeks_given_again(rows: pd.DataFrame) -> tuple[DataFinding, ...]:
    """A week given twice counts once, its last figure."""
    weeks = sorted({week.date() for week in rows[Col.WEEK]})
    return tuple(
        finding("duplicated_weeks", week, Period.WEEK.day(week, 1) - DAY, 1) for week in weeks
    )


def _before(frame: pd.DataFrame, column: str, day: date) -> pd.DataFrame:
    whole = frame.reset_index(drop=True)
    moments = pd.to_datetime(whole[column])
    return whole.assign(**{column: moments})[moments < pd.Timestamp(day)]
