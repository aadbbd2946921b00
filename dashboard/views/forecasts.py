"""Forecasts: how many visits, admissions and medicines, and how sure is that?"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from application.forecast_words import SERIES, method_name, warning_name
from application.jobs import works
from application.summaries import forecast_row
from application.use_cases.forecast_demand import ForecastRequest
from application.use_cases.read_results import latest_forecast_run, levels_of
from dashboard import workroom
from dashboard.charts.fan import band_frame, fan
from dashboard.parts.chart import show_chart
from dashboard.parts.empty import offer
from dashboard.parts.forecast_events import show_events
from dashboard.parts.forecast_health import show_drift, show_findings
from dashboard.parts.forecast_hours import show_hours
from dashboard.parts.forecast_reasons import show_numbers, show_reasons
from dashboard.parts.forecast_record import show_record
from dashboard.parts.head import show_head, show_run
from dashboard.parts.series_choice import choose_series
from dashboard.session import Session
from hospital.errors import say
from hospital.forecast import DemandForecast, Period, SeriesKind

REQUESTS_PER_WEEK = say("Requests per week")
UNITS = {
    Period.DAY: say("Per day"),
    Period.WEEK: say("Units per week"),
    Period.MONTH: say("Units per month"),
}


def draw(session: Session) -> None:
    """Choose a series, see its fan, its total and its record."""
    t = session.t
    show_head(
        session,
        t("Forecasts"),
        t("How many patients will come, what will be used, and how sure is that?"),
    )
    run = latest_forecast_run(session.work)
    if run is None:
        offer(
            session,
            t("Nothing was forecast for this group yet."),
            say("Forecast"),
            works.forecast(ForecastRequest()),
        )
        return
    chosen = choose_series(session, workroom.forecast(session.work, run).forecasts)
    if chosen is None:
        st.info(t("No series of this kind has enough history to be forecast."))
        return
    background = workroom.background(session.work, run, chosen)
    if background.drift is not None:
        show_drift(session, background.drift)
    chart, facts = st.columns([3, 1], gap="large")
    with chart:
        _chart(session, chosen, background.history)
    with facts:
        _facts(session, chosen)
    if background.explained is None:
        show_numbers(session, chosen)
    else:
        show_reasons(session, background.explained)
    hours = workroom.hours(session.work, run, chosen)
    if hours is not None:
        show_hours(session, hours)
    show_findings(session, chosen.findings)
    show_events(session, run, works.forecast(ForecastRequest(levels=levels_of(session.work, run))))
    show_run(t, run)


def _chart(session: Session, forecast: DemandForecast, history: pd.DataFrame) -> None:
    t = session.t
    is_of_requests = forecast.key.kind is SeriesKind.REFERRALS
    unit = t(REQUESTS_PER_WEEK if is_of_requests else UNITS[forecast.period])
    summary = _summary(session, forecast)
    st.caption(summary)
    show_chart(session, fan, history, band_frame(forecast, t), unit, alt=summary)


def _summary(session: Session, forecast: DemandForecast) -> str:
    t, row = session.t, forecast_row(forecast)
    days = forecast.days()
    return t(
        "{series}, {first} to {last}: {total} expected in all; 8 times in 10 between {low} and "
        "{high}.",
        series=SERIES[forecast.key.kind],
        first=t.day(days[0]),
        last=t.day(days[-1]),
        total=t.number(row.total),
        low=t.number(row.low),
        high=t.number(row.high),
    )


def _facts(session: Session, forecast: DemandForecast) -> None:
    t = session.t
    st.markdown(t("**Method**"))
    st.caption(f"{method_name(t, forecast.model)} (`{forecast.model}`)")
    for code in forecast.warnings:
        st.warning(warning_name(t, code))
    card = forecast.backtest
    if card is None:
        st.caption(t("This series was not tested on its past."))
    else:
        show_record(session, card)
