"""Whether the demand of these series is still the one that their forecasts learnt."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from application.use_cases.access import needs
from application.use_cases.asked_series import series_asked
from application.use_cases.forecast_demand import ForecastRequest, plan_of
from application.use_cases.session import Session
from governance.access import Action
from hospital.errors import NotEnoughHistory

if TYPE_CHECKING:
    from datetime import date

    from forecasting.calendar_design import CalendarDesign
    from forecasting.plan import ForecastPlan
    from forecasting.series import Series
    from forecasting.shift_watch import ShiftReport
    from hospital.drift import DriftReport

LABEL = "drift"


@needs(Action.FORECAST)
def watch_drift(session: Session, request: ForecastRequest) -> tuple[DriftReport, ...]:
    """What the watch over each series saw up to the first day that is not known.

    Raises:
        NotEnoughHistory: not one series has eight weeks of history.
    """
    from forecasting.preparation import design_for, prepared  # noqa: PLC0415 - loads pandas

    plan = plan_of(session, request)
    series = series_asked(session, request, plan.first_day)
    design = design_for(series, plan, session.calendar)
    watched = partial(_watched, plan=plan, design=design)
    reports = [found for found in session.workers(watched, series, LABEL) if found is not None]
    if not reports and series:
        prepared(series[0], plan.first_period(series[0].period))
    return tuple(reports)


@needs(Action.FORECAST)
def watch_shift(session: Session, request: ForecastRequest, since: date) -> tuple[ShiftReport, ...]:
    """Whether each daily series has left what it was before a day, such as that of an approval.

    Raises:
        NotEnoughHistory: not one series has a year of days before it and a day after.
    """
    from forecasting.preparation import design_for, prepared  # noqa: PLC0415 - loads pandas
    from forecasting.shift_watch import shift_report  # noqa: PLC0415

    plan = plan_of(session, request)
    series = series_asked(session, request, plan.first_day)
    design = design_for(series, plan, session.calendar)
    found, refused = [], None
    for one in series:
        try:
            usable = prepared(one, plan.first_period(one.period))
            found.append(shift_report(usable, design, since))
        except NotEnoughHistory as error:
            refused = refused or error
    if not found and refused is not None:
        raise refused
    return tuple(found)


def watch_one(session: Session, series: Series, first_day: date) -> DriftReport:
    """What the watch over one series saw before a day."""
    from forecasting.calendar_design import CalendarDesign  # noqa: PLC0415 - loads numpy
    from forecasting.drift import drift_report  # noqa: PLC0415
    from forecasting.preparation import prepared  # noqa: PLC0415

    usable = prepared(series, first_day)
    design = CalendarDesign.of(session.calendar, usable.first_day, first_day)
    return drift_report(usable, design)


def _watched(series: Series, plan: ForecastPlan, design: CalendarDesign) -> DriftReport | None:
    """The report of one series, None where it is too short."""
    from forecasting.drift import drift_report  # noqa: PLC0415 - in the worker
    from forecasting.preparation import prepared  # noqa: PLC0415

    try:
        return drift_report(prepared(series, plan.first_period(series.period)), design)
    except NotEnoughHistory:
        return None
