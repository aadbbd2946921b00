"""Why a forecast says what it says, and what was odd in the history behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from application.use_cases.access import needs
from application.use_cases.asked_series import series_asked
from application.use_cases.forecast_demand import ForecastRequest, first_day_of, forecast_chosen
from application.use_cases.session import Session
from governance.access import Action
from hospital.errors import GstError, say
from hospital.forecast import DemandForecast

if TYPE_CHECKING:
    from forecasting.explanation import Explanation
    from forecasting.series import Series


@dataclass(frozen=True)
class ExplainedForecast:
    """A forecast with the reasons for each of its periods."""

    forecast: DemandForecast
    explanations: tuple[Explanation, ...]

    def of_day(self, day: date) -> Explanation:
        """The period that holds a day. Raises ``GstError`` for a day that is not forecast."""
        for explained in reversed(self.explanations):
            if explained.day <= day < explained.end_day:
                return explained
        raise GstError(
            "day_not_forecast",
            say(
                "{day} is not forecast; choose a day from {first} to {last}, or another horizon.",
                day=day,
                first=self.explanations[0].day,
                last=self.explanations[-1].day,
            ),
        )


@needs(Action.FORECAST)
def explain_forecast(session: Session, request: ForecastRequest) -> tuple[ExplainedForecast, ...]:
    """Every forecast that was asked for, each period explained; forecasts made before are read.

    Parts that are too young for a forecast of their own have no reasons: they are passed over.

    Raises:
        NotEnoughHistory: nothing else was asked for.
    """
    found = {one.key: one for one in forecast_chosen(session, request).forecasts}
    series = series_asked(session, request, first_day_of(session, request))
    told = [one for one in series if one.key in found and not one.key.is_rest]
    return tuple(explain_one(session, one, found[one.key]) for one in told or series)


@needs(Action.READ)
def explain_one(session: Session, series: Series, forecast: DemandForecast) -> ExplainedForecast:
    """One forecast with the reasons for each of its periods."""
    from forecasting.calendar_design import CalendarDesign  # noqa: PLC0415 - loads numpy
    from forecasting.explanation import explain  # noqa: PLC0415
    from forecasting.preparation import prepared  # noqa: PLC0415

    usable = prepared(series, forecast.first_day)
    last_day = forecast.end_day - timedelta(days=1)
    design = CalendarDesign.of(session.calendar, usable.first_day, last_day)
    return ExplainedForecast(forecast, explain(usable, forecast, design))
