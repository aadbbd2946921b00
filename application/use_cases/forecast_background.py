"""What stands behind a stored forecast: its last periods, its reasons, the state of its demand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from application.use_cases.access import needs
from application.use_cases.asked_series import known_series
from application.use_cases.explain_forecast import ExplainedForecast, explain_one
from application.use_cases.session import Session
from application.use_cases.watch_drift import watch_one
from governance.access import Action
from hospital.drift import DriftReport
from hospital.forecast import DemandForecast, Period
from hospital.tables import Col

if TYPE_CHECKING:
    from forecasting.series import Series

PERIODS_SHOWN = {Period.DAY: 56, Period.WEEK: 26, Period.MONTH: 24}


@dataclass(frozen=True)
class ForecastBackground:
    """History (columns day and value [counts]), and what can be said of a series."""

    history: pd.DataFrame
    explained: ExplainedForecast | None = None
    drift: DriftReport | None = None


@needs(Action.READ)
def forecast_background(session: Session, forecast: DemandForecast) -> ForecastBackground:
    """The series that the forecast was made from: what is unknown there has no value here."""
    level = forecast.key.level
    known = known_series(session, forecast.first_day, () if level is None else (level,))
    series = next((one for one in known if one.key == forecast.key), None)
    if series is None:
        nothing = {Col.DAY: pd.to_datetime([]), Col.VALUE: pd.Series(dtype=float)}
        return ForecastBackground(pd.DataFrame(nothing))
    if series.key.is_rest:
        return ForecastBackground(_recent(series))
    return ForecastBackground(
        _recent(series),
        explain_one(session, series, forecast),
        watch_one(session, series, forecast.first_day),
    )


def _recent(series: Series) -> pd.DataFrame:
    """The last eight weeks by day, half year by week or two years by month."""
    days = pd.to_datetime([series.day(number) for number in range(len(series))])
    seen = pd.DataFrame({Col.DAY: days, Col.VALUE: series.counts})
    return seen.tail(PERIODS_SHOWN[series.period]).reset_index(drop=True)
