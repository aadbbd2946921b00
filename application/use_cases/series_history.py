"""What was seen of a series just before its forecast, in the periods of the forecast."""

from __future__ import annotations

import pandas as pd

from application.use_cases.session import Session
from forecasting.history_series import admission_series, consumption_series, visit_series
from hospital.forecast import DemandForecast, Period, SeriesKind
from hospital.tables import Col

PERIODS_SHOWN = {Period.DAY: 56, Period.WEEK: 26, Period.MONTH: 24}


def recent_history(session: Session, forecast: DemandForecast) -> pd.DataFrame:
    """Eight weeks by day, half a year by week, two years by month; columns day and value [counts].

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
            days = pd.to_datetime([series.day(period) for period in range(len(series))])
            seen = pd.DataFrame({Col.DAY: days, Col.VALUE: series.counts})
            return seen.tail(PERIODS_SHOWN[series.period]).reset_index(drop=True)
    return pd.DataFrame({Col.DAY: pd.to_datetime([]), Col.VALUE: pd.Series(dtype=float)})
