"""Visits hour by hour: the forecasts of the days, dealt out to the hours as the past dealt them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from application.store.runs import find_run
from application.use_cases.access import needs
from application.use_cases.forecast_demand import ForecastRequest, forecast_chosen
from application.use_cases.session import Session
from governance.access import Action
from hospital.errors import GstError, say

if TYPE_CHECKING:
    from hospital.forecast import DemandForecast
    from hospital.hourly_forecast import HourlyForecast


@needs(Action.FORECAST)
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


@needs(Action.FORECAST)
def hours_behind(session: Session, run: str, forecast: DemandForecast) -> HourlyForecast | None:
    """The hours of one forecast of a stored run, drawn with its seed.

    None where it is not of a hospital's visits by the day, or no whole day was counted by the hour.
    """
    from forecasting.hourly import forecast_hours  # noqa: PLC0415 - loads numpy

    found = find_run(session.database, run)
    seed = 0 if found is None else found.seed
    try:
        hours = forecast_hours([forecast], session.data.history, session.calendar, seed)
    except GstError as error:
        if error.code != "no_hours_in_history":
            raise
        return None
    return hours[0] if hours else None
