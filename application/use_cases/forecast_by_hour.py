"""Visits hour by hour: the forecasts of the days, dealt out to the hours as the past dealt them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from application.use_cases.forecast_demand import ForecastRequest, forecast_chosen
from application.use_cases.session import Session
from hospital.errors import GstError, say

if TYPE_CHECKING:
    from hospital.hourly_forecast import HourlyForecast


def forecast_by_hour(session: Session, request: ForecastRequest) -> tuple[HourlyForecast, ...]:
    """The hours of every daily forecast of visits that was asked for.

    Raises:
        GstError: ``no_hours`` when none of the series is of the visits of a hospital.
    """
    from forecasting.hourly import forecast_hours  # noqa: PLC0415 - loads numpy

    days = forecast_chosen(session, request).forecasts
    found = forecast_hours(days, session.data.history, session.calendar, request.seed)
    if not found:
        raise GstError(
            "no_hours",
            say("Only the visits of a hospital are forecast by the hour: ask for visits:HOSPITAL."),
            found=", ".join(request.series),
        )
    return found
