"""What was seen of a series just before its forecast, in the periods of the forecast."""

from __future__ import annotations

import pandas as pd

from application.use_cases.session import Session
from forecasting.history_series import admission_series, consumption_series, visit_series
from hospital.base import DAYS_PER_WEEK
from hospital.forecast import DemandForecast, SeriesKind
from hospital.tables import Col

DAYS_SHOWN, WEEKS_SHOWN = 56, 26


def recent_history(session: Session, forecast: DemandForecast) -> pd.DataFrame:
    """The last eight weeks by day, or half year by week; columns day and value [counts].

    It is the series that the forecast was made from: what is unknown there has no value here.
    """
    gst, history, first_day = session.gst, session.data.history, session.gst.identity.as_of
    found = {
        SeriesKind.VISITS: lambda: visit_series(gst, history.visits, first_day),
        SeriesKind.ADMISSIONS: lambda: admission_series(gst, history.stays, first_day),
        SeriesKind.CONSUMPTION: lambda: consumption_series(gst, history.consumption, first_day),
    }[forecast.key.kind]()
    for series in found:
        if series.key == forecast.key:
            step = pd.Timedelta(days=series.period_days)
            days = pd.date_range(series.first_day, periods=len(series), freq=step)
            seen = pd.DataFrame({Col.DAY: days, Col.VALUE: series.counts})
            weekly = series.period_days == DAYS_PER_WEEK
            return seen.tail(WEEKS_SHOWN if weekly else DAYS_SHOWN).reset_index(drop=True)
    return pd.DataFrame({Col.DAY: pd.to_datetime([]), Col.VALUE: pd.Series(dtype=float)})
